"""Results of an invented England: what fits together does, and what a summer brings is there."""

import numpy as np
import polars as pl
import pytest

from keystage.cohort.centring import centring
from keystage.cohort.curve import chance_of_pupils, curve, ladders, statute
from keystage.cohort.make import make
from keystage.cohort.marks import mark_table
from keystage.cohort.plan import Plan
from keystage.core.subjects import IN_PROGRESS, TESTED, Subject
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2022)
TESTS = ("READ", "MAT", "GPS")


def share(flags: pl.Series) -> float:
    return int(flags.sum()) / flags.len()


def test_standings_of_each_group_have_the_published_points() -> None:
    values, weights = chance_of_pupils()
    assert weights.sum() == pytest.approx(1)
    assert values @ weights == pytest.approx(0, abs=0.01)
    assert values**2 @ weights == pytest.approx(1, abs=0.02)
    found = curve()
    groups = statute().prior_attainment_groups
    assert groups is not None
    for at, ladder in enumerate(ladders()):
        centred = found.means[:, at] + centring().offsets()[:, at]
        points = ladder.of(centred[:, None] + found.deviations[:, at, None] * values) @ weights
        published = [float(getattr(group, IN_PROGRESS[at])) for group in groups.groups]
        assert points == pytest.approx(published, abs=0.2)


@pytest.mark.parametrize("subject", TESTED)
def test_marks_turn_into_scores_that_rise(subject: Subject) -> None:
    table = mark_table(subject, COLLECTION)
    scored = table.scores[table.least :]
    assert table.made
    assert (table.scores[: table.least] == 0).all()
    assert (np.diff(scored) >= 0).all()
    assert (scored[0], scored[-1]) == (COLLECTION.scale.lowest, COLLECTION.scale.highest)
    assert len(table.scores) == COLLECTION.marks.of(subject) + 1


def test_a_known_table_of_marks_is_used_as_it_is() -> None:
    collection = load_collection(2024)
    assert collection.conversion is not None
    table = mark_table(Subject.GPS, collection)
    assert not table.made
    assert table.scores[[2, 3, 35, 70]].tolist() == [0, 80, 100, 120]


def test_a_standing_gets_the_mark_whose_score_is_nearest() -> None:
    table = mark_table(Subject.MATHS, COLLECTION)
    standing = np.array([60.0, 79.4, 80.0, 99.6, 100.4, 120.0, 131.0])
    scores = table.scores[table.marks(standing)]
    assert scores.tolist() == [0, 0, 80, 100, 100, 120, 120]


@pytest.mark.parametrize(
    ("prefix", "name"), [("READ", "reading"), ("MAT", "maths"), ("GPS", "gps")]
)
def test_scores_outcomes_and_marks_say_the_same(
    prefix: str, name: str, pupils: pl.DataFrame, roll: pl.DataFrame
) -> None:
    outcome, score = pl.col(f"{prefix}OUTCOME").cast(pl.String), pl.col(f"{prefix}SCORE")
    scored = pupils.filter(score.is_not_null())
    assert set(scored[f"{prefix}OUTCOME"]) == {"AS", "NS"}
    assert scored.select(((outcome == "AS") == (score >= 100)).all()).item()
    subject = {"READ": Subject.READING, "MAT": Subject.MATHS, "GPS": Subject.GPS}[prefix]
    table = mark_table(subject, COLLECTION)
    marked = roll.drop_nulls([f"{name}_mark", f"{name}_score"])
    assert (table.scores[marked[f"{name}_mark"]] == marked[f"{name}_score"].to_numpy()).all()
    few = roll.filter(pl.col(f"{name}_mark").is_not_null() & pl.col(f"{name}_score").is_null())
    assert few.height > 20
    assert set(few[f"{name}_outcome"]) == {"NS"}
    assert few[f"{name}_mark"].max() == table.least - 1


def test_every_kind_of_outcome_happens_somewhere(pupils: pl.DataFrame) -> None:
    found = {code for prefix in TESTS for code in pupils[f"{prefix}OUTCOME"].unique()}
    assert found >= {"AS", "NS", "B", "A", "U", "J", "M", "F", "P", "H"}
    assert {"GDS", "EXS", "WTS", "PK6", "PK1", "EM", "A", None} <= set(pupils["WRITTAOUTCOME"])
    assert pupils["SCITAOUTCOME"].null_count() > 5


def test_some_script_was_lost_after_the_standard_was_met(pupils: pl.DataFrame) -> None:
    lost = pupils.filter((pl.col("READOUTCOME") == "AS") & pl.col("READSCORE").is_null())
    assert lost.height >= 1


def test_key_stage_1_has_p_scales_only_below_the_standards(pupils: pl.DataFrame) -> None:
    below = pl.col("KS1MAT") == "BLW"
    assert pupils.filter(pl.col("KS1MATPSCALE").is_not_null()).select(below.all()).item()
    without = pupils.filter(below)["KS1MATPSCALE"].null_count()
    assert 0.05 < without / pupils.filter(below).height < 0.3
    english = (pl.col("KS1READ") == "BLW") | (pl.col("KS1WRIT") == "BLW")
    assert pupils.filter(pl.col("KS1ENGPSCALE").is_not_null()).select(english.all()).item()


def test_subjects_go_together_in_pupils(pupils: pl.DataFrame) -> None:
    scores = pupils.drop_nulls(["READSCORE", "MATSCORE", "GPSSCORE"])
    reading_maths = scores.select(pl.corr("READSCORE", "MATSCORE")).item()
    with_key_stage_1 = scores.drop_nulls("KS1AVERAGEPS").select(
        pl.corr("READSCORE", "KS1AVERAGEPS")
    )
    assert 0.65 < reading_maths < 0.85
    assert 0.6 < with_key_stage_1.item() < 0.8


def test_pupils_of_special_schools_are_mostly_below_the_tests(
    pupils: pl.DataFrame, schools: pl.DataFrame
) -> None:
    special = schools.filter(pl.col("NFTYPE").is_in(["CYS", "FDS", "ACCS", "ACS", "FS", "NMSS"]))
    there = pupils.filter(pl.col("URN").is_in(special["URN"].implode()))
    counted = there.filter(pl.col("P_INCL") == "201")
    assert share(counted["MATOUTCOME"] == "B") > 0.6
    assert share(there["SENF"] == "E") > 0.9
    assert 0.65 < share(there["SEX"] == "M") < 0.85


def test_every_judgement_due_is_on_the_roll(roll: pl.DataFrame) -> None:
    order = list(COLLECTION.registrations.codes)
    for subject in (Subject.READING, Subject.WRITING, Subject.MATHS, Subject.SCIENCE):
        deciding = COLLECTION.requirements.decided_by.of(subject)
        first = pl.min_horizontal(
            pl.col(test).replace_strict(order, range(len(order))) for test in deciding
        )
        for place, registration in enumerate(order):
            codes = roll.filter(first == place)[f"ta_{subject}"]
            due = COLLECTION.due(registration, subject)
            allowed = set(due) if due else {None}
            assert set(codes) <= allowed, (subject, registration)


def test_pupils_who_take_no_test_at_all_are_on_no_register(roll: pl.DataFrame) -> None:
    absent = roll.filter(~pl.col("on_register"))
    states = absent.select("reading", "gps", "maths").unique().rows()
    assert set(states) == {(state,) * 3 for state in ("below", "left", "future", "previous")}


def test_the_truth_has_a_row_for_every_school(truth: pl.DataFrame, schools: pl.DataFrame) -> None:
    assert truth["URN"].to_list() == schools["URN"].to_list()
    some = truth.filter(pl.col("pupils") > 0)
    assert some["reading_effect"].null_count() == 0
    mainstream = some.filter(pl.col("kind") == "mainstream")
    assert 1.4 < mainstream.select(pl.col("reading_effect").std()).item() < 2.3
    assert mainstream.select(pl.corr("maths_own", "maths_effect")).item() > 0.9


def test_the_engagement_model_stands_in_all_subjects_or_in_none(roll: pl.DataFrame) -> None:
    engaged = [pl.col(f"ta_{name}") == "EM" for name in ("reading", "writing", "maths")]
    judged = [pl.col(f"ta_{name}").is_in(["A", "D"]) for name in ("reading", "writing", "maths")]
    some = roll.filter(pl.any_horizontal(engaged), ~pl.any_horizontal(judged))
    assert some.height > 50
    assert some.select(pl.all_horizontal(engaged).all()).item()


def test_writing_and_science_fit_each_other_and_the_reading_test(roll: pl.DataFrame) -> None:
    reads_below = roll.filter(pl.col("reading") == "below")["ta_writing"]
    below = roll.filter(pl.col("ta_writing").str.contains("^(PK|EM)"))["ta_science"]
    best = roll.filter(pl.col("ta_writing") == "GDS")["ta_science"]
    assert set(reads_below) & {"EXS", "GDS"} == set()
    assert set(below) == {"HNM"}
    assert set(best) == {"EXS"}


def test_the_curriculum_is_disapplied_only_for_pupils_below_a_test_in_years_that_had_it() -> None:
    plan = Plan(year=2018, release="final", seed=1, authorities=3)
    earlier = pl.concat([one.roll for one in make(plan)]).filter(pl.col("ta_writing") == "D")
    tests = [pl.col(name) == "below" for name in ("reading", "gps", "maths")]
    assert earlier.height > 1
    assert earlier.select(pl.any_horizontal(tests).all()).item()


def test_the_curriculum_is_disapplied_for_nobody_where_no_list_settles_the_code(
    roll: pl.DataFrame,
) -> None:
    assert "D" not in set(roll["ta_writing"])
