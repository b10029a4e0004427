"""Earlier cohorts from what releases keep of their pupils, and words where there are none."""

import msgspec
import polars as pl
import pytest
from snapshots_of_tests import YEAR, contents_of_a_part, made, part_of_england

from keystage.flows.earlier import EarlierCohort
from keystage.flows.figures import cohorts
from keystage.flows.figures.cohorts import cohort_of, why_none, with_figures, without_cohorts
from keystage.flows.figures.contents import Content
from keystage.flows.figures.school_pupils import schools_of
from keystage.measures.compute import compute
from keystage.measures.pooled import pooled_columns


def kept_cohort(year: int) -> EarlierCohort:
    """The part of England as the cohort of another year."""
    identity = msgspec.structs.replace(YEAR.year, id=year)
    rules = msgspec.structs.replace(YEAR, year=identity)
    return cohort_of(schools_of(part_of_england()), rules, release=f"{year} final", made_from="0")


def test_a_cohort_summed_some_schools_at_a_time_is_the_cohort_computed_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cohorts, "_AT_ONCE", 7)
    columns = pooled_columns(YEAR)
    whole = compute(part_of_england(), YEAR).parts

    parts = kept_cohort(2021).parts.sort("URN")

    assert parts.columns == columns
    expected = whole.filter(pl.col("group") == "all").select(columns).sort("URN")
    assert parts.rows() == expected.cast(parts.schema).rows()


def test_three_years_of_the_same_pupils_have_three_times_the_pupils_and_the_same_share() -> None:
    earlier = [kept_cohort(2020), kept_cohort(2021)]

    found = made(part_of_england(), earlier=earlier, no_earlier="")

    assert found.inputs["earlier"] == [
        {"year": year, "release": f"{year} final", "pupils_sha256": "0"} for year in (2020, 2021)
    ]
    checked = 0
    for content in found.contents:
        if content.kind == "school" and content.level == "complete":
            pupils, share = content.figure("TELIG_3YR"), content.figure("PTRWM_EXP_3YR")
            now = content.figure("PTRWM_EXP")
            assert pupils is not None
            assert share is not None
            assert now is not None
            assert pupils.text == str(3 * int(content.pupils))
            assert share.text == now.text
            checked += 1
    assert checked > 50


def test_without_cohorts_the_figures_of_three_years_say_why() -> None:
    found = made(part_of_england(), no_earlier=why_none(2026, [2025]))

    by_kind = {content.kind: content for content in found.contents}

    figure = by_kind["school"].figure("PTRWM_EXP_3YR")
    assert figure is not None
    assert (figure.state, figure.text) == ("not_available", "")
    assert "no release of 2024 is held here" in figure.said
    assert by_kind["trust"].figure("PTRWM_EXP_3YR") is None


def test_nothing_is_added_where_nothing_is_missing() -> None:
    content = contents_of_a_part()[1][0]

    assert list(with_figures([content], ())) == [content]
    (more,) = with_figures([content], without_cohorts(YEAR, "why"))
    assert isinstance(more, Content)
    assert len(more.figures) == len(content.figures) + 5


@pytest.mark.parametrize(
    ("year", "held", "said"),
    [
        (2026, [2024, 2025], ""),
        (2026, [2024], "no release of 2025 is held here"),
        (2026, [], "no release of 2024 or 2025 is held here"),
        (2022, [], "there were no tests in 2020 and 2021"),
        (2023, [2022], "there were no tests in 2021"),
    ],
)
def test_the_reason_names_the_years(year: int, held: list[int], said: str) -> None:
    assert why_none(year, held).endswith(said)
    assert bool(why_none(year, held)) == bool(said)
