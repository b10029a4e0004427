"""The page of the checking exercise: windows, reasons, branches and days of each year."""

from collections.abc import Iterator

from keystage.cli.pages import markdown
from keystage.flows.checking.book import in_words
from keystage.flows.checking.deciding import OUTCOMES
from keystage.flows.checking.wording import origin_in_words
from keystage.statute.checking import Checking, Condition, Rules
from keystage.statute.checking_loader import available_checking, days_of, load_checking


def checking_page() -> str:
    """Every year's checking exercise: what is known with source, and what is absent with why."""
    years = [load_checking(year) for year in reversed(available_checking())]
    return markdown.page(
        "The checking exercise",
        "What a school may ask to be changed about the pupils of a release, and the rules that "
        "decide it. A rule is a list of branches, tried in order: the first one whose condition "
        "holds decides. Where a condition is not known, nothing after it is tried and a person "
        "decides. Look through rules with `keystage checking rules`, try them with `keystage "
        "checking try`.",
        "Confidence: A is read in the department's own text or data, B stated by a named "
        "practitioner source or read from the department's code, C an inference that you may "
        "replace.",
        *(block for checking in years for block in _year(checking)),
    )


def _year(checking: Checking) -> Iterator[str]:
    yield f"## {checking.year.id}"
    if checking.windows is not None:
        yield markdown.table(
            ("window", "opens", "closes", "results as at", "confidence"),
            [
                (
                    one.label,
                    in_words(one.opens),
                    in_words(one.closes) + (f", {one.closes_at:%H:%M}" if one.closes_at else ""),
                    in_words(one.results_as_at),
                    one.confidence or checking.windows.confidence,
                )
                for one in checking.windows.windows.values()
            ],
        )
    evidence = checking.evidence
    if evidence is not None:
        pages = f"; {evidence.pages} pages are looked at" if evidence.pages else ""
        yield (
            f"Evidence: PDF, at most {evidence.megabytes} MB a file{pages} "
            f"({evidence.confidence}). {evidence.note}"
        )
    if checking.rules is not None:
        yield from _rules(checking, checking.rules)
    if checking.sources:
        told = (f"{one.title}. {one.where}" for one in checking.sources.values())
        yield "Sources:\n\n" + markdown.listing(told)
    if checking.absent:
        rows = [(name, one.absent) for name, one in checking.absent.items()]
        yield "Absent:\n\n" + markdown.table(("what", "why"), rows)


def _rules(checking: Checking, rules: Rules) -> Iterator[str]:
    yield f"Rules, version {rules.version}. {rules.note}"
    dates = days_of(checking)
    yield markdown.table(
        ("day", "date", "from", "confidence"),
        [
            (
                day.label,
                in_words(dates[key]),
                origin_in_words(day),
                day.confidence or rules.confidence,
            )
            for key, day in rules.days.items()
        ],
    )
    for kind, rule in rules.kinds.items():
        yield f"### {rule.label}"
        yield f"{rule.hint} {rule.note}".rstrip()
        for key, reason in rules.reasons.items():
            if reason.kind != kind:
                continue
            graded = reason.confidence or rule.confidence or rules.confidence
            asked = ", ".join(rules.questions[each].short for each in reason.questions)
            yield f"#### {reason.label} ({markdown.code(key)}, {graded})"
            yield " ".join(text for text in (reason.hint, f"Asked: {asked}.", reason.note) if text)
            yield markdown.table(
                ("branch", "if", "a request is", "why"),
                [
                    (
                        branch.id,
                        _condition(rules, branch.when) if branch.when else "otherwise",
                        OUTCOMES[branch.outcome],
                        branch.because,
                    )
                    for branch in reason.branches
                ],
            )


def _condition(rules: Rules, name: str) -> str:
    one: Condition = rules.conditions[name]
    if one.unless:
        return f"not: {_condition(rules, one.unless)}"
    parts = "; ".join(_condition(rules, part) for part in one.parts)
    if not parts:
        return one.sentence.rstrip(".")
    return f"all of ({parts})" if one.all else f"one of ({parts})"
