"""The stages of many schools, asked of all of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from keystage.actions.gateway.standing.lateness import first_accepted
from keystage.actions.season.dates import season_of
from keystage.actions.sending.exporting import RETURN
from keystage.actions.stages.deadlines import Due, due_of
from keystage.actions.stages.numbers import numbers_of
from keystage.actions.stages.steps import SchoolStages, State
from keystage.core.subjects import TESTED
from keystage.statute.season import Event
from keystage.store.models import (
    Attendance,
    Declaration,
    Import,
    Judgement,
    Message,
    Moderation,
    Organisation,
    RegisterConfirmation,
    Result,
    ReturnFile,
    SchoolReturn,
    Sheet,
    SignOff,
    Submission,
)
from keystage.store.rights import schools_within


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
    found = list(schools)
    told = _told(schools.order_by().values("pk"), year)
    now = timezone.now()
    due = due_of(found, year, now)
    season = season_of(None, year)
    tested = season.passed(Event.TESTS_FIRST, now)
    results_at = season.moment(Event.RESULTS_TO_SCHOOLS)
    results_out = results_at is None or results_at <= now
    return [
        replace(
            _one(school, told, now=now, due=due[school.authority_id], tested=tested),
            results_out=results_out,
        )
        for school in found
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What was asked of all schools: by school, and by sheet where a sheet has it."""

    sheets: Mapping[int, Sheet]
    rolls: Mapping[int, datetime]
    returns: Mapping[int, SchoolReturn]
    accepted: Mapping[int, datetime]
    waiting: frozenset[int]
    moderations: Mapping[int, Moderation]
    nudges: Mapping[int, datetime]
    numbers: Mapping[int, tuple[int, int, int, int]]
    registers: Mapping[int, datetime]
    confirmed: Mapping[int, datetime]
    declared: Mapping[int, tuple[datetime | None, datetime, str]]
    seals: Mapping[int, str]
    signed: Mapping[int, datetime]
    files: Mapping[int, tuple[bool, datetime]]
    results: Mapping[int, tuple[int, datetime]]
    judged: Mapping[int, datetime]


def _one(
    school: Organisation, told: _Told, *, now: datetime, due: Due, tested: bool
) -> SchoolStages:
    rolled, sent = told.rolls.get(school.pk), told.returns.get(school.pk)
    shared: dict[str, Any] = {
        "school": school,
        "now": now,
        "due_at": due.at,
        "late": due.over,
        "roll_taken": rolled is not None,
        "sent": sent,
        "moderation": told.moderations.get(school.pk),
        "nudged": told.nudges.get(school.pk),
    }
    shared["waiting_file"] = sent is not None and sent.pk in told.waiting
    accepted_at = told.accepted.get(sent.pk) if sent else None
    shared["came_late"] = accepted_at is not None and due.is_before(accepted_at)
    sheet = told.sheets.get(school.pk)
    if sheet is None:
        return SchoolStages(**shared, last=_newest(rolled, sent.changed_at if sent else None))
    pupils, registered, wanted, given = told.numbers.get(sheet.pk, (0, 0, 0, 0))
    file, made_at = told.files.get(sheet.pk, (None, None))
    with_results, results_at = told.results.get(sheet.pk, (0, None))
    register, declared = _register(sheet.pk, told), _declared(sheet.pk, told)
    moments = (
        rolled, made_at, results_at, sheet.loaded_at, sheet.checked_at, register[1], declared[1],
        told.signed.get(sheet.pk), told.judged.get(sheet.pk), sent.changed_at if sent else None,
    )  # fmt: skip
    return SchoolStages(
        **shared,
        loaded=True,
        pupils=pupils,
        registered=registered,
        register=register[0],
        declared=declared[0],
        tested=tested,
        due=wanted,
        given=given,
        faults=sheet.red if sheet.is_checked else None,
        signed=sheet.pk in told.signed,
        file=file,
        with_results=with_results,
        last=_newest(*moments),
    )


def _newest(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)


def _register(sheet: int, told: _Told) -> tuple[State, datetime | None]:
    """How far the attendance register is, and when that was."""
    entered, confirmed = told.registers.get(sheet), told.confirmed.get(sheet)
    if confirmed is not None:
        return State.DONE, confirmed
    return (State.BEGUN if entered else State.NOT_YET), entered


def _declared(sheet: int, told: _Told) -> tuple[State, datetime | None]:
    """How far the declaration is: a signature holds as long as the register it was put under."""
    signed, drafted, seal = told.declared.get(sheet, (None, None, ""))
    if signed is not None and seal == told.seals.get(sheet):
        return State.DONE, signed
    return (State.BEGUN if drafted else State.NOT_YET), signed or drafted


def _told(schools: Any, year: int) -> _Told:
    """What is asked of all schools; ``schools`` are their keys as a question."""
    sheets = Sheet.objects.filter(school__in=schools, year=year)
    of = sheets.order_by().values("pk")
    here: dict[str, Any] = {"school__in": schools, "year": year}
    rolls = Import.objects.filter(**here, kind=Import.Kind.ROLL, state=Import.State.APPLIED)
    confirmed = RegisterConfirmation.objects.filter(sheet__in=of, broken_at__isnull=True)
    declared = Declaration.objects.filter(sheet__in=of, replaced_at__isnull=True)
    signed = SignOff.objects.filter(
        sheet__in=of, kind=SignOff.Kind.HEADTEACHER, broken_at__isnull=True
    )
    returns = SchoolReturn.objects.filter(**here)
    waiting = Submission.objects.filter(
        school_return__in=returns.order_by().values("pk"), state=Submission.State.UPLOADED
    )
    nudges = Message.objects.filter(receiver__in=schools, year=year, kind=Message.Kind.NUDGE)
    return _Told(
        sheets={sheet.school_id: sheet for sheet in sheets},
        rolls=_newest_by(rolls, "school", "applied_at"),
        returns={one.school_id: one for one in returns},
        waiting=frozenset(waiting.order_by().values_list("school_return", flat=True)),
        accepted=first_accepted(returns.order_by().values("pk")),
        moderations={
            one.school_id: one
            for one in Moderation.objects.filter(**here, withdrawn_at__isnull=True)
        },
        nudges=_newest_by(nudges, "receiver", "written_at"),
        numbers=numbers_of(of, year),
        registers=_newest_by(
            Attendance.objects.filter(cohort_pupil__sheet__in=of).exclude(code=""),
            "cohort_pupil__sheet",
            "changed_at",
        ),
        confirmed=dict(confirmed.values_list("sheet", "at")),
        declared={
            sheet: (signed_at, drafted_at, seal)
            for sheet, signed_at, drafted_at, seal in declared.values_list(
                "sheet", "signed_at", "drafted_at", "seal"
            )
        },
        seals=dict(confirmed.values_list("sheet", "seal")),
        signed=dict(signed.values_list("sheet", "at")),
        files=_files(of),
        results=_results(of),
        judged=_newest_by(
            Judgement.objects.filter(cohort_pupil__sheet__in=of),
            "cohort_pupil__sheet",
            "changed_at",
        ),
    )


def _newest_by(rows: QuerySet[Any], key: str, moment: str) -> dict[int, datetime]:
    """The newest moment of each key."""
    return dict(rows.order_by().values_list(key).annotate(newest=Max(moment)))


def _files(of: Any) -> dict[int, tuple[bool, datetime]]:
    """Of each sheet: whether the newest file of the return holds what it does, and its moment."""
    files = ReturnFile.objects.filter(
        sheet__in=of, profile=RETURN, superseded_at__isnull=True
    ).order_by("made_at")
    return {
        sheet: (made_of == holds, at)
        for sheet, made_of, holds, at in files.values_list(
            "sheet", "content_version", "sheet__content_version", "made_at"
        )
    }


def _results(of: Any) -> dict[int, tuple[int, datetime]]:
    """Of each sheet: how many pupils have a result of a test, and when the newest came."""
    results = (
        Result.objects.filter(cohort_pupil__sheet__in=of, subject__in=TESTED)
        .order_by()
        .values_list("cohort_pupil__sheet")
        .annotate(pupils=Count("cohort_pupil", distinct=True), newest=Max("changed_at"))
    )
    return {sheet: (count, newest) for sheet, count, newest in results}
