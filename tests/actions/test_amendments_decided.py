"""Amendments the agency decides: what is taken, what is not, and that nobody decides their own."""

import pytest
from amendments_of_tests import Draft, answered
from cast_of_tests import YEAR, MakePerson
from django.utils import timezone
from files_of_tests import Gate, row_of, sheet_file
from releases_of_tests import Agency

from keystage.actions.amendments import asking, deciding, evidence
from keystage.actions.amendments.reading import drifts_of
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.gateway.correcting import corrections_of
from keystage.actions.gateway.receipts import amended_since
from keystage.actions.gateway.standing.states import not_yet
from keystage.actions.moderation import choosing
from keystage.store.models import (
    Amendment,
    Message,
    Organisation,
    Person,
    Pupil,
    Receipt,
    ReceivedChange,
    ReceivedJudgement,
    SchoolReturn,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nwork of the pupil\n%%EOF\n"


def test_agreed_the_change_is_received_counted_and_carried_until_it_is_done(
    sent: Amendment, closed: SchoolReturn, agency: Agency, office: Person
) -> None:
    answered(sent, deciding.TAKE, agency)

    row = ReceivedJudgement.objects.get(pupil=sent.pupil, subject="writing")
    assert (row.code, row.version) == ("GDS", 2)
    change = ReceivedChange.objects.get(amendment=sent)
    receipt = Receipt.objects.get()
    assert amended_since(receipt) == 1
    receipt.given_at = change.at
    assert amended_since(receipt) == 0
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


def test_a_return_that_awaits_a_file_for_one_amendment_awaits_it_after_another_was_taken(
    sent: Amendment,
    draft: Draft,
    closed: SchoolReturn,
    agency: Agency,
    headteacher: Person,
) -> None:
    other = draft(1)
    asking.send(other, seen=other.version, by=By(headteacher, "test"))
    other.refresh_from_db()
    answered(sent, deciding.REOPEN, agency)
    answered(other, deciding.TAKE, agency)

    closed.refresh_from_db()
    assert (closed.state, closed.version, closed.complete) == (
        "reopened",
        2,
        6,
    )
    assert not_yet(closed) == "Not yet submitted: the return was reopened, and a file is awaited."


def test_what_the_agency_wants_more_comes_back_from_two_people(
    sent: Amendment, agency: Agency, office: Person, headteacher: Person
) -> None:
    answered(sent, deciding.MORE, agency, "Send the pages of the exercise book.")
    assert sent.state == "more_wanted"
    with pytest.raises(RefusedError, match="answer is missing"):
        asking.send(sent, seen=sent.version, by=By(headteacher, "test"))
    evidence.add(
        sent,
        name="b.pdf",
        content=PDF,
        seen=sent.version,
        by=By(office, "test"),
    )
    sent.refresh_from_db()
    asking.send(
        sent,
        words="They are here.",
        seen=sent.version,
        by=By(headteacher, "test"),
    )
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
                sent,
                "take",
                agency=agency.organisation,
                reason="Yes.",
                seen=sent.version,
                by=by,
            )
    sent.steps.create(state="sent", at=sent.drafted_at, by=agency.one.who)
    with pytest.raises(RefusedError, match="another person"):
        answered(sent, deciding.TAKE, agency)


def test_nobody_decides_on_a_document_they_brought(sent: Amendment, agency: Agency) -> None:
    sent.evidence.create(
        name="b.pdf", form="pdf", bytes=len(PDF), sha256="0" * 64, content=PDF,
        added_at=sent.drafted_at, added_by=agency.one.who,
    )  # fmt: skip
    with pytest.raises(RefusedError, match="another person"):
        answered(sent, deciding.TAKE, agency)


def test_nothing_is_taken_while_the_return_waits_for_a_moderation_visit(
    sent: Amendment, closed: SchoolReturn, agency: Agency, person: MakePerson,
    authority: Organisation,
) -> None:  # fmt: skip
    moderator = By(person("authority_moderator", authority, name="Mo Derate"), "test")
    moderation = choosing.choose(
        closed.school, YEAR, told_at=timezone.now(), visit_on=None, by=moderator
    )
    with pytest.raises(RefusedError, match="held until the moderation visit"):
        answered(sent, deciding.TAKE, agency)
    assert ReceivedJudgement.objects.get(pupil=sent.pupil, subject="writing").code == "EXS"

    choosing.withdraw(moderation, reason="Not this year.", seen=1, by=moderator)
    answered(sent, deciding.TAKE, agency)
    assert sent.state == "agreed"


def test_a_change_is_not_taken_over_something_that_was_received_since(
    sent: Amendment, agency: Agency
) -> None:
    ReceivedJudgement.objects.filter(pupil=sent.pupil, subject="writing").update(code="WTS")
    with pytest.raises(RefusedError, match="changed since"):
        answered(sent, deciding.TAKE, agency)
    assert ReceivedJudgement.objects.get(pupil=sent.pupil, subject="writing").code == "WTS"


def test_a_judgement_that_was_never_received_is_added_and_completes_its_pupil_alone(
    sent: Amendment, closed: SchoolReturn, agency: Agency
) -> None:
    ReceivedJudgement.objects.filter(pupil=sent.pupil, subject="writing").delete()
    Amendment.objects.filter(pk=sent.pk).update(before="")
    SchoolReturn.objects.filter(pk=closed.pk).update(
        expected=7, complete=5, incomplete=1, missing=1
    )
    sent.refresh_from_db()
    answered(sent, deciding.TAKE, agency)

    row = ReceivedJudgement.objects.get(pupil=sent.pupil, subject="writing")
    assert (row.code, row.version) == ("GDS", 1)
    closed.refresh_from_db()
    assert (
        closed.expected,
        closed.complete,
        closed.incomplete,
        closed.missing,
    ) == (7, 6, 0, 1)
    assert not_yet(closed) == "Not yet submitted, and closed: 1 expected pupil is missing."


def test_whoever_looked_at_an_older_version_is_told(sent: Amendment, agency: Agency) -> None:
    old = sent.version
    answered(sent, deciding.MORE, agency)
    with pytest.raises(ChangedMeanwhileError):
        asking.withdraw(sent, reason="No.", seen=old, by=agency.one)
    answered_twice = Amendment.objects.get(pk=sent.pk)
    with pytest.raises(RefusedError, match="not possible any more"):
        answered(answered_twice, deciding.TAKE, agency)
