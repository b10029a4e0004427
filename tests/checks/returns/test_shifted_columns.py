"""A column that slipped is told though its subject once took some of the codes in it."""

from collections.abc import Mapping

from made_returns import COLLECTION, PLAIN, found_in, returns, run

from keystage.checks.returns.run import run_returns
from keystage.statute.collection_loader import load_collection


def shifted(*maths: str) -> list[tuple[str, str]]:
    """The subjects said to have slipped, where maths has these values and nothing is blank."""
    some = returns(*(PLAIN | {"maths": code} for code in maths))
    found = run_returns(some, COLLECTION, channel="preflight")
    return found.frame.filter(code="TA-412").select("value", "message").rows()


def test_codes_of_earlier_years_count_beside_codes_the_subject_never_had() -> None:
    ((value, message),) = shifted("EXS", "EXS", "EXS", "EXS", "GDS", "GDS")

    assert value == "maths"
    assert message.startswith("Of 6 values in maths, 6 are codes of ")


def test_codes_of_earlier_years_alone_are_an_old_habit() -> None:
    assert shifted("EXS", "EXS", "EXS", "EXS", "HNM", "HNM") == []


def test_one_code_the_subject_never_had_is_a_slip_of_the_pen() -> None:
    assert shifted("EXS", "EXS", "EXS", "EXS", "EXS", "GDS") == []


def slipped(pupils: int, **judgements: str) -> list[tuple[str, str]]:
    """The subjects said to have slipped, where all pupils of a file have these judgements."""
    found = run_returns(returns(*[judgements] * pupils), COLLECTION, channel="preflight")
    return found.frame.filter(code="TA-412").select("value", "message").rows()


def test_a_school_where_all_met_the_standard_is_told_by_the_column_left_blank() -> None:
    told = slipped(6, reading="EXS", maths="EXS")

    assert [subject for subject, _ in told] == ["maths", "reading"]
    assert told[0][1] == "Of 6 values in maths, 6 are codes of writing and not of maths."


def test_a_column_of_one_pupil_slipped_with_the_pen() -> None:
    assert slipped(1, reading="EXS", maths="EXS") == []


def test_an_old_habit_beside_whole_columns_is_no_slip() -> None:
    assert slipped(6, reading="EXS", maths="EXS", writing="EXS", science="EXS") == []


def test_a_few_blanks_beside_an_old_habit_are_blanks() -> None:
    some = returns(*[PLAIN | {"reading": "EXS"}] * 5, *[{"reading": "EXS"}] * 4)

    assert "TA-412" not in found_in(some)


def test_a_blank_column_beside_lawful_codes_is_a_blank_column() -> None:
    assert slipped(6, reading="PK2", maths="PK2", writing="PK2") == []


def told_of(*pupils: Mapping[str, object]) -> list[str]:
    found = run_returns(returns(*pupils), COLLECTION, channel="preflight")
    return found.frame.filter(code="TA-412")["message"].to_list()


def test_columns_put_in_each_others_place_are_told_though_most_codes_are_of_both() -> None:
    pupils: list[Mapping[str, object]] = [
        *[{"writing": "EXS", "science": "EXS"}] * 9,
        *[{"writing": "HNM", "science": "WTS"}] * 2,
        {"writing": "EXS", "science": "GDS"},
    ]

    assert told_of(*pupils) == [
        "Of 12 values in science, 3 are codes of writing and not of science.",
        "Of 12 values in writing, 2 are codes of science and not of writing.",
    ]


def test_columns_that_all_slipped_are_told_in_a_year_when_all_subjects_were_judged() -> None:
    """Each holds what is one to the left; science has the codes of maths, as always."""
    rows = [("EXS", "HNM", "GDS", "EXS")] * 4 + [("HNM", "EXS", "EXS", "HNM")] * 6
    subjects = ("reading", "writing", "maths", "science")
    pupils = (dict(zip(subjects, row, strict=True)) for row in rows)
    found = run(returns(*pupils, year=2018), None, load_collection(2018))

    assert found.frame.filter(code="TA-412")["message"].to_list() == [
        "Of 10 values in maths, 4 are codes of writing and not of maths."
    ]


def test_a_code_that_science_does_not_have_is_a_wrong_code_where_writing_has_its_own() -> None:
    pupils: list[Mapping[str, object]] = [*[PLAIN] * 9, *[{"writing": "WTS", "science": "WTS"}] * 3]

    assert told_of(*pupils) == []


def test_rows_of_some_pupils_the_wrong_way_round_are_no_exchanged_columns() -> None:
    pupils: list[Mapping[str, object]] = [
        *[{"writing": "GDS", "science": "EXS"}] * 3,
        *[{"writing": "WTS", "science": "HNM"}] * 3,
        *[{"writing": "HNM", "science": "WTS"}] * 2,
    ]

    assert told_of(*pupils) == []


def test_the_other_subject_is_the_one_that_most_of_the_codes_are_of() -> None:
    pupils: list[Mapping[str, object]] = [
        PLAIN | {"science": code} for code in ("PK6", "PK6", "GDS", "GDS", "GDS")
    ]

    assert told_of(*pupils) == [
        "Of 5 values in science, 5 are codes of writing and not of science."
    ]
