"""How far schools have come with a season: of many at once, with a fixed number of questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import polars as pl
from django.db.models import Count, Max, QuerySet

from keystage.actions.roll.cohort_history import TESTS
from keystage.actions.sending.exporting import RETURN
from keystage.checks.returns.kinds import LEFT, STAYED, left_in, sorts, standing
from keystage.core.subjects import ASSESSED, TESTED
from keystage.statute.collection_loader import load_collection
from keystage.store.models import (
    CohortPupil,
    Import,
    Judgement,
    Organisation,
    Result,
    ReturnFile,
    Sheet,
    SignOff,
)
from keystage.store.rights import schools_within


class Stage(StrEnum):
    """A step of a school's season, in the order they are taken."""

    ROLL = "roll"
    REGISTERED = "registered"
    JUDGED = "judged"
    SIGNED = "signed"
    FILE = "file"
    RESULTS = "results"


class State(StrEnum):
    """How far a school is with a step."""

    DONE = "done"
    BEGUN = "begun"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolStages:
    """How far one school has come with a season.

    Attributes:
        school: the school, with what it belongs to.
        loaded: whether the codes and rules of the year are loaded.
        roll_taken: whether a roll was brought in this season.
        pupils: how many are in the cohort.
        registered: how many of them are registered for every test.
        due: how many judgements are due.
        given: how many of those are there.
        faults: what the last check found; None where it has not seen what the sheet holds.
        signed: whether the headteacher's signature holds.
        file: whether the newest file of the return holds what the sheet does; None without one.
        with_results: how many pupils have a result of a test.
        last: when something was last done; None if never.
    """

    school: Organisation
    loaded: bool = False
    roll_taken: bool = False
    pupils: int = 0
    registered: int = 0
    due: int = 0
    given: int = 0
    faults: int | None = None
    signed: bool = False
    file: bool | None = None
    with_results: int = 0
    last: datetime | None = None

    @property
    def states(self) -> Mapping[Stage, State]:
        """How far the school is with each step."""
        there = bool(self.pupils)
        return {
            Stage.ROLL: _state(there, self.roll_taken),
            Stage.REGISTERED: _state(there and self.registered == self.pupils, self.registered),
            Stage.JUDGED: _state(there and self.given == self.due, self.given),
            Stage.SIGNED: _state(self.signed, False),
            Stage.FILE: _state(self.file, self.file is not None),
            Stage.RESULTS: _state(self.with_results, False),
        }

    @property
    def waits_for(self) -> Stage | None:
        """The first step that is not done; None if all are."""
        return next((one for one, state in self.states.items() if state != State.DONE), None)


def _state(done: object, begun: object) -> State:
    if done:
        return State.DONE
    return State.BEGUN if begun else State.NOT_YET


def schools_of(body: Organisation) -> QuerySet[Organisation]:
    """The schools that stand in an organisation; every school in a national body."""
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
    if body.kind != Organisation.Kind.NATIONAL:
        schools = schools_within([body])
    return schools.select_related("authority", "trust", "diocese").order_by("name", "code")


def stages_of(schools: QuerySet[Organisation], year: int) -> list[SchoolStages]:
    """How far each of some schools has come with a season, in their order.

    Raises:
        KeystageError: there is no collection of the year.
    """
    sheets = Sheet.objects.filter(school__in=schools.order_by().values("pk"), year=year)
    rolls = dict(
        Import.objects.filter(
            school__in=schools.order_by().values("pk"),
            year=year,
            kind=Import.Kind.ROLL,
            state=Import.State.APPLIED,
        )
        .order_by()
        .values_list("school")
        .annotate(last=Max("applied_at"))
    )
    told = _told(sheets, year)
    by_school = {sheet.school_id: sheet for sheet in sheets}
    return [
        _one(school, by_school.get(school.pk), rolls.get(school.pk), told) for school in schools
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What was asked of all sheets, by sheet."""

    numbers: Mapping[int, tuple[int, int, int, int]]
    signed: Mapping[int, datetime]
    files: Mapping[int, tuple[bool, datetime]]
    results: Mapping[int, tuple[int, datetime]]
    judged: Mapping[int, datetime]


def _one(
    school: Organisation, sheet: Sheet | None, rolled: datetime | None, told: _Told
) -> SchoolStages:
    if sheet is None:
        return SchoolStages(school=school, roll_taken=rolled is not None, last=rolled)
    pupils, registered, due, given = told.numbers.get(sheet.pk, (0, 0, 0, 0))
    file, made_at = told.files.get(sheet.pk, (None, None))
    with_results, results_at = told.results.get(sheet.pk, (0, None))
    moments = (
        rolled, made_at, results_at, sheet.loaded_at, sheet.checked_at,
        told.signed.get(sheet.pk), told.judged.get(sheet.pk),
    )  # fmt: skip
    return SchoolStages(
        school=school,
        loaded=True,
        roll_taken=rolled is not None,
        pupils=pupils,
        registered=registered,
        due=due,
        given=given,
        faults=sheet.red if sheet.is_checked else None,
        signed=sheet.pk in told.signed,
        file=file,
        with_results=with_results,
        last=max(one for one in moments if one is not None),
    )


def _told(sheets: QuerySet[Sheet], year: int) -> _Told:
    of = sheets.order_by().values("pk")
    signed = SignOff.objects.filter(
        sheet__in=of, kind=SignOff.Kind.HEADTEACHER, broken_at__isnull=True
    )
    files = ReturnFile.objects.filter(
        sheet__in=of, profile=RETURN, superseded_at__isnull=True
    ).order_by("made_at")
    results = (
        Result.objects.filter(cohort_pupil__sheet__in=of, subject__in=TESTED)
        .order_by()
        .values_list("cohort_pupil__sheet")
        .annotate(pupils=Count("cohort_pupil", distinct=True), last=Max("changed_at"))
    )
    judged = (
        Judgement.objects.filter(cohort_pupil__sheet__in=of)
        .order_by()
        .values_list("cohort_pupil__sheet")
        .annotate(last=Max("changed_at"))
    )
    return _Told(
        numbers=_numbers(of, year),
        signed=dict(signed.values_list("sheet", "at")),
        files={
            sheet: (made_of == holds, at)
            for sheet, made_of, holds, at in files.values_list(
                "sheet", "content_version", "sheet__content_version", "made_at"
            )
        },
        results={sheet: (count, last) for sheet, count, last in results},
        judged=dict(judged),
    )


def _numbers(of: Any, year: int) -> dict[int, tuple[int, int, int, int]]:
    """Of each sheet: pupils, those registered for every test, judgements due, and those given."""
    collection = load_collection(year)
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
    numbers = members.select(
        left_in(collection).fill_null(STAYED) + len(LEFT) * standing(collection)
    ).to_series()
    asked = sorts(collection)[numbers].select(
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
