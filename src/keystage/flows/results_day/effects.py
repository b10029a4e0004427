"""What another result of one pupil would do to the school's own figures: with it, and without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keystage.core.subjects import Subject
from keystage.flows.school_summary import SchoolSummary, school_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A figure of the school before and after.

    Attributes:
        field: its name.
        label: what it is.
        subject: of which subject; None for reading, writing and maths combined.
        before: as printed.
        after: as printed.
        moves: whether the two differ in what is printed or in the pupils who are counted.
        pupils: how many more pupils are counted in it.
    """

    field: str
    label: str
    subject: Subject | None
    before: str
    after: str
    moves: bool
    pupils: int


def effects(  # noqa: PLR0913  # a school's pupils and one changed result
    rows: Sequence[Mapping[str, object]],
    year: int,
    release: str,
    *,
    urn: int,
    upn: str,
    subject: Subject,
    score: int | None,
    outcome: str,
) -> tuple[Effect, ...]:
    """The school's figures with a result as it is, and as it would be.

    Args:
        rows: the pupils in the columns of a pupil file.
        year: the year of the results.
        release: of which release the rules are.
        urn: the school.
        upn: whose result would change.
        subject: in which test.
        score: the scaled score it would be.
        outcome: the outcome it would be.

    Raises:
        KeystageError: as `school_summary`.
    """
    other = {f"{subject.prefix}SCORE": score, f"{subject.prefix}OUTCOME": outcome}
    changed = [{**row, **other} if row["UPN"] == upn else dict(row) for row in rows]
    before = school_summary([dict(row) for row in rows], None, year, release, urn=urn)
    after = school_summary(changed, None, year, release, urn=urn)
    return differing(before, after)


def differing(before: SchoolSummary, after: SchoolSummary) -> tuple[Effect, ...]:
    """The figures two summaries share, side by side."""
    later = {figure.field: figure for figure in after.figures}
    return tuple(
        Effect(
            field=one.field,
            label=one.label,
            subject=one.subject,
            before=one.printed,
            after=later[one.field].printed,
            moves=(one.printed, one.numerator)
            != (later[one.field].printed, later[one.field].numerator),
            pupils=_counted(later[one.field].pupils) - _counted(one.pupils),
        )
        for one in before.figures
        if one.field in later
    )


def _counted(pupils: Sequence[object]) -> int:
    return sum(getattr(one, "place", "") == "numerator" for one in pupils)
