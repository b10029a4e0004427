"""How many pupils and judgements the sheets of many schools have, asked at once."""

from typing import Any

import polars as pl

from keystage.actions.roll.cohort_history import TESTS
from keystage.actions.season.dates import collection_in_force
from keystage.checks.returns.kinds import LEFT, STAYED, left_in, sorts, standing
from keystage.core.subjects import ASSESSED
from keystage.store.models import CohortPupil, Judgement


def numbers_of(of: Any, year: int) -> dict[int, tuple[int, int, int, int]]:
    """Of each sheet: pupils, those registered for every test, judgements due, and those given."""
    collection = collection_in_force(None, year)
    tests = [pl.col(test).replace("", None) for test in TESTS]
    members = pl.DataFrame(
        list(
            CohortPupil.objects.filter(sheet__in=of, removed=False).values_list(
                "sheet", "pk", *TESTS, "on_register", "pupil__left_on"
            )
        ),
        schema=_MEMBERS,
        orient="row",
    ).with_columns(*tests)
    place = members.select(
        left_in(collection).fill_null(STAYED) + len(LEFT) * standing(collection)
    ).to_series()
    asked = sorts(collection)[place].select(
        pl.col(f"{subject}_due").alias(subject) for subject in ASSESSED
    )
    due = (
        members.select("sheet", "member")
        .hstack(asked)
        .unpivot(index=("sheet", "member"), variable_name="subject", value_name="due")
        .filter("due")
    )
    judged = Judgement.objects.filter(cohort_pupil__sheet__in=of).exclude(code="").order_by()
    there = pl.DataFrame(
        list(judged.values_list("cohort_pupil", "subject")), schema=_JUDGED, orient="row"
    ).with_columns(there=pl.lit(value=True))
    cells = (
        due.join(there, on=("member", "subject"), how="left")
        .group_by("sheet")
        .agg(due=pl.len(), given=pl.col("there").count())
    )
    everywhere = pl.all_horizontal(pl.col(test).is_not_null() for test in TESTS)
    found = (
        members.group_by("sheet")
        .agg(pupils=pl.len(), registered=everywhere.sum())
        .join(cells, on="sheet", how="left")
        .fill_null(0)
    )
    counts = zip(
        *(found[name].to_list() for name in ("pupils", "registered", "due", "given")), strict=True
    )
    return dict(zip(found["sheet"].to_list(), counts, strict=True))


_MEMBERS = {
    "sheet": pl.Int64(),
    "member": pl.Int64(),
    **dict.fromkeys(TESTS, pl.String()),
    "on_register": pl.Boolean(),
    "left_on": pl.Date(),
}
_JUDGED = {"member": pl.Int64(), "subject": pl.String()}
