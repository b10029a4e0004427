"""Every result a year knows has a sentence for a parent, and nothing else has one."""

import re

import pytest

from keystage.core.errors import InputError, UsageError
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.reports.parents.words import (
    about_scores,
    codes_of_assessments,
    codes_of_tests,
    result_of_assessment,
    result_of_test,
    words,
)
from keystage.statute.collection_loader import available_collections, load_collection
from keystage.statute.loader import available

YEARS = available_collections()


def is_a_sentence(text: str) -> bool:
    """Words alone: a capital, a full stop, nothing unfilled and no code in capitals."""
    codes = re.findall(r"\b(?:[A-Z]{2,}\w*|[A-Z]+\d\w*|[B-Z])\b", text.replace("P scales", ""))
    return text[0].isupper() and text.endswith(".") and not codes and "{" not in text


def test_there_are_words_for_every_year_with_results_and_for_no_other() -> None:
    assert set(words().years) == set(YEARS) == {year for year, _ in available()}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("subject", TESTED)
def test_every_outcome_a_year_knows_is_a_sentence_in_a_test(year: int, subject: Subject) -> None:
    collection = load_collection(year)
    outcomes = codes_of_tests(collection)
    assert {"AS", "NS", "B", "A", "M", "Q"} <= outcomes
    said = {code: result_of_test(year, subject, code, None).sentence for code in outcomes}
    assert {code: text for code, text in said.items() if not is_a_sentence(text)} == {}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("subject", ASSESSED)
def test_every_judgement_a_year_knows_is_a_sentence(year: int, subject: Subject) -> None:
    codes = codes_of_assessments(subject, load_collection(year))
    assert {"A", "L", "F", "P", "Q", "H"} <= codes
    said = {code: result_of_assessment(year, subject, code).sentence for code in codes}
    assert {code: text for code, text in said.items() if not is_a_sentence(text)} == {}


def test_the_words_have_no_code_that_no_year_knows() -> None:
    collections = [load_collection(year) for year in YEARS]
    tests = {code for year in collections for code in codes_of_tests(year)}
    judged = {
        code for year in collections for one in ASSESSED for code in codes_of_assessments(one, year)
    }
    assert set(words().tests.codes) == tests
    assert set(words().assessments.codes) == judged


def test_every_table_of_words_has_a_source_that_is_told() -> None:
    said = words()
    used = {said.scores.source, said.tests.source, said.assessments.source}
    assert used == set(said.sources)


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        (80, "Your child did not meet the expected standard (a score of 100 or more)."),
        (99, "Your child did not meet the expected standard (a score of 100 or more)."),
        (100, "Your child met the expected standard (a score of 100 or more)."),
        (109, "Your child met the expected standard (a score of 100 or more)."),
        (110, "Your child met the expected standard, with a high score (110 or more)."),
        (120, "Your child met the expected standard, with a high score (110 or more)."),
    ],
)
def test_a_scaled_score_says_the_standard_at_its_edges(score: int, sentence: str) -> None:
    for outcome in (None, "AS" if score >= 100 else "NS"):
        result = result_of_test(2025, Subject.MATHS, outcome, score, mark=12)
        assert (result.sentence, result.score) == (sentence, score)
        assert (result.mark, result.highest_mark) == (12, 110)


def test_a_missing_result_is_said_and_not_taken_for_a_failure() -> None:
    test = result_of_test(2025, Subject.READING, None, None)
    judged = result_of_assessment(2025, Subject.WRITING, None)
    assert test.sentence == "There was no result when this report was made."
    assert judged.sentence.startswith("There was no teacher assessment in writing when")
    assert (test.score, test.mark, test.highest_mark) == (None, None, None)


def test_a_lost_script_leaves_the_standard_without_a_score() -> None:
    said = result_of_test(2025, Subject.READING, "AS", None).sentence
    assert said.startswith("Your child met the expected standard. There is no scaled score")


def test_special_consideration_is_told_beside_the_result() -> None:
    said = result_of_test(2024, Subject.READING, "AS", 104, consideration="CA").sentence
    assert said.startswith("Your child met")
    assert said.endswith("showing what they can do.")
    assert is_a_sentence(said)


def test_science_is_met_where_writing_is_worked_at() -> None:
    writing, science = (
        result_of_assessment(2026, subject, "EXS").sentence
        for subject in (Subject.WRITING, Subject.SCIENCE)
    )
    assert writing == "Your child is working at the expected standard in writing."
    assert science == "Your child has met the expected standard in science."


def test_a_p_scale_beside_a_judgement_says_the_level() -> None:
    said = result_of_assessment(2016, Subject.MATHS, "BLW", p_scale="P3ii").sentence
    assert said.endswith("at the upper part of level 3 of the P scales.")


@pytest.mark.parametrize(
    ("outcome", "score"),
    [("AS", 99), ("NS", 100), ("B", 104), ("A", 90), ("N", 80), ("M", 101), ("S", 100)],
)
def test_a_score_and_an_outcome_that_contradict_each_other_are_not_told(
    outcome: str, score: int
) -> None:
    with pytest.raises(InputError, match="contradict each other"):
        result_of_test(2025, Subject.READING, outcome, score)


@pytest.mark.parametrize("code", ["", "a", "XX", "EXS", "PK6", "#", "CA"])
def test_what_is_no_outcome_of_the_year_is_refused(code: str) -> None:
    with pytest.raises(InputError, match="no words for it"):
        result_of_test(2025, Subject.READING, code, None)


@pytest.mark.parametrize(
    ("year", "subject", "code"),
    [
        (2025, Subject.WRITING, "PKF"),
        (2025, Subject.WRITING, "BLW"),
        (2025, Subject.READING, "EXS"),
        (2025, Subject.SCIENCE, "GDS"),
        (2016, Subject.WRITING, "PK1"),
        (2019, Subject.WRITING, "EM"),
        (2025, Subject.MATHS, "5"),
    ],
)
def test_a_judgement_of_another_year_or_subject_is_refused(
    year: int, subject: Subject, code: str
) -> None:
    with pytest.raises(InputError, match="no words for it"):
        result_of_assessment(year, subject, code)


def test_p_scales_and_considerations_the_year_lacks_are_refused() -> None:
    with pytest.raises(InputError, match="P scale 'P4'"):
        result_of_assessment(2025, Subject.WRITING, "A", p_scale="P4")
    with pytest.raises(InputError, match="special consideration 'AS'"):
        result_of_test(2025, Subject.READING, "AS", 100, consideration="AS")


@pytest.mark.parametrize(("score", "mark"), [(79, None), (121, None), (None, -1), (None, 51)])
def test_numbers_off_their_scale_are_refused(score: int | None, mark: int | None) -> None:
    with pytest.raises(InputError, match=r"not on the scale|not between"):
        result_of_test(2025, Subject.READING, None, score, mark=mark)


def test_there_are_no_words_for_a_year_without_results() -> None:
    for asked in (
        lambda: about_scores(2021),
        lambda: result_of_test(2020, Subject.READING, "AS", 100),
        lambda: result_of_assessment(2027, Subject.WRITING, "EXS"),
    ):
        with pytest.raises(UsageError, match="There are no words for the results of 20"):
            asked()


def test_a_subject_without_test_or_judgement_is_refused() -> None:
    with pytest.raises(UsageError, match="There is no test in writing"):
        result_of_test(2025, Subject.WRITING, "AS", 100)
    with pytest.raises(UsageError, match="no teacher assessment in grammar"):
        result_of_assessment(2025, Subject.GPS, "EXS")


def test_a_scaled_score_is_explained_in_the_numbers_of_the_year() -> None:
    assert about_scores(2025) == (
        "A scaled score lies between 80 and 120. A score of 100 or more meets the expected "
        "standard."
    )
