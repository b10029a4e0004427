"""Why a pupil moves a figure: each reason by what differs, and none beside it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from engine_side import Rows, computed
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil
from second_release import other_reference, other_rules

from keystage.core.subjects import Subject
from keystage.measures.changes.comparing import changes
from keystage.measures.changes.matching import Same
from keystage.measures.changes.reasons import REASONS, columns_of
from keystage.measures.compute import Computed
from keystage.measures.fields import field_named
from keystage.statute.year import Year

SCHOOL = [{"URN": 900001, "LEA": 999, "RECTYPE": 1}]
HERE = 900001
#: Another pupil, so that every figure is one in both releases.
BESIDE = (pupil(UPN="X9", SEX="F"), pupil(UPN="X8", SEX="M", FSM6_P="1", READSCORE=99))
NO_TEST = {"READSCORE": None, "READOUTCOME": None}
FAILED = {"READSCORE": 98, "READOUTCOME": "NS"}


def release(pupils: Rows, rules: Year = YEAR) -> Computed:
    made = computed(pupils, SCHOOL, rules)
    return replace(made, working=made.working.collect().lazy())


def reasons(
    figure: str, old: Rows, new: Rows, rules: Year = YEAR, **more: Any
) -> list[tuple[list[str], list[str]]]:
    """The reasons and the columns told of each pupil who moves a figure."""
    found = changes(release([*BESIDE, *old]), release([*BESIDE, *new], rules), **more)
    return [
        ([reason.name for reason in effect.reasons], [name for name, _, _ in effect.columns])
        for effect in found.of(HERE, figure).effects
    ]


@pytest.mark.parametrize(
    ("figure", "old", "new", "why", "columns"),
    [
        ("PTREAD_EXP", NO_TEST, {}, "late_result", "READOUTCOME READSCORE"),
        ("PTREAD_EXP", {"READSCORE": None, "READOUTCOME": "M"}, {}, "late_result",
         "READOUTCOME READSCORE"),
        ("PTREAD_EXP", {"READSCORE": None, "READOUTCOME": "A"}, {},
         "score_changed outcome_changed", "READOUTCOME READSCORE"),
        ("READ_AVERAGE", {}, {"READSCORE": 111}, "score_changed", "READSCORE"),
        ("PTREAD_HIGH", {}, {"READSCORE": 111}, "score_changed", "READSCORE"),
        ("PTREAD_EXP", {}, FAILED, "score_changed outcome_changed", "READOUTCOME READSCORE"),
        ("PTWRITTA_EXP", {"WRITTAOUTCOME": None}, {}, "late_result", "WRITTAOUTCOME"),
        ("PTWRITTA_HIGH", {}, {"WRITTAOUTCOME": "GDS"}, "outcome_changed", "WRITTAOUTCOME"),
        ("PTSCITA_EXP", {}, {"SCITAOUTCOME": "HNM"}, "outcome_changed", "SCITAOUTCOME"),
        ("PTRWM_EXP", {}, {**FAILED, "MATSCORE": 106}, "score_changed outcome_changed",
         "READOUTCOME MATSCORE READSCORE"),
        ("PTRWM_EXP", {"WRITTAOUTCOME": "WTS", "MATSCORE": 106}, {}, "outcome_changed",
         "MATSCORE WRITTAOUTCOME"),
        ("PTREAD_EXP", {}, {"P_INCL": "202"}, "inclusion_changed", "P_INCL"),
        ("TELIG", {"P_INCL": "203"}, {}, "inclusion_changed", "P_INCL"),
        ("READPROG", {}, {"KS1READ": "GDS"}, "prior_attainment_changed", "KS1READ"),
        ("TKS1AVERAGE", {}, {"KS1READ": "GDS"}, "prior_attainment_changed", "KS1READ"),
        ("READCOV", {}, {"KS1READ": None}, "prior_attainment_changed", "KS1READ"),
        ("PTKS1GROUP_M", {}, {"KS1READ": None}, "prior_attainment_changed", "KS1READ"),
        ("PTKS1GROUP_L", {}, {"KS1READ": None}, "prior_attainment_changed", "KS1READ"),
        ("PTREAD_EXP_M", {}, {"KS1READ": None, "READSCORE": 106}, "prior_attainment_changed",
         "KS1READ READSCORE"),
        ("PTREAD_EXP_B", {"SEX": "M"}, {"SEX": "F"}, "characteristic_changed", "SEX"),
        ("PBELIG", {"SEX": "M"}, {"SEX": "F"}, "characteristic_changed", "SEX"),
        ("PTREAD_EXP_FSM6CLA1A", {"FSM6_P": "0"}, {"FSM6_P": "1"}, "characteristic_changed",
         "FSM6_P FSM6CLA1A"),
        ("READPROG_UNADJUSTED", {"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "PK4"},
         {"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "PK3"}, "outcome_changed",
         "READTAOUTCOME"),
        ("READPROG", {}, {"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "PK1"},
         "score_changed outcome_changed minimum_applied", "READOUTCOME READSCORE READTAOUTCOME"),
        ("READPROG", {"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "PK1"}, {},
         "score_changed outcome_changed minimum_lifted", "READOUTCOME READSCORE READTAOUTCOME"),
        ("READPROG_UNADJUSTED", {}, {"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "PK1"},
         "score_changed outcome_changed", "READOUTCOME READSCORE READTAOUTCOME"),
    ],
)  # fmt: skip
def test_a_reason_is_told_by_what_differs(
    figure: str, old: Mapping[str, Any], new: Mapping[str, Any], why: str, columns: str
) -> None:
    found = reasons(figure, [pupil(UPN="X1", **old)], [pupil(UPN="X1", **new)])
    assert [one[0] for one in found] == [why.split()]
    assert sorted(found[0][1]) == sorted(columns.split())


@pytest.mark.parametrize("upn", ["X1", " x1 "])
def test_a_review_is_the_main_reason_of_its_subject_only(upn: str) -> None:
    old = pupil(UPN="X1", WRITTAOUTCOME="WTS", **FAILED)
    new = pupil(UPN="X1", WRITTAOUTCOME="EXS")
    told: dict[str, Any] = {"reviews": [(upn, Subject.READING)]}
    assert reasons("PTREAD_EXP", [old], [new], **told)[0][0] == [
        "review", "score_changed", "outcome_changed",
    ]  # fmt: skip
    assert reasons("PTWRITTA_EXP", [old], [new], **told)[0][0] == ["outcome_changed"]
    assert reasons("PTREAD_EXP", [old], [{**new, "UPN": "X2"}], **told) == [
        (["removal"], []), (["addition"], []),
    ]  # fmt: skip


def test_a_review_that_changed_nothing_is_no_reason() -> None:
    one = pupil(UPN="X1")
    assert reasons("PTREAD_EXP", [one], [one], reviews=[("X1", Subject.READING)]) == []


def test_a_merged_record_is_no_removal() -> None:
    double = [pupil(UPN="X1"), pupil(UPN="X2")]
    same = Same(merged={"x2": "x1 "})
    assert reasons("TELIG", double, [pupil(UPN="X1")], same=same) == [(["merged"], [])]
    assert reasons("TELIG", double, [pupil(UPN="X1")]) == [(["removal"], [])]
    twice = [pupil(UPN="X1"), pupil(UPN="X1", READSCORE=101)]
    assert reasons("TELIG", twice, [pupil(UPN="X1")]) == [(["merged"], [])]


def test_a_pupil_under_another_number_is_the_same_pupil() -> None:
    old, new = [pupil(UPN="X1")], [pupil(UPN="X2", READSCORE=111)]
    assert reasons("READ_AVERAGE", old, new, same=Same(former={"X1": "X2"})) == [
        (["score_changed"], ["READSCORE"])
    ]
    assert len(reasons("READ_AVERAGE", old, new)) == 2


def test_a_number_that_is_still_there_is_not_taken_for_another() -> None:
    both = [pupil(UPN="X1"), pupil(UPN="X2")]
    assert reasons("TELIG", both, both, same=Same(former={"X1": "X2"})) == []


def test_pupils_without_a_number_are_known_by_what_the_caller_says() -> None:
    old, new = [pupil(UPN=None)], [pupil(UPN=" ", READSCORE=111)]
    assert [why for why, _ in reasons("READ_AVERAGE", old, new)] == [["removal"], ["addition"]]
    same = Same(old_ids={4: "Ann"}, new_ids={4: "Ann"})
    assert reasons("READ_AVERAGE", old, new, same=same) == [(["score_changed"], ["READSCORE"])]


def test_rules_and_reference_are_reasons_of_their_own() -> None:
    one = pupil(UPN="X1", READSCORE=101, READOUTCOME=None, MATOUTCOME="A", MATSCORE=None)
    for figure, rules, why in (
        ("READPROG", other_reference(YEAR), ["reference_changed"]),
        ("PTREAD_EXP", other_rules(YEAR), ["rule_changed"]),
        ("PTMAT_EXP", other_rules(YEAR), ["rule_changed"]),
    ):
        found = reasons(figure, [one], [one], rules)
        assert (why, []) in found
        assert all(told == (why, []) for told in found)


def test_other_bands_of_prior_attainment_are_a_rule() -> None:
    bands = YEAR.prior_attainment_bands
    assert bands is not None
    names = ("L", "M", "H")
    turned = tuple(
        changed(band, code=names[(names.index(band.code) + 1) % 3]) for band in bands.bands
    )
    rules = changed(YEAR, prior_attainment_bands=changed(bands, bands=turned))
    one = pupil(UPN="X1")
    assert {tuple(why) for why, _ in reasons("READPROG_M", [one], [one], rules)} == {
        ("rule_changed",)
    }
    assert {tuple(why) for why, _ in reasons("PTKS1GROUP_H", [one], [one], rules)} == {
        ("rule_changed",)
    }


def test_a_minimum_that_another_reference_brings_is_told_with_it() -> None:
    far = pupil(UPN="X1", READOUTCOME="B", READSCORE=None, READTAOUTCOME="PK4",
                KS1READ="GDS", KS1WRIT="GDS", KS1MAT="GDS")  # fmt: skip
    minimum = YEAR.minimum_progress
    assert minimum is not None
    without = changed(YEAR, minimum_progress=changed(minimum, minimum=()))
    assert reasons("READPROG", [far], [far], without) == [
        (["minimum_lifted", "reference_changed"], [])
    ]


def test_points_that_another_ladder_gives_are_a_rule() -> None:
    points = YEAR.writing_points
    assert points is not None
    more = {code: value + 1 for code, value in points.points.items()}
    rules = changed(YEAR, writing_points=changed(points, points=more))
    one = pupil(UPN="X1")
    found = reasons("WRITPROG", [one], [one], rules)
    assert {tuple(why) for why, _ in found} == {("rule_changed",)}


def test_where_a_table_was_read_is_no_change() -> None:
    groups = YEAR.prior_attainment_groups
    assert groups is not None
    rules = changed(YEAR, prior_attainment_groups=changed(groups, source="elsewhere"))
    assert reasons("READPROG", [pupil(UPN="X1")], [pupil(UPN="X1")], rules) == []


def test_reasons_have_each_a_name_and_words_of_their_own() -> None:
    assert len({reason.name for reason in REASONS}) == len(REASONS)
    assert len({reason.words for reason in REASONS}) == len(REASONS)


def test_a_field_rests_on_the_columns_it_is_made_from() -> None:
    assert columns_of(field_named("PTGPS_EXP_B", YEAR), YEAR) == (
        "P_INCL", "SEX", "GPSOUTCOME", "GPSSCORE",
    )  # fmt: skip
    assert "READTAOUTCOME" not in columns_of(field_named("PTRWM_EXP", YEAR), YEAR)
    assert {"READTAOUTCOME", "KS1AVERAGEPS"} <= set(columns_of(field_named("READPROG", YEAR), YEAR))
    assert columns_of(field_named("TELIG", YEAR), YEAR) == ("P_INCL",)
