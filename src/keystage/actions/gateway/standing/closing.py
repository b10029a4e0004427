"""Closing returns at the deadline: who was expected and not received is counted, and stays so."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.standing.numbers import recount
from keystage.actions.gateway.standing.states import close, lock, return_of
from keystage.checks.returns.severity import ratings
from keystage.store.models import Job, Organisation, SchoolReturn
from keystage.store.rights import schools_within

CLOSE = "close returns"
_UNSENT = "TA-302"
_LONGEST_REASON = 300
_NAMED = 10
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """Expected pupils who were not received when the return was closed.

    ``code`` and ``severity`` are those of the catalogue once the collection has closed.
    """

    code: str
    severity: str
    pupils: int


def unsent_of(school_return: SchoolReturn) -> Unsent | None:
    """Who can no longer be sent; None while the return is open, or where nobody is missing."""
    if school_return.state != SchoolReturn.State.CLOSED or not school_return.missing:
        return None
    severity = ratings()[_UNSENT].of("gateway", school_return.year, closed=True)
    return Unsent(code=_UNSENT, severity=str(severity), pupils=school_return.missing)


@transaction.atomic
def close_counted(school_return: SchoolReturn, *, reason: str, by: By) -> bool:
    """Count a return for the last time and close it; says whether it was open.

    Raises:
        RefusedError: no reason is given.
    """
    locked = lock(school_return)
    if locked.state == SchoolReturn.State.CLOSED:
        return False
    recount(locked, by=by)
    close(locked, reason=reason, by=by)
    return True


@transaction.atomic
def close_later(body: Organisation, year: int, *, reason: str, key: UUID, by: By) -> Job:
    """Let a worker close the returns of every school of a body.

    Args:
        body: an authority, or a national body for all schools.
        year: the season.
        reason: why.
        key: the identity the job will have; asked twice with one key, it is one job.
        by: who closes.

    Raises:
        RefusedError: no reason is given, or it is too long.
    """
    if not reason.strip() or len(reason.strip()) > _LONGEST_REASON:
        raise RefusedError(
            "A reason is missing, or is too long.",
            todo=f"Say why in at most {_LONGEST_REASON} characters.",
        )
    arguments = {"reason": reason.strip()}
    return jobs.ask(CLOSE, by=by, organisation=body, year=year, arguments=arguments, key=key)


@jobs.kind(CLOSE)
def _close(job: Job, progress: jobs.Progress) -> jobs.Made:
    """Close one return after the other; a run that died goes on, for closed ones are passed by.

    A return that cannot be closed stops no other: the job fails in the end, says which they are,
    and can be run again.

    Raises:
        RefusedError: some could not be closed.
    """
    year, by = job.year or 0, By(job.asked_by, "worker")
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
    if job.organisation.kind != Organisation.Kind.NATIONAL:
        schools = schools_within([job.organisation])
    every, closed, left = list(schools.order_by("pk")), 0, []
    for at, school in enumerate(every):
        progress(at, len(every), "The returns are being closed.")
        try:
            closed += close_counted(return_of(school, year), reason=job.arguments["reason"], by=by)
        except Exception:
            _logger.exception("The return of school %s could not be closed.", school.code)
            left.append(school.code)
    with transaction.atomic():
        record(
            "collection closed",
            by=by,
            organisation=job.organisation,
            year=year,
            after={"returns": closed, "not_closed": left},
        )
    progress(len(every), len(every))
    if left:
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        raise RefusedError(
            f"Not closed: {', '.join(left[:_NAMED])}{more}. All others are closed.",
            todo="Run it again.",
        )
    return jobs.Made(outcome={"closed": closed}, message="The returns were closed.")
