"""Pages about what is calculated: the measures and their conditions, and the output fields."""

from collections.abc import Iterable, Mapping
from string import Formatter

from keystage.cli.pages import markdown
from keystage.cli.pages.example import COMPLETE
from keystage.cli.pages.trust_fields import trust_fields
from keystage.measures.catalogue import LOST_SCRIPTS, measures
from keystage.measures.declare import Condition, Count, Measure, Sum
from keystage.measures.fields import Field, fields
from keystage.measures.parts import WHOLE
from keystage.measures.pooled import pooled_fields
from keystage.statute.loader import available, load_year
from keystage.statute.publication import PupilGroup

_UNITS = {"percent": "percent", "score": "scaled score", "points": "points"}
_KINDS = {
    "count": "number of pupils",
    "share": "share of pupils",
    "lower": "lower confidence limit",
    "upper": "upper confidence limit",
    "band": "band",
    "deviation": "standard deviation of pupils' progress",
    "gap": "gap to other pupils nationally, of printed figures",
}


def measures_page() -> str:
    """Every measure, from its declaration."""
    declared = measures(progress=True)
    groups = load_year(*COMPLETE).pupil_groups.groups
    return markdown.page(
        "Measures",
        "Every measure is declared once as something counted or summed over something counted. "
        "The engine adds the two up for each school and pupil group, and every level above is the "
        "sum of its schools. `{group}` in a field is the suffix of a pupil group, nothing for all "
        "pupils.",
        "Conditions are listed in the [last section](#conditions); explanations of figures are "
        "made of the same ones.",
        *(_measure(measure, groups) for measure in declared),
        "## Conditions",
        "A pupil who meets a condition is described by the first sentence, one who does not by "
        "the second. Names in braces stand for the pupil's value or the year's.",
        *_conditions(declared),
    )


def _measure(measure: Measure, groups: Mapping[str, PupilGroup]) -> str:
    top, bottom = measure.top, measure.bottom
    counted = top.over if isinstance(top, Sum) else top
    what = f"{top.label}, summed" if isinstance(top, Sum) else top.label
    shown = [group.label for name, group in groups.items() if name in measure.published_for]
    facts = [
        f"Top: {what}.{_names(counted, apart_from=bottom)}",
        f"Bottom: {bottom.label}.{_names(bottom)}",
        f"Unit: {_UNITS[measure.unit]}. Rounding: `{measure.rounding}`, {_decimals(measure)}.",
        f"Published for: {'; '.join(shown)}.",
        f"Source: {measure.source}.",
    ]
    if measure.progress:
        facts.insert(3, "With confidence limits and, where the year has cut-offs, a band.")
    title = f"## {markdown.code(measure.field)}"
    return f"{title}\n\n{_sentence(measure.label)}\n\n{markdown.listing(facts)}"


def _names(count: Count, apart_from: Count | None = None) -> str:
    """The names of a count's conditions, or of those it adds to another's."""
    known = apart_from.conditions if apart_from else ()
    names = [markdown.code(item.name) for item in count.conditions if item not in known]
    if not names:
        return ""
    return f" Conditions{' added' if known else ''}: {', '.join(names)}."


def _decimals(measure: Measure) -> str:
    places = {getattr(load_year(*year).rounding, measure.rounding) for year in available()}
    words = " or ".join(str(number) for number in sorted(places))
    noun = "decimal" if places == {1} else "decimals"
    return f"{words} {noun}, by the year" if len(places) > 1 else f"{words} {noun} in every year"


def _conditions(declared: Iterable[Measure]) -> Iterable[str]:
    counts = [
        count
        for measure in declared
        for count in (
            measure.bottom,
            measure.top.over if isinstance(measure.top, Sum) else measure.top,
        )
    ]
    every: dict[str, Condition] = {}
    for count in (*counts, *LOST_SCRIPTS.values()):
        every |= {item.name: item for item in count.conditions}
    for item in every.values():
        yield f"### {markdown.code(item.name)}\n\n" + markdown.listing(
            [
                f"The pupil {_plain(item.sentence)}.",
                f"The pupil {_plain(item.otherwise)}.",
                f"Source: {item.source}.",
            ]
        )


def _plain(sentence: str) -> str:
    """A sentence with its names as code, so that pages show them as they are."""
    return "".join(
        text + (markdown.code(f"{{{name}}}") if name else "")
        for text, name, _, _ in Formatter().parse(sentence)
    )


def _sentence(label: str) -> str:
    return f"The {label}."


def fields_page() -> str:
    """Every output field of the complete year, by pupil group."""
    year = load_year(*COMPLETE)
    every = fields(year)
    rules = year.suppression
    opening = (
        f"The fields of `keystage measures` for {year.name}; a year without progress has none of "
        "progress and prior attainment. Published tables are `school.csv`, `la.csv`, "
        "`region.csv` and `national.csv`; analysts' tables under `analyst/` have every field, "
        f"unrounded. Every table begins with columns that say what the row is: {_identity()}."
    )
    withheld = (
        f"Codes in published tables: `{rules.suppressed}` withheld, `{rules.low_coverage}` too "
        f"few pupils in the progress measure, `{rules.not_applicable}` not applicable or not "
        "known from the file; blank where a group is empty."
    )
    three_years = ", ".join(markdown.code(field.name) for field in pooled_fields(year))
    pooled = f"With `--earlier`, three-year fields are added: {three_years}."
    blocks = [opening, withheld, pooled]
    for name, group in year.pupil_groups.groups.items():
        rows = [_field(field) for field in every if field.group == name and field.kind != "gap"]
        blocks += [f"## {group.label}", markdown.table(("field", "what", "published"), rows)]
    gaps = [_field(field) for field in every if field.kind == "gap"]
    blocks += ["## Gaps", markdown.table(("field", "what", "published"), gaps)]
    trusts = (
        "`trust.csv` has the names of the department's trust file. `WGTAVG` is weighted by pupils "
        "and years, `AVG` by pupils alone."
    )
    listed = markdown.listing(markdown.code(name) for name in trust_fields(year))
    blocks += ["## Trusts", trusts, listed]
    return markdown.page("Output fields", *blocks)


def _identity() -> str:
    names = ("RECTYPE", "LEA", "LAESTAB", "URN", "SCHNAME", "NFTYPE", "REGION", "name")
    return ", ".join(map(markdown.code, names))


def _field(field: Field) -> tuple[str, str, str]:
    return markdown.code(field.name), _what(field), "yes" if field.published else "analysts only"


def _what(field: Field) -> str:
    if field.measure is None:
        whole = "number of pupils at the end of key stage 2"
        return whole if field.composition is None and field.group == WHOLE else _KINDS[field.kind]
    if field.kind == "figure":
        return field.measure.label
    return f"{_KINDS[field.kind]}: {field.measure.label}"
