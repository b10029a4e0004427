"""What a published cell says: a figure, a code that withholds it, or nothing.

Each scenario is a school, and all schools are published together.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import polars as pl
import pytest
from engine_side import computed
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school

from keystage.measures.fields import fields
from keystage.measures.gaps import comparators
from keystage.measures.table import MeasureTable
from keystage.reports.disclosure import PUBLISHED, partner_of, publish, publish_levels
from keystage.reports.published import PublishedTable
from keystage.statute.loader import load_year
from keystage.statute.year import Year

POOR = {"FSM6_P": "1"}
MISSED = {"WRITTAOUTCOME": "WTS", "READSCORE": 99, "READOUTCOME": "NS"}
LOST: dict[str, Any] = {"READOUTCOME": "M", "READSCORE": None}
BELOW: dict[str, Any] = {"READOUTCOME": "B", "READSCORE": None}
Pupils = list[dict[str, Any]]


def many(number: int, **known: object) -> Pupils:
    return [pupil(**known)] * number


SCENARIOS: dict[str, Pupils] = {
    "nine": [*many(6, **POOR), *many(3, **MISSED)],
    "five": many(5),
    "six": many(6),
    "seven": many(7),
    "eight": many(8),
    "none": [],
    "absent from GPS": many(7, GPSOUTCOME="A", GPSSCORE=None),
    "all lost": many(7, **LOST),
    "maths lost": [*many(6, MATSCORE=None), *many(6)],
    "six of six": [*many(6, **POOR), *many(6)],
    "one with key stage 1": [*many(8, KS1READ=None), pupil()],
    "five of six scored": [*many(5, **POOR), *many(1, **POOR, **BELOW), *many(9)],
    "five of six counted": [*many(5, **POOR), *many(1, **POOR, **LOST), *many(9)],
    **{
        f"{girls} girls": [*many(girls, SEX="F"), *many(7, SEX="M")] for girls in (0, 1, 5, 6)
    },
    **{
        f"{poor} and {rich}": [*many(poor, **POOR), *many(rich)]
        for poor, rich in ((5, 20), (20, 5), (1, 6))
    },
    **{
        f"{scored} of {cohort}": [*many(scored), *many(cohort - scored, KS1READ=None)]
        for scored, cohort in (
            (0, 8), (5, 8), (5, 11), (6, 8), (6, 12), (6, 13), (49, 99), (50, 100),
        )
    },
    **{f"{lost} lost": [*many(lost, **LOST), *many(10 - lost)] for lost in (4, 5, 6)},
}  # fmt: skip
YEARS: Mapping[str, Year] = {
    "2022": YEAR,
    "2019": changed(YEAR, suppression=load_year(2019, "final").suppression,
                    banding=load_year(2019, "final").banding),
    "2017": changed(YEAR, suppression=load_year(2017, "final").suppression),
}  # fmt: skip


@cache
def table_of(rules: str = "2022") -> MeasureTable:
    urns = dict(zip(SCENARIOS, range(900001, 900999), strict=False))
    pupils = [one | {"URN": urns[name]} for name, some in SCENARIOS.items() for one in some]
    schools = [school(urn, SCHNAME=name) for name, urn in urns.items()]
    return computed(pupils, schools, YEARS[rules]).table


@cache
def published(rules: str) -> dict[str, dict[str, str]]:
    frame = publish(table_of(rules), "school").frame
    return {row["SCHNAME"]: row for row in frame.to_dicts()}


def cells(name: str, rules: str = "2022") -> dict[str, str]:
    """The published row of a scenario, under a year's rules of withholding."""
    return published(rules)[name]


def test_only_disclosure_control_makes_a_published_table() -> None:
    with pytest.raises(TypeError, match="made by disclosure control and nothing else"):
        PublishedTable("school", pl.DataFrame(), seal=object())
    with pytest.raises(TypeError):
        PublishedTable("school", pl.DataFrame())  # type: ignore[call-arg]  # there is no seal
    made = publish(table_of(), "national")
    with pytest.raises(AttributeError):
        made.frame = pl.DataFrame()  # type: ignore[misc]  # it is frozen


def test_figures_are_printed_as_the_tables_print_them() -> None:
    row = cells("nine")
    assert row["TELIG"] == "9"
    assert (row["TFSM6CLA1A"], row["PTFSM6CLA1A"]) == ("6", "67%")
    assert row["PTRWM_EXP"] == "67%"
    assert (row["READ_AVERAGE"], row["TKS1AVERAGE"]) == ("103", "8.0")
    assert (row["READPROG"], row["READPROG_LOWER"], row["READPROG_UPPER"]) == (
        "-2.5", "-6.6", "1.6",
    )  # fmt: skip
    assert row["READCOV"] == "100%"


def test_a_school_of_five_shows_its_number_and_nothing_else() -> None:
    row = cells("five")
    assert row["TELIG"] == "5"
    names = {field.name for field in fields(YEAR) if field.published} - {"TELIG"}
    assert {row[name] for name in names} <= {"SUPP", "NA", ""}
    assert row["PTRWM_EXP"] == row["BELIG"] == row["READPROG"] == row["TKS1AVERAGE"] == "SUPP"


def test_a_school_of_six_shows_its_figures() -> None:
    row = cells("six")
    assert (row["PTRWM_EXP"], row["READPROG"], row["GELIG"]) == ("100%", "-0.5", "6")


def test_a_school_without_pupils_is_blank() -> None:
    row = cells("none")
    assert row["TELIG"] == "0"
    assert {row[name] for name in ("PTRWM_EXP", "BELIG", "READPROG", "READ_AVERAGE")} == {""}


@pytest.mark.parametrize(
    ("girls", "shown"),
    [(0, ("", "NA")), (1, ("SUPP", "SUPP")), (5, ("SUPP", "SUPP")), (6, ("100%", "-0.5"))],
)
def test_a_small_group_is_withheld_and_its_number_is_not(
    girls: int, shown: tuple[str, str]
) -> None:
    row = cells(f"{girls} girls")
    assert (row["PTRWM_EXP_G"], row["READPROG_G"]) == shown
    assert row["PTRWM_EXP_B"] == "100%"
    assert row["GELIG"] == str(girls)


@pytest.mark.parametrize(("poor", "rich"), [(5, 20), (20, 5), (1, 6)])
def test_disadvantaged_and_other_pupils_are_withheld_together(poor: int, rich: int) -> None:
    row = cells(f"{poor} and {rich}")
    for field in ("PTRWM_EXP{}", "PTREAD_HIGH{}", "READ_AVERAGE{}", "READPROG{}",
                  "WRITPROG{}_LOWER"):  # fmt: skip
        pair = [row[field.format(group)] for group in ("_FSM6CLA1A", "_NotFSM6CLA1A")]
        assert pair == ["SUPP", "SUPP"]
    assert row["DIFFN_RWM_EXP"] == "SUPP"
    assert row["PTRWM_EXP"] == "100%"
    assert row["TFSM6CLA1A"] == str(poor)


def test_the_pair_is_withheld_together_when_few_of_one_have_a_result() -> None:
    """Six disadvantaged pupils of whom five have a result: the whole less the others tells it."""
    row = cells("five of six scored")
    assert (row["READ_AVERAGE_FSM6CLA1A"], row["READ_AVERAGE_NotFSM6CLA1A"]) == ("SUPP", "SUPP")
    assert (row["MAT_AVERAGE_FSM6CLA1A"], row["MAT_AVERAGE_NotFSM6CLA1A"]) == ("105", "105")
    assert row["READPROG_NotFSM6CLA1A"] == row["READPROG_FSM6CLA1A"] == "SUPP"
    assert row["PTREAD_EXP_NotFSM6CLA1A"] == "100%"
    row = cells("five of six counted")
    assert (row["PTREAD_EXP_FSM6CLA1A"], row["PTREAD_EXP_NotFSM6CLA1A"]) == ("SUPP", "SUPP")
    assert (row["PTRWM_EXP_FSM6CLA1A"], row["PTRWM_EXP_NotFSM6CLA1A"]) == ("SUPP", "SUPP")


def test_the_key_stage_1_average_of_one_pupil_is_withheld() -> None:
    row = cells("one with key stage 1")
    assert (row["TKS1AVERAGE"], row["READPROG"]) == ("SUPP", "SUPP")
    assert cells("0 of 8")["TKS1AVERAGE"] == ""
    assert cells("6 of 8")["TKS1AVERAGE"] == "8.0"


@pytest.mark.parametrize(
    ("rules", "headline", "subject"), [("2017", "100%", "SUPP"), ("2019", "SUPP", "SUPP")]
)
def test_without_disadvantaged_pupils_the_year_says_what_is_shown_of_others(
    rules: str, headline: str, subject: str
) -> None:
    row = cells("eight", rules)
    assert (row["PTRWM_EXP_NotFSM6CLA1A"], row["PTREAD_EXP_NotFSM6CLA1A"]) == (headline, subject)
    assert row["PTRWM_EXP_FSM6CLA1A"] == ""
    assert row["READPROG_FSM6CLA1A"] == ""


@pytest.mark.parametrize(
    ("scored", "cohort", "shown"),
    [(0, 8, "NA"), (5, 8, "SUPP"), (5, 11, "SUPP"), (6, 8, "-0.5"), (6, 12, "-0.5"),
     (6, 13, "LOWCOV"), (49, 99, "LOWCOV"), (50, 100, "-0.5")],
)  # fmt: skip
def test_progress_needs_six_pupils_and_half_the_cohort(
    scored: int, cohort: int, shown: str
) -> None:
    row = cells(f"{scored} of {cohort}")
    assert row["READPROG"] == shown
    code = None if shown == "-0.5" else shown
    for field in ("READPROG_LOWER", "READPROG_UPPER", "READCOV", "READPROG_UNADJUSTED"):
        assert (row[field] == code) if code else (row[field] not in {"NA", "SUPP", "LOWCOV"})
    assert row["PTRWM_EXP"] == "100%"


@pytest.mark.parametrize(("lost", "withheld"), [(4, 0), (5, 1), (6, 1)])
def test_a_subject_with_half_its_scripts_lost_is_withheld(lost: int, withheld: int) -> None:
    """2022: 50% or more of a school's scripts missing in a subject."""
    row = cells(f"{lost} lost")
    read = [row[name] for name in ("PTREAD_HIGH", "READPROG", "PTREAD_AT")]
    assert (set(read) == {"SUPP"}) == bool(withheld)
    assert row["PTMAT_EXP"] == row["PTWRITTA_EXP"] == "100%"
    assert row["MATPROG"] == "0.8"


def test_a_lost_script_with_the_standard_met_counts_as_lost() -> None:
    row = cells("maths lost")
    assert row["PTMAT_EXP"] == row["MAT_AVERAGE"] == "SUPP"
    assert row["PTREAD_EXP"] == "100%"
    assert cells("maths lost", "2019")["PTMAT_EXP"] == "100%"


def test_only_schools_are_withheld_for_lost_scripts() -> None:
    lost = replace(computed([*many(6, **LOST), *many(6)], [school()], YEAR).table, national=True)
    levels = publish_levels(lost)
    shown = [levels[level].frame["PTREAD_EXP"].to_list() for level in PUBLISHED]
    assert shown == [["SUPP"], ["100%"], ["100%"], ["100%"] * 3]


def test_an_average_or_share_of_nobody_is_blank() -> None:
    row = cells("absent from GPS")
    assert (row["GPS_AVERAGE"], row["PTGPS_EXP"], row["PTGPS_AT"]) == ("", "0%", "100%")
    assert cells("all lost", "2019")["PTREAD_EXP"] == ""
    assert cells("all lost")["PTREAD_EXP"] == "SUPP"


def test_a_figure_the_file_cannot_give_is_not_applicable() -> None:
    table = computed(many(7, SEX=None), [school()], YEAR,
                     missing=("SEX", "GPSOUTCOME", "GPSSCORE")).table  # fmt: skip
    row = publish(table, "school").frame.row(0, named=True)
    assert {row[name] for name in ("BELIG", "PBELIG", "PTRWM_EXP_B", "READPROG_G")} == {"NA"}
    assert {row[name] for name in ("PTGPS_EXP", "GPS_AVERAGE")} == {"NA"}
    assert row["PTRWM_EXP"] == "100%"


def test_a_gap_without_a_national_figure_is_not_applicable() -> None:
    assert cells("six of six")["DIFFN_RWM_EXP"] == "NA"
    table = computed(SCENARIOS["six of six"], [school()], YEAR).table
    national = comparators(replace(table, national=True))
    row = publish(table, "school", national).frame.row(0, named=True)
    assert (row["DIFFN_RWM_EXP"], row["DIFFN_READPROG"]) == ("0", "0.0")


def test_only_published_groups_are_published() -> None:
    row = cells("seven")
    assert not {"PTRWM_EXP_SENE", "READPROG_SD", "PTREAD_AT_B"} & row.keys()
    assert {"PTRWM_EXP_MOBN", "READPROG_EAL"} <= row.keys()


def test_a_level_is_the_same_by_itself_and_in_one_go() -> None:
    together = publish_levels(table_of())
    assert tuple(together) == PUBLISHED
    alone = publish(table_of(), "la")
    assert alone.frame.equals(together["la"].frame)
    for level, made in together.items():
        assert made.level == level
        rows = 1 if level == "national" else (table_of().units["level"] == level).sum()
        assert made.frame.height == rows


def test_bands_are_printed_as_their_numbers() -> None:
    assert cells("seven", "2019")["READPROG_DESCR"] == "3"
    assert cells("five", "2019")["READPROG_DESCR"] == "SUPP"
    assert cells("seven")["READPROG_DESCR"] == "NA"


def test_the_partner_of_a_group_is_the_other_of_its_pair() -> None:
    assert partner_of("disadvantaged", table_of()) == "other"
    assert partner_of("other", table_of()) == "disadvantaged"
    assert partner_of("girls", table_of()) is None
