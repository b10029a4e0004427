"""The season of an invented school: half done, or finished up to its results."""

from collections.abc import Mapping
from uuid import uuid4

import polars as pl
from django.utils import timezone

from keystage.actions import packs
from keystage.actions.by import By
from keystage.actions.inventing.registers import fill
from keystage.actions.returns import cohort_of
from keystage.actions.roll.facts import FIRST_STAGE
from keystage.actions.sending import exporting
from keystage.actions.sheets import signing
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.core.subjects import ASSESSED, TESTED
from keystage.store.models import (
    CohortPupil,
    Organisation,
    Person,
    Pupil,
    Result,
    ResultChange,
    Sheet,
)

ADDRESS = "invented"
_TEXTS = ("upn", "former_upn", "surname", "forename", "sex", "class", *FIRST_STAGE)


def half_way(
    school: Organisation,
    roll: pl.DataFrame,
    year: int,
    people: Mapping[str, Person],
    *,
    share: float,
) -> Sheet:
    """A school whose pupils are registered and of whom a share has judgements."""
    rows = roll.filter(pl.col("school") == school.number).sort("surname", "forename", "upn")
    sheet = started(school, rows, year, people)
    judge(sheet, rows.head(round(rows.height * share)), people["assessment_lead"])
    return sheet


def finish(
    school: Organisation, roll: pl.DataFrame, year: int, people: Mapping[str, Person]
) -> Sheet:
    """A school that has judged, signed and exported, and has its results."""
    rows = roll.filter(pl.col("school") == school.number)
    sheet = started(school, rows, year, people)
    judge(sheet, rows, people["assessment_lead"])
    classes = sorted({member.pupil.class_name for member in cohort_of(sheet)})
    for name in classes:
        signing.sign_class(
            sheet, name, by=By(people["class_teacher"], ADDRESS), classes=frozenset(classes)
        )
    signing.sign_head(sheet, by=By(people["headteacher"], ADDRESS))
    exporting.make(sheet=sheet, key=uuid4(), by=By(people["office"], ADDRESS))
    fill(sheet, people)
    _results(sheet, rows, people["office"])
    return sheet


def started(
    school: Organisation, rows: pl.DataFrame, year: int, people: Mapping[str, Person]
) -> Sheet:
    """The school's sheet with its pupils and their registrations."""
    sheet = packs.load(school=school, year=year, by=By(people["assessment_lead"], ADDRESS))
    pupils, members = [], []
    for row in rows.iter_rows(named=True):
        texts = {name: row[name] or "" for name in _TEXTS}
        class_name = texts.pop("class")
        pupil = Pupil(
            school=school,
            **texts,
            class_name=class_name,
            birth_date=row["birth_date"],
            year_group=packs.YEAR_GROUP,
            entered_on=row["joined_on"],
            left_on=row["left_on"],
        )
        registrations = {test: row[test] or "" for test in TESTED}
        member = CohortPupil(
            sheet=sheet,
            pupil=pupil,
            how=CohortPupil.How.YEAR_GROUP,
            on_register=row["on_register"],
            **registrations,
        )
        pupils.append(pupil)
        members.append(member)
    Pupil.objects.bulk_create(pupils)
    CohortPupil.objects.bulk_create(members)
    return sheet


def judge(sheet: Sheet, rows: pl.DataFrame, person: Person) -> None:
    """Enter the judgements of these pupils, as a person would."""
    members = {member.pupil.upn: member for member in cohort_of(sheet)}
    changes = [
        Change(pupil=members[row["upn"]].pk, subject=subject, code=code, seen=0)
        for row in rows.iter_rows(named=True)
        for subject in ASSESSED
        if (code := row[f"ta_{subject}"])
    ]
    save_cells(sheet, changes, by=By(person, ADDRESS), classes=None)


def _results(sheet: Sheet, rows: pl.DataFrame, person: Person) -> None:
    """The results of the tests, as a results file would bring them."""
    members = {member.pupil.upn: member for member in cohort_of(sheet)}
    now = timezone.now()
    results = [
        Result(
            cohort_pupil=members[row["upn"]],
            subject=test,
            raw_mark=row[f"{test}_mark"],
            scaled_score=row[f"{test}_score"],
            outcome=row[f"{test}_outcome"] or "",
            changed_at=now,
        )
        for row in rows.iter_rows(named=True)
        for test in TESTED
    ]
    kept = Result.objects.bulk_create(results)
    ResultChange.objects.bulk_create(
        ResultChange(
            result=result,
            after={
                "raw_mark": result.raw_mark,
                "scaled_score": result.scaled_score,
                "outcome": result.outcome,
            },
            version=result.version,
            at=now,
            by=person,
        )
        for result in kept
    )
