"""The judgements of a return set, one row a pupil."""

import polars as pl
import pytest

from keystage.records.returns import FILES, PUPILS, RESULTS, SLOTS, ReturnSet, judgements

YEAR = 2026
_KINDS = [
    (0, "KS2", YEAR, "writing", "assessment"),
    (1, "KS2", YEAR, "science", "assessment"),
    (2, "KS2", YEAR - 1, "writing", "assessment"),
    (3, "KS1", YEAR, "writing", "assessment"),
    (4, "KS2", YEAR, "reading", "outcome"),
    (5, "KS2", YEAR, None, None),
]


def returns(*rows: tuple[int, int, str | None]) -> ReturnSet:
    """A return set of results given as pupil, slot and result."""
    slots = pl.DataFrame(
        [
            {"slot": at, "stage": stage, "year": year, "measure": measure, "kind": kind}
            for at, stage, year, measure, kind in _KINDS
        ],
        schema_overrides={"slot": pl.UInt16, "year": pl.Int16},
    )
    results = pl.DataFrame(
        [{"pupil": pupil, "slot": slot, "result": result} for pupil, slot, result in rows],
        schema={"pupil": pl.UInt32, "slot": pl.UInt16, "result": pl.String},
    )
    return ReturnSet(
        files=pl.DataFrame(schema=dict(FILES)),
        pupils=pl.DataFrame(schema=dict(PUPILS)),
        results=results,
        slots=slots,
    )


def test_each_subject_has_its_judgement() -> None:
    found = judgements(returns((0, 0, "EXS"), (0, 1, "HNM"), (1, 0, "GDS")), YEAR)

    assert found.rows() == [(0, None, "EXS", None, "HNM"), (1, None, "GDS", None, None)]
    assert found.columns == ["pupil", "reading", "writing", "maths", "science"]


@pytest.mark.parametrize(
    ("written", "judgement"), [(" exs ", "EXS"), ("", None), ("  ", None), (None, None)]
)
def test_blanks_and_small_letters_do_not_count(written: str | None, judgement: str | None) -> None:
    found = judgements(returns((0, 0, written)), YEAR)

    assert found["writing"].to_list() == [judgement]


def test_of_two_for_one_subject_the_first_that_is_not_blank_is_taken() -> None:
    found = judgements(returns((0, 0, " "), (0, 0, "WTS"), (0, 0, "GDS")), YEAR)

    assert found["writing"].to_list() == ["WTS"]


def test_a_code_that_is_sent_beside_a_judgement_is_taken_for_one_only_alone() -> None:
    both = returns((0, 0, "P3i"), (0, 0, "BLW"), (1, 0, "P4"))
    found = judgements(both, YEAR, beside=["P3i", "P4"])

    assert found["writing"].to_list() == ["BLW", "P4"]


@pytest.mark.parametrize("slot", [2, 3, 4, 5])
def test_other_years_stages_kinds_and_unknown_rows_are_no_judgements(slot: int) -> None:
    assert judgements(returns((0, slot, "EXS")), YEAR).is_empty()


def test_the_empty_tables_have_their_columns() -> None:
    empty = ReturnSet(
        files=pl.DataFrame(schema=dict(FILES)),
        pupils=pl.DataFrame(schema=dict(PUPILS)),
        results=pl.DataFrame(schema=dict(RESULTS)),
        slots=pl.DataFrame(schema=dict(SLOTS)),
    )

    assert empty.faults.columns == ["file", "line", "fault", "reason"]
    assert judgements(empty, YEAR).is_empty()
