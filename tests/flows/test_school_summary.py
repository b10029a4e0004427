"""A school's own figures: each opened to its pupils, and what there is not said in words."""

from fractions import Fraction

import pytest

from keystage.core.errors import InputError, UsageError
from keystage.core.subjects import Subject
from keystage.flows.last_year import beside_last_year
from keystage.flows.scaled_score import scaled_score
from keystage.flows.school_summary import SchoolSummary, SummaryFigure, school_summary
from keystage.records.recordset import schools_frame
from keystage.reports.parents.comparison import NO_FIGURE, NO_SCHOOL, SMALL, comparisons
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year

URN = 900001


def pupil(score: int = 104, writing: str = "EXS", **more: object) -> dict[str, object]:
    outcome = "AS" if score >= 100 else "NS"
    return {
        "URN": URN, "P_INCL": "201", "READOUTCOME": outcome, "READSCORE": score,
        "MATOUTCOME": outcome, "MATSCORE": score, "WRITTAOUTCOME": writing, **more,
    }  # fmt: skip


ROWS = [
    *[pupil() for _ in range(5)],
    pupil(98),
    pupil(112, "GDS"),
    pupil(READOUTCOME="M", READSCORE=None),
    pupil(P_INCL="202"),
    pupil(URN=900002),
]


def summary(
    rows: list[dict[str, object]], year: int = 2025, release: str = "final"
) -> SchoolSummary:
    return school_summary(rows, None, year, release, urn=URN)


def figure(found: SchoolSummary, name: str) -> SummaryFigure:
    return next(item for item in found.figures if item.field == name)


def test_each_figure_tells_its_numerator_denominator_and_every_pupil() -> None:
    found = summary(ROWS)
    assert (found.pupils, found.eligible) == (9, 8)
    combined = figure(found, "PTRWM_EXP")
    assert (combined.numerator, combined.denominator, combined.printed) == (Fraction(6), 7, "86%")
    assert len(combined.pupils) == 9
    assert combined.subject is None
    assert combined.sources
    assert [one.reason for one in combined.left_out] == [
        "The pupil has a result in reading that is not counted (outcome M).",
        "The pupil is not counted at the end of key stage 2 (inclusion code 202).",
    ] or len(combined.left_out) == 2
    assert figure(found, "PTMAT_EXP").denominator == 8
    assert figure(found, "READ_AVERAGE").subject is Subject.READING


def test_the_figures_are_the_combined_ones_first_and_those_lacking_a_column_are_not_known() -> None:
    found = summary(ROWS)
    assert [item.field for item in found.figures[:2]] == ["PTRWM_EXP", "PTRWM_HIGH"]
    gps = figure(found, "PTGPS_EXP")
    assert (gps.printed, gps.published) == ("", "NA")
    assert "lacks a column" in gps.steps[0]


@pytest.mark.parametrize(
    ("year", "release", "why"),
    [
        (2024, "final", "There are no progress scores in 2024: no key stage 1 assessments in 2020"),
        (2025, "final", "There are no progress scores in 2025: no key stage 1 assessments in 2021"),
        (2026, "provisional", "the pupils were given without their key stage 1 results."),
    ],
)
def test_a_year_or_file_without_progress_says_so(year: int, release: str, why: str) -> None:
    found = summary(ROWS, year, release)
    assert why in found.notes[0]
    assert not any("PROG" in item.field for item in found.figures)


def test_a_reference_nobody_has_published_is_why_there_is_no_progress() -> None:
    with_ks1 = [row | {"KS1READ": "EXS", "KS1WRIT": "EXS", "KS1MAT": "EXS"} for row in ROWS]
    found = summary(with_ks1, 2022, "final")
    assert "[prior_attainment_groups], which is absent for 2022 final" in found.notes[0]
    assert figure(found, "PTRWM_EXP").printed == "86%"


def test_a_year_with_its_reference_has_progress_with_limits() -> None:
    with_ks1 = [row | {"KS1READ": "EXS", "KS1WRIT": "EXS", "KS1MAT": "EXS"} for row in ROWS]
    found = summary(with_ks1, 2022, "provisional")
    progress = figure(found, "READPROG")
    assert progress.denominator == 7
    assert progress.printed
    assert progress.limits is not None
    assert found.notes[0].startswith("Progress scores are of the school. Do not share")
    assert figure(found, "PTRWM_EXP").limits is None


def test_a_small_cohort_is_opened_to_the_head_and_withheld_from_others() -> None:
    found = summary([pupil(), pupil(98)])
    assert (figure(found, "PTRWM_EXP").printed, figure(found, "PTRWM_EXP").published) == (
        "50%", "SUPP",
    )  # fmt: skip
    assert any("one pupil is 50.0 percentage points" in note for note in found.notes)
    assert any(note.startswith("So few pupils tell of single ones") for note in found.notes)
    shown = comparisons(found.published, URN, found.year)
    assert all(row.school is None for row in shown.rows)
    assert SMALL in shown.notes


def test_parents_see_the_published_share_beside_the_nations() -> None:
    found = summary(ROWS)
    shown = comparisons(found.published, URN, found.year)
    assert {row.label: (row.school, row.national) for row in shown.rows}[
        "Reading, writing and maths together"
    ] == ("86%", "62%")
    assert "national headlines" in shown.national
    assert shown.notes == (NO_FIGURE,)


def test_a_comparison_without_either_figure_says_both() -> None:
    shown = comparisons(None, URN, load_year(2026, "provisional"))
    assert shown.rows == ()
    assert shown.national == ""
    assert shown.notes[0] == NO_SCHOOL
    assert "No national shares" in shown.notes[1]


def test_a_school_that_is_not_in_the_table_has_no_comparison() -> None:
    with pytest.raises(UsageError, match="has no row in the table of schools"):
        comparisons(summary(ROWS).published, 900009, load_year(2025, "final"))


def test_a_schools_frame_names_the_school() -> None:
    schools = schools_frame(
        [{"URN": URN, "SCHNAME": "Storybook Lane"}], code_lists(load_year(2025, "final"))
    )
    found = school_summary(ROWS, schools, 2025, "final", urn=URN)
    assert found.published.frame["SCHNAME"].to_list() == ["Storybook Lane"]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([{"URN": URN}], "column P_INCL is missing"),
        ([pupil(NOSUCH=1)], "no column is called NOSUCH"),
        ([pupil(writing="ZZZ")], "do not fit the pupil file"),
        ([pupil(READSCORE="many")], "do not fit the pupil file"),
        ([pupil(READSCORE=999)], "999"),
    ],
)
def test_rows_that_are_no_pupil_file_are_refused(rows: list[dict[str, object]], what: str) -> None:
    with pytest.raises(InputError, match=what):
        summary(rows)


def test_a_school_without_pupils_is_refused() -> None:
    with pytest.raises(UsageError, match="900009"):
        school_summary(ROWS, None, 2025, "final", urn=900009)


def test_two_years_stand_side_by_side_and_a_change_of_rules_is_named() -> None:
    this, last = summary(ROWS, 2025), summary(ROWS[:8], 2024)
    both = beside_last_year(this, last)
    assert (both.figures[0].last, both.figures[0].this) == ("86%", "86%")
    assert both.breaks == ()
    assert len(both.notes) == 1
    older = beside_last_year(this, summary(ROWS, 2019))
    assert any("judgements of writing" in told for told in older.breaks)
    assert older.notes[0] == "6 years lie between them."
    drafts = beside_last_year(summary(ROWS, 2026, "provisional"), this)
    assert "by the provisional release" in drafts.notes[0]
    with pytest.raises(UsageError, match="not two years of one school"):
        beside_last_year(last, this)


def test_a_mark_has_the_scaled_score_of_the_years_own_table_or_none_at_all() -> None:
    assert scaled_score(2024, Subject.GPS, 40).score == 102
    few = scaled_score(2024, Subject.GPS, 1)
    assert (few.score, few.known) == (None, True)
    assert "1 mark in" in few.sentence
    for year, subject in ((2024, Subject.READING), (2026, Subject.MATHS)):
        lacking = scaled_score(year, subject, 30)
        assert (lacking.score, lacking.known, lacking.source) == (None, False, "")
        assert "is not known" in lacking.sentence


def test_a_mark_that_no_test_has_is_refused() -> None:
    with pytest.raises(InputError, match="51 is not a mark in reading"):
        scaled_score(2026, Subject.READING, 51)
    with pytest.raises(UsageError, match="no test in science"):
        scaled_score(2026, Subject.SCIENCE, 1)
