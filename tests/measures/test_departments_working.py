"""The department's own working in a pupil file: recomputed, compared, and read for its groups."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from engine_side import computed, worked
from msgspec.structs import replace as changed
from oracle_examples import KS1_OF_GROUP, YEAR, pupil

from keystage.core.errors import InputError
from keystage.measures.department import differences
from keystage.measures.department_groups import (
    FROM_FILE,
    groups_from_working,
    minimums_from_working,
    writing_points_from_working,
)
from keystage.statute.loader import load_year

#: A pupil of group 16 with 105, EXS and 105, and what the department's file says of them.
WORKING = {
    "KS1AVERAGE_GRP_P": 16, "INREADPROG": "1", "INWRITPROG": "1", "INMATPROG": "1",
    "KS2READSCORE": 105.0, "KS2WRITSCORE": 103.0, "KS2MATSCORE": 105.0,
    "KS2READPRED_EM": 105.46, "KS2WRITPRED_EM": 101.57, "KS2MATPRED_EM": 104.19,
    "READPROGSCORE_EM_ADJUSTED": -0.46, "WRITPROGSCORE_EM_ADJUSTED": 1.43,
    "MATPROGSCORE_EM_ADJUSTED": 0.81,
}  # fmt: skip


def differing(*pupils: dict[str, Any]) -> list[tuple[str, str, str]]:
    working = computed(pupils, [{"URN": 900001}], YEAR).working
    rows = differences(working)
    return list(rows.select("field", "in_file", "keystage").iter_rows())


def told(**more: object) -> dict[str, Any]:
    return pupil(**(WORKING | more))


def test_agreeing_working_gives_no_difference() -> None:
    assert differing(told()) == []


def test_blank_working_is_not_compared() -> None:
    assert differing(pupil()) == []
    assert differing(told(READSCORE=110, KS2READSCORE=None, READPROGSCORE_EM_ADJUSTED=None)) == []


@pytest.mark.parametrize(
    ("field", "value", "keystage"),
    [
        ("KS1AVERAGE_GRP_P", 15, "16"),
        ("INREADPROG", "0", "1"),
        ("KS2WRITSCORE", 91.0, "103"),
        ("KS2MATPRED_EM", 104.20, "104.19"),
        ("READPROGSCORE_EM_ADJUSTED", -0.45, "-0.46"),
        ("READPROGSCORE_EM_ADJUSTED", -0.459, "-0.46"),
    ],
)
def test_a_difference_names_the_field_and_both_values(
    field: str, value: object, keystage: str
) -> None:
    assert differing(told(**{field: value})) == [(field, str(value).removesuffix(".0"), keystage)]


@pytest.mark.parametrize("agreeing", [-0.46, -0.462, -0.4583])
def test_the_decimals_the_file_gives_decide_how_near_is_near(agreeing: float) -> None:
    """-0.4583 has four decimals: it differs. -0.46 has two: anything to -0.465 agrees."""
    places = len(str(agreeing).split(".")[1])
    expected = [] if places == 2 else ["READPROGSCORE_EM_ADJUSTED"]
    assert [field for field, *_ in differing(told(READPROGSCORE_EM_ADJUSTED=agreeing))] == expected


def test_a_number_printed_with_fewer_decimals_is_near_to_half_of_the_second() -> None:
    """-0.5 is written with one decimal and compared as two: it is not -0.46."""
    assert [row[0] for row in differing(told(READPROGSCORE_EM_ADJUSTED=-0.5))] == [
        "READPROGSCORE_EM_ADJUSTED"
    ]


def test_working_where_keystage_finds_none_is_a_difference() -> None:
    rows = differing(told(KS1READ=None))
    assert ("KS1AVERAGE_GRP_P", "16", "none") in rows
    assert ("INREADPROG", "1", "0") in rows
    assert {field for field, _, keystage in rows if keystage == "none"} == {
        "KS1AVERAGE_GRP_P", "KS2READPRED_EM", "KS2WRITPRED_EM", "KS2MATPRED_EM",
        "READPROGSCORE_EM_ADJUSTED", "WRITPROGSCORE_EM_ADJUSTED", "MATPROGSCORE_EM_ADJUSTED",
    }  # fmt: skip


def test_pupils_who_do_not_count_are_not_compared() -> None:
    assert differing(told(P_INCL="202", KS1AVERAGE_GRP_P=3)) == []


def test_differences_are_in_the_order_of_the_file() -> None:
    pupils = [told(INMATPROG="0"), told(), told(INWRITPROG="0", INMATPROG="0")]
    working = computed(pupils, [{"URN": 900001}], YEAR).working
    rows = differences(working).select("line", "field")
    assert list(rows.iter_rows()) == [(2, "INMATPROG"), (4, "INMATPROG"), (4, "INWRITPROG")]


def working_of(*pupils: dict[str, Any]) -> pl.LazyFrame:
    return computed(pupils, [{"URN": 900001}], YEAR).working


def test_the_groups_of_a_file_are_those_of_its_pupils() -> None:
    high = {
        "KS1AVERAGE_GRP_P": 17, "KS2READPRED_EM": 108.97, "KS2WRITPRED_EM": 104.43,
        "KS2MATPRED_EM": 107.36,
    }  # fmt: skip
    found = groups_from_working(
        working_of(
            told(),
            told(KS1MAT="GDS", **high),
            told(KS1READ="GDS", **high),
            told(KS1MAT="GDS", P_INCL="203", **(high | {"KS2READPRED_EM": 1.0})),
            pupil(**KS1_OF_GROUP[19]),
        ),
        YEAR,
    )
    assert found.partial
    assert found.source == FROM_FILE
    first, second = found.groups
    assert [first.group, first.low, first.high, first.reading] == [16, 8, 8, Decimal("105.46")]
    assert [second.group, second.low, second.high] == [17, Decimal("8.5"), 9]
    assert second.maths == Decimal("107.36")
    year = changed(YEAR, prior_attainment_groups=found)
    rows = worked([pupil(), pupil(KS1MAT="GDS"), pupil(**KS1_OF_GROUP[19])], year)
    assert [row["prior_attainment_group"] for row in rows] == [16, 17, None]
    assert rows[2]["reading_progress"] is None


def test_a_group_without_an_average_in_every_subject_is_left_out() -> None:
    found = groups_from_working(
        working_of(told(), told(KS1MAT="GDS", KS1AVERAGE_GRP_P=17, KS2MATPRED_EM=None)), YEAR
    )
    assert [group.group for group in found.groups] == [16]


def test_a_file_without_working_has_no_groups() -> None:
    with pytest.raises(InputError, match="does not carry the department's working"):
        groups_from_working(working_of(pupil()), YEAR)


def test_two_averages_for_one_group_are_refused() -> None:
    with pytest.raises(InputError, match="KS1AVERAGE_GRP_P 16 have different values") as caught:
        groups_from_working(working_of(told(), told(), told(KS2READPRED_EM=105.50)), YEAR)
    assert "105.46 and 105.5" in caught.value.what
    assert caught.value.where == "lines 2 and 4, column KS2READPRED_EM"


def test_the_minimums_of_a_file_are_those_that_raised_a_pupil() -> None:
    low = {"READOUTCOME": "NS", "READSCORE": 80, "KS2READSCORE": 80.0}
    found = minimums_from_working(
        working_of(told(), told(**low, READPROGSCORE_EM_ADJUSTED=-15.23)), YEAR
    )
    assert found.applies
    assert [(one.group, one.reading, one.maths) for one in found.minimum] == [
        (16, Decimal("-15.23"), None)
    ]


def test_a_file_that_raised_nobody_has_no_minimum_but_the_year_may() -> None:
    found = minimums_from_working(working_of(told()), YEAR)
    assert (found.minimum, found.applies, found.partial) == ((), True, True)
    year = changed(YEAR, minimum_progress=load_year(2017, "final").minimum_progress)
    without = minimums_from_working(working_of(told()), year)
    assert (without.minimum, without.applies, without.partial) == ((), False, False)


def test_a_file_without_adjusted_progress_tells_no_minimum() -> None:
    blank = {f"{prefix}PROGSCORE_EM_ADJUSTED": None for prefix in ("READ", "WRIT", "MAT")}
    found = minimums_from_working(working_of(told(**blank)), YEAR)
    assert (found.minimum, found.applies, found.partial) == ((), True, False)
    assert found.values_absent == (
        "the pupil file has no values of READPROGSCORE_EM_ADJUSTED, WRITPROGSCORE_EM_ADJUSTED, "
        "MATPROGSCORE_EM_ADJUSTED"
    )
    before = changed(YEAR, minimum_progress=load_year(2017, "final").minimum_progress)
    without = minimums_from_working(working_of(told(**blank)), before)
    assert (without.applies, without.values_absent) == (False, "")


def test_a_subject_without_adjusted_progress_is_said() -> None:
    found = minimums_from_working(working_of(told(MATPROGSCORE_EM_ADJUSTED=None)), YEAR)
    assert (found.partial, found.values_absent) == (True, "")
    assert found.note.endswith("; the pupil file has no values of MATPROGSCORE_EM_ADJUSTED.")


def test_writing_points_are_read_from_judgements_that_have_one() -> None:
    found = writing_points_from_working(
        working_of(
            told(),
            told(WRITTAOUTCOME="GDS", KS2WRITSCORE=113.0),
            told(WRITTAOUTCOME="WTS", KS2WRITSCORE=None),
            told(WRITTAOUTCOME="PK6", KS2WRITSCORE=79.0),
        ),
        YEAR,
    )
    assert found is not None
    assert dict(found.points) == {"EXS": 103, "GDS": 113}
    assert writing_points_from_working(working_of(pupil()), YEAR) is None
