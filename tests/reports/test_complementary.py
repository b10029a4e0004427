"""Areas of a file that is not England's: no school's withheld figure comes out by subtraction."""

from dataclasses import replace

import polars as pl
from engine_side import computed
from oracle_examples import YEAR, pupil, school

from keystage.measures.table import MeasureTable
from keystage.reports.disclosure import publish, publish_levels


def table(plan: dict[int, tuple[int, int, str]]) -> MeasureTable:
    """Schools by URN: their pupils, their authority and their region."""
    schools = [school(urn, LEA=la, REGION=region) for urn, (_, la, region) in plan.items()]
    pupils = [pupil(URN=urn) for urn, (number, _, _) in plan.items() for _ in range(number)]
    made: MeasureTable = computed(pupils, schools, YEAR).table
    return made


def cells(frame: pl.DataFrame, key: str, field: str = "PTRWM_EXP") -> dict[object, str]:
    return dict(frame.select(pl.col(key), field).iter_rows())


def test_one_withheld_school_withholds_its_authority() -> None:
    made = table({900001: (20, 998, "North"), 900002: (4, 998, "North")})
    assert cells(publish(made, "la").frame, "LEA") == {998: "SUPP"}
    assert publish(made, "la").frame["TELIG"].to_list() == ["24"]


def test_two_withheld_schools_protect_each_other() -> None:
    made = table({900001: (20, 998, "North"), 900002: (4, 998, "North"), 900003: (3, 998, "North")})
    assert cells(publish(made, "la").frame, "LEA") == {998: "100%"}


def test_two_withheld_schools_with_few_pupils_together_withhold_their_authority() -> None:
    made = table({900001: (20, 998, "North"), 900002: (3, 998, "North"), 900003: (2, 998, "North")})
    levels = publish_levels(made)
    assert cells(levels["la"].frame, "LEA") == {998: "SUPP"}
    assert cells(levels["la"].frame, "LEA", "READ_AVERAGE") == {998: "SUPP"}
    assert levels["national"].frame["PTRWM_EXP"].to_list() == ["SUPP"]


def test_the_other_group_of_a_pair_is_withheld_with_a_few() -> None:
    plan = {900001: (8, 8), 900002: (3, 9), 900003: (2, 9)}
    schools = [school(urn, LEA=998, REGION="North") for urn in plan]
    pupils = [
        pupil(URN=urn, FSM6_P=poor)
        for urn, numbers in plan.items()
        for poor, number in zip(("1", "0"), numbers, strict=True)
        for _ in range(number)
    ]
    frame = publish(computed(pupils, schools, YEAR).table, "la").frame
    assert cells(frame, "LEA", "PTREAD_EXP_FSM6CLA1A") == {998: "SUPP"}
    assert cells(frame, "LEA", "PTREAD_EXP_NotFSM6CLA1A") == {998: "SUPP"}
    assert cells(frame, "LEA", "PTREAD_EXP") == {998: "100%"}


def test_one_withheld_authority_withholds_its_region_and_the_whole() -> None:
    made = table(
        {
            900001: (20, 997, "North"), 900002: (4, 997, "North"), 900003: (3, 997, "North"),
            900004: (20, 998, "North"), 900005: (5, 998, "North"),
            900006: (20, 999, "South"),
        }
    )  # fmt: skip
    levels = publish_levels(made)
    assert cells(levels["la"].frame, "LEA") == {997: "100%", 998: "SUPP", 999: "100%"}
    assert cells(levels["region"].frame, "REGION") == {"North": "SUPP", "South": "100%"}
    assert levels["national"].frame["PTRWM_EXP"].to_list() == ["SUPP"]


def test_only_the_row_of_all_schools_is_published() -> None:
    made = table({900001: (20, 998, "North"), 900002: (20, 998, "North")})
    assert publish(made, "national").frame["name"].to_list() == ["All schools in the file"]


def test_england_is_printed_as_the_department_prints_it() -> None:
    made = replace(table({900001: (20, 998, "North"), 900002: (4, 998, "North")}), national=True)
    levels = publish_levels(made)
    assert cells(levels["la"].frame, "LEA") == {998: "100%"}
    assert levels["national"].frame.height == 3


def test_schools_are_not_touched() -> None:
    made = table({900001: (20, 998, "North"), 900002: (4, 998, "North")})
    schools = publish_levels(made)["school"].frame
    assert cells(schools, "URN") == {900001: "100%", 900002: "SUPP"}
    assert schools.equals(publish(made, "school").frame)
