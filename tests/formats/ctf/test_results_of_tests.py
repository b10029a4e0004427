"""Marks, scaled scores and outcomes out of a file whose qualifiers nobody published."""

from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from keystage.core.subjects import TESTED, Subject
from keystage.formats.ctf.learning import learn
from keystage.formats.ctf.profile import AssessmentProfile, ProfileRow, load_profile, save_profile
from keystage.formats.ctf.results import pupil_columns, results_of_tests
from keystage.records.returns import FILES, PUPILS, RESULTS, SLOTS, Kind, ReturnSet
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2026)
PROFILE = load_profile()
VERIFIED = replace(PROFILE, rows=tuple(replace(row, verified=True) for row in PROFILE.rows))
READING, GPS, MATHS = "ENG REA", "ENG GPS", "MAT SUB"
Row = tuple[int, str, str]


def returns(
    *rows: Row,
    profile: AssessmentProfile = PROFILE,
    file_of: dict[int, int] | None = None,
    **odd: Any,
) -> ReturnSet:
    """Results given as pupil, "subject component qualifier" and value; lines count from 10."""
    slots: dict[str, int] = {}
    results = [
        (
            (file_of or {}).get(pupil, 0),
            pupil,
            at,
            slots.setdefault(about, len(slots)),
            value,
            None,
        )
        for at, (pupil, about, value) in enumerate(rows, 10)
    ]
    usual = {"stage": "KS2", "locale": "ENG", "year": 2026, "method": "TT", "status": "R"} | odd
    about = [
        usual
        | dict(zip(("subject", "component", "qualifier"), words.split(), strict=True))
        | {"slot": slot}
        for words, slot in slots.items()
    ]
    pupils = [{"pupil": each, "upn": f"U{each}"} for each in sorted({row[0] for row in rows})]
    return ReturnSet(
        files=pl.DataFrame(schema=dict(FILES)),
        pupils=pl.DataFrame(pupils, schema=dict(PUPILS)),
        results=pl.DataFrame(results, schema=dict(RESULTS), orient="row"),
        slots=profile.classify(pl.DataFrame(about, schema=dict(SLOTS))),
    )


def read(
    *rows: Row, profile: AssessmentProfile = PROFILE, **odd: Any
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Pupil, subject, mark, score, outcome; and line, field, text of what was not taken."""
    found = results_of_tests(returns(*rows, profile=profile, **odd), COLLECTION, profile)
    taken = found.results.select("pupil", "subject", "mark", "score", "outcome").rows()
    return taken, found.unreadable.select("line", "field", "text").rows()


def test_reading_and_grammar_say_what_the_qualifiers_of_maths_carry() -> None:
    taken, refused = read(
        (0, f"{READING} XM", "40"),
        (0, f"{GPS} XS", "104"),
        (0, f"{MATHS} XM", "97"),
        (0, f"{MATHS} XS", "101"),
        (0, f"{MATHS} XO", " as"),
    )

    assert refused == []
    assert taken == [
        (0, "reading", 40, None, None),
        (0, "gps", None, 104, None),
        (0, "maths", 97, 101, "AS"),
    ]


def test_a_maths_mark_below_the_scale_says_what_its_qualifier_carries() -> None:
    taken, refused = read(
        (0, f"{MATHS} A1", "97"),
        (0, f"{MATHS} A2", "101"),
        (1, f"{MATHS} A1", "35"),
        (1, f"{MATHS} A2", "115"),
    )

    assert refused == []
    assert taken == [(0, "maths", 97, 101, None), (1, "maths", 35, 115, None)]


@pytest.mark.parametrize("qualifiers", [("XM", "XS"), ("NM", "SS")])
def test_two_numbers_in_maths_that_could_be_either_are_refused(qualifiers: tuple[str, str]) -> None:
    mark, score = qualifiers

    taken, refused = read((0, f"{MATHS} {mark}", "97"), (0, f"{MATHS} {score}", "101"))

    assert taken == []
    assert refused == [(10, "maths result", "97"), (11, "maths result", "101")]


def test_a_verified_profile_tells_them_apart() -> None:
    taken, refused = read((0, f"{MATHS} NM", "97"), (0, f"{MATHS} SS", "101"), profile=VERIFIED)

    assert (taken, refused) == ([(0, "maths", 97, 101, None)], [])


def test_what_the_file_shows_weighs_more_than_the_profile() -> None:
    taken, _ = read((0, f"{READING} SS", "40"), (0, f"{MATHS} SS", "97"), profile=VERIFIED)

    assert taken == [(0, "reading", 40, None, None), (0, "maths", 97, None, None)]


def test_a_qualifier_that_carries_both_says_nothing_about_maths() -> None:
    taken, refused = read(
        (0, f"{READING} XX", "40"),
        (1, f"{READING} XX", "104"),
        (0, f"{MATHS} XX", "97"),
    )

    assert taken == [(0, "reading", 40, None, None), (1, "reading", None, 104, None)]
    assert refused == [(12, "maths result", "97")]


def test_one_file_says_nothing_about_another() -> None:
    rows = ((0, f"{READING} XM", "40"), (1, f"{MATHS} XM", "97"))
    found = results_of_tests(returns(*rows, file_of={1: 1}), COLLECTION, PROFILE)

    assert found.results["subject"].to_list() == ["reading"]
    assert found.unreadable["file"].to_list() == [1]


@pytest.mark.parametrize("value", ["51", "79", "121", "200", "1000", "4.5", "-3", "WTS", "×"])
def test_what_no_test_gives_is_refused_and_kept(value: str) -> None:
    taken, refused = read((0, f"{READING} NM", value))

    assert (taken, refused) == ([], [(10, "reading result", value)])


@pytest.mark.parametrize(
    ("value", "mark", "score"),
    [("0", 0, None), ("050", 50, None), ("80", None, 80), ("120", None, 120)],
)
def test_the_edges_of_marks_and_scores_in_reading(
    value: str, mark: int | None, score: int | None
) -> None:
    assert read((0, f"{READING} XX", value)) == ([(0, "reading", mark, score, None)], [])


@pytest.mark.parametrize("code", ["Q", "H"])
def test_an_annulled_result_has_no_numbers(code: str) -> None:
    taken, refused = read(
        (0, f"{READING} NM", "40"),
        (0, f"{READING} SS", "104"),
        (0, f"{READING} TO", "AS"),
        (0, f"{READING} XX", code),
    )

    assert (taken, refused) == ([(0, "reading", None, None, code)], [])


def test_a_code_in_place_of_a_score_gives_way_to_the_outcome() -> None:
    taken, refused = read(
        (0, f"{READING} NM", "3"),
        (0, f"{READING} SS", "N"),
        (0, f"{READING} TO", "NS"),
        (1, f"{READING} SS", "104"),
        (2, f"{READING} SS", "N"),
    )

    assert refused == []
    assert taken == [
        (0, "reading", 3, None, "NS"),
        (1, "reading", None, 104, None),
        (2, "reading", None, None, "N"),
    ]


def test_two_different_values_of_one_thing_are_refused_and_the_rest_is_taken() -> None:
    taken, refused = read(
        (0, f"{READING} NM", "40"),
        (0, "REA ANY NM", "41"),
        (0, f"{READING} SS", "104"),
        (0, f"{READING} TO", "AS"),
        (0, "REA ANY TO", "NS"),
    )

    assert taken == [(0, "reading", None, 104, None)]
    assert refused == [
        (10, "reading mark", "40 and 41"),
        (10, "reading outcome", "AS and NS"),
    ]


def test_the_same_value_twice_is_one() -> None:
    taken, refused = read((0, f"{READING} NM", "40"), (0, "REA ANY NM", "040"))

    assert (taken, refused) == ([(0, "reading", 40, None, None)], [])


def test_a_special_consideration_stands_beside_the_result() -> None:
    found = results_of_tests(
        returns((0, f"{READING} SS", "104"), (0, f"{READING} SC", "CA")), COLLECTION, PROFILE
    )

    assert found.results.select("score", "outcome", "consideration").rows() == [(104, None, "CA")]


@pytest.mark.parametrize(
    "odd",
    [{"year": 2025}, {"stage": "KS1"}, {"method": "TA"}, {"status": "E"}, {"status": "T"}],
)
def test_other_years_stages_methods_and_estimates_are_left_out(odd: dict[str, Any]) -> None:
    assert read((0, f"{READING} NM", "40"), **odd) == ([], [])


@pytest.mark.parametrize("odd", [{"status": None}, {"status": "P"}, {"method": " tt "}])
def test_any_other_way_of_writing_a_test_result_is_read(odd: dict[str, Any]) -> None:
    assert read((0, f"{READING} NM", "40"), **odd) == ([(0, "reading", 40, None, None)], [])


def test_blanks_and_the_multiplication_check_are_no_results() -> None:
    assert read((0, f"{READING} NM", " "), (0, "MAT MTC MT", "23"), (0, "SCI SUB NM", "1")) == (
        [],
        [],
    )
    assert read() == ([], [])


def test_results_become_the_columns_of_a_pupil_file() -> None:
    found = results_of_tests(
        returns(
            (0, f"{READING} NM", "40"),
            (0, f"{READING} SS", "104"),
            (0, f"{READING} TO", "AS"),
            (1, f"{GPS} TO", "B"),
        ),
        COLLECTION,
        PROFILE,
    )

    wide = pupil_columns(found.results)

    assert wide.columns == [
        "pupil", "upn", "READOUTCOME", "READSCORE", "READMRK", "MATOUTCOME", "MATSCORE", "MATMRK",
        "GPSOUTCOME", "GPSSCORE", "GPSMRK",
    ]  # fmt: skip
    assert wide.rows() == [
        (0, "U0", "AS", 104, 40, None, None, None, None, None, None),
        (1, "U1", None, None, None, None, None, None, "B", None, None),
    ]


SLOTS_OF = {Subject.READING: READING, Subject.GPS: GPS, Subject.MATHS: MATHS}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                subject: st.tuples(
                    st.integers(0, COLLECTION.marks.of(subject)), st.integers(80, 120)
                )
                for subject in TESTED
            }
        ),
        min_size=1,
        max_size=6,
    )
)
def test_with_a_reading_result_in_the_file_nothing_is_lost_and_nothing_swapped(
    cohort: list[dict[Subject, tuple[int, int]]],
) -> None:
    rows = [
        (pupil, f"{SLOTS_OF[subject]} {qualifier}", str(value))
        for pupil, person in enumerate(cohort)
        for subject, values in person.items()
        for qualifier, value in zip(("Q1", "Q2"), values, strict=True)
    ]

    taken, refused = read(*rows)

    assert refused == []
    assert sorted(taken) == sorted(
        (pupil, str(subject), mark, score, None)
        for pupil, person in enumerate(cohort)
        for subject, (mark, score) in person.items()
    )


def test_a_profile_is_proposed_from_an_export() -> None:
    export = returns(
        (0, f"{READING} XM", "40"),
        (1, f"{READING} XM", "44"),
        (0, f"{READING} XS", "104"),
        (0, f"{READING} XO", "AS"),
        (0, f"{MATHS} XM", "97"),
        (0, f"{READING} NM", "30"),
        (0, "HIS SUB XM", "A child who"),
        (1, "HIS SUB XM", "B"),
        (0, f"{GPS} XQ", "?"),
    )

    learnt = learn(export, COLLECTION, PROFILE, "ours")

    found = {(row.component, row.qualifier): row for row in learnt.rows[:5]}
    kinds = {key: (row.measure, row.kind) for key, row in found.items()}
    assert kinds == {
        ("REA", "NM"): ("reading", "mark"),
        ("REA", "XM"): ("reading", "mark"),
        ("REA", "XO"): ("reading", "outcome"),
        ("REA", "XS"): ("reading", "score"),
        ("SUB", "XM"): ("maths", "mark"),
    }
    assert found["REA", "XM"].evidence == "found in 2 results of an export, such as 40, 44"
    assert found["REA", "XS"].evidence == "found in 1 result of an export, such as 104"
    assert not any(row.verified for row in found.values())
    assert {row.key for row in learnt.rows} > {row.key for row in PROFILE.rows}
    assert len(learnt.rows) == len(PROFILE.rows) + 4
    assert [
        (each.subject, each.component, each.found, each.examples) for each in learnt.unknown
    ] == [
        ("ENG", "GPS", 1, ()),
        ("HIS", "SUB", 2, ("B",)),
    ]


def test_a_profile_that_was_learnt_is_kept_in_a_file(tmp_path: Path) -> None:
    learnt = learn(returns((0, "HIS SUB XM", "B")), COLLECTION, PROFILE, "ours")
    path = tmp_path / "ours.toml"

    path.write_text(save_profile(learnt), "utf-8")

    assert load_profile(path) == learnt
    assert "found = 1" in path.read_text("utf-8")


def test_a_profile_that_was_learnt_reads_what_the_first_could_not() -> None:
    export = returns((0, f"{READING} XM", "40"), (0, f"{MATHS} XM", "97"))

    learnt = learn(export, COLLECTION, PROFILE, "ours")

    rows = tuple(replace(row, verified=True) for row in learnt.rows)
    assert read((0, f"{MATHS} XM", "97"), profile=replace(learnt, rows=rows)) == (
        [(0, "maths", 97, None, None)],
        [],
    )


def test_a_verified_row_keeps_its_evidence_and_estimates_teach_nothing() -> None:
    learnt = learn(returns((0, f"{READING} NM", "40"), profile=VERIFIED), COLLECTION, VERIFIED, "v")
    assert set(learnt.rows) == set(VERIFIED.rows)

    estimates = learn(returns((0, f"{READING} XM", "40"), status="T"), COLLECTION, PROFILE, "t")
    assert estimates == replace(PROFILE, name="t")


def test_an_assessment_learnt_from_an_export_is_written_in_its_place() -> None:
    export = returns((0, "MAT MAT NC", "PK4"), method="TA")

    learnt = learn(export, COLLECTION, PROFILE, "ours")

    row = learnt.row_of(Subject.MATHS, "assessment")
    assert (row.component, row.qualifier, row.verified) == ("MAT", "NC", False)
    assert isinstance(row, ProfileRow)
    assert row.kind in get_args(Kind)
