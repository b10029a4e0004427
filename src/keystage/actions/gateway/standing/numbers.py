"""How many pupils are expected, complete, incomplete, unexpected and missing, and who they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from keystage.actions.by import By
from keystage.actions.gateway.standing.held import held_of
from keystage.actions.gateway.standing.states import lock, settle
from keystage.actions.returns import expected_of
from keystage.actions.roll.closing import says_nobody
from keystage.actions.season.dates import collection_in_force
from keystage.core.subjects import Subject
from keystage.flows.returns.numbers import COMPLETE, INCOMPLETE, MISSING, UNEXPECTED, standings
from keystage.records.circumstances import Circumstances
from keystage.store.models import SchoolReturn, Sheet

State = SchoolReturn.State
NAMES = ("expected", "complete", "incomplete", "unexpected", "missing")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A pupil as counted: ``lacks`` says in words which judgements are due and not there."""

    upn: str
    name: str
    lacks: str = ""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """A return held against the register.

    Every pupil is in one of complete, incomplete, unexpected and missing; ``expected`` are those of
    the list who are in it or awaited.
    """

    expected: tuple[Counted, ...] = field(default=())
    complete: tuple[Counted, ...] = field(default=())
    incomplete: tuple[Counted, ...] = field(default=())
    unexpected: tuple[Counted, ...] = field(default=())
    missing: tuple[Counted, ...] = field(default=())


def sheet_of(school_return: SchoolReturn) -> Sheet | None:
    """The mark sheet whose cohort is the list of expected pupils.

    None where it has no pupils, unless the school has said that there are none this year.
    """
    sheet = (
        Sheet.objects.select_related("school")
        .filter(school=school_return.school_id, year=school_return.year)
        .first()
    )
    if sheet is None:
        return None
    there = sheet.cohort.filter(removed=False).exists()
    return sheet if there or says_nobody(sheet) else None


def numbers_of(school_return: SchoolReturn) -> Numbers | None:
    """Who was received, held against the register; None where there is no list of pupils."""
    sheet = sheet_of(school_return)
    if sheet is None:
        return None
    collection = collection_in_force(school_return.school, school_return.year)
    rows = standings(
        held_of(school_return, collection),
        collection,
        expected_of(sheet),
        Circumstances(own_school=school_return.school.number),
    )
    found: dict[str, list[Counted]] = {
        name: [] for name in (COMPLETE, INCOMPLETE, UNEXPECTED, MISSING)
    }
    for upn, surname, forename, standing, lacks in rows.iter_rows():
        name = ", ".join(filter(None, (surname, forename)))
        subjects = ", ".join(Subject(one).label for one in lacks)
        found[standing].append(Counted(upn=upn or "", name=name, lacks=subjects))
    return Numbers(
        expected=tuple(found[COMPLETE] + found[INCOMPLETE] + found[MISSING]),
        complete=tuple(found[COMPLETE]),
        incomplete=tuple(found[INCOMPLETE]),
        unexpected=tuple(found[UNEXPECTED]),
        missing=tuple(found[MISSING]),
    )


def count(locked: SchoolReturn, counts: Mapping[str, int | None] | None = None) -> None:
    """Put the numbers of what was received into a return, without saving it.

    Args:
        locked: the return.
        counts: the numbers, where they are known already.
    """
    if counts is None:
        numbers = numbers_of(locked)
        counts = {name: None if numbers is None else len(getattr(numbers, name)) for name in NAMES}
    for name in NAMES:
        setattr(locked, name, counts[name])


@transaction.atomic
def recount(school_return: SchoolReturn, *, by: By | None = None) -> SchoolReturn:
    """Count again, because the list of expected pupils may have changed; the state follows.

    An accepted return of which somebody is missing by the new list is received again, and says so.
    A closed one keeps the numbers it was closed with.
    """
    locked = lock(school_return)
    if locked.state == State.CLOSED:
        return locked
    count(locked)
    if locked.state in {State.RECEIVED, State.ACCEPTED}:
        settle(locked, by=by or By.service())
    else:
        locked.save()
    return locked
