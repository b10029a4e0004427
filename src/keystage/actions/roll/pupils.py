"""Pupils by hand: one who is in no roll file added, and who a pupil is put right.

Every change writes a row of history, and breaks the seals of the sheets it matters to.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.packs import YEAR_GROUP
from keystage.actions.returns import touch
from keystage.actions.roll.cohort import enrol
from keystage.actions.roll.cohort_history import lock_all
from keystage.actions.roll.facts import facts_of, lock_school, set_values
from keystage.actions.roll.roll_history import RollHistory
from keystage.core.upn import fault_of
from keystage.flows.roll.pupils import NUMBERS, Facts, Value
from keystage.store.models import CohortPupil, Organisation, Pupil, Sheet

#: What a person may type of a pupil; the day of leaving has a page of its own.
TYPED = (
    "surname", "forename", "preferred_surname", "preferred_forename", "upn", "former_upn",
    "birth_date", "sex", "year_group", "year_taught", "class_name", "entered_on",
)  # fmt: skip
#: What neither the return nor a signature holds.
_ASIDE = frozenset({"preferred_surname", "preferred_forename", "year_taught", "entered_on"})
_LONGEST = 200


@transaction.atomic
def add(
    *,
    school: Organisation,
    year: int,
    facts: Facts,
    by: By,
    reason: str = "",
    another: bool = False,
) -> Pupil:
    """Put a pupil onto the roll who is in no file, and into the cohort of a season.

    Args:
        school: the school.
        year: the season whose cohort the pupil joins, if its sheet is loaded.
        facts: who it is.
        by: who adds the pupil.
        reason: why the pupil is in the cohort; needed of a pupil who is not in its year group.
        another: it is another pupil than the one of the same name and birth date.

    Raises:
        RefusedError: there is no surname, a number is none or another pupil's, a pupil of this name
            and birth date is on the roll and ``another`` is not set, or a reason is missing.
    """
    lock_school(school)
    sheet = locking(Sheet.objects).filter(school=school, year=year).first()
    _refuse(facts, school)
    if not another and alike(school, facts):
        raise RefusedError(
            "A pupil of this name and birth date is on the roll already.",
            todo="If this is another pupil, say so.",
        )
    in_year, why = facts.year_group == YEAR_GROUP, " ".join(reason.split())[:_LONGEST]
    if sheet is not None and not in_year and not why:
        raise RefusedError(
            f"The pupil is not in year {YEAR_GROUP}, and there is no reason to assess him or her.",
            todo="Say why the pupil is in the cohort, or correct the year group.",
        )
    pupil = Pupil(pk=uuid4(), school=school)
    set_values(pupil, _typed(facts))
    pupil.save(force_insert=True)
    history = RollHistory(by=by, reason=why)
    history.came(pupil.pk)
    history.write()
    if sheet is not None:
        how = CohortPupil.How.YEAR_GROUP if in_year else CohortPupil.How.ADDED
        enrol(sheet, [pupil], how=how, by=by, reason=why)
        touch(sheet, by=by)
    _told("pupil added by hand", pupil, year, by, {"cohort": sheet is not None})
    return pupil


@transaction.atomic
def correct(*, pupil: Pupil, year: int, facts: Facts, seen: int, by: By, reason: str = "") -> Pupil:
    """Put right who a pupil is. What is the same already changes nothing.

    Args:
        pupil: the pupil.
        year: the season from which somebody came, for the record of acts.
        facts: who it is; of these the fields of `TYPED` are taken.
        seen: the version of the pupil the person saw.
        by: who corrects it.
        reason: why, if somebody says so.

    Raises:
        RefusedError: there is no surname, or a number is none or another pupil's.
        ChangedMeanwhileError: somebody changed the pupil since ``seen``.
    """
    lock_school(pupil.school)
    sheets = Sheet.objects.filter(pk__in=pupil.cohorts.values("sheet"))
    locked = lock_all(sheets)
    found = locking(Pupil.objects).get(pk=pupil.pk)
    before = facts_of(found)
    values = {name: value for name, value in _typed(facts).items() if value != before.value(name)}
    if not values:
        return found
    if found.version != seen:
        raise ChangedMeanwhileError(
            "Somebody changed this pupil while you were looking.",
            todo="Look at the pupil again, then correct what is still wrong.",
        )
    _refuse(facts, found.school, besides=found)
    history = RollHistory(by=by, reason=" ".join(reason.split())[:_LONGEST])
    history.changed(found.pk, {name: before.value(name) for name in values}, values)
    history.write()
    set_values(found, values)
    found.version += 1
    found.save()
    if values.keys() - _ASIDE:
        for sheet in locked:
            touch(sheet, by=by)
    _told("pupil corrected", found, year, by, {"fields": sorted(values)})
    return found


def alike(school: Organisation, facts: Facts) -> bool:
    """Whether a pupil of the same name and birth date is on the roll."""
    return Pupil.objects.filter(
        school=school,
        birth_date=facts.birth_date,
        surname__iexact=facts.surname or "",
        forename__iexact=facts.forename or "",
    ).exists()


def _typed(facts: Facts) -> dict[str, Value]:
    return {name: facts.value(name) for name in TYPED}


def _refuse(facts: Facts, school: Organisation, *, besides: Pupil | None = None) -> None:
    """Refuse a pupil nobody could be found by."""
    if not facts.surname:
        raise RefusedError("There is no surname.", todo="Enter the pupil's surname.")
    for name in NUMBERS:
        number = facts.value(name)
        if isinstance(number, str) and fault_of(number) is not None:
            raise RefusedError(
                "This is no unique pupil number.", todo="Look at the number again, or leave it out."
            )
    others = Pupil.objects.filter(school=school, upn=facts.upn or "")
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if facts.upn and others.exists():
        raise RefusedError(
            "Another pupil of the school has this UPN.",
            todo="Look at both pupils: one number belongs to one pupil.",
        )


def _told(action: str, pupil: Pupil, year: int, by: By, after: Mapping[str, Any]) -> None:
    record(
        action,
        by=by,
        organisation=pupil.school,
        year=year,
        subject=f"pupil {pupil.pk}",
        after=after,
    )
