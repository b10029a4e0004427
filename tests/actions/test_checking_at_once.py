"""What two people do in the checking exercise at the same moment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cast_of_tests import YEAR, InThreads, MakePerson
from checking_of_tests import (
    ADDED,
    HOME_EARLY,
    LOWER,
    PDF,
    Exercise,
    keep_rules,
    text_with_window,
)
from django.db import connection
from django.utils import timezone

from keystage.actions.auditing import verify
from keystage.actions.by import By
from keystage.actions.checking import (
    confirming,
    deciding,
    drafting,
    evidence,
    handing_over,
    rules,
    sending,
)
from keystage.actions.errors import RefusedError
from keystage.store.models import (
    CheckingEvidence,
    CheckingHandover,
    CheckingRequest,
    CheckingRules,
    CheckingStep,
    DataConfirmed,
    Message,
    Organisation,
    Person,
)

pytestmark = pytest.mark.django_db(transaction=connection.vendor != "sqlite")
Work = Callable[[], object]
CHANGED = "Somebody changed this request since you opened it."


@pytest.fixture
def desk(person: MakePerson, nation: Organisation, operator: Person) -> list[By]:
    """Three people at the agency's desk."""
    more = (person("agency_operator", nation, name=name) for name in ("Bo Two", "Cy Three"))
    return [By(who, "test") for who in (operator, *more)]


def done(work: Work) -> Work:
    """What a work leaves, or why it was refused."""

    def answer() -> object:
        try:
            return work()
        except RefusedError as error:
            return error.what

    return answer


def test_two_drafts_about_one_pupil_at_once_are_one(
    exercise: Exercise, lead: Person, shared: Callable[[], None], in_threads: InThreads
) -> None:
    shared()

    def begin(by: By) -> Work:
        def work() -> object:
            made = drafting.draft(
                release=exercise.release,
                school=exercise.school,
                kind="remove",
                reason="year_group",
                pupil=exercise.pupils[0].upn,
                by=by,
            )
            return str(made.state)

        return done(work)

    found = in_threads(begin(exercise.enters), begin(By(lead, "test")))
    kept = in_threads(lambda: (CheckingRequest.objects.count(), verify().whole))

    assert sorted(map(str, found)) == ["There is a request about this pupil already.", "draft"]
    assert kept == [(1, True)]


def test_one_pupil_is_added_once_however_many_pass_it_on_at_once(
    exercise: Exercise, shared: Callable[[], None], in_threads: InThreads
) -> None:
    drafts = [exercise.draft(ADDED) for _ in range(2)]
    shared()

    def propose(made: CheckingRequest) -> Work:
        return done(
            lambda: str(
                sending.propose(request=made, by=exercise.enters, version=made.version).state
            )
        )

    found = in_threads(*map(propose, drafts))

    said = "There is a request to add a pupil of this name and date of birth already."
    assert sorted(map(str, found)) == [said, "proposed"]


def test_of_two_who_decide_at_once_one_does(
    exercise: Exercise, desk: list[By], shared: Callable[[], None], in_threads: InThreads
) -> None:
    request = exercise.sent(HOME_EARLY)
    shared()

    def decide(by: By, *, agreed: bool) -> Work:
        def work() -> object:
            return deciding.decide(
                request=request, agreed=agreed, why="So.", by=by, version=request.version
            ).proposed

        return done(work)

    found = in_threads(decide(desk[0], agreed=True), decide(desk[1], agreed=False))
    kept = in_threads(
        lambda: (
            CheckingRequest.objects.get().proposed,
            CheckingStep.objects.filter(act="judged").count(),
        )
    )

    assert CHANGED in found
    assert kept == [(next(one for one in found if one != CHANGED), 1)]


def test_a_decision_is_confirmed_once(
    exercise: Exercise, desk: list[By], shared: Callable[[], None], in_threads: InThreads
) -> None:
    sent = exercise.sent(HOME_EARLY)
    judged = deciding.decide(request=sent, agreed=True, why="So.", by=desk[0], version=sent.version)
    Message.objects.all().delete()
    shared()

    def confirm(by: By) -> Work:
        return done(
            lambda: str(deciding.confirm(request=judged, by=by, version=judged.version).state)
        )

    found = in_threads(confirm(desk[1]), confirm(desk[2]))
    told = in_threads(Message.objects.count)

    assert sorted(map(str, found)) == [CHANGED, "agreed"]
    assert told == [1]


def test_a_request_that_is_withdrawn_while_it_is_confirmed_is_one_or_the_other(
    exercise: Exercise, desk: list[By], shared: Callable[[], None], in_threads: InThreads
) -> None:
    sent = exercise.sent(HOME_EARLY)
    judged = deciding.decide(
        request=sent, agreed=False, why="So.", by=desk[0], version=sent.version
    )
    shared()

    found = in_threads(
        done(
            lambda: str(deciding.confirm(request=judged, by=desk[1], version=judged.version).state)
        ),
        done(lambda: str(drafting.withdraw(request=judged, by=exercise.enters)) and "withdrawn"),
    )
    kept = in_threads(lambda: str(CheckingRequest.objects.get().state))

    assert kept[0] in {"refused", "withdrawn"}
    assert kept[0] in found
    assert len({"refused", "withdrawn"} & set(found)) == 1


def test_decisions_are_handed_over_once(
    exercise: Exercise, desk: list[By], shared: Callable[[], None], in_threads: InThreads
) -> None:
    exercise.sent(LOWER)
    agency = exercise.release.organisation
    yesterday = timezone.localdate() - timedelta(days=1)
    keep_rules(agency, desk[0].who, text_with_window(closes=yesterday))
    shared()

    def hand_over(by: By) -> Work:
        return lambda: (
            handing_over.hand_over(agency=agency, year=YEAR, window="september", by=by).pk
        )

    found = in_threads(hand_over(desk[0]), hand_over(desk[1]))

    assert found[0] == found[1]
    assert in_threads(CheckingHandover.objects.count) == [1]


def test_a_document_that_is_sent_in_twice_at_once_is_there_once(
    exercise: Exercise, lead: Person, shared: Callable[[], None], in_threads: InThreads
) -> None:
    made = exercise.draft()
    shared()

    def add(by: By) -> Work:
        return lambda: evidence.add_evidence(request=made, name="a.pdf", content=PDF, by=by).pk

    found = in_threads(add(exercise.enters), add(By(lead, "test")))

    assert found[0] == found[1]
    assert in_threads(CheckingEvidence.objects.count) == [1]


def test_a_request_is_sent_once(
    exercise: Exercise, person: MakePerson, shared: Callable[[], None], in_threads: InThreads
) -> None:
    proposed = exercise.proposed(LOWER)
    other = By(person("headteacher", exercise.school), "test")
    shared()

    def send(by: By) -> Work:
        return done(
            lambda: str(sending.send(request=proposed, by=by, version=proposed.version).state)
        )

    found = in_threads(send(exercise.sends), send(other))
    told = in_threads(Message.objects.count)

    assert sorted(map(str, found)) == [CHANGED, "agreed"]
    assert told == [1]


def test_two_versions_proposed_at_once_have_two_numbers(
    exercise: Exercise, desk: list[By], shared: Callable[[], None], in_threads: InThreads
) -> None:
    text = text_with_window(stage="revised")
    shared()

    def propose(by: By) -> Work:
        return done(lambda: rules.propose(year=YEAR, text=text, why="So.", by=by).version)

    found = in_threads(propose(desk[0]), propose(desk[1]))

    assert exercise.pupils
    assert sorted(map(str, found)) == ["3", "4"]
    assert in_threads(CheckingRules.objects.count) == [3]


def test_data_confirmed_twice_at_once_are_confirmed_once(
    exercise: Exercise, person: MakePerson, shared: Callable[[], None], in_threads: InThreads
) -> None:
    other = By(person("headteacher", exercise.school), "test")
    shared()

    def confirm(by: By) -> Work:
        return lambda: (
            confirming.confirm(release=exercise.release, school=exercise.school, by=by).pk
        )

    found = in_threads(confirm(exercise.sends), confirm(other))

    assert found[0] == found[1]
    assert in_threads(DataConfirmed.objects.count) == [1]
