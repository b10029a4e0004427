"""Undoing a roll: as if it had never been, but for what was changed since."""

from collections.abc import Callable
from datetime import timedelta
from itertools import chain, combinations

import pytest
from desk_of_rolls import HEAD, NEW, Desk, What, kept
from django.utils import timezone

from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports import applying, matching, uploads
from keystage.actions.imports.rules import import_rules
from keystage.actions.register.arrangements import propose
from keystage.actions.roll.registering import Registration, register
from keystage.core.upn import make_upn
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.store.models import (
    AuditEvent,
    ImportRow,
    Organisation,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


CHANGES = {
    "class": {"Ashby": {"class_name": "6B"}},
    "name": {"Smith": {"forename": "Josephus", "surname": "Smith"}},
    "born": {"Patel": {"birth_date": "09/09/2014"}},
}


@pytest.mark.parametrize(
    "picked",
    list(chain.from_iterable(combinations([*CHANGES, "new"], size) for size in range(1, 5))),
    ids="+".join,
)
def test_undoing_is_as_if_it_had_never_been(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet, picked: tuple[str, ...]
) -> None:
    changed = {
        name: values for part in picked if part in CHANGES for name, values in CHANGES[part].items()
    }
    before = kept()
    file = desk.bring(roll_of(**changed) + (f"\n{NEW}" if "new" in picked else ""))
    for row in file.rows.filter(decision=What.UNDECIDED):
        desk.decide(file, row.line, What.ACCEPT, row.pupil_id)
    desk.apply(file)
    assert kept() != before
    file.refresh_from_db()

    assert not applying.way_back(file).changed_since
    applying.undo(file=file, by=desk.by)
    assert kept() == before


def test_an_undone_import_keeps_nothing_of_pupils_and_is_undone_once(
    desk: Desk, sheet: Sheet
) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))
    for _ in range(2):
        file = applying.undo(file=file, by=desk.by)

    assert file.state == "undone"
    assert file.undone_by == desk.by.person
    row = file.rows.get()
    assert (row.values, row.after, row.pupil) == ({}, {}, None)
    assert AuditEvent.objects.filter(action="import undone").count() == 1


def test_what_was_changed_since_is_listed_and_stays(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet
) -> None:
    file = desk.apply(desk.bring(roll_of(Ashby={"class_name": "6B"}, Patel={"class_name": "6C"})))
    Pupil.objects.filter(surname="Ashby").update(class_name="6D")

    (line,) = applying.way_back(file).changed_since
    assert (line.what, line.before, line.after) == ("class", "6D", "6A")
    with pytest.raises(ChangedMeanwhileError, match="changed after the import"):
        applying.undo(file=file, by=desk.by)
    applying.undo(file=file, by=desk.by, leave_changed=True)
    assert Pupil.objects.get(surname="Ashby").class_name == "6D"
    assert Pupil.objects.get(surname="Patel").class_name == "6B"


def test_a_new_pupil_who_was_registered_since_stays(desk: Desk, sheet: Sheet) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))
    member = sheet.cohort.get(pupil__surname="Newman")
    registration = Registration(member=member.pk, values={"reading": "below"}, seen=1)
    register(sheet=sheet, registrations=[registration], by=desk.by, reason="Asked")

    (line,) = applying.way_back(file).changed_since
    assert "registrations" in line.reason
    applying.undo(file=file, by=desk.by, leave_changed=True)
    assert sheet.cohort.filter(pupil__surname="Newman").exists()


def test_a_new_pupil_for_whom_an_arrangement_was_entered_since_stays(
    desk: Desk, sheet: Sheet
) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))
    member = sheet.cohort.get(pupil__surname="Newman")
    propose(sheet, member=member.pk, sort="reader", by=desk.by)

    assert len(applying.way_back(file).changed_since) == 1
    applying.undo(file=file, by=desk.by, leave_changed=True)
    assert sheet.cohort.filter(pupil__surname="Newman").exists()


def test_a_number_another_pupil_has_by_now_is_not_given_back(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet, school: Organisation
) -> None:
    ashby = Pupil.objects.get(surname="Ashby")
    file = desk.bring(roll_of(Ashby={"upn": make_upn(999, 301, 2020, 79)}))
    desk.decide(file, 2, What.ACCEPT, ashby.pk)
    file = desk.apply(file)
    Pupil.objects.create(school=school, upn=ashby.upn, surname="Taker", forename="Ti")

    assert "another pupil has this number" in {
        line.reason.removesuffix(" by now") for line in applying.way_back(file).changed_since
    }
    applying.undo(file=file, by=desk.by, leave_changed=True)


def test_an_import_can_be_undone_for_as_long_as_the_rule_says(desk: Desk, sheet: Sheet) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))
    days = import_rules().undoing.days
    assert import_rules().undoing.source

    file.applied_at = timezone.now() - timedelta(days=days, hours=-1)
    file.save()
    assert applying.way_back(file).removes
    file.applied_at = timezone.now() - timedelta(days=days, hours=1)
    file.save()
    with pytest.raises(RefusedError, match=f"more than {days} days ago"):
        applying.undo(file=file, by=desk.by)


def test_a_file_that_waits_cannot_be_undone(desk: Desk, sheet: Sheet) -> None:
    with pytest.raises(RefusedError, match="not applied"):
        applying.way_back(desk.bring(f"{HEAD}\n{NEW}"))


def test_a_file_put_away_leaves_nothing_of_its_pupils(desk: Desk, sheet: Sheet) -> None:
    file = desk.bring(f"{HEAD}\n{NEW}")
    for _ in range(2):
        uploads.discard(file=file, by=desk.by)

    assert not ImportRow.objects.exists()
    with pytest.raises(RefusedError):
        desk.apply(file)
    with pytest.raises(RefusedError):
        matching.rematch(file=file, strictness=Strictness.EXACT, by=desk.by)


def test_an_applied_file_cannot_be_put_away(desk: Desk, sheet: Sheet) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))

    with pytest.raises(RefusedError, match="not waiting"):
        uploads.discard(file=file, by=desk.by)
