"""Amendments after the deadline: one person drafts, another sends, and who sees them."""

from datetime import date

import pytest
from amendments_of_tests import Draft
from cast_of_tests import YEAR
from django.db import transaction
from django.utils import timezone
from files_of_tests import Gate, row_of, sheet_file
from releases_of_tests import Agency

from keystage.actions.amendments import asking
from keystage.actions.amendments.reading import amendments_of
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving import knowing
from keystage.store.models import (
    Amendment,
    Message,
    Organisation,
    Person,
    Pupil,
    ReceivedPupil,
    SchoolReturn,
    Sheet,
)

pytestmark = pytest.mark.django_db


def test_a_change_is_drafted_by_one_sent_by_another_and_told_to_the_authority(
    draft: Draft, office: Person, headteacher: Person, authority: Organisation
) -> None:
    made = draft()
    assert made.reference.startswith("AM26-")
    assert (made.before, made.after) == ("EXS", "GDS")
    assert not Message.objects.exists()

    with pytest.raises(RefusedError, match="another person"):
        asking.send(made, seen=made.version, by=By(office, "test"))
    asking.send(made, seen=made.version, by=By(headteacher, "test"))

    notice = Message.objects.get()
    assert (notice.receiver, notice.about) == (authority, f"amendment {made.pk}")
    assert made.reference in notice.subject
    assert "Ashby" not in notice.body
    assert [one.state for one in made.steps.all()] == ["drafted", "sent"]


def test_only_a_closed_return_in_which_something_was_received_is_amended(
    gate: Gate,
    judged_sheet: Sheet,
    pupils: list[Pupil],
    office: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = SchoolReturn(pk=0, school=gate.school, year=YEAR, version=0)
    assert "still open" in asking.refusal(nothing)
    assert judged_sheet.cohort.exists()
    gate.take(sheet_file([row_of(one) for one in pupils]))
    pupil = gate.kept.pupils.first()
    assert pupil is not None
    wanted = asking.Wanted(pupil=pupil, subject="writing", after="GDS", reason="Because.")
    with pytest.raises(RefusedError, match="still open"):
        asking.draft(gate.kept, wanted, by=By(office, "test"))

    monkeypatch.setattr(knowing, "today", lambda: date(2026, 7, 20))
    assert "Nothing was received" in asking.refusal(nothing)
    assert not asking.refusal(gate.kept)
    gate.kept.events.create(before="accepted", after="reopened", at=timezone.now())
    with pytest.raises(RefusedError, match="still open"):
        asking.draft(gate.kept, wanted, by=By(office, "test"))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"after": "EXS"}, "EXS already"),
        ({"after": "XYZ"}, "no judgement"),
        ({"subject": "french"}, "no judgement"),
        ({"reason": " "}, "reason is missing"),
        ({"reason": "x" * 1001}, "longer than"),
        ({"reason": "Mabel Ashby was mistaken for another."}, "full name of a pupil"),
    ],
)
def test_what_is_no_change_or_names_a_pupil_is_refused(
    draft: Draft, values: dict[str, str], sentence: str
) -> None:
    with pytest.raises(RefusedError, match=sentence):
        draft(**values)
    assert not Amendment.objects.exists()


def test_one_amendment_of_a_judgement_is_open_at_a_time(draft: Draft, office: Person) -> None:
    first = draft()
    with pytest.raises(RefusedError, match="open already"):
        draft(after="WTS")
    draft(subject="science", after="HNM")
    draft(1)

    asking.withdraw(first, reason="A mistake.", seen=1, by=By(office, "test"))
    assert draft(after="WTS").reference != first.reference


def test_a_pupil_of_another_school_or_taken_out_is_not_amended(
    closed: SchoolReturn, office: Person
) -> None:
    pupil = closed.pupils.first()
    assert pupil is not None
    ReceivedPupil.objects.filter(pk=pupil.pk).update(
        removed_at=closed.changed_at, removed_reason="twice"
    )
    wanted = asking.Wanted(pupil=pupil, subject="writing", after="GDS", reason="Because.")
    with pytest.raises(RefusedError, match="not in what was received"):
        asking.draft(closed, wanted, by=By(office, "test"))


def test_others_see_an_amendment_once_it_was_sent_and_strangers_never(
    draft: Draft,
    headteacher: Person,
    school: Organisation,
    authority: Organisation,
    other_school: Organisation,
    agency: Agency,
) -> None:
    made = draft()
    assert list(amendments_of(school, YEAR)) == [made]
    assert not amendments_of(authority, YEAR)
    assert not amendments_of(agency.organisation, YEAR)

    asking.send(made, seen=made.version, by=By(headteacher, "test"))
    for body in (authority, agency.organisation):
        assert list(amendments_of(body, YEAR)) == [made]
        assert not amendments_of(body, YEAR + 1)
    assert not amendments_of(other_school, YEAR)
    elsewhere = Organisation.objects.create(kind="authority", code="998", name="Elsewhere")
    assert not amendments_of(elsewhere, YEAR)


def test_a_school_without_an_authority_sends_all_the_same(
    draft: Draft, headteacher: Person, school: Organisation
) -> None:
    made = draft()
    with transaction.atomic():
        Organisation.objects.filter(pk=school.pk).update(authority=None)
        asking.send(made, seen=made.version, by=By(headteacher, "test"))
    assert not Message.objects.exists()
