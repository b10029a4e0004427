"""National comparators, and figures a pupil file cannot give for want of a column."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from engine_side import computed, printed
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school

from keystage.core.errors import UsageError
from keystage.measures.availability import unavailable
from keystage.measures.catalogue import COMPOSITION, measures
from keystage.measures.declare import Count
from keystage.measures.fields import GAPS, field_named, fields
from keystage.measures.gaps import comparators
from keystage.measures.table import MeasureTable
from keystage.measures.wide import unrounded
from keystage.statute.loader import available, load_year
from keystage.statute.table import Release
from keystage.statute.year import Year


def table_of(*pupils: dict[str, Any], year: Year = YEAR, **more: Any) -> MeasureTable:
    schools = more.pop("schools", [school()])
    return computed(pupils, schools, year, **more).table


def test_a_national_file_is_its_own_comparator() -> None:
    """Other pupils of state-funded schools: 50% and 0.5 below in reading (105 - 105.46, 104…)."""
    pupils = [pupil(FSM6_P="1"), pupil(), pupil(READSCORE=99, READOUTCOME="NS")]
    independent = pupil(URN=900002, READSCORE=80, READOUTCOME="NS")
    table = table_of(*pupils, independent, schools=[school(), school(900002, NFTYPE="IND")])
    national = comparators(replace(table, national=True))
    assert national["rwm_expected"] == 50
    assert national["reading_progress"] == -35
    rows = printed(table, national)
    assert rows["SCHOOL", 900001]["DIFFN_RWM_EXP"] == 100 - 50
    assert rows["SCHOOL", 900001]["DIFFN_READPROG"] == -5 - -35
    # The independent school has no disadvantaged pupil to compare.
    assert rows["SCHOOL", 900002]["DIFFN_RWM_EXP"] is None


def test_a_gap_is_printed_less_printed_and_not_a_rounded_difference() -> None:
    """2 of 3 less 1 of 3 prints as 67 - 33 = 34, though the difference is 33.3."""
    met, missed = pupil(FSM6_P="1"), pupil(FSM6_P="1", WRITTAOUTCOME="WTS")
    others = [pupil(), pupil(WRITTAOUTCOME="WTS"), pupil(WRITTAOUTCOME="WTS")]
    table = table_of(met, met, missed, *others)
    national = comparators(replace(table, national=True))
    assert printed(table, national)["SCHOOL", 900001]["DIFFN_RWM_EXP"] == 34
    wide = unrounded(table, national).row(0, named=True)
    assert wide["DIFFN_RWM_EXP"] == 34.0


def test_otherwise_the_years_published_figures_are_the_comparators() -> None:
    year = load_year(2019, "final")
    published = replace(
        table_of(pupil()), year=changed(YEAR, national_figures=year.national_figures)
    )
    assert comparators(published) == {"rwm_expected": 71, "reading_progress": 3}


@pytest.mark.parametrize(("national", "units"), [("0.32", 3), ("0.25", 3), ("-0.76", -8)])
def test_a_figure_published_with_more_decimals_is_rounded_as_figures_are_printed(
    national: str, units: int
) -> None:
    shipped = load_year(2019, "final").national_figures
    assert shipped is not None
    values = {"READPROG_NotFSM6CLA1A": Decimal(national)}
    year = changed(YEAR, national_figures=changed(shipped, values=values))
    published = replace(table_of(pupil()), year=year)
    assert comparators(published) == {"reading_progress": units}


@pytest.mark.parametrize("figures", [None, load_year(2022, "final").national_figures])
def test_without_published_figures_of_other_pupils_there_is_no_comparator(figures: Any) -> None:
    table = replace(table_of(pupil(FSM6_P="1")), year=changed(YEAR, national_figures=figures))
    assert comparators(table) == {}
    assert printed(table, {})["SCHOOL", 900001]["DIFFN_RWM_EXP"] is None
    assert unrounded(table)["DIFFN_RWM_EXP"].to_list() == [None] * table.units.height


@pytest.mark.parametrize(
    "schools", [[school(NFTYPE="IND", RECTYPE=None)], [{"URN": 900001}]], ids=["IND", "unknown"]
)
def test_a_national_file_without_state_funded_schools_has_no_comparator(schools: Any) -> None:
    table = table_of(pupil(), schools=schools)
    assert comparators(replace(table, national=True)) == {}


def test_a_national_file_without_other_pupils_has_no_comparator() -> None:
    assert comparators(replace(table_of(pupil(FSM6_P="1")), national=True)) == {}


def test_a_national_file_without_a_pupil_who_counts_has_no_comparator() -> None:
    assert comparators(replace(table_of(pupil(P_INCL="202")), national=True)) == {}


@pytest.mark.parametrize(
    ("missing", "gone", "kept"),
    [
        (("GPSOUTCOME",), {"PTGPS_EXP", "GPS_AVERAGE_B", "PTGPS_AT_MOBN"}, {"PTREAD_EXP", "TELIG"}),
        (("GPSSCORE",), {"PTGPS_HIGH", "GPS_AVERAGE"}, {"MAT_AVERAGE"}),
        (("SCITAOUTCOME",), {"PTSCITA_EXP", "PTSCITA_AD_G"}, {"PTWRITTA_EXP"}),
        (("SEX",), {"BELIG", "PGELIG", "READPROG_B", "PTRWM_EXP_G"}, {"PTRWM_EXP_L", "READPROG"}),
        (("NEWMOBILE",), {"TMOBN", "PTRWM_EXP_MOBN"}, {"PTRWM_EXP_EAL"}),
        (("FSM6CLA1A",), set(), {"TFSM6CLA1A", "DIFFN_RWM_EXP"}),
        (("FSM6_P",), set(), {"TFSM6CLA1A", "PTRWM_EXP_NotFSM6CLA1A"}),
        (("FSM6CLA1A", "FSM6_P"), {"TFSM6CLA1A", "DIFFN_READPROG", "READPROG_NotFSM6CLA1A"},
         {"READPROG"}),
        (("UPN", "LAESTAB"), set(), {"TELIG"}),
    ],
)  # fmt: skip
def test_a_missing_column_makes_figures_unknown_rather_than_zero(
    missing: tuple[str, ...], gone: set[str], kept: set[str]
) -> None:
    table = table_of(pupil(**dict.fromkeys(missing)), missing=missing)
    without = unavailable(table)
    assert gone <= without
    assert not kept & without
    assert bool(gone) == bool(without)
    row = unrounded(table).row(0, named=True)
    assert all(row[name] is None for name in without)
    assert row["TELIG"] == 1


@pytest.mark.parametrize(("number", "release"), available())
def test_field_names_are_unique_and_found_whatever_their_case(
    number: int, release: Release
) -> None:
    year = load_year(number, release)
    names = [field.name for field in fields(year)]
    assert len({name.casefold() for name in names}) == len(names)
    assert field_named(" ptrwm_exp_notfsm6cla1a ", year).group == "other"
    assert field_named("TELIG", year).measure is None


def test_an_unknown_field_names_those_that_begin_alike() -> None:
    with pytest.raises(UsageError, match="no figure called READPRAG") as caught:
        field_named("READPRAG", YEAR)
    assert caught.value.todo.startswith("Fields that begin alike: READPROG, READPROG_LOWER, ")
    with pytest.raises(UsageError) as caught:
        field_named("zzz", YEAR)
    assert caught.value.todo.startswith("Try READPROG")


def test_a_year_without_progress_has_no_field_of_key_stage_1() -> None:
    names = {field.name for field in fields(load_year(2025, "final"))}
    assert not any("PROG" in name or "COV" in name or "KS1" in name for name in names)
    assert {"PTRWM_EXP", "DIFFN_RWM_HIGH", "PTREAD_AT"} <= names
    assert not any(name.endswith(("_L", "_M", "_H", "_NA")) for name in names)


def test_a_year_may_have_fewer_groups() -> None:
    groups = dict(YEAR.pupil_groups.groups)
    del groups["english"]
    year = changed(YEAR, pupil_groups=changed(YEAR.pupil_groups, groups=groups))
    names = {field.name for field in fields(year)}
    assert "TEALGRP1" not in names
    assert "TEALGRP2" in names
    row = unrounded(table_of(pupil(EALGRP="2"), pupil(), year=year)).row(0, named=True)
    assert row["PTEALGRP2"] == 50
    assert "PTEALGRP1" not in row


def test_every_measure_is_declared_once_and_every_part_has_one_meaning() -> None:
    declared = measures(progress=True)
    assert len({measure.name for measure in declared}) == len(declared)
    meanings: dict[str, set[object]] = {}
    for measure in declared:
        for part in (measure.top, measure.bottom):
            meanings.setdefault(part.name, set()).add(part)
    assert [name for name, parts in meanings.items() if len(parts) > 1] == []
    assert set(GAPS) <= {measure.name for measure in declared}
    assert {item.group for item in COMPOSITION} <= set(YEAR.pupil_groups.groups)


def test_the_top_of_a_percentage_is_among_its_bottom() -> None:
    for measure in measures(progress=True):
        if isinstance(measure.top, Count):
            assert measure.top.conditions[: len(measure.bottom.conditions)] == (
                measure.bottom.conditions
            )
        else:
            assert measure.top.over == measure.bottom


def test_the_deviation_of_a_units_own_pupils() -> None:
    scores = [100, 104, 112]
    pupils = [pupil(READSCORE=score) for score in scores] + [pupil(URN=900002)]
    wide = unrounded(table_of(*pupils, schools=[school(), school(900002)]))
    mean = Decimal(sum(scores)) / 3
    spread = (sum(((score - mean) ** 2 for score in scores), Decimal(0)) / 2).sqrt()
    assert wide["READPROG_SD"][0] == pytest.approx(float(spread), abs=1e-9)
    assert wide["WRITPROG_SD"][0] == 0
    # One pupil has no spread.
    assert wide["READPROG_SD"][1] is None
