"""Which key stage 1 result and P scale give which points: the rule, as tables to look codes up in.

Checks and measures each build their expressions from it, so that they cannot disagree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.statute.progress import KeyStage1

#: The P scale given for English as a whole, which reading and writing may take.
ENGLISH_P_SCALE = "KS1ENGPSCALE"


@dataclass(frozen=True)
class PScale:
    """A column of P scales and the points of those that count in it."""

    column: str
    points: Mapping[str, Decimal]


@dataclass(frozen=True)
class SubjectPoints:
    """How a pupil comes to points in a key stage 1 subject.

    A result in ``points`` gives its points. The result ``below`` gives the points of the first of
    ``p_scales`` that has any for the pupil, else ``without_p_scale``. Every other result, and a
    blank, gives no points.

    Attributes:
        subject: the subject.
        result: the column of its results.
        points: points by result.
        below: the result below the pre-key stage standards; none where the year has no such code.
        p_scales: the P scales the subject may take, the one that goes first first.
        without_p_scale: the points of ``below`` itself; none where it has none.
    """

    subject: Subject
    result: str
    points: Mapping[str, Decimal]
    below: str | None
    p_scales: tuple[PScale, ...]
    without_p_scale: Decimal | None


def subject_points(table: KeyStage1) -> tuple[SubjectPoints, ...]:
    """The rule of each key stage 1 subject: reading, writing and maths.

    In reading and writing a pupil below the standards takes the subject's own higher P scale, else
    the lower one given for English; in maths the one given.

    Source: 2022 technical guide, key stage 1 point scores; the rule for reading and writing as NCER
    restates it, since the guide's box is an image. The rule for maths is not published in text.
    """
    return tuple(
        SubjectPoints(
            subject=subject,
            result=f"KS1{subject.prefix}",
            points=table.points,
            below=table.below_code,
            p_scales=_p_scales(subject, table),
            without_p_scale=table.below_without_p_scale,
        )
        for subject in IN_PROGRESS
    )


def _p_scales(subject: Subject, table: KeyStage1) -> tuple[PScale, ...]:
    own = f"KS1{subject.prefix}PSCALE"
    if subject is Subject.MATHS:
        return (PScale(own, table.p_scale),)
    return (
        PScale(own, _only(table.own_p_scales, table)),
        PScale(ENGLISH_P_SCALE, _only(table.english_p_scales, table)),
    )


def _only(codes: tuple[str, ...], table: KeyStage1) -> Mapping[str, Decimal]:
    return {code: points for code, points in table.p_scale.items() if code in codes}
