"""What the service holds of the pupils of a year, as frames: a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import polars as pl
from django.db.models import QuerySet

from keystage.actions.figures.standing import frame_of, results_in_force, text_type
from keystage.store.models import CohortPupil, Organisation, ReceivedJudgement, ReceivedPupil

#: What a pupil is known by: the school's code and the UPN.
KEY = ["code", "upn"]
_ROLL = (
    "code", "upn", "removed", "reading", "gps", "maths", "sex", "left_on", "ks1_reading",
    "ks1_writing", "ks1_maths",
)  # fmt: skip
_RECEIVED = ("code", "upn", "sex", "left_on")
_JUDGED = ("code", "upn", "subject", "judgement")
_SCHOOLS = ("code", "number", "SCHNAME", "type", "authority", "TRUST_UID", "TRUST_NAME")
#: Columns that hold no texts.
_OTHERS: Mapping[str, type[pl.DataType]] = {"removed": pl.Boolean, "left_on": pl.Date}


@dataclass(frozen=True, eq=False)
class Held:
    """What the service holds; ``code`` is the school's, and a blank UPN is null.

    Texts of pupils are of one `text_type`, as is the code of schools.

    Attributes:
        schools: the schools in reach.
        roll: the cohorts of the year, those who were taken out among them.
        received: the pupils whose judgements were received, without those removed.
        judged: their judgements, a row a subject.
        results: the released results in force, a row a test.
    """

    schools: pl.DataFrame
    roll: pl.DataFrame
    received: pl.DataFrame
    judged: pl.DataFrame
    results: pl.DataFrame

    def of(self, codes: pl.Series) -> Self:
        """What is held of some of the schools."""
        these = codes.to_frame("code")
        frames = (self.schools, self.roll, self.received, self.judged, self.results)
        return type(self)(*(frame.join(these, on="code", how="semi") for frame in frames))


def held(schools: QuerySet[Organisation], year: int, *, all_schools: bool) -> Held:
    """Read what is held of the pupils of some schools.

    Args:
        schools: which.
        year: the season.
        all_schools: these are all there are.
    """
    reach, text = schools.order_by().values("pk"), text_type()
    roll = CohortPupil.objects.filter(sheet__year=year, sheet__school__in=reach)
    received = ReceivedPupil.objects.filter(
        school_return__year=year, school_return__school__in=reach, removed_at__isnull=True
    )
    judged = ReceivedJudgement.objects.filter(
        pupil__school_return__year=year,
        pupil__school_return__school__in=reach,
        pupil__removed_at__isnull=True,
    )
    members = ("pupil__sex", "pupil__left_on", "pupil__ks1_reading", "pupil__ks1_writing")
    return Held(
        schools=_frame(
            schools.values_list(
                "code", "number", "name", "school_type", "authority__code", "trust__code",
                "trust__name",
            ),
            _SCHOOLS,
            pl.String(),
        ).with_columns(pl.col("code").cast(text)),
        roll=_frame(
            roll.values_list(
                "sheet__school__code", "pupil__upn", "removed", "reading", "gps", "maths",
                *members, "pupil__ks1_maths",
            ),
            _ROLL,
            text,
        ),
        received=_frame(
            received.order_by().values_list("school_return__school__code", "upn", "sex", "left_on"),
            _RECEIVED,
            text,
        ),
        judged=_frame(
            judged.values_list(
                "pupil__school_return__school__code", "pupil__upn", "subject", "code"
            ),
            _JUDGED,
            text,
        ),
        results=results_in_force(schools, year, text, all_schools=all_schools),
    )  # fmt: skip


def _frame(
    rows: QuerySet[Any, tuple[Any, ...]], names: Sequence[str], text: pl.DataType
) -> pl.DataFrame:
    return frame_of(rows, {name: _OTHERS.get(name, text) for name in names})
