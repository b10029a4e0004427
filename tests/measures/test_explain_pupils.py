"""A pupil's progress, opened: exact numbers, and sentences a headteacher can follow."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from agreement import year_of
from cohorts import make_cohort
from engine_side import computed
from msgspec.structs import replace as changed

from keystage.core.errors import UsageError
from keystage.core.subjects import IN_PROGRESS
from keystage.measures.explain_pupil import PupilExplanation, explain_pupil
from keystage.measures.units import BILLION, SIXTEENTHS

YEAR = year_of("2022")
UPN = "A999000000001"
PLAIN: dict[str, Any] = {
    "URN": 900001, "UPN": UPN, "P_INCL": "201", "KS1READ": "EXS", "KS1WRIT": "EXS",
    "KS1MAT": "EXS", "READOUTCOME": "AS", "READSCORE": 105, "MATOUTCOME": "AS", "MATSCORE": 105,
    "WRITTAOUTCOME": "EXS",
}  # fmt: skip


def opened(**more: Any) -> PupilExplanation:
    made = computed([PLAIN | more], [{"URN": 900001}], YEAR)
    (found,) = explain_pupil(made, "a999000000001 ")
    return found


def sentences(found: PupilExplanation) -> str:
    return "\n".join([*found.start, *(step for one in found.subjects for step in one.steps)])


@pytest.mark.parametrize(("name", "seed"), [("2022", 31), ("2019", 32), ("2017", 33)])
def test_the_progress_of_every_pupil_is_reproduced(name: str, seed: int) -> None:
    year = year_of(name)
    pupils, schools = make_cohort(seed, 2, 30, year, contradictory=True)
    made = computed(pupils, schools, year)
    rows = {row["UPN"]: row for row in made.working.collect().to_dicts()}
    for upn, row in rows.items():
        (found,) = explain_pupil(made, upn)
        assert (found.line, found.school, found.upn) == (row["line"], row["URN"], upn)
        assert found.group == row["prior_attainment_group"]
        assert in_units(found.average, SIXTEENTHS) == row["ks1_average"]
        if not row["included"]:
            assert found.subjects == ()
            continue
        assert [one.subject for one in found.subjects] == list(IN_PROGRESS)
        for one in found.subjects:
            for part in ("points", "national", "minimum", "unadjusted", "progress"):
                expected = row[f"{one.subject}_{part}"]
                assert in_units(getattr(one, part), BILLION) == expected, (upn, part)
            assert one.raised == (one.progress is not None and one.progress != one.unadjusted)
            if one.points is not None and one.national is not None:
                assert one.points - one.national == one.unadjusted
            if one.progress is not None:
                assert str(one.progress) in one.steps[-1] or "that is" in one.steps[-1]
        assert "None" not in sentences(found)


def in_units(value: Decimal | None, per_one: int) -> int | None:
    if value is None:
        return None
    units = value * per_one
    assert units == int(units)
    return int(units)


def test_a_typical_pupil_is_told_step_by_step() -> None:
    found = opened()
    assert found.start == (
        "Key stage 1 reading: EXS, 8 points.",
        "Key stage 1 writing: EXS, 8 points.",
        "Key stage 1 maths: EXS, 8 points.",
        "English is the mean of reading and writing; the average of English and maths is 8 points.",
        "That is prior attainment group 16: exactly 8 points.",
    )
    assert found.subjects[0].steps == (
        "Key stage 2 reading: outcome AS, score 105, teacher assessment blank.",
        "That gives 105 points; the group's national average is 105.46.",
        "105 − 105.46 = -0.46.",
        "That is not below the group's minimum of -15.2264, so -0.46 is the pupil's progress.",
    )
    assert found.subjects[1].steps[0] == "Key stage 2 writing: teacher assessment EXS."


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"KS1MAT": "D"}, "Key stage 1 maths: D, no points."),
        ({"KS1MAT": "D"}, "Without all three results there is no average and no progress."),
        ({"KS1MAT": "D"}, "That gives 105 points, but without a group there is no progress."),
        ({"KS1READ": None}, "Key stage 1 reading: blank, no points."),
        ({"KS1WRIT": "BLW", "KS1ENGPSCALE": "P2ii"}, "Key stage 1 writing: BLW, 1 point."),
        ({"KS1MAT": "GDS"}, "group 17: above 8 and below 9.5 points"),
        ({"KS1READ": "BLW", "KS1WRIT": "BLW", "KS1MAT": "BLW"}, "from 3 to below 3.5 points"),
        ({"KS1READ": "PKF", "KS1WRIT": "PKF", "KS1MAT": "PKF"}, "group 8: from 3.5 to 4 points"),
        ({"READOUTCOME": "NS", "READSCORE": None}, "outcome NS, score none"),
        ({"READOUTCOME": "NS", "READSCORE": None}, "Too few marks for a score count as 79 points;"),
        (
            {"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "PK3"},
            "There is no score; the teacher assessment gives 70 points;",
        ),
        ({"READOUTCOME": "A", "READSCORE": None}, "That gives no points, so there is no progress"),
        ({"READSCORE": 80, "READOUTCOME": "NS"}, "so the pupil's progress counts as -15.2264."),
        ({"P_INCL": "202"}, "not counted (inclusion code 202), so there is no progress."),
    ],
)
def test_what_is_unusual_is_said(more: dict[str, Any], told: str) -> None:
    assert told in sentences(opened(**more))


def test_an_average_from_the_file_is_said() -> None:
    found = opened(KS1READ=None, KS1WRIT=None, KS1MAT=None, KS1AVERAGEPS=1.0)
    assert found.start[0] == "The file gives no key stage 1 results but their average, 1 point."
    assert found.average == 1


def test_groups_without_a_minimum_and_years_without_any_are_told_apart() -> None:
    below = {"KS1READ": "BLW", "KS1WRIT": "BLW", "KS1MAT": "BLW"}
    assert opened(**below).subjects[0].steps[-1] == (
        "The group has no minimum score, so that is the pupil's progress."
    )
    assert opened(**below).subjects[0].minimum is None
    year = year_of("2017")
    pupil = PLAIN | {"KS1READ": "2B", "KS1WRIT": "2B", "KS1MAT": "2B"}
    (found,) = explain_pupil(computed([pupil], [{"URN": 900001}], year), UPN)
    assert found.subjects[0].steps[-1].startswith("The year sets no minimum score")


def test_an_average_no_group_holds_is_said() -> None:
    groups = YEAR.prior_attainment_groups
    assert groups is not None
    year = changed(
        YEAR, prior_attainment_groups=changed(groups, groups=groups.groups[:5], partial=True)
    )
    made = computed([PLAIN], [{"URN": 900001}], year)
    (found,) = explain_pupil(made, UPN)
    assert found.start[-1] == "No prior attainment group of the year's table holds that average."
    assert found.group is None
    assert found.average == Decimal(8)


def test_each_record_of_a_number_is_opened() -> None:
    pupils = [PLAIN, PLAIN | {"P_INCL": "202", "URN": 900002}]
    made = computed(pupils, [{"URN": 900001}, {"URN": 900002}], YEAR)
    first, second = explain_pupil(made, UPN)
    assert (first.line, second.line) == (2, 3)
    assert second.subjects == ()


def test_a_pupil_who_is_not_there_is_said() -> None:
    made = computed([PLAIN], [{"URN": 900001}], YEAR)
    with pytest.raises(UsageError, match="No pupil of the file has the UPN B999000000001"):
        explain_pupil(made, "B999000000001")


def test_a_year_without_progress_has_nothing_to_open() -> None:
    year = year_of("2025")
    pupil = PLAIN | dict.fromkeys(("KS1READ", "KS1WRIT", "KS1MAT"))
    made = computed([pupil], [{"URN": 900001}], year)
    with pytest.raises(UsageError, match="2025 final has no progress measures"):
        explain_pupil(made, UPN)


def test_a_pupil_without_a_number_can_stand_beside_one_with() -> None:
    made = computed([PLAIN | {"UPN": None}, PLAIN], [{"URN": 900001}], YEAR)
    assert made.working.filter(pl.col("UPN").is_null()).collect().height == 1
    assert len(explain_pupil(made, UPN)) == 1
