"""What approved requests do to a school's figures, by way of what they change."""

from fractions import Fraction

import pytest
from engine_side import record_set
from oracle_examples import YEAR, pupil

from keystage.flows.checking.altering import Request, changes_of, tried_as
from keystage.flows.checking.book import RuleBook
from keystage.flows.figures.trying import tried

HERE = 900001
LINES = {"one": 2, "two": 3, "three": 4, "four": 5}


@pytest.mark.parametrize(
    ("reason", "who", "answers", "pupils", "main"),
    [
        ("home_education", "one", {"left_on": "2026-05-01"}, 2, "inclusion_changed"),
        ("included", "four", {"told": "On the roll."}, 4, "inclusion_changed"),
        ("same_pupil", "one", {"other_record": "two"}, 2, "removal"),
        ("added", "", {"first_name": "Ann", "last_name": "Ash", "sex": "F"}, 4, "addition"),
    ],
)
def test_the_school_has_as_many_pupils_as_the_request_leaves_it(
    book: RuleBook, reason: str, who: str, answers: dict[str, str], pupils: int, main: str
) -> None:
    rows = [pupil(UPN=f"{letter}99900001500{at}") for at, letter in enumerate("ABCD", start=1)]
    rows[3]["P_INCL"] = "202"
    school = record_set(rows, [{"URN": HERE, "LEA": 999, "RECTYPE": 1}], YEAR)
    request = Request(reference="R-1", reason=reason, answers=answers, pupil=who)

    trial = tried(school, YEAR, HERE, tried_as([changes_of(book, request)], LINES))
    change = trial.changes.of(HERE, "TELIG")

    assert (change.old, change.new) == (Fraction(3), Fraction(pupils))
    assert [effect.reasons[0].name for effect in change.effects] == [main]
