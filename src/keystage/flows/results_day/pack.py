"""The pack for governors: figures of the day, in pupils and not in percentages, suppressed.

It is made of what disclosure control lets through, and then counted in pupils. No number of pupils
in it is under the year's threshold, and none can be had by taking one number from another of the
same subject: small numbers, and those close to everybody, are told as "fewer than" or "at least".
Of fewer than twice the threshold no number is told, as one of the two would say everything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keystage.core.subjects import Subject
from keystage.flows.school_summary import SchoolSummary, SummaryFigure
from keystage.measures.fields import fields

COMBINED = "Reading, writing and maths"
WITHHELD = "Not shown: too few pupils"
NONE = "No figure"
_NOTES = (
    "These are the results as they were released on the day.",
    "They can change: results come late, are corrected, and reviews of marking are answered later.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRow:
    """A line of the pack.

    Attributes:
        subject: what it is about, in words.
        label: what is counted.
        said: the number in words, or why it is not shown.
        low: the fewest pupils ``said`` allows for; None where it tells no number of pupils.
        high: the most.
        whole: of how many.
    """

    subject: str
    label: str
    said: str
    low: int | None = None
    high: int | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack.

    Attributes:
        rows: its lines.
        threshold: fewer pupils than this are never told of.
        notes: what a reader must know, as sentences.
    """

    rows: tuple[PackRow, ...]
    threshold: int
    notes: tuple[str, ...]

    def content(self) -> dict[str, object]:
        """What is kept of it and shown: texts only, no number besides."""
        return {
            "rows": [[row.subject, row.label, row.said] for row in self.rows],
            "notes": list(self.notes),
            "threshold": self.threshold,
        }


def pack_of(summary: SchoolSummary) -> Pack:
    """The pack of a school's figures.

    Args:
        summary: the school's own figures, not suppressed.
    """
    threshold = summary.year.suppression.smallest_group
    families = {
        one.name: one.measure.family
        for one in fields(summary.year)
        if one.measure is not None and one.measure.family in {"attainment", "average"}
    }
    figures = [one for one in summary.figures if one.field in families]
    told: dict[str, PackRow] = {}
    sets: dict[str, tuple[SummaryFigure, frozenset[int]]] = {}
    for figure in figures:
        row = (
            _count(figure, summary.eligible, threshold, sets)
            if families[figure.field] == "attainment"
            else _average(figure, summary.eligible, threshold)
        )
        told[figure.field] = row
    return Pack(
        rows=tuple(told.values()),
        threshold=threshold,
        notes=(
            f"Fewer than {threshold} pupils are never told of, nor so few who are left over.",
            *_NOTES,
            *_no_progress(summary),
        ),
    )


def _no_progress(summary: SchoolSummary) -> Iterator[str]:
    if not any(figure.limits for figure in summary.figures):
        yield "There are no progress scores in it."


def _count(
    figure: SummaryFigure,
    eligible: int,
    threshold: int,
    sets: dict[str, tuple[SummaryFigure, frozenset[int]]],
) -> PackRow:
    """A number of pupils; ``sets`` are the numbers told before it, and it joins them if told."""
    whole = figure.denominator
    counted = frozenset(one.line for one in figure.pupils if one.place == "numerator")
    number = len(counted)
    if not figure.printed:
        return _row(figure, NONE)
    hidden = whole < 2 * threshold or _is_hidden(figure, eligible, threshold)
    if hidden or _gives_away(figure, counted, threshold, sets):
        return _row(figure, WITHHELD)
    sets[figure.field] = (figure, counted)
    if number < threshold:
        said, low, high = f"Fewer than {threshold} of {whole}", 0, threshold - 1
    elif whole - number < threshold:
        low, high = whole - threshold + 1, whole
        said = f"At least {low} of {whole}"
    else:
        said, low, high = f"{number} of {whole}", number, number
    return _row(figure, said, low=low, high=high, whole=whole)


def _average(figure: SummaryFigure, eligible: int, threshold: int) -> PackRow:
    if not figure.printed:
        return _row(figure, NONE)
    hidden = _is_hidden(figure, eligible, threshold)
    return _row(figure, WITHHELD if hidden else figure.printed)


def _is_hidden(figure: SummaryFigure, eligible: int, threshold: int) -> bool:
    """Whether disclosure control withholds a figure, or too few pupils are in it."""
    return (
        figure.published != figure.printed or eligible < threshold or figure.denominator < threshold
    )


def _gives_away(
    figure: SummaryFigure,
    counted: frozenset[int],
    threshold: int,
    sets: Mapping[str, tuple[SummaryFigure, frozenset[int]]],
) -> bool:
    """Whether it and a number of the same subject would together tell of few pupils."""
    number, whole = len(counted), figure.denominator
    if number < threshold or whole - number < threshold:
        return False
    exact = [
        pupils
        for other, pupils in sets.values()
        if other.subject == figure.subject
        and threshold <= len(pupils) <= other.denominator - threshold
    ]
    return any(
        0 < part < threshold
        for pupils in exact
        for part in (
            len(counted - pupils),
            len(pupils - counted),
            len(counted & pupils),
            whole - len(counted | pupils),
        )
    )


def _row(
    figure: SummaryFigure,
    said: str,
    *,
    low: int | None = None,
    high: int | None = None,
    whole: int | None = None,
) -> PackRow:
    return PackRow(
        subject=_subject(figure.subject),
        label=_label(figure.label),
        said=said,
        low=low,
        high=high,
        whole=whole,
    )


def _label(label: str) -> str:
    """What is counted: pupils, and no share of them."""
    words = label.removeprefix("share of ")
    return f"{words[:1].upper()}{words[1:]}"


def _subject(subject: Subject | None) -> str:
    words = COMBINED if subject is None else subject.label
    return f"{words[:1].upper()}{words[1:]}"
