"""Forms: which questions are asked, what a changed answer drops, and what an answer may be."""

from datetime import date

import pytest

from keystage.core.errors import UsageError
from keystage.core.upn import make_upn
from keystage.flows.checking.answering import taken
from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.forms import answered, asked, missing, settled, summary
from keystage.statute.checking import Question

TODAY = date(2026, 9, 20)
ILL = {
    "terminal_illness": "no",
    "critical_illness": "yes",
    "severe_effect": "no",
    "sat_tests": "no",
    "explanation": "Since spring.",
}


def test_questions_are_asked_once_the_answers_before_them_say_so(book: RuleBook) -> None:
    assert asked(book, "illness", {}) == ("terminal_illness", "sat_tests", "explanation")
    assert len(asked(book, "illness", {"terminal_illness": "no"})) == 8
    assert asked(book, "illness", {"terminal_illness": "not_known"}) == asked(book, "illness", {})


def test_changing_a_branch_drops_only_what_depended_on_it(book: RuleBook) -> None:
    found = answered(book, "illness", ILL, "terminal_illness", "yes", today=TODAY)

    assert found.dropped == ("critical_illness", "severe_effect")
    assert found.answers == {
        "terminal_illness": "yes", "sat_tests": "no", "explanation": "Since spring.",
    }  # fmt: skip
    same = answered(book, "illness", ILL, "sat_tests", "yes", today=TODAY)
    assert (same.dropped, same.fault) == ((), "")
    assert same.answers == {**ILL, "sat_tests": "yes"}


def test_an_answer_that_is_not_taken_leaves_the_form_as_it_was(book: RuleBook) -> None:
    found = answered(book, "illness", ILL, "terminal_illness", "perhaps")

    assert found.answers == ILL
    assert found.fault == "Terminal illness: choose one of Yes, No, Not known."


def test_a_blank_answer_takes_the_one_before_back(book: RuleBook) -> None:
    found = answered(book, "illness", ILL, "terminal_illness", " ")

    assert found.dropped == ("critical_illness", "severe_effect")
    assert "terminal_illness" not in found.answers


def test_a_question_that_is_not_asked_cannot_be_answered(book: RuleBook) -> None:
    with pytest.raises(UsageError, match="critical_illness is not asked"):
        answered(book, "illness", {}, "critical_illness", "yes")
    with pytest.raises(UsageError, match="left_on is not asked"):
        answered(book, "illness", {}, "left_on", "2026-01-01")
    with pytest.raises(UsageError, match="no reason holiday"):
        asked(book, "holiday", {})


def test_answers_from_elsewhere_are_left_out(book: RuleBook) -> None:
    assert settled(book, "died", {"died_on": "2026-04-20", "sex": "F"}) == {"died_on": "2026-04-20"}


def test_what_is_missing_is_what_is_asked_and_has_to_be_answered(book: RuleBook) -> None:
    assert missing(book, "illness", {"terminal_illness": "yes"}) == ("sat_tests",)
    assert missing(book, "other", {}) == ("told",)
    assert "upn" not in missing(book, "added", {})
    assert missing(book, "moved", {"registered": "moved"}) == ("moved_on", "other_school")
    assert missing(book, "moved", {"registered": "dual"}) == ("other_school",)


def test_the_summary_has_a_row_for_each_question_asked(book: RuleBook) -> None:
    rows = summary(book, "home_education", {"left_on": "2026-05-12"})

    assert [(row.label, row.text) for row in rows] == [
        ("Left the roll", "12 May 2026"),
        ("Explanation", "not answered"),
    ]
    unsure = summary(book, "home_education", {"left_on": "not_known"})
    assert unsure[0].text == "not known"
    chosen = summary(book, "recently_arrived", {"country": "VN"})
    assert chosen[1].text == "Vietnam"
    assert summary(book, "added", {"birth_date": "long ago"})[2].text == "long ago"


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("left_on", "12/5/2026", "2026-05-12"),
        ("left_on", " 2026-05-12 ", "2026-05-12"),
        ("left_on", "not_known", "not_known"),
        ("upn", make_upn(999, 301, 2020, 1).lower(), make_upn(999, 301, 2020, 1)),
        ("first_name", " Zoë  ", "Zoë"),
        ("country", "PL", "PL"),
        ("explanation", "One.\r\nTwo.\x00 ", "One.\nTwo."),
        ("explanation", "- a list", "- a list"),
        ("other_record", "record-7", "record-7"),
        ("other_school", "Elm School", "Elm School"),
        ("other_school", "", ""),
    ],
)
def test_an_answer_is_kept_in_one_form(
    book: RuleBook, question: str, text: str, value: str
) -> None:
    assert taken(book.rules.questions[question], text, today=TODAY) == (value, "")


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("left_on", "31/2/2026", "Left the roll: 31/2/2026 is not taken: it is not a date"),
        ("left_on", "21/9/2026", "Left the roll: 21 September 2026 is yet to come."),
        ("birth_date", "not_known", "Date of birth: not_known is not taken"),
        ("upn", "A123", "UPN: A123 is not taken: a UPN has 13 characters."),
        ("upn", "Q207000016049", "the first letter of the UPN belongs to another number"),
        ("first_name", "=HYPERLINK()", "First name: begin with a letter or a digit."),
        ("first_name", "-", "First name: begin with a letter"),
        ("first_name", "...", "First name: ... has no letters."),
        ("first_name", "A" * 151, "First name: it has 151 letters. Use at most 150."),
        ("other_school", "+44", "Other school: begin with a letter or a digit."),
        ("other_school", "@home", "begin with a letter or a digit."),
        ("explanation", "x" * 1001, "it has 1001 letters. Use at most 1000."),
        ("other_record", "x" * 41, "choose one of the records of your school."),
        ("sen", "not_known", "choose one of None on record, SEN support"),
        ("country", "Poland", "Country: choose one of"),
    ],
)
def test_an_answer_that_is_not_taken_says_why(
    book: RuleBook, question: str, text: str, said: str
) -> None:
    value, fault = taken(book.rules.questions[question], text, today=TODAY)

    assert value == ""
    assert said in fault


def test_a_date_to_come_is_taken_where_nobody_says_what_day_it_is(book: RuleBook) -> None:
    assert taken(book.rules.questions["left_on"], "2027-01-01") == ("2027-01-01", "")


def test_a_written_answer_without_a_limit_is_taken_whole() -> None:
    question = Question(label="What?", short="What", type="text")

    assert taken(question, "x" * 5000) == ("x" * 5000, "")
