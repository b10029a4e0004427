"""Every way through the questions, in every year."""

import pytest

from keystage.core.errors import UsageError
from keystage.core.subjects import ASSESSED
from keystage.flows.roll.comparing.tree import Advice, Asked, load_tree, paths, walk
from keystage.statute.collection_loader import available_collections, load_collection

YEARS = available_collections()


@pytest.mark.parametrize("year", YEARS)
def test_every_way_ends_in_codes_of_the_year(year: int) -> None:
    collection, tree = load_collection(year), load_tree()
    ways = dict(paths(tree, collection))
    assert {advice.id for advice in ways.values()} == {
        name for name in tree.ends if name != "engagement_model" or year >= 2022
    }
    for advice in ways.values():
        end = tree.ends[advice.id]
        assert [one.subject for one in advice.subjects] == list(ASSESSED)
        for one in advice.subjects:
            due = collection.due(end.of(one.subject).registration, one.subject)
            assert set(one.codes) <= set(due) <= set(collection.codes(one.subject))
            assert bool(one.codes) == bool(due), (year, advice.id, one.subject)
            assert not end.of(one.subject).code or len(one.codes) <= 1


@pytest.mark.parametrize("year", YEARS)
def test_every_end_cites_a_rule_and_says_if_it_was_not_read(year: int) -> None:
    for _, advice in paths(load_tree(), load_collection(year)):
        assert advice.rule
        assert advice.todo
        assert advice.source.title
        assert bool(advice.caution) != advice.verified


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        (["left", "before"], ["", "L", "", "L"]),
        (["left", "during", "no"], ["", "L", "", "L"]),
        (["out_of_year", "future"], ["", "F", "", "F"]),
        (["out_of_year", "previous"], ["", "P", "", "P"]),
        (["absent", "no"], ["", "A", "", "A"]),
        (["new_to_english", "no"], ["", "A", "", "A"]),
        (["arrived", "after"], ["", "", "", ""]),
        (["none", "yes", "engagement"], ["EM", "EM", "EM", "HNM"]),
    ],
)
def test_cases_of_2026_end_in_one_code(answers: list[str], codes: list[str]) -> None:
    advice = walk(load_tree(), load_collection(2026), answers)
    assert isinstance(advice, Advice)
    assert [" ".join(one.codes) for one in advice.subjects] == codes


def test_in_the_years_of_judgements_for_all_a_leaver_has_a_code_in_every_subject() -> None:
    advice = walk(load_tree(), load_collection(2018), ["left", "before"])
    assert isinstance(advice, Advice)
    assert [one.codes for one in advice.subjects] == [("L",)] * 4


def test_what_to_record_is_told_in_words() -> None:
    advice = walk(load_tree(), load_collection(2026), ["none", "yes", "no"])
    assert isinstance(advice, Advice)
    words = {str(one.subject): one.words for one in advice.subjects}
    assert words["maths"] == "Leave maths blank."
    assert words["reading"].startswith("Record your reading judgement: one of PK6, PK5")
    left = walk(load_tree(), load_collection(2026), ["left", "before"])
    assert isinstance(left, Advice)
    assert left.subjects[1].words == ("Record L in writing: left the school before test week.")


def test_a_question_has_the_answers_of_the_year() -> None:
    tree = load_tree()
    for year, count in ((2019, 2), (2022, 3)):
        asked = walk(tree, load_collection(year), ["none", "yes"])
        assert isinstance(asked, Asked)
        assert len(asked.answers) == count


@pytest.mark.parametrize("answers", [["never"], ["left", "before", "yes"], ["none", "engagement"]])
def test_an_answer_that_is_none_is_refused(answers: list[str]) -> None:
    with pytest.raises(UsageError, match="none of those there are"):
        walk(load_tree(), load_collection(2026), answers)


def test_every_question_end_and_source_is_reached() -> None:
    tree = load_tree()
    nexts = {one.next for question in tree.questions.values() for one in question.answers}
    assert {tree.first, *nexts} - {""} == set(tree.questions)
    assert {end.source for end in tree.ends.values()} == set(tree.sources)
