"""Questions as forms, traces as rows, figures worked out again: what needs no database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from contents_of_tests import content, figure, score
from django.http import QueryDict
from django.test import RequestFactory

from keystage.actions.checking.windows import Window
from keystage.flows.checking.deciding import Step, Tried
from keystage.flows.figures.computed_again import computed_again
from keystage.flows.figures.school_pupils import schools_of
from keystage.flows.own_pupils import own_records
from keystage.statute.checking import Question
from keystage.statute.checking import Window as StatuteWindow
from keystage.statute.checking_loader import load_checking
from keystage.statute.loader import load_year
from keystage.store.models import CheckingRequest, DataConfirmed
from keystage.web.checking import again
from keystage.web.checking.choosing import kind_form
from keystage.web.checking.question_form import QuestionForm
from keystage.web.checking.records import results_of, text_of
from keystage.web.checking.told import did
from keystage.web.fields import kind
from keystage.web.home.checking_steps import _standing
from keystage.web.home.task import DONE, LATER, NOW

QUESTIONS = load_checking(2026).rules.questions  # type: ignore[union-attr]  # there in 2026
LEFT, SEX, COUNTRY = QUESTIONS["left_on"], QUESTIONS["sex"], QUESTIONS["country"]
NAME, TOLD = QUESTIONS["first_name"], QUESTIONS["told"]


def form_of(question: Question, sent: str | None = None, **given: Any) -> QuestionForm:
    data = None if sent is None else QueryDict(f"seen=1&{sent}")
    return QuestionForm(data, asked=CheckingRequest(version=1), question=question, **given)


@pytest.mark.parametrize(("sent", "asked"), [("", False), ("asked=yes", True), ("kind=add", True)])
def test_going_on_without_saying_what_is_asked_for_is_told(sent: str, *, asked: bool) -> None:
    kinds = load_checking(2026).rules.kinds  # type: ignore[union-attr]  # there in 2026
    form = kind_form(RequestFactory().get(f"/?{sent}"), kinds)

    assert form.is_bound is asked
    assert form.is_valid() is (sent == "kind=add")


@pytest.mark.parametrize(
    ("question", "component"),
    [
        (LEFT, "date"),
        (SEX, "radios"),
        (COUNTRY, "select"),
        (NAME, "input"),
        (TOLD, "textarea"),
        (QUESTIONS["other_record"], "select"),
    ],
)
def test_a_question_has_the_box_that_fits_its_answer(question: Question, component: str) -> None:
    assert kind(form_of(question)["answer"]) == component


@pytest.mark.parametrize(
    ("question", "sent", "text"),
    [
        (LEFT, "answer_day=1&answer_month=may&answer_year=2026", "2026-05-01"),
        (LEFT, "not_known=on", "not_known"),
        (SEX, "answer=F", "F"),
        (SEX, "answer=not_known", "not_known"),
        (NAME, "answer=Mabel", "Mabel"),
        (QUESTIONS["upn"], "answer=", ""),
    ],
)
def test_an_answer_is_given_to_the_rules_as_they_take_it(
    question: Question, sent: str, text: str
) -> None:
    form = form_of(question, sent)
    assert form.is_valid(), form.errors
    assert form.text() == text


@pytest.mark.parametrize(
    ("question", "sent", "said"),
    [
        (LEFT, "", "Enter a date, or select “The day is not known”"),
        (LEFT, "not_known=on&answer_day=1&answer_month=5&answer_year=2026", "not both"),
        (
            LEFT,
            "answer_day=31&answer_month=2&answer_year=2026",
            "Left the roll must be a real date",
        ),
        (LEFT, "answer_day=31", "Left the roll must include a month and year"),
        (QUESTIONS["birth_date"], "", "Enter a date"),
        (SEX, "", "Select an answer"),
        (NAME, "", "Enter an answer"),
        (NAME, f"answer={'a' * 151}", "150 characters or fewer"),
        (QUESTIONS["other_record"], "", "Select a record"),
        (QUESTIONS["other_record"], "answer=X", "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(question: Question, sent: str, said: str) -> None:
    form = form_of(question, sent, records={"line 8": "Row 8"})
    assert not form.is_valid()
    assert said in str(form.errors["answer"].as_text())


def test_an_answer_stands_where_it_was_given_before() -> None:
    assert form_of(LEFT, answer="2026-05-01").initial["answer"] == datetime(2026, 5, 1).date()  # noqa: DTZ001  # a day
    assert form_of(LEFT, answer="not_known").initial["not_known"]
    assert form_of(SEX, answer="F").initial["answer"] == "F"


def test_a_trace_that_was_kept_says_how_the_rules_came_to_it() -> None:
    step = Step(
        condition="a", sentence="It was so.", result="not_known", values=(("Left", "1 May"),)
    )
    tried = (
        Tried(branch="A-1", outcome="refuse", result="no", steps=(step,)),
        Tried(branch="A-2", outcome="approve", result="not_known", steps=(step,)),
    )
    told = did(msgspec.to_builtins(tried), because="Why.", version="of 2026, version 2")

    assert told is not None
    assert told.sentence == "The rules left it to a person."
    assert [one.name for one in told.branches] == ["A-1", "A-2"]
    assert told.branches[0].outcome == "refuses it"
    assert told.branches[0].steps[0].values == (("Left", "1 May"),)
    assert did([], because="", version="") is None


def test_a_figure_that_does_not_follow_from_the_pupils_stands_first() -> None:
    typical = {
        "URN": 900003, "P_INCL": "201", "READOUTCOME": "AS", "READSCORE": 104, "MATOUTCOME": "AS",
        "MATSCORE": 104, "GPSOUTCOME": "AS", "GPSSCORE": 104, "WRITTAOUTCOME": "EXS",
        "SCITAOUTCOME": "EXS",
    }  # fmt: skip
    year = load_year(2025, "final")
    kept = next(iter(schools_of(own_records([typical] * 4, None, year, 900003))))
    figures = (
        figure("TELIG", "4", label="Pupils", family="composition", unit="pupils"),
        figure("PTRWM_EXP", "75%"),
        figure("PTRWM_EXP_GIRLS", "75%", group="boys"),
        figure("PTREAD_EXP", "", state="not_yet", said="Not yet"),
        score("READPROG_3YR"),
    )
    rows = again.rows_of(content(figures=figures, year=2025), computed_again(kept, year), 900003)

    assert [(one.name, one.released, one.again, one.same) for one in rows] == [
        ("PTRWM_EXP", "75%", "100%", False),
        ("TELIG", "4", "4", True),
    ]


def test_a_result_is_its_score_or_else_its_outcome() -> None:
    record = {"READSCORE": None, "READOUTCOME": "B", "MATSCORE": 101.0, "WRITTAOUTCOME": None}
    found = dict(results_of(record))
    assert found["Reading"] == "B"
    assert found["Maths"] == "101"
    assert found["Writing"] == "Nothing"
    assert text_of(3.5) == "3.5"


def window(*, is_open: bool = True, confirmed: bool = False, **requests: int) -> Window:
    now = datetime(2026, 9, 15, tzinfo=UTC)
    return Window(
        key="september",
        label="September",
        release=None,
        opens=now,
        closes=now + timedelta(days=7),
        is_open=is_open,
        state_words="",
        requests=requests,
        unresolved=sum(requests.values()),
        confirmed=DataConfirmed() if confirmed else None,
        said=StatuteWindow(label="September", opens=now.date(), closes=now.date()),
        late_results="",
        last_chance="",
    )


@pytest.mark.parametrize(
    ("given", "status", "hint"),
    [
        (window(returned=2, draft=1), NOW, "2 questions of the agency not answered."),
        (window(draft=1, proposed=1), NOW, "2 requests are not sent yet."),
        (
            window(draft=1, confirmed=True, is_open=False),
            DONE,
            "The school said that the data is correct.",
        ),
        (window(agreed=1), NOW, "Say that the data is correct, or ask for a change."),
        (window(is_open=False), LATER, "Nobody said that the data is correct."),
    ],
)
def test_the_task_says_what_waits_for_the_school(given: Window, status: str, hint: str) -> None:
    assert _standing(given, drafts=True) == (status, hint)


def test_who_is_not_told_of_drafts_is_told_no_number_of_them() -> None:
    said = "Say that the data is correct, or ask for a change."
    assert _standing(window(draft=2), drafts=False) == (NOW, said)
    assert "1 question" in _standing(window(draft=2, returned=1), drafts=False)[1]
