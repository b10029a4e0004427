"""The pack for governors: figures of the day, in pupils and not in percentages, suppressed.

It is made of what disclosure control lets through, and then counted in pupils. No number of pupils
in it is under the year's threshold, and none can be had by taking one number from another, here or
in an earlier pack: small numbers, and those close to everybody, are told as "fewer than" or "at
least". Of fewer than twice the threshold no number is told, as one of the two would say everything.
Who reached a standard in all three subjects reached it in each: where that number comes close to
that of a subject, the subject's is told. Of how many is left out where a few are missing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from keystage.core.subjects import Subject
from keystage.flows.school_summary import SchoolSummary, SummaryFigure
from keystage.measures.fields import fields

COMBINED = "Reading, writing and maths"
WITHHELD = "Not shown: too few pupils"
CLOSE = "Not shown: too close to an earlier pack"
NONE = "No figure"
_NUMBER = re.compile(r"(\d+)(?: of (\d+)| pupils)")
_BOUND = re.compile(r"(Fewer than|At least) (\d+) of (\d+)")
_AVERAGE = re.compile(r"\d+(?:\.\d+)?")
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
        field: the figure's name in the department's tables.
    """

    subject: str
    label: str
    said: str
    low: int | None = None
    high: int | None = None
    whole: int | None = None
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack.

    Attributes:
        rows: its lines.
        threshold: fewer pupils than this are never told of.
        notes: what a reader must know, as sentences.
        pupils: those at the end of key stage 2.
    """

    rows: tuple[PackRow, ...]
    threshold: int
    notes: tuple[str, ...]
    pupils: int

    def content(self) -> dict[str, object]:
        """What is kept of it: the texts that are shown, and what later figures are held against.

        These are the fields of the lines, in their order, and the pupils at the end of key stage 2.
        """
        return {
            "rows": [[row.subject, row.label, row.said] for row in self.rows],
            "fields": [row.field for row in self.rows],
            "pupils": self.pupils,
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
    for figure in sorted(figures, key=lambda one: one.subject is None):
        row = (
            _count(figure, summary.eligible, threshold, sets)
            if families[figure.field] == "attainment"
            else _average(figure, summary.eligible, threshold)
        )
        told[figure.field] = row
    return Pack(
        rows=tuple(told[figure.field] for figure in figures),
        threshold=threshold,
        notes=(
            f"Fewer than {threshold} pupils are never told of, nor so few who are left over.",
            *_NOTES,
            *_no_progress(summary),
        ),
        pupils=summary.eligible,
    )


def beside(pack: Pack, earlier: Iterable[Sequence[Sequence[str]]]) -> Pack:
    """The pack without numbers that would tell of few pupils beside those of an earlier one.

    Args:
        pack: the pack of the day.
        earlier: the lines of each pack of the season that was shown: subject, figure, what is said.
    """
    before: dict[tuple[str, str], list[str]] = {}
    for rows in earlier:
        for subject, label, said in rows:
            before.setdefault((subject, label), []).append(said)
    return replace(pack, rows=tuple(_beside(row, before, pack.threshold) for row in pack.rows))


def _beside(
    row: PackRow, before: Mapping[tuple[str, str], Sequence[str]], threshold: int
) -> PackRow:
    now, told = numbers_in(row.said), before.get((row.subject, row.label), ())
    close = any(
        0 < abs(one - other) < threshold
        for said in told
        for one, other in zip(now, numbers_in(said), strict=False)
    )
    # Two averages tell the score of a pupil who came between them, as a pack says not how many did.
    average = _AVERAGE.fullmatch(row.said) is not None
    close |= average and any(_AVERAGE.fullmatch(said) and said != row.said for said in told)
    close |= any(_tells_of_movers(row.said, said, threshold) for said in told)
    hidden = replace(row, said=CLOSE, low=None, high=None, whole=None)
    return hidden if close else row


def _tells_of_movers(now: str, then: str, threshold: int) -> bool:
    """Whether two numbers, of which one may be a bound, tell of the few who joined or left.

    25 of 31, then at least 25 of 30: who left was not among the 25.
    """
    here, there = _limits(now), _limits(then)
    if here is None or there is None or not 0 < abs(here[2] - there[2]) < threshold:
        return False
    moved = here[2] - there[2]
    least, most = min(moved, 0), max(moved, 0)
    told = max(least, here[0] - there[1]), min(most, here[1] - there[0])
    return told != (least, most)


def _limits(said: str) -> tuple[int, int, int] | None:
    """The fewest and the most pupils that are told, and of how many; None where that is not."""
    if bound := _BOUND.fullmatch(said):
        number, whole = int(bound[2]), int(bound[3])
        return (0, number - 1, whole) if bound[1] == "Fewer than" else (number, whole, whole)
    counted = numbers_in(said)
    return (counted[0], counted[0], counted[1]) if len(counted) > 1 else None


def numbers_in(said: str) -> tuple[int, ...]:
    """The pupils counted, of how many, and how many are left over; what of it is said exactly.

    >>> numbers_in("18 of 30"), numbers_in("18 pupils"), numbers_in("At least 25 of 30")
    ((18, 30, 12), (18,), ())
    """
    found = _NUMBER.fullmatch(said)
    if not found:
        return ()
    counted = int(found[1])
    return (counted, int(found[2]), int(found[2]) - counted) if found[2] else (counted,)


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
    others = {one.denominator for one, _ in sets.values()}
    told = {eligible, *(one for one in others if abs(eligible - one) >= threshold)}
    few_missing = any(0 < abs(whole - other) < threshold for other in told)
    if few_missing and whole - number < threshold:
        return _row(figure, WITHHELD)
    sets[figure.field] = (figure, counted)
    of = "" if few_missing else f" of {whole}"
    if number < threshold:
        said, low, high = f"Fewer than {threshold}{of or ' pupils'}", 0, threshold - 1
    elif whole - number < threshold:
        low, high = whole - threshold + 1, whole
        said = f"At least {low}{of}"
    else:
        said, low, high = f"{number}{of or ' pupils'}", number, number
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
    """Whether it and numbers told before it would together tell of few pupils.

    Numbers of one subject are held against each other in every way; those of a subject and of all
    three where the pupils of one are among those of the other.
    """
    number, whole = len(counted), figure.denominator
    if number < threshold or whole - number < threshold:
        return False
    exact = [
        (other.subject, pupils)
        for other, pupils in sets.values()
        if threshold <= len(pupils) <= other.denominator - threshold
    ]
    same = [pupils for subject, pupils in exact if subject == figure.subject]
    parts = [
        part
        for pupils in same
        for part in (
            len(counted - pupils),
            len(pupils - counted),
            len(counted & pupils),
            whole - len(counted | pupils),
        )
    ]
    parts.append(whole - len(counted.union(*same)))
    parts += [
        len(counted ^ pupils)
        for _, pupils in exact
        if figure.subject is None and (counted <= pupils or pupils <= counted)
    ]
    return any(0 < part < threshold for part in parts)


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
        field=figure.field,
    )


def _label(label: str) -> str:
    """What is counted: pupils, and no share of them."""
    words = label.removeprefix("share of ")
    return f"{words[:1].upper()}{words[1:]}"


def _subject(subject: Subject | None) -> str:
    words = COMBINED if subject is None else subject.label
    return f"{words[:1].upper()}{words[1:]}"
