"""Reminders to schools of what they have still to do: to one, or to all that somebody looks at."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.messages.writing import write
from keystage.actions.stages import SchoolStages, Stage, schools_of, stages_of
from keystage.actions.stages.words import blockers
from keystage.store.models import Job, Message, Organisation

REMIND = "remind schools"

SUBJECT = "A reminder of what is left to do for the return of teacher assessments"
DONE = "Nothing is left to do"
CLOSED = "The return is closed"
TODAY = "Reminded today already"
#: Whose people may know which schools are moderated.
_MODERATES = frozenset({Organisation.Kind.AUTHORITY, Organisation.Kind.NATIONAL})


@dataclass(frozen=True, kw_only=True)
class Nudge:
    """A reminder as it would be sent, or why none is.

    Attributes:
        school: who gets it.
        body: its words, without any name of a pupil; empty where none is sent.
        due_on: by when it is to be done: the day the return is due, or this very day if that is
            past; None if it is not known.
        skipped: why none is sent; empty where one is.
    """

    school: Organisation
    body: str
    due_on: date | None
    skipped: str


def skips(one: SchoolStages) -> str:
    """Why a school is not reminded; empty if it is."""
    if one.closed:
        return CLOSED
    if set(one.waiting) <= {Stage.RESULTS}:
        return DONE
    if one.nudged and timezone.localdate(one.nudged) >= timezone.localdate(one.now):
        return TODAY
    return ""


def planned(found: Iterable[SchoolStages], *, counts: bool) -> tuple[Nudge, ...]:
    """What each of some schools would get; nothing is sent.

    Args:
        found: how far the schools are.
        counts: whether numbers of pupils and judgements may be told.
    """
    return tuple(_nudge(one, counts=counts) for one in found)


def _nudge(one: SchoolStages, *, counts: bool) -> Nudge:
    skipped = skips(one)
    due = timezone.localdate(one.due_at) if one.due_at and not one.accepted else None
    body = "" if skipped else _body(one, due, counts=counts)
    answer_by = max(due, timezone.localdate(one.now)) if due else None
    return Nudge(school=one.school, body=body, due_on=answer_by, skipped=skipped)


def _body(one: SchoolStages, due: date | None, *, counts: bool) -> str:
    lines = [f"- {words}" for words in blockers(one, counts=counts)]
    if one.accepted:
        by = "The return itself is accepted."
    elif due is None:
        by = "The day the return is due is not known yet."
    else:
        verb = "was" if one.overdue else "is"
        by = f"The return is not yet submitted. It {verb} due on {due.day} {due:%B %Y}."
    answer = "If something keeps you from it, answer this message and say what."
    return "\n".join([f"{one.school.name} has still to do:", "", *lines, "", by, "", answer])


def nudge(
    body: Organisation, schools: Iterable[Organisation], year: int, *, counts: bool, by: By
) -> list[Nudge]:
    """Remind schools of what they have still to do; says what became of each.

    A school that is done is not reminded, nor one that was reminded the same day: asked twice, it
    gets one reminder. Each school stands for itself, so that one refusal stops no other.

    Args:
        body: who reminds: an authority, a trust, a national body.
        schools: the schools, all of the body.
        year: the season.
        counts: whether numbers of pupils and judgements may be told.
        by: who sends it.
    """
    mine = schools_of(body).filter(pk__in=[school.pk for school in schools])
    found = stages_of(mine, year)
    if body.kind not in _MODERATES:
        found = [one.without_moderation() for one in found]
    return [_sent(one, body, year, counts=counts, by=by) for one in found]


def _sent(one: SchoolStages, body: Organisation, year: int, *, counts: bool, by: By) -> Nudge:
    """Remind one school; its row is locked, so that it is reminded once whoever asks meanwhile."""
    with transaction.atomic():
        locking(Organisation.objects).get(pk=one.school.pk)
        newest = nudges_of(one.school, year)[:1]
        found = _nudge(replace(one, nudged=newest[0].written_at if newest else None), counts=counts)
        if found.skipped:
            return found
        try:
            write(
                sender=body,
                receiver=one.school,
                year=year,
                subject=SUBJECT,
                body=found.body,
                by=by,
                kind=Message.Kind.NUDGE,
                due_on=found.due_on,
            )
        except RefusedError as error:
            return replace(found, skipped=error.what.removesuffix("."))
    return found


def nudge_later(
    body: Organisation,
    schools: Iterable[Organisation],
    year: int,
    *,
    counts: bool,
    key: UUID,
    by: By,
) -> Job:
    """Let a worker remind many schools: telling their people by e-mail takes its time.

    Args: those of `nudge`, and ``key``: the identity the job will have; asked twice with one key,
        it is one job.
    """
    arguments = {"schools": [school.pk for school in schools], "counts": counts}
    return jobs.ask(REMIND, by=by, organisation=body, year=year, arguments=arguments, key=key)


@jobs.kind(REMIND)
def _remind(job: Job, progress: jobs.Progress) -> jobs.Made:
    """Remind one school after the other; a run that died goes on, for nobody is reminded twice."""
    asked, year = job.arguments, job.year or 0
    told = 0
    for at, key in enumerate(asked["schools"]):
        progress(at, len(asked["schools"]), "The schools are being reminded.")
        school = Organisation.objects.filter(pk=key)
        by = By(job.asked_by, "worker")
        sent = nudge(job.organisation, school, year, counts=asked["counts"], by=by)
        told += sum(not one.skipped for one in sent)
    return jobs.Made(outcome={"reminded": told}, message="The schools were reminded.")


def nudges_of(school: Organisation, year: int) -> list[Message]:
    """The reminders a school got in a season, newest first."""
    return list(
        Message.objects.filter(receiver=school, year=year, kind=Message.Kind.NUDGE)
        .select_related("sender", "written_by")
        .order_by("-written_at")
    )
