"""Why a pupil moves a figure from one release to the next: the reasons, as data.

A pupil's reasons are held as the bits of one whole number, so that those of several subjects are
put together by one operation. The order is that in which they are told; the first is the main one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from keystage.core.subjects import IN_PROGRESS, TESTED, Subject
from keystage.measures.declare import Measure
from keystage.measures.fields import PRIOR_COLUMN, Field
from keystage.records.schema import FREE_SCHOOL_MEALS, PUPILS
from keystage.statute.year import Year


@dataclass(frozen=True)
class Reason:
    """Why a pupil's part in a figure differs.

    Attributes:
        name: its name, unique.
        words: what is said of the pupil, continuing "The pupil …" or standing by itself.
    """

    name: str
    words: str


REASONS: tuple[Reason, ...] = (
    Reason("merged", "record merged with another of the same pupil"),
    Reason("addition", "pupil added"),
    Reason("removal", "pupil removed"),
    Reason("inclusion_changed", "inclusion changed"),
    Reason("review", "review of marking"),
    Reason("late_result", "late result"),
    Reason("score_changed", "changed mark or score"),
    Reason("outcome_changed", "outcome changed"),
    Reason("prior_attainment_changed", "prior attainment changed"),
    Reason("characteristic_changed", "characteristic changed"),
    Reason("minimum_applied", "minimum score applied"),
    Reason("minimum_lifted", "minimum score lifted"),
    Reason("reference_changed", "national reference changed"),
    Reason("rule_changed", "rule changed"),
)
BIT: Mapping[str, int] = {reason.name: 1 << place for place, reason in enumerate(REASONS)}

INCLUSION = "P_INCL"
KEY_STAGE_1 = tuple(
    column.name for column in PUPILS if column.name.startswith("KS1") and not column.comparison_only
)


@cache
def reasons_of(bits: int) -> tuple[Reason, ...]:
    """The reasons a whole number holds, the main one first.

    >>> [reason.name for reason in reasons_of(BIT["score_changed"] | BIT["review"])]
    ['review', 'score_changed']
    """
    return tuple(reason for reason in REASONS if bits & BIT[reason.name])


def result_columns(subject: Subject, *, progress: bool = False) -> tuple[str, ...]:
    """The columns of a subject's result; of a test, score and outcome.

    Args:
        subject: the subject.
        progress: with the teacher assessment that gives pupils below the test their points.

    >>> result_columns(Subject.READING, progress=True)
    ('READSCORE', 'READOUTCOME', 'READTAOUTCOME')
    >>> result_columns(Subject.WRITING)
    ('WRITTAOUTCOME',)
    """
    assessed = (f"{subject.prefix}TAOUTCOME",)
    if subject not in TESTED:
        return assessed
    tested = (f"{subject.prefix}SCORE", f"{subject.prefix}OUTCOME")
    return (*tested, *assessed) if progress and subject in IN_PROGRESS else tested


def subjects_of(measure: Measure) -> tuple[Subject, ...]:
    """The subjects whose results a measure is made from: one, three for them combined, or none."""
    if measure.family == "prior_attainment":
        return ()
    if measure.subject is not None:
        return (measure.subject,)
    return (Subject.READING, Subject.WRITING, Subject.MATHS)


def group_columns(field: Field, year: Year) -> tuple[str, ...]:
    """The columns the field's pupil group, and those it is a share of, are told by."""
    over = field.composition.over if field.composition is not None else ()
    groups = year.pupil_groups.groups
    columns = (groups[name].column for name in (field.group, *over) if name in groups)
    return tuple(dict.fromkeys(column for column in columns if column))


def columns_of(field: Field, year: Year) -> tuple[str, ...]:
    """The columns of the pupil file that a field's value for a pupil rests on, in their order."""
    wanted: set[str] = {INCLUSION}
    measure = field.measure
    if measure is not None:
        progress = measure.family == "progress"
        for subject in subjects_of(measure):
            wanted |= set(result_columns(subject, progress=progress))
        if measure.family in {"progress", "prior_attainment"}:
            wanted |= set(KEY_STAGE_1)
    for column in group_columns(field, year):
        wanted |= set(told_by(column))
    return in_order(wanted)


def told_by(column: str) -> tuple[str, ...]:
    """The columns of the pupil file a column of pupil groups is made from."""
    if column == PRIOR_COLUMN:
        return KEY_STAGE_1
    return FREE_SCHOOL_MEALS if column in FREE_SCHOOL_MEALS else (column,)


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Columns of the pupil file in the order of the file."""
    wanted = set(names)
    return tuple(column.name for column in PUPILS if column.name in wanted)
