"""The page of the checks of teacher assessment returns."""

from keystage.checks.returns.needs import NEEDS
from keystage.checks.returns.registry import ReturnCheck
from keystage.checks.returns.run import return_checks
from keystage.checks.returns.severity import CHANNELS, Override, ratings
from keystage.cli.pages import markdown
from keystage.statute.collection_loader import available_collections

_PARTS = {
    "TA-0": "The file",
    "TA-1": "Header, school and cohort",
    "TA-2": "Pupils",
    "TA-3": "The expected list",
    "TA-4": "Judgements",
    "TA-9": "The outcome",
}
_CHANNEL_NAMES = {
    "sheet": "mark sheet",
    "preflight": "pre-flight",
    "gateway": "gateway",
    "import": "import",
}


def return_checks_page() -> str:
    """Every check of returns, by code."""
    return markdown.page(
        "Checks of teacher assessment returns",
        "The same checks are asked of a mark sheet, of a file before it is sent, at the gateway of "
        "a collection, and when a school takes a file in. Red: the return is refused. Amber: it is "
        "taken, and somebody must look again. Grey: information. Green: all is well. Names in "
        "braces stand for values of the file, the pupil or the year.",
        markdown.table(
            ["where", "when"], [(_CHANNEL_NAMES[name], when) for name, when in CHANNELS.items()]
        ),
        "The national service's own list of checks and their severities is not public. Each "
        "severity here has its reason beside it, and both are data.",
        _overview(),
        *(block for start, title in _PARTS.items() for block in _part(start, title)),
    )


def _overview() -> str:
    """How serious each is in each channel, in the last year there is."""
    year = available_collections()[-1]
    rows = [
        (
            one.code,
            one.sentence,
            *(ratings()[one.code].of(name, year, closed=False) or "" for name in CHANNELS),
        )
        for one in return_checks()
    ]
    told = f"In {year}, while the collection is open; nothing is asked where a cell is empty."
    headings = ["code", "what should be", *(_CHANNEL_NAMES[name] for name in CHANNELS)]
    return f"## Overview\n\n{told}\n\n{markdown.table(headings, rows)}"


def _part(start: str, title: str) -> list[str]:
    checks = [one for one in return_checks() if one.code.startswith(start)]
    return [f"## {title}", *map(_check, checks)]


def _check(one: ReturnCheck) -> str:
    rating = ratings()[one.code]
    facts = [
        f"Fields: {', '.join(markdown.code(field.strip('{}')) for field in one.fields)}.",
        f"Message: {one.message}",
        f"Why: {one.why}",
        f"What to do: {one.todo}",
        *([f"Needs: {'; '.join(NEEDS[need] for need in one.needs)}."] if one.needs else []),
        f"Severity: {rating.severity}, because {rating.basis}.",
        *map(_override, rating.overrides),
        f"Source: {one.source}.",
    ]
    return f"### {one.code}\n\n{one.sentence}\n\n{markdown.listing(facts)}"


def _override(override: Override) -> str:
    where = ", ".join(_CHANNEL_NAMES[name] for name in override.channels)
    first, last = override.from_year, override.to_year
    when = [
        *([f"from {first}"] if first else []),
        *([f"until {last}"] if last else []),
        *(["once the collection has closed"] if override.after_close else []),
    ]
    said = ", ".join([*([where] if where else []), *when])
    asked = "not asked" if override.severity == "off" else override.severity
    return f"Severity, {said}: {asked}, because {override.basis}."
