"""Amendments after the deadline: two people ask, the agency decides, nothing is lost from sight."""

from collections.abc import Callable

import pytest
from cast_of_tests import YEAR, MakePerson
from django.db import transaction
from files_of_tests import Gate, row_of, sheet_file
from releases_of_tests import Agency

from keystage.actions.amendments import asking, deciding, evidence
from keystage.actions.amendments.reading import amendments_of, drifts_of
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.gateway.correcting import corrections_of
from keystage.actions.gateway.standing.states import close, not_yet
from keystage.store.models import (
    Amendment,
    Message,
    Organisation,
    Person,
    Pupil,
    ReceivedChange,
    ReceivedJudgement,
    ReceivedPupil,
    SchoolReturn,
    Sheet,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nwork of the pupil\n%%EOF\n"


@pytest.fixture
def closed(gate: Gate, judged_sheet: Sheet, pupils: list[Pupil]) -> SchoolReturn:
    """An accepted return that the agency has closed."""
    assert judged_sheet.cohort.exists()
    gate.take(sheet_file([row_of(one) for one in pupils]))
    close(gate.kept, reason="The deadline", by=By.service())
    return gate.kept


Draft = Callable[..., Amendment]


@pytest.fixture
def draft(closed: SchoolReturn, office: Person) -> Draft:
    def make(upn_of: int = 0, **values: str) -> Amendment:
        wanted = {"subject": "writing", "after": "GDS", "reason": "Copied from another line."}
        pupil = closed.pupils.order_by("upn")[upn_of]
        asked = asking.Wanted(pupil=pupil, **(wanted | values))
        return asking.draft(closed, asked, by=By(office, "test"))

    return make


@pytest.fixture
def sent(draft: Draft, headteacher: Person) -> Amendment:
    made = draft()
    asking.send(made, seen=made.version, by=By(headteacher, "test"))
    made.refresh_from_db()
    return made


def answered(amendment: Amendment, answer: str, agency: Agency, reason: str = "As asked.") -> None:
    deciding.decide_on(
        amendment,
        answer,
        agency=agency.organisation,
        reason=reason,
        seen=amendment.version,
        by=agency.one,
    )
    amendment.refresh_from_db()


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
    gate: Gate, judged_sheet: Sheet, pupils: list[Pupil], office: Person
) -> None:
    nothing = SchoolReturn(school=gate.school, year=YEAR, version=0)
    assert "Nothing was received" in asking.refusal(nothing)
    assert judged_sheet.cohort.exists()
    gate.take(sheet_file([row_of(one) for one in pupils]))
    pupil = gate.kept.pupils.first()
    assert pupil is not None
    wanted = asking.Wanted(pupil=pupil, subject="writing", after="GDS", reason="Because.")
    gate.kept.events.all().delete()
    gate.kept.events.create(before="accepted", after="reopened", at=gate.kept.changed_at)
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


def test_agreed_the_change_is_received_counted_and_carried_until_it_is_done(
    sent: Amendment, closed: SchoolReturn, agency: Agency, office: Person
) -> None:
    answered(sent, deciding.TAKE, agency)

    row = ReceivedJudgement.objects.get(pupil=sent.pupil, subject="writing")
    assert (row.code, row.version) == ("GDS", 2)
    change = ReceivedChange.objects.get(amendment=sent)
    assert (change.before, change.after, change.submission) == ("EXS", "GDS", None)
    closed.refresh_from_db()
    assert (closed.state, closed.version, not_yet(closed)) == ("closed", 2, "")
    assert Message.objects.count() == 3

    carried = [one for one in corrections_of(closed) if one.amendment]
    assert [(one.amendment, one.stored, one.received, one.right) for one in carried] == [
        (sent.reference, "EXS", "GDS", "GDS")
    ]
    drift = drifts_of(closed, [sent])[sent.pk]
    assert drift.sheet_differs
    assert not drift.not_received

    asking.finish(sent, seen=sent.version, by=By(office, "test"))
    left = corrections_of(closed)
    assert [(one.field, one.amendment) for one in left] == [("writing", "")]


def test_a_change_that_comes_by_a_new_file_is_done_only_when_it_was_received(
    sent: Amendment, closed: SchoolReturn, agency: Agency, office: Person, gate: Gate,
    pupils: list[Pupil],
) -> None:  # fmt: skip
    answered(sent, deciding.REOPEN, agency)
    closed.refresh_from_db()
    assert closed.state in {"reopened", "received", "accepted"}
    assert drifts_of(closed, [sent])[sent.pk].not_received
    with pytest.raises(RefusedError, match="does not say yet"):
        asking.finish(sent, seen=sent.version, by=By(office, "test"))

    first = min(pupils, key=lambda one: one.upn)
    gate.take(sheet_file([row_of(first, Writing="GDS")]))
    asking.finish(sent, seen=sent.version, by=By(office, "test"))
    sent.refresh_from_db()
    assert sent.state == "done"


def test_what_the_agency_wants_more_comes_back_from_two_people(
    sent: Amendment, agency: Agency, office: Person, headteacher: Person
) -> None:
    answered(sent, deciding.MORE, agency, "Send the pages of the exercise book.")
    assert sent.state == "more_wanted"
    with pytest.raises(RefusedError, match="answer is missing"):
        asking.send(sent, seen=sent.version, by=By(headteacher, "test"))
    evidence.add(sent, name="b.pdf", content=PDF, seen=sent.version, by=By(office, "test"))
    sent.refresh_from_db()
    asking.send(sent, words="They are here.", seen=sent.version, by=By(headteacher, "test"))
    sent.refresh_from_db()
    answered(sent, deciding.REFUSE, agency, "The book does not bear it out.")
    assert sent.state == "refused"
    assert not ReceivedChange.objects.filter(amendment=sent).exists()
    assert [one.words for one in sent.steps.all()][-1] == "The book does not bear it out."


def test_nobody_decides_what_they_asked_for_or_without_running_the_collection(
    sent: Amendment, agency: Agency, office: Person, person: MakePerson
) -> None:
    helper = person("help_desk", agency.organisation)
    for by in (By(office, "test"), By(helper, "test")):
        with pytest.raises(RefusedError, match="Only the agency"):
            deciding.decide_on(
                sent, "take", agency=agency.organisation, reason="Yes.", seen=sent.version, by=by
            )
    sent.steps.create(state="sent", at=sent.drafted_at, by=agency.one.who)
    with pytest.raises(RefusedError, match="another person"):
        answered(sent, deciding.TAKE, agency)


def test_a_change_is_not_taken_over_something_that_was_received_since(
    sent: Amendment, agency: Agency
) -> None:
    ReceivedJudgement.objects.filter(pupil=sent.pupil, subject="writing").update(code="WTS")
    with pytest.raises(RefusedError, match="changed since"):
        answered(sent, deciding.TAKE, agency)
    assert ReceivedJudgement.objects.get(pupil=sent.pupil, subject="writing").code == "WTS"


def test_a_judgement_that_was_never_received_can_be_added(sent: Amendment, agency: Agency) -> None:
    ReceivedJudgement.objects.filter(pupil=sent.pupil, subject="writing").delete()
    Amendment.objects.filter(pk=sent.pk).update(before="")
    sent.refresh_from_db()
    answered(sent, deciding.TAKE, agency)
    row = ReceivedJudgement.objects.get(pupil=sent.pupil, subject="writing")
    assert (row.code, row.version) == ("GDS", 1)


def test_whoever_looked_at_an_older_version_is_told(sent: Amendment, agency: Agency) -> None:
    old = sent.version
    answered(sent, deciding.MORE, agency)
    with pytest.raises(ChangedMeanwhileError):
        asking.withdraw(sent, reason="No.", seen=old, by=agency.one)
    answered_twice = Amendment.objects.get(pk=sent.pk)
    with pytest.raises(RefusedError, match="not possible any more"):
        answered(answered_twice, deciding.TAKE, agency)


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
