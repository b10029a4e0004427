"""What the service holds of the pupils of a year, as frames: a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import QuerySet

from keystage.actions.figures.standing import AT_ONCE, frame_of, results_in_force
from keystage.store.models import CohortPupil, Organisation, ReceivedJudgement, ReceivedPupil

#: What a pupil is known by: the school's code and the UPN.
KEY = ["code", "upn"]
_ROLL = {
    "code": pl.String, "upn": pl.String, "removed": pl.Boolean, "reading": pl.String,
    "gps": pl.String, "maths": pl.String, "sex": pl.String, "left_on": pl.Date,
    "ks1_reading": pl.String, "ks1_writing": pl.String, "ks1_maths": pl.String,
}  # fmt: skip
_RECEIVED = {"code": pl.String, "upn": pl.String, "sex": pl.String, "left_on": pl.Date}
_JUDGED = {"code": pl.String, "upn": pl.String, "subject": pl.String, "judgement": pl.String}
_SCHOOLS = {
    "code": pl.String, "number": pl.String, "SCHNAME": pl.String, "type": pl.String,
    "authority": pl.String, "TRUST_UID": pl.String, "TRUST_NAME": pl.String,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Held:
    """What the service holds; ``code`` is the school's, and a blank UPN is null.

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


def held(schools: QuerySet[Organisation], year: int, *, all_schools: bool) -> Held:
    """Read what is held of the pupils of some schools.

    Args:
        schools: which.
        year: the season.
        all_schools: these are all there are.
    """
    reach = schools.order_by().values("pk")
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
        ),
        roll=_frame(
            roll.values_list(
                "sheet__school__code", "pupil__upn", "removed", "reading", "gps", "maths",
                *members, "pupil__ks1_maths",
            ),
            _ROLL,
        ),
        received=_frame(
            received.order_by().values_list("school_return__school__code", "upn", "sex", "left_on"),
            _RECEIVED,
        ),
        judged=_frame(
            judged.values_list(
                "pupil__school_return__school__code", "pupil__upn", "subject", "code"
            ),
            _JUDGED,
        ),
        results=_blank(results_in_force(schools, year, all_schools=all_schools)),
    )  # fmt: skip


def _frame(
    rows: QuerySet[Any, tuple[Any, ...]], schema: Mapping[str, type[pl.DataType]]
) -> pl.DataFrame:
    return _blank(frame_of(rows.iterator(chunk_size=AT_ONCE), schema))


def _blank(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that say nothing are null."""
    return frame.with_columns(
        pl.when(pl.col(pl.String).str.strip_chars() != "").then(pl.col(pl.String)).name.keep()
    )
