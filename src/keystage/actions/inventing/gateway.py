"""The gateway of an invented authority: returns in different states, a batch, a visit, messages."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.gateway.batches import sending
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.taking.submitting import submit
from keystage.actions.inventing.season import ADDRESS, started
from keystage.actions.messages import writing
from keystage.actions.moderation import choosing
from keystage.actions.season.dates import season_of
from keystage.flows.cohort.paper import return_name
from keystage.flows.cohort.trail import RETURNS, SHEETS
from keystage.statute.collection_loader import load_collection
from keystage.statute.season import Event
from keystage.store.models import (
    DateChange,
    Grant,
    Organisation,
    OrganisationSetting,
    Person,
    ReturnFile,
    Sheet,
    Submission,
)
from keystage.store.rights import AGREED

#: The roles of which there are two people, because the second does what the first may not.
PAIRS = ("authority_officer", "agency_operator", "statistician")
_OPEN_FOR = timedelta(days=60)
_VISIT_IN = timedelta(days=14)
_WHY_OPEN = "Invented: the collection stays open, so that everything can be tried."
_AGREED = (Permission.PREPARE_SUBMISSION, Permission.SUBMIT)


def keep_open(nation: Organisation, year: int, person: Person) -> None:
    """Let the national body say that the collection is open today, whatever the year's dates say.

    It is written beside the action, which takes no date outside the academic year.
    """
    season, now = season_of(nation, year), timezone.now()
    opens, closes = season.moment(Event.TA_OPENS), season.moment(Event.TA_CLOSES)
    moved = {
        Event.TA_OPENS: now - timedelta(days=1) if opens is None or opens > now else None,
        Event.TA_CLOSES: _end_of_day(now + _OPEN_FOR) if closes is None or closes < now else None,
    }
    DateChange.objects.bulk_create(
        DateChange(
            organisation=nation,
            year=year,
            event=event.value,
            moment=moment,
            reason=_WHY_OPEN,
            at=now,
            by=person,
        )
        for event, moment in moved.items()
        if moment is not None
    )


def _end_of_day(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(hour=23, minute=59, second=0, microsecond=0)


def agree(school: Organisation, person: Person) -> None:
    """Let a school have agreed that its authority sends for it."""
    OrganisationSetting.objects.update_or_create(
        organisation=school,
        name=AGREED,
        defaults={
            "value": sorted(_AGREED),
            "changed_at": timezone.now(),
            "changed_by": person,
        },
    )


def seconds(people: Mapping[str, Person]) -> dict[str, Person]:
    """The second person of each role of `PAIRS`, by its name with an ending."""
    return {f"{role}_second": _second(people, role) for role in PAIRS}


def _second(people: Mapping[str, Person], role: str) -> Person:
    first = people[role]
    made = Person.objects.create(
        email=first.email.replace("@", ".second@"),
        name=first.name.replace("(", "two ("),
        password=first.password,
    )
    grants = list(first.grants.all())
    for grant in grants:
        grant.pk, grant.person = None, made
    Grant.objects.bulk_create(grants)
    return made


def send_finished(sheet: Sheet, people: Mapping[str, Person]) -> None:
    """The school that has made its file sends it, and its headteacher submits it."""
    file = ReturnFile.objects.filter(sheet=sheet, superseded_at__isnull=True).latest("made_at")
    given = Given(name=file.name, content=bytes(file.content), channel=Submission.Channel.SHEET)
    waiting = upload(sheet.school, sheet.year, given, by=By(people["office"], ADDRESS))
    if waiting.state == Submission.State.UPLOADED:
        submit(waiting, by=By(people["headteacher"], ADDRESS))


def returns(
    schools: Sequence[Organisation],
    roll: pl.DataFrame,
    year: int,
    people: Mapping[str, Person],
    trail: Path,
) -> None:
    """The other schools: their files come in a batch of the authority.

    Of the first a pupil is missed, so that it is received and not accepted; the second waits for a
    second person and for the visit of the moderators; the third has not agreed.
    """
    authority = Organisation.objects.get(kind=Organisation.Kind.AUTHORITY)
    officer = By(people["authority_officer"], ADDRESS)
    for at, school in enumerate(schools):
        rows = roll.filter(pl.col("school") == school.number)
        started(school, rows, year, people)
        if at < _AGREEING:
            agree(school, people["headteacher"])
    batch = sending.send(
        authority, year, name="storyshire.zip", content=_archive(schools, year, trail),
        key=uuid4(), by=officer,
    )  # fmt: skip
    job = sending.job_of(batch)
    if job is not None:
        jobs.run_job.call(str(job.pk))
    missed = batch.submissions.filter(school_return__school=schools[0]).first()
    if missed is not None and missed.state == Submission.State.UPLOADED:
        submit(missed, by=By(people["authority_officer_second"], ADDRESS))
    for school in schools[1:2]:
        choosing.choose(
            school,
            year,
            told_at=timezone.now(),
            visit_on=timezone.localdate() + _VISIT_IN,
            by=By(people["authority_moderator"], ADDRESS),
        )


_AGREEING = 2


def _archive(schools: Sequence[Organisation], year: int, trail: Path) -> bytes:
    """The files of some schools in one ZIP; the first is a mark sheet with a pupil missed."""
    written, collection = io.BytesIO(), load_collection(year)
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for at, school in enumerate(schools):
            number, authority = school.number, school.number[:3]
            if at == 0:
                lines = (trail / SHEETS / authority / f"{number}.csv").read_bytes().splitlines()
                archive.writestr(f"KS2_{number}_001.csv", b"\n".join(lines[:-1]))
            else:
                name = return_name(number, collection)
                archive.write(trail / RETURNS / authority / name, name)
    return written.getvalue()


def letters(school: Organisation, year: int, people: Mapping[str, Person]) -> None:
    """A question of a school to its authority, its answer, and a notice of the agency."""
    authority = Organisation.objects.get(kind=Organisation.Kind.AUTHORITY)
    nation = Organisation.objects.get(kind=Organisation.Kind.NATIONAL)
    asked = writing.write(
        sender=school,
        receiver=authority,
        year=year,
        subject="When are you coming to moderate?",
        body="We would like to plan the days of our teachers. Do you know the day already?",
        by=By(people["office"], ADDRESS),
    )
    writing.answer(
        asked,
        organisation=authority,
        body="You are not on our list this year, so you can send your return at once.",
        by=By(people["authority_officer"], ADDRESS),
    )
    writing.write(
        sender=nation,
        receiver=authority,
        year=year,
        subject="The collection is open",
        body="Please remind schools that a return counts once it is accepted, not once it is sent.",
        by=By(people["agency_operator"], ADDRESS),
    )
