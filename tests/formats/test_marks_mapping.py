"""Results from any table, by a mapping that is kept; and marks turned into scaled scores."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from keystage.core.errors import AbsentValueError, InputError
from keystage.core.subjects import TESTED, Subject
from keystage.formats.conversion import conversion_for, read_conversion, with_scores
from keystage.formats.ctf.results import TEST_RESULTS
from keystage.formats.marks_mapping import (
    FIELDS,
    MarksMapping,
    load_mapping,
    propose_mapping,
    read_marks,
    save_mapping,
)
from keystage.formats.toml_file import toml_of
from keystage.records.returns import UNREADABLE
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2026)
HEADING = "UPN,Name,Reading raw score,Reading scaled score,Reading outcome,Maths raw score"
MAPPING = MarksMapping(
    name="portal",
    columns={
        "upn": "UPN",
        "reading_mark": "Reading raw score",
        "reading_score": "Reading scaled score",
        "reading_outcome": "Reading outcome",
        "maths_mark": "Maths raw score",
    },
    blanks=("-", "n/a"),
)


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str) -> Path:
        path = tmp_path / "table.csv"
        path.write_text("\n".join(lines), "utf-8")
        return path

    return write


def test_a_mapping_is_proposed_from_the_headings(table: Callable[..., Path]) -> None:
    mapping, unknown = propose_mapping(table("Results 2026", HEADING, "x"), "portal")

    assert mapping == replace(MAPPING, blanks=())
    assert unknown == ("Name",)


def test_a_table_without_pupil_numbers_has_no_mapping(table: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="A column is missing: UPN"):
        propose_mapping(table("Reading raw score,Maths raw score", "1,2"), "portal")


def test_a_saved_mapping_is_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(save_mapping(MAPPING), "utf-8")

    assert load_mapping(path) == MAPPING
    assert save_mapping(load_mapping(path)) == save_mapping(MAPPING)


@given(
    st.dictionaries(st.sampled_from(FIELDS), st.text(st.characters(codec="utf-8")), max_size=4),
    st.lists(st.text(st.characters(codec="utf-8")), max_size=3).map(tuple),
)
def test_any_heading_and_any_blank_survive(
    columns: dict[str, str], blanks: tuple[str, ...]
) -> None:
    mapping = MarksMapping(name="n", columns=columns, blanks=blanks)

    assert save_mapping(mapping) == save_mapping(mapping)
    assert _parsed(save_mapping(mapping)) == (
        {"name": "n", "columns": columns, "blanks": list(blanks)}
    )


def _parsed(text: str) -> dict[str, object]:
    return {"blanks": [], "columns": {}} | tomllib.loads(text)


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ('name = "a"\n[columns]\nreading_mark = "R"', "The field upn has no heading"),
        ('name = "a"\n[columns]\nupn = "U"\nreading = "R"', "There is no field reading"),
        (
            'name = "a"\n[columns]\nupn = "U"\ngps_mark = "M 1"\nmaths_mark = "m_1"',
            "The heading M 1 stands for two fields",
        ),
        ('name = "a"\n[columns]\nupn = 1', "columns should be text|upn should be text"),
        ('name = "a"', "The key columns is missing"),
        ("", "The file holds no tables"),
    ],
)
def test_a_wrong_mapping_is_refused(mapping: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(mapping, "utf-8")

    with pytest.raises(InputError, match=says) as raised:
        load_mapping(path)
    assert str(path) in raised.value.where
    assert raised.value.todo.startswith("Write [columns]")


def test_results_are_read_by_the_mapping(table: Callable[..., Path]) -> None:
    path = table(
        HEADING,
        "Q1,A,40,104,as,97",
        "Q2,B,3,N,NS,-",
        "Q3,C,A,A,A,n/a",
        "Q4,D,40,104,H,",
    )

    found = read_marks(path, MAPPING, COLLECTION)

    assert found.results.schema == pl.Schema(TEST_RESULTS)
    assert found.results.drop("consideration", "pupil").rows() == [
        ("Q1", "reading", 40, 104, "AS"),
        ("Q1", "maths", 97, None, None),
        ("Q2", "reading", 3, None, "NS"),
        ("Q3", "reading", None, None, "A"),
        ("Q4", "reading", None, None, "H"),
    ]
    assert found.pupils.rows() == [(0, 2, "Q1"), (1, 3, "Q2"), (2, 4, "Q3"), (3, 5, "Q4")]
    assert found.unknown == ("Name",)
    assert found.unreadable.schema == pl.Schema(UNREADABLE)
    assert found.unreadable.is_empty()


def test_a_column_is_what_the_mapping_says_even_in_maths(table: Callable[..., Path]) -> None:
    mapping = MarksMapping(name="m", columns={"upn": "U", "maths_mark": "M", "maths_score": "S"})

    found = read_marks(table("S,U,M", "97,Q1,101"), mapping, COLLECTION)

    assert found.results.select("mark", "score").rows() == [(101, 97)]


def test_a_value_that_cannot_be_what_its_column_is_stays_where_it_is(
    table: Callable[..., Path],
) -> None:
    found = read_marks(
        table(HEADING, "Q1,A,104,40,104,AS", "Q2,B,51,79,WTS,111"), MAPPING, COLLECTION
    )

    assert found.results.select("upn", "subject", "outcome").rows() == [("Q1", "maths", "AS")]
    assert found.unreadable.select("line", "field", "text", "reason").rows() == [
        (2, "Reading raw score", "104", "it is no mark of this test"),
        (2, "Reading scaled score", "40", "it is no scaled score of this test"),
        (2, "Reading outcome", "104", "it is no code of this test"),
        (3, "Reading raw score", "51", "it is no mark of this test"),
        (3, "Reading scaled score", "79", "it is no scaled score of this test"),
        (3, "Reading outcome", "WTS", "it is no code of this test"),
        (3, "Maths raw score", "111", "it is no mark of this test"),
    ]


def test_a_special_consideration_is_kept_beside_the_result(table: Callable[..., Path]) -> None:
    found = read_marks(table(HEADING, "Q1,A,40,CA,,"), MAPPING, COLLECTION)

    assert found.results.select("mark", "outcome", "consideration").rows() == [(40, None, "CA")]


def test_a_heading_of_the_mapping_that_is_missing_is_named(table: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="A column is missing: Maths raw score"):
        read_marks(table(HEADING.removesuffix(",Maths raw score"), "x"), MAPPING, COLLECTION)


def _scores(first: int, last: int, score: int = 80) -> list[str]:
    return [f"{mark},{score}" for mark in range(first, last + 1)]


def test_marks_become_scaled_scores_by_a_table(table: Callable[..., Path]) -> None:
    path = table(
        "Raw score,Reading", "0,N", "1,-", "2,n/a", *_scores(3, 49, 99), "50,120", "51,"
    )  # a mark above the highest is no mark of reading where it has no score

    conversion = read_conversion(path, COLLECTION)

    assert conversion.reading[0] == (3, 99)
    assert conversion.reading[-1] == (50, 120)
    assert (conversion.gps, conversion.maths) == ((), ())
    results = pl.DataFrame(
        {"subject": ["reading", "reading", "reading", "maths"], "mark": [2, 50, None, 50]},
        schema={"subject": pl.String, "mark": pl.Int16},
    )
    assert with_scores(results, conversion)["from_mark"].to_list() == [None, 120, None, None]


def test_all_three_tests_may_stand_in_one_table(table: Callable[..., Path]) -> None:
    highest = {test: COLLECTION.marks.of(test) for test in TESTED}
    rows = [
        ",".join([str(mark), *("100" if mark <= highest[test] else "" for test in TESTED)])
        for mark in range(max(highest.values()) + 1)
    ]

    conversion = read_conversion(table("Mark,Reading,Maths,GPS", *rows), COLLECTION)

    assert {test: len(conversion.of(test)) - 1 for test in TESTED} == highest


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        (["49,99", "50,98"], 3, "has a lower scaled score for a higher mark in reading"),
        (["48,99", "50,100"], 3, "leaves out a mark below it in reading"),
        (["50,99", "50,99"], 2, "has a mark that another row has too"),
        (["50,79"], 2, "has a scaled score outside 80 to 120 in reading"),
        (["50,121"], 2, "has a scaled score outside 80 to 120 in reading"),
        (["51,120"], 2, "has a mark above 50, the highest in reading"),
        (["49,99"], 2, "is the last, and the highest mark in reading is 50"),
        (["50,high"], 2, "is not a mark and a scaled score in whole numbers"),
        ([",99"], 2, "is not a mark and a scaled score in whole numbers"),
    ],
)
def test_a_wrong_table_is_refused_with_its_row(
    rows: list[str], line: int, says: str, table: Callable[..., Path]
) -> None:
    path = table("Raw score,Reading", *rows)

    with pytest.raises(InputError, match=f"This row {says}") as raised:
        read_conversion(path, COLLECTION)
    assert raised.value.where == f"{path}, line {line}"


def test_where_no_table_is_known_the_reason_is_said(table: Callable[..., Path]) -> None:
    with pytest.raises(
        AbsentValueError, match="in 2026 is not known: the table comes with"
    ) as told:
        conversion_for(COLLECTION)
    assert told.value.todo

    path = table("Raw score,Reading", "50,120")
    given = conversion_for(COLLECTION, path)
    assert given == read_conversion(path, COLLECTION)
    assert conversion_for(replace(COLLECTION, conversion=given)) == given
    assert given.of(Subject.READING) == ((50, 120),)


def test_a_record_with_nothing_but_tables_has_no_lines_before_them() -> None:
    mapping = MarksMapping(name="", columns={"a b": "\x7f\n"})

    assert toml_of(mapping) == 'name = ""\n\n[columns]\n"a b" = "\\u007f\\n"\n'


def test_a_table_that_is_given_leaves_the_year_its_own_for_other_tests(
    table: Callable[..., Path],
) -> None:
    collection = load_collection(2024)
    own = conversion_for(collection)

    given = conversion_for(collection, table("Mark,Reading", "50,120"))

    assert given.reading == ((50, 120),)
    assert given.gps == own.gps
    assert own.gps
    assert own.maths == given.maths == ()
    other = conversion_for(collection, table("Mark,GPS", "70,119"))
    assert other.gps == ((70, 119),)
