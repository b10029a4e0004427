"""A content as the tables and charts of pages: what is seen first, what is folded, what is said."""

import csv
import io

import pytest
from contents_of_tests import COMBINED, content, figure, score, withheld
from msgspec.structs import replace

from keystage.flows.figures.contents import Content
from keystage.web.figures.cells import FEW, Cell, cell_of
from keystage.web.figures.drawing import Given, chart_of
from keystage.web.figures.files import NOT_FOR_PARENTS, about, file_of, name_of
from keystage.web.figures.parts import PARTS, sections_of
from keystage.web.figures.sections import Section


def section(part: str, key: str, of: Content | None = None) -> Section:
    found = {one.key: one for one in sections_of(of or content(), part)}
    return found[key]


def test_a_figure_shows_itself_its_interval_and_its_band() -> None:
    assert cell_of(score()) == Cell(
        first="−1.2",
        under=("−3.0 to 0.6", "Average"),
        name="READPROG",
        label="Progress score in reading, All pupils",
    )


def test_of_few_pupils_the_interval_comes_first_and_no_band_is_told() -> None:
    cell = cell_of(score(lead="interval", may_rank=False))

    assert cell.first == "−3.0 to 0.6"
    assert cell.under == ("Figure −1.2", FEW)


def test_of_few_pupils_a_share_is_told_in_pupils_first() -> None:
    share = figure("PTRWM_EXP", "78%", lead="pupils", numerator="7", denominator=9, may_rank=False)

    assert cell_of(share).first == "7 of 9 pupils"
    assert cell_of(share).under == ("78%",)


def test_a_share_whose_pupils_are_not_known_shows_itself() -> None:
    assert cell_of(figure("PTRWM_EXP", "78%", lead="pupils")).first == "78%"


def test_what_is_not_shown_is_said_in_words_and_can_still_be_asked_about() -> None:
    cell = cell_of(withheld("PTRWM_EXP"))

    assert (cell.first, cell.shown, cell.name) == ("Suppressed: few pupils", False, "PTRWM_EXP")


def test_a_figure_that_a_release_lacks_is_no_nought() -> None:
    assert cell_of(None).first == "Not in this release"


@pytest.mark.parametrize("part", PARTS)
def test_every_page_has_something_of_a_whole_content_and_nothing_of_an_empty_one(part: str) -> None:
    assert sections_of(content(), part)
    empty = content(figures=(), compared=(), series=())
    assert sections_of(empty, part) == ()
    assert PARTS[part].nothing


def test_headline_figures_are_of_all_pupils_and_mark_others_in_the_chart() -> None:
    attainment = section("headline", "attainment")

    assert [row.head for row in attainment.rows] == [COMBINED]
    assert attainment.charts[0].whose == ("England", "the local authority")
    assert not attainment.progress


def test_headline_progress_is_the_adjusted_score_alone() -> None:
    progress = section("headline", "progress")

    assert [one.name for one in progress.figures] == ["READPROG"]
    assert progress.progress
    (drawn,) = progress.charts[0].rows
    assert drawn.whisker is not None
    assert drawn.told == "−1.2 (−3.0 to 0.6)"


def test_tiny_groups_stand_apart_and_are_not_drawn() -> None:
    combined = section("groups", "combined")

    assert [row.head for row in combined.rows] == ["Boys", "Disadvantaged pupils"]
    assert [row.head for row in combined.folded] == ["English as an additional language"]
    assert [row.label for chart in combined.charts for row in chart.rows] == ["Boys"]


def test_groups_by_prior_attainment_have_their_own_page() -> None:
    assert [row.head for row in section("prior", "combined").rows] == ["Low prior attainment"]
    assert section("prior", "starting").rows[0].head == "Average key stage 1 points"


def test_a_withheld_figure_is_not_drawn() -> None:
    found = section("headline", "attainment", content(figures=(withheld("PTRWM_EXP"),)))

    assert found.charts == ()
    assert found.rows[0].cells[0].first == "Suppressed: few pupils"


def test_a_figure_stands_beside_its_area_and_england_and_in_pupils() -> None:
    beside = section("beside", "beside")

    assert beside.columns == (
        "This school",
        "Testshire",
        "England",
        "Difference from England in whole pupils",
    )
    first, second = beside.rows
    assert [cell.first for cell in first.cells] == ["61%", "58%", "60%", "−4"]
    assert [cell.first for cell in second.cells] == [
        "104", "Not yet known", "105", "Only shares are told in pupils",
    ]  # fmt: skip


def test_why_an_area_has_no_figure_is_said_once_above_the_states() -> None:
    lacking = [
        replace(one, state="not_available", text="", said="Not available: nobody has published it")
        for one in content().compared
        if one.against == "national"
    ]
    beside = section("beside", "beside", content(compared=tuple(lacking)))

    assert beside.said == "England, where it says “Not available”: nobody has published it."
    assert [row.cells[1].first for row in beside.rows] == ["Not available"] * len(lacking)


def test_a_difference_in_pupils_has_no_column_where_there_is_none() -> None:
    figures = tuple(replace(one, pupils=None) for one in content().figures)
    assert (
        "Difference from England in whole pupils"
        not in section("beside", "beside", content(figures=figures)).columns
    )


def test_adjusted_and_unadjusted_scores_stand_side_by_side() -> None:
    (row,) = section("method", "method").rows

    assert [cell.first for cell in row.cells] == ["−1.2", "−1.9", "96%"]


def test_a_break_stands_between_the_years_it_parts() -> None:
    years = section("years", "years-ptrwm_exp")

    assert [row.head for row in years.rows] == ["2019", "Break", "2022", "2023"]
    assert years.rows[1].cells[0].first == "The pandemic lies between."
    assert "The pandemic lies between." in years.said


def test_percentages_are_drawn_from_nought_to_a_hundred() -> None:
    drawn = chart_of("Shares", "percent", [Given(label="A", text="50%")])

    assert drawn is not None
    assert drawn.ticks[0][1] == "0%"
    assert drawn.ticks[-1][1] == "100%"
    assert drawn.rows[0].bar == (0, 50)


def test_scores_on_both_sides_of_nought_are_drawn_around_it() -> None:
    drawn = chart_of(
        "Scores", "points", [Given(label="A", text="−1.5"), Given(label="B", text="3")]
    )

    assert drawn is not None
    assert drawn.zero == 50
    assert [row.bar for row in drawn.rows] == [None, None]


def test_scores_are_dots_because_a_bar_would_begin_anywhere() -> None:
    drawn = chart_of(
        "Scores", "score", [Given(label="A", text="102"), Given(label="B", text="104")]
    )

    assert drawn is not None
    assert [row.bar for row in drawn.rows] == [None, None]
    assert [text for _, text in drawn.ticks] == ["101", "102", "103", "104", "105", "106"]


def test_counts_are_bars_from_nought() -> None:
    drawn = chart_of("Pupils", "pupils", [Given(label="A", text="9")])

    assert drawn is not None
    assert drawn.ticks[0][1] == "0"
    assert drawn.rows[0].bar is not None


def test_a_share_of_few_pupils_is_not_drawn_and_an_interval_is() -> None:
    few = content(
        figures=(
            figure("PTRWM_EXP", "78%", lead="pupils", may_rank=False),
            score(lead="interval", may_rank=False),
        )
    )

    assert section("headline", "attainment", few).charts == ()
    assert section("headline", "progress", few).charts


def test_what_is_no_number_is_not_drawn() -> None:
    assert chart_of("Nothing", "score", [Given(label="A", text="Suppressed")]) is None
    drawn = chart_of("One", "score", [Given(label="A", text="104")])
    assert drawn is not None
    assert [row.told for row in drawn.rows] == ["104"]


@pytest.mark.parametrize("form", ["csv", "ods"])
def test_the_same_page_gives_the_same_file(form: str) -> None:
    of = content()
    made = file_of(of, sections_of(of, "headline"), form)
    assert made == file_of(of, sections_of(of, "headline"), form)
    assert made


def test_a_file_has_its_release_scope_purpose_warning_and_caveats() -> None:
    of = content()
    text = file_of(of, sections_of(of, "headline"), "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    share = next(row for row in rows if row["Name in the tables"] == "PTRWM_EXP")

    assert share["Value"] == "61%"
    assert share["England"] == "60%"
    assert {row["Release"] for row in rows} == {"2023 provisional, version 1"}
    said = " ".join(f"{row['Figure']}: {row['Name in the tables']}" for row in rows)
    for word in ("Hollow Oak Primary", "About: purpose", "Keep it inside the school",
                 NOT_FOR_PARENTS, "Read the interval before the score."):  # fmt: skip
        assert word in said


def test_a_file_of_suppressed_figures_warns_of_other_things() -> None:
    told = dict(about(content("suppressed"), progress=False))

    assert told["About: warning"].startswith("Figures of few pupils are withheld")
    assert told["About: level of data"] == "figures without those of few pupils"


def test_a_file_tells_no_band_of_few_pupils() -> None:
    of = content(figures=(score(may_rank=False),))
    text = file_of(of, sections_of(of, "headline"), "csv").decode("utf-8-sig")
    assert "Average" not in text.splitlines()[1]


def test_a_files_name_says_school_year_stage_version_and_page() -> None:
    named = name_of(content(), "groups", "csv", 2)
    assert named == "figures-900003-2023-provisional-v2-groups.csv"
