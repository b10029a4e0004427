"""Why a pupil's progress is what it is: from key stage 1 results to the score that counts."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from keystage.core.errors import UsageError
from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.measures.compute import Computed
from keystage.measures.explain_listing import BLANK, NO_SCORE
from keystage.measures.explain_words import as_text
from keystage.measures.units import BILLION, QUARTERS, SIXTEENTHS
from keystage.statute.year import Year

_Row = dict[str, object]


@dataclass(frozen=True)
class SubjectProgress:
    """One subject of a pupil's progress: exact numbers, and a sentence for each step.

    ``points``, ``national``, ``minimum``, ``unadjusted`` and ``progress`` are in points, none where
    they do not exist; ``raised`` says whether the minimum was applied.
    """

    subject: Subject
    points: Decimal | None
    national: Decimal | None
    minimum: Decimal | None
    unadjusted: Decimal | None
    progress: Decimal | None
    raised: bool
    steps: tuple[str, ...]


@dataclass(frozen=True)
class PupilExplanation:
    """A pupil's progress, opened.

    ``average`` is the key stage 1 average points and ``group`` the prior attainment group, none
    without them; ``start`` the sentences that lead there. A pupil who is not counted has no
    subjects.
    """

    line: int
    upn: str | None
    school: int
    average: Decimal | None
    group: int | None
    start: tuple[str, ...]
    subjects: tuple[SubjectProgress, ...]


def explain_pupil(computed: Computed, upn: str) -> tuple[PupilExplanation, ...]:
    """Open the progress of the pupil of a UPN: one explanation for each record of the file.

    Raises:
        UsageError: no pupil has the UPN, or the year has no progress measures.

    Source: 2022 technical guide, calculating an individual pupil's progress scores and annex C.
    """
    year = computed.table.year
    if not year.year.progress:
        raise UsageError(
            f"{year.name} has no progress measures, so there is no pupil progress to explain.",
            todo="Ask for a figure of attainment with --figure.",
        )
    found = computed.working.filter(pl.col("UPN") == upn.strip().upper()).collect()
    if found.is_empty():
        raise UsageError(f"No pupil of the file has the UPN {upn}.", todo="Check the UPN.")
    return tuple(_of_row(row, year) for row in found.rows(named=True))


def _of_row(row: _Row, year: Year) -> PupilExplanation:
    average = _number(row["ks1_average"], SIXTEENTHS)
    group = row["prior_attainment_group"]
    return PupilExplanation(
        line=int(str(row["line"])),
        upn=None if row["UPN"] is None else str(row["UPN"]),
        school=int(str(row["URN"])),
        average=average,
        group=None if group is None else int(str(group)),
        start=tuple(_start(row, year, average)),
        subjects=tuple(_subject(row, subject, year) for subject in IN_PROGRESS if row["included"]),
    )


def _start(row: _Row, year: Year, average: Decimal | None) -> list[str]:
    """From key stage 1 results to the prior attainment group."""
    if not row["included"]:
        code = _shown(row, "P_INCL")
        return [f"The pupil is not counted (inclusion code {code}), so there is no progress."]
    if row["ks1_from_average"]:
        steps = [f"The file gives no key stage 1 results but their average, {_points(average)}."]
    else:
        steps = [
            f"Key stage 1 {name}: {_shown(row, column)}{_points_of(row, name)}."
            for name, column in (
                ("reading", "KS1READ"),
                ("writing", "KS1WRIT"),
                ("maths", "KS1MAT"),
            )
        ]
        if average is None:
            return [*steps, "Without all three results there is no average and no progress."]
        steps.append(
            "English is the mean of reading and writing; the average of English and maths is "
            f"{_points(average)}."
        )
    group = _group_range(row, year)
    return [*steps, group]


def _points_of(row: _Row, name: str) -> str:
    points = _number(row[f"ks1_{name}"], QUARTERS)
    return ", no points" if points is None else f", {_points(points)}"


def _points(number: Decimal | None) -> str:
    return f"{number} point" if number == 1 else f"{number} points"


def _group_range(row: _Row, year: Year) -> str:
    number = row["prior_attainment_group"]
    table = year.prior_attainment_groups
    if number is None or table is None:
        return "No prior attainment group of the year's table holds that average."
    group = next(item for item in table.groups if item.group == number)
    between = {
        "low": f"from {group.low} to below {group.high} points",
        "high": f"above {group.low} and up to {group.high} points",
        "both": f"from {group.low} to {group.high} points",
        "neither": f"above {group.low} and below {group.high} points",
    }[group.includes]
    if group.low == group.high:
        between = f"exactly {_points(group.low)}"
    return f"That is prior attainment group {number}: {between}."


def _subject(row: _Row, subject: Subject, year: Year) -> SubjectProgress:
    points, national, minimum, unadjusted, progress = (
        _number(row[f"{subject}_{part}"], BILLION)
        for part in ("points", "national", "minimum", "unadjusted", "progress")
    )
    raised = progress is not None and progress != unadjusted
    steps = [f"Key stage 2 {subject.label}: {_result(row, subject)}."]
    if points is None:
        steps.append("That gives no points, so there is no progress in the subject.")
    elif unadjusted is None:
        steps.append(
            f"{_given(row, subject, year)} {points} points, but without a group there is "
            "no progress."
        )
    else:
        given = _given(row, subject, year)
        steps.append(f"{given} {points} points; the group's national average is {national}.")
        steps.append(f"{points} − {national} = {unadjusted}.")
        steps.append(_minimum_step(minimum, unadjusted, year, raised=raised))
    return SubjectProgress(
        subject, points, national, minimum, unadjusted, progress, raised, tuple(steps)
    )


def _result(row: _Row, subject: Subject) -> str:
    """What the file gives for a subject, in words."""
    assessed = f"teacher assessment {_shown(row, f'{subject.prefix}TAOUTCOME')}"
    if subject is Subject.WRITING:
        return assessed
    score = row[f"{subject.prefix}SCORE"]
    shown = NO_SCORE if score is None else score
    return f"outcome {_shown(row, f'{subject.prefix}OUTCOME')}, score {shown}, {assessed}"


def _given(row: _Row, subject: Subject, year: Year) -> str:
    """Where the points come from, up to the number."""
    if subject is Subject.WRITING or row[f"{subject.prefix}SCORE"] is not None:
        return "That gives"
    if row[f"{subject.prefix}TAOUTCOME"] in year.key_stage_2.points:
        return "There is no score; the teacher assessment gives"
    return "Too few marks for a score count as"


def _minimum_step(minimum: Decimal | None, unadjusted: Decimal, year: Year, *, raised: bool) -> str:
    rules = year.minimum_progress
    if rules is None or not rules.applies:
        return "The year sets no minimum score, so that is the pupil's progress."
    if minimum is None:
        return "The group has no minimum score, so that is the pupil's progress."
    if raised:
        return f"That is below the group's minimum, so the pupil's progress counts as {minimum}."
    return (
        f"That is not below the group's minimum of {minimum}, so {unadjusted} is the pupil's "
        "progress."
    )


def _shown(row: _Row, column: str) -> str:
    value = row[column]
    return BLANK if value is None else str(value)


def _number(value: object, per_one: int) -> Decimal | None:
    """A whole number of parts as the number it stands for, without trailing zeros."""
    if value is None:
        return None
    return Decimal(as_text(Fraction(int(str(value)), per_one)))
