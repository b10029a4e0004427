"""A school's figures beside those of an earlier year, with every change of rules between them."""

from collections.abc import Iterator
from dataclasses import dataclass

from keystage.core.errors import UsageError
from keystage.flows.school_summary import SchoolSummary
from keystage.statute.year import Year

#: The rules of attainment, each with what a change of it is called.
_RULES = {
    "inclusion": "who is at the end of key stage 2",
    "test_outcomes": "how test outcomes count",
    "writing_outcomes": "how judgements of writing count",
    "science_outcomes": "how judgements of science count",
    "key_stage_2": "the scaled score scale",
}
_VALUES = {
    "inclusion": ("included",),
    "test_outcomes": ("codes", "blank"),
    "writing_outcomes": ("codes", "blank"),
    "science_outcomes": ("codes", "blank"),
    "key_stage_2": ("lowest_score", "expected_score", "higher_score", "highest_score"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A figure in both years, as printed; empty where a year has none."""

    field: str
    label: str
    last: str
    this: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsBeside:
    """Two years of a school.

    Attributes:
        figures: those of this year, in its order, then those only last year had.
        breaks: sentences, one a rule that differs between the years; none where all are the same.
        notes: what a reader of the two must know.
    """

    figures: tuple[Beside, ...]
    breaks: tuple[str, ...]
    notes: tuple[str, ...]


def beside_last_year(this: SchoolSummary, last: SchoolSummary) -> YearsBeside:
    """Put two years of a school side by side.

    Raises:
        UsageError: they are of two schools, or the second is not of an earlier year.
    """
    if this.urn != last.urn or last.year.year.id >= this.year.year.id:
        raise UsageError(
            "These are not two years of one school, the earlier one last.",
            todo="Choose an earlier year of the same school.",
        )
    now = {figure.field: figure for figure in this.figures}
    then = {figure.field: figure for figure in last.figures}
    return YearsBeside(
        figures=tuple(
            Beside(
                field=field,
                label=figure.label,
                last=then[field].printed if field in then else "",
                this=now[field].printed if field in now else "",
            )
            for field, figure in (now | {k: v for k, v in then.items() if k not in now}).items()
        ),
        breaks=tuple(_breaks(this.year, last.year)),
        notes=tuple(_notes(this, last)),
    )


def _breaks(this: Year, last: Year) -> Iterator[str]:
    for table, what in _RULES.items():
        if _effect(this, table) != _effect(last, table):
            yield (
                f"The rules or codes differ in {what} between {last.year.id} and {this.year.id}: "
                "part of a difference may come from that."
            )


def _effect(year: Year, table: str) -> object:
    """What a table does, without its words and sources."""
    found = getattr(year, table)
    return [_without_words(getattr(found, name)) for name in _VALUES[table]]


def _without_words(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_words(inner) for key, inner in value.items()}
    names = getattr(value, "__struct_fields__", None)
    if names is None:
        return value
    words = {"meaning", "confidence", "undocumented"}
    return [getattr(value, name) for name in names if name not in words]


def _notes(this: SchoolSummary, last: SchoolSummary) -> Iterator[str]:
    gap = this.year.year.id - last.year.year.id
    if gap > 1:
        yield f"{gap} years lie between them."
    if this.year.year.release != last.year.year.release:
        yield (
            f"{this.year.year.id} is by the {this.year.year.release} release and "
            f"{last.year.year.id} by the {last.year.year.release} one: some of the difference may "
            "be corrections."
        )
    yield (
        f"They are different pupils: {last.eligible} in {last.year.year.id} and {this.eligible} in "
        f"{this.year.year.id}. In a small cohort a few pupils make a large difference."
    )
