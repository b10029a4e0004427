"""Versions of the rules: proposed, looked through, approved by another person, rolled back."""

from datetime import UTC, date, datetime

import pytest
from cast_of_tests import YEAR, MakePerson
from checking_of_tests import Exercise, text_with_window

from keystage.actions.by import By
from keystage.actions.checking import approving, rules
from keystage.actions.checking.replaying import replayed
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.core.errors import AbsentValueError, UsageError
from keystage.store.models import AuditEvent, CheckingRules, DateChange, Organisation, Person

pytestmark = pytest.mark.django_db
WHY = "The agency decided so."


def edited(old: str = "", new: str = "") -> str:
    """The text in force with a change."""
    text = rules.in_force(YEAR).text
    old = old or 'when = "into_lower_year", outcome = "approve"'
    assert old in text
    return text.replace(old, new or 'when = "into_lower_year", outcome = "scrutiny"')


@pytest.fixture
def one(operator: Person) -> By:
    return By(operator, "test")


@pytest.fixture
def other(person: MakePerson, nation: Organisation) -> By:
    return By(person("agency_operator", nation, name="Bo Agency"), "test")


def test_the_years_file_is_version_1(db: None) -> None:
    found = rules.in_force(YEAR)

    assert (found.number, found.row) == (1, None)
    assert found.book.rules.version == "2026-1"
    assert found.text.startswith("# The checking exercise of key stage 2 in 2026")
    assert [one.number for one in rules.versions(YEAR)] == [1]


def test_a_version_is_in_force_once_another_person_approves_it(one: By, other: By) -> None:
    made = rules.propose(year=YEAR, text=edited(), why=WHY, by=one)
    assert (made.version, rules.in_force(YEAR).number) == (2, 1)
    with pytest.raises(RefusedError, match="another person must approve"):
        approving.approve(rules=made, by=one, against=1)

    approving.approve(rules=made, by=other, against=1)
    approving.approve(rules=made, by=other, against=1)

    assert rules.in_force(YEAR).number == 2
    assert AuditEvent.objects.filter(action="checking rules approved").count() == 1
    before, after = rules.version_of(YEAR, 1), rules.version_of(YEAR, 2)
    (differs,) = rules.differences(before, after)
    assert differs.endswith("branch YGC-1: a request was approved and is looked at by a person.")


def test_nobody_approves_beside_rules_that_are_in_force_no_longer(one: By, other: By) -> None:
    first = rules.propose(year=YEAR, text=edited(), why=WHY, by=one)
    second = rules.propose(year=YEAR, text=edited('"2026-1"', '"2026-2"'), why=WHY, by=one)
    approving.approve(rules=first, by=other, against=1)

    with pytest.raises(ChangedMeanwhileError, match="Version 2 came into force since"):
        approving.approve(rules=second, by=other, against=1)
    assert approving.approve(rules=second, by=other, against=2).approved_at


def test_an_unsound_text_is_refused_with_all_that_is_wrong(one: By) -> None:
    text = edited('when = "into_lower_year"', 'when = "nowhere"')
    with pytest.raises(rules.UnsoundError) as refused:
        rules.propose(year=YEAR, text=text, why=WHY, by=one)

    assert len(refused.value.faults) == 2
    assert "There is 1 more fault." in str(refused.value)
    assert all(fault.where for fault in refused.value.faults)
    assert not CheckingRules.objects.exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [("[rules.reasons.year_group]", "[rules.reasons.{}]"), ('id = "YGC-1"', 'id = "{}"')],
)
def test_a_name_that_no_request_could_keep_is_refused(one: By, old: str, new: str) -> None:
    text = edited(old, new.format("y" * 41))
    with pytest.raises(rules.UnsoundError, match="longer than 40 characters"):
        rules.propose(year=YEAR, text=text, why=WHY, by=one)


def test_a_name_of_a_window_that_no_file_of_decisions_could_keep_is_refused(one: By) -> None:
    name = "y" * 41
    text = text_with_window().replace("[windows.windows.september]", f"[windows.windows.{name}]")
    with pytest.raises(rules.UnsoundError, match="longer than 40 characters") as refused:
        rules.propose(year=YEAR, text=text, why=WHY, by=one)
    assert refused.value.where == f"[windows.windows.{name}]"


def test_what_cannot_be_read_differs_in_nothing(db: None) -> None:
    found = rules.looked_through(YEAR, "[year")
    assert (found.reviewed.sound, found.words) == (False, ())


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"why": " "}, "reason of the change is missing"),
        ({"why": "x" * 501}, "longer than 500"),
        ({"text": "same"}, "what the rules in force say"),
    ],
)
def test_a_change_needs_a_reason_and_has_to_change_something(
    one: By, given: dict[str, str], why: str
) -> None:
    text = rules.in_force(YEAR).text if "text" in given else edited()
    with pytest.raises(RefusedError, match=why):
        rules.propose(year=YEAR, text=text, why=given.get("why", WHY), by=one)


def test_who_has_no_right_changes_no_rules(
    person: MakePerson, nation: Organisation, headteacher: Person, one: By
) -> None:
    statistician = person("statistician", nation)
    made = rules.propose(year=YEAR, text=edited(), why=WHY, by=one)
    for who in (statistician, headteacher):
        with pytest.raises(RefusedError, match="You do not change the rules"):
            rules.propose(year=YEAR, text=edited(), why=WHY, by=By(who))
        with pytest.raises(RefusedError, match="You do not change the rules"):
            approving.approve(rules=made, by=By(who), against=1)


def test_an_older_version_does_not_come_into_force_after_a_newer_one(one: By, other: By) -> None:
    first = rules.propose(year=YEAR, text=edited(), why=WHY, by=one)
    second = rules.propose(year=YEAR, text=text_with_window(), why=WHY, by=one)
    approving.approve(rules=second, by=other, against=1)

    with pytest.raises(RefusedError, match="Version 3 is in force"):
        approving.approve(rules=first, by=other, against=3)
    assert rules.in_force(YEAR).number == 3


def test_a_proposed_version_is_discarded_with_a_reason_and_kept(one: By, other: By) -> None:
    mine, theirs = (rules.propose(year=YEAR, text=edited(), why=WHY, by=one) for _ in range(2))
    with pytest.raises(RefusedError, match="The reason of the change is missing"):
        approving.discard(rules=mine, why=" ", by=one)
    approving.discard(rules=mine, why="Typed wrongly.", by=one)
    approving.discard(rules=theirs, why="No longer wanted.", by=other)
    approving.discard(rules=theirs, why="Again.", by=one)

    assert [one.discarded for one in rules.versions(YEAR)] == [True, True, False]
    assert not any(one.waits for one in rules.versions(YEAR))
    theirs.refresh_from_db()
    assert (theirs.discarded_by, theirs.discarded_why) == (other.person, "No longer wanted.")
    with pytest.raises(RefusedError, match="was discarded"):
        approving.approve(rules=mine, by=other, against=1)
    assert rules.propose(year=YEAR, text=edited(), why=WHY, by=one).version == 4


def test_what_is_in_force_is_not_discarded(one: By, other: By) -> None:
    made = rules.propose(year=YEAR, text=edited(), why=WHY, by=one)
    approving.approve(rules=made, by=other, against=1)
    with pytest.raises(RefusedError, match="was approved"):
        approving.discard(rules=made, why="No.", by=one)


def test_rolling_back_is_a_new_version_that_another_person_approves(one: By, other: By) -> None:
    made = rules.propose(year=YEAR, text=edited(), why=WHY, by=one)
    approving.approve(rules=made, by=other, against=1)
    with pytest.raises(RefusedError, match="say what version 2 says"):
        rules.roll_back(year=YEAR, to=2, why=WHY, by=one)
    with pytest.raises(UsageError, match="no version 7"):
        rules.roll_back(year=YEAR, to=7, why=WHY, by=one)

    back = rules.roll_back(year=YEAR, to=1, why=WHY, by=one)
    assert rules.in_force(YEAR).number == 2
    approving.approve(rules=back, by=other, against=2)

    assert rules.in_force(YEAR).number == 3
    assert rules.in_force(YEAR).text == rules.version_of(YEAR, 1).text


def test_a_text_that_went_unsound_is_not_approved(one: By, other: By) -> None:
    made = rules.propose(year=YEAR, text=edited(), why=WHY, by=one)
    CheckingRules.objects.update(text=made.text.replace('"into_lower_year"', '"nowhere"'))
    with pytest.raises(rules.UnsoundError):
        approving.approve(rules=made, by=other, against=1)


@pytest.mark.parametrize(
    ("year", "why"),
    [
        (2025, "The rules of 2025 are not known: the rules by which requests of 2025"),
        (2019, "Nothing is known of the checking exercise of 2019."),
    ],
)
def test_a_year_without_rules_says_why(db: None, year: int, why: str) -> None:
    assert rules.unknown(year).startswith(why)
    with pytest.raises((AbsentValueError, UsageError)):
        rules.in_force(year).book.reason("added")


def test_a_date_of_the_season_that_was_moved_is_what_the_rules_compare_with(
    nation: Organisation, operator: Person
) -> None:
    DateChange.objects.create(
        organisation=nation,
        year=YEAR,
        event="tests_first",
        moment=datetime(2026, 5, 18, tzinfo=UTC),
        reason="Snow.",
        at=datetime(2026, 4, 1, tzinfo=UTC),
        by=operator,
    )
    assert rules.in_force(YEAR).book.days["tests_first"] == date(2026, 5, 18)


def test_it_is_told_who_would_be_decided_otherwise(exercise: Exercise) -> None:
    agreed = exercise.sent(at=0)
    exercise.sent(("remove", "home_education", {"left_on": "12/5/2026"}), at=1)
    exercise.draft(at=2)

    found = replayed(YEAR, edited())

    assert found.looked_at == 2
    (otherwise,) = found.otherwise
    assert otherwise.request == agreed
    assert (otherwise.before.outcome, otherwise.after.outcome) == ("approve", "scrutiny")
    agreed.refresh_from_db()
    assert agreed.state == "agreed"


def test_rules_that_ask_more_of_a_record_are_replayed_on_the_record(exercise: Exercise) -> None:
    answers = {"year_change": "lower"}
    exercise.sent(("remove", "year_group", answers))
    text = edited('when = "into_lower_year"', 'when = "boys_lower"').replace(
        "[rules.groups]",
        '[rules.facts.SEX]\nlabel = "sex"\ncodes = { F = "girl", M = "boy" }\n[rules.groups]',
    )
    text = text.replace(
        "into_lower_year = {",
        'is_boy = { fact = "SEX", equals = "M", sentence = "A boy: {SEX}." }\n'
        'boys_lower = { all = ["into_lower_year", "is_boy"] }\ninto_lower_year = {',
    )

    (otherwise,) = replayed(YEAR, text).otherwise

    assert (otherwise.after.branch, otherwise.after.outcome) == ("YGC-2", "scrutiny")


def test_a_reason_that_other_rules_do_not_know_goes_to_a_person(exercise: Exercise) -> None:
    exercise.sent()
    text = edited("[rules.reasons.year_group]", "[rules.reasons.years]")

    (otherwise,) = replayed(YEAR, text).otherwise

    assert "do not know the reason" in otherwise.after.because


def test_a_year_of_which_nothing_is_known_takes_no_rules(one: By) -> None:
    with pytest.raises(RefusedError, match="Nothing is known of the checking exercise of 2019"):
        rules.propose(year=2019, text=edited().replace("2026", "2019"), why=WHY, by=one)
    assert rules.versions(2019) == ()


def test_an_unsound_text_is_not_replayed(db: None) -> None:
    with pytest.raises(rules.UnsoundError):
        replayed(YEAR, "[year")
