"""A user's own statute file: it replaces tables, and passes the same proofs."""

from decimal import Decimal
from pathlib import Path

import pytest

from keystage.core.errors import StatuteError
from keystage.statute.loader import load_year
from keystage.statute.year import Year

SUPPLEMENT = """
[year]
id = 2023
release = "final"

[sources.own]
title = "Our own table"
read_on = 2026-11-01

[prior_attainment_groups]
source = "own"
confidence = "C"
groups = [
  { group = 1, low = 0, high = 4, includes = "low", reading = 80.1, writing = 80.2, maths = 80.3 },
  { group = 2, low = 4, high = 10, includes = "both", reading = 105.0, writing = 104, maths = 104 },
]
"""


def supplement(
    tmp_path: Path, text: str = SUPPLEMENT, year: int = 2023, release: str = "final"
) -> Year:
    path = tmp_path / "my-year.toml"
    path.write_text(text, "utf-8")
    return load_year(year, release, path)


def refused(tmp_path: Path, text: str, year: int = 2023, release: str = "final") -> StatuteError:
    with pytest.raises(StatuteError) as caught:
        supplement(tmp_path, text, year, release)
    return caught.value


def test_a_supplement_replaces_tables_and_adds_sources(tmp_path: Path) -> None:
    year = supplement(tmp_path)
    groups = year.require(year.prior_attainment_groups, "prior_attainment_groups", "Progress")
    assert groups.groups[0].reading == Decimal("80.1")
    assert year.sources[groups.source].title == "Our own table"
    assert "prior_attainment_groups" not in year.absent
    assert year.pupil_sd == load_year(2023, "final").pupil_sd


def test_a_supplement_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(
    tmp_path: Path,
) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SUPPLEMENT.replace("\n", "\r\n").encode())
    assert load_year(2023, "final", path).prior_attainment_groups is not None


def test_groups_of_a_partial_table_may_leave_gaps_but_not_overlap(tmp_path: Path) -> None:
    partial = SUPPLEMENT.replace('"C"\n', '"C"\npartial = true\n')
    gap = partial.replace("group = 1, low = 0,", "group = 3, low = 2,").replace(
        "group = 2, low = 4,", "group = 7, low = 5,"
    )
    year = supplement(tmp_path, gap)
    assert year.prior_attainment_groups is not None
    overlap = refused(tmp_path, partial.replace("group = 2, low = 4,", "group = 2, low = 3,"))
    assert overlap.what == "The ranges 1 and 2 overlap at 3."
    order = refused(tmp_path, partial.replace("group = 1,", "group = 3,"))
    assert order.what == "The group numbered 2 should be group 4."


@pytest.mark.parametrize(
    ("old", "new", "sentence", "place"),
    [
        (
            "id = 2023",
            "id = 2022",
            "The file is for 2022 final, not for 2023 final.",
            "table [year], line 3",
        ),
        (
            '"final"',
            '"revised"',
            "The file is for 2023 revised, not for 2023 final.",
            "table [year], line 4",
        ),
        ('"final"', '"finale"', "release may not be 'finale'.", "table [year], line 4"),
        ("id = 2023\n", "", "The key id is missing.", "table [year], line 2"),
        ("id = 2023", 'id = 2023\nlabel = "x"', "There is no key label here.", "[year], line 4"),
        ("[year]", "[years]", "There is no table [year].", "my-year.toml"),
        ("[sources.own]", "[sources.guide_2022]", "already stands for", "table [sources], line 6"),
        ("read_on = 2026-11-01", "", "The key read_on is missing.", "table [sources], line 6"),
        ("[year]", "banding = 3\n[year]", "banding is not a table.", "table [banding], line 2"),
        ("high = 10,", "high = 9,", "not at 10, the highest points.", "groups], line 15"),
        ("groups = [", "group = [", "There is no key group here.", "groups], line 13"),
        ("[prior_attainment_groups]", "[zebra]", "no statutory table [zebra]", "[zebra], line 10"),
    ],
)
def test_a_wrong_supplement_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, sentence: str, place: str
) -> None:
    error = refused(tmp_path, SUPPLEMENT.replace(old, new, 1))
    assert sentence in error.what
    assert error.where.endswith(place)
    assert error.todo


def test_an_unknown_table_is_met_with_the_nearest_name(tmp_path: Path) -> None:
    error = refused(tmp_path, SUPPLEMENT.replace("attainment_groups]", "attainment_group]"))
    assert error.todo == "Did you mean [prior_attainment_groups]?"


def test_what_every_year_needs_cannot_be_absent(tmp_path: Path) -> None:
    error = refused(tmp_path, SUPPLEMENT + '\n[rounding]\nabsent = "lost"\n')
    assert error.what == "The table [rounding] may not be absent."
    assert error.where.endswith("table [rounding], line 19")


def test_a_reason_must_be_text(tmp_path: Path) -> None:
    error = refused(tmp_path, SUPPLEMENT + "\n[banding]\nabsent = true\n")
    assert error.what == "absent should be text, not true or false."


def test_a_table_may_be_made_absent(tmp_path: Path) -> None:
    text = SUPPLEMENT[: SUPPLEMENT.index("[prior")] + '[banding]\nabsent = "not used here"\n'
    assert supplement(tmp_path, text).absent["banding"].absent == "not used here"


def test_progress_tables_are_refused_in_a_year_without_progress(tmp_path: Path) -> None:
    text = SUPPLEMENT.replace("id = 2023", "id = 2024")
    error = refused(tmp_path, text, year=2024)
    assert error.what == "2024 has no progress measures, so no table [prior_attainment_groups]."
    assert error.where.endswith("table [prior_attainment_groups], line 10")


def test_groups_need_the_points_they_are_ranges_of(tmp_path: Path) -> None:
    error = refused(tmp_path, SUPPLEMENT + '\n[key_stage_1]\nabsent = "unknown"\n')
    assert error.what == "Ranges of key stage 1 points need the table [key_stage_1]."


def test_an_empty_list_of_groups_is_refused(tmp_path: Path) -> None:
    text = SUPPLEMENT[: SUPPLEMENT.index("groups = [")] + "groups = []\n"
    assert refused(tmp_path, text).what == "There are no ranges."


BANDS = """
[banding]
source = "own"
confidence = "C"
scheme = "percentile_bands"
labels = ["Top third", "Middle third", "Bottom third"]
[banding.edges]
reading = [1.0, -1.0]
writing = [1.0, -1.0]
maths = [1.2, -1.4]
"""


def test_percentile_bands_are_accepted(tmp_path: Path) -> None:
    banding = supplement(tmp_path, SUPPLEMENT + BANDS).banding
    assert banding is not None
    assert banding.edges["maths"] == (Decimal("1.2"), Decimal("-1.4"))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[1.2, -1.4]", "[-1.4, 1.2]", "The edges of maths do not fit the bands."),
        ("[1.2, -1.4]", "[1.2]", "The edges of maths do not fit the bands."),
        ("maths = [1.2, -1.4]\n", "", "Cut-offs are either given"),
        ('["Top third", "Middle third", "Bottom third"]', "[]", "There should be five labels."),
        ("[banding.edges]", "percents = [30, 40]\n[banding.edges]", "The shares of schools do not"),
        ("[banding.edges]", "percents = [30, 40, 31]\n[banding.edges]", "The shares of schools do"),
        ("[1.2, -1.4]", '["1.2", -1.4]', "Item 1 of maths is not a number."),
        ("[1.2, -1.4]", "[true, -1.4]", "Item 1 of maths should be a number, not true or false."),
    ],
)
def test_percentile_bands_that_do_not_fit_are_refused(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    error = refused(tmp_path, SUPPLEMENT + BANDS.replace(old, new))
    assert error.what.startswith(what)
    assert "table [banding]" in error.where


def test_cut_offs_upside_down_are_refused(tmp_path: Path) -> None:
    cuts = "{ high = { value = -3 }, low = { value = 3 } }"
    text = SUPPLEMENT + (
        '\n[banding]\nsource = "own"\nconfidence = "C"\nscheme = "five_bands"\n'
        'labels = ["a", "b", "c", "d", "e"]\n'
        f"reading = {cuts}\nwriting = {cuts}\nmaths = {cuts}\n"
    )
    error = refused(tmp_path, text)
    assert error.what == "The low cut-off of reading is not below the high one."
    assert error.where.endswith("line 23")


def test_minimum_scores_may_not_be_given_before_the_year_that_brought_them_in(
    tmp_path: Path,
) -> None:
    text = (
        SUPPLEMENT[: SUPPLEMENT.index("[prior")].replace("2023", "2017")
        + '[minimum_progress]\nsource = "own"\nconfidence = "C"\napplies = false\n'
        'values_absent = "why"\n'
    )
    error = refused(tmp_path, text, year=2017)
    assert error.what == "2017 has no minimum scores, but values are given."
    assert error.where.endswith("line 13")


def test_minimum_scores_without_known_groups_are_accepted(tmp_path: Path) -> None:
    text = (
        SUPPLEMENT[: SUPPLEMENT.index("[prior")]
        + '[minimum_progress]\nsource = "own"\nconfidence = "C"\napplies = true\n'
        "minimum = [{ group = 8, reading = -20, writing = -20, maths = -20 }]\n"
    )
    assert supplement(tmp_path, text).minimum_progress is not None


def test_printed_group_spreads_prove_nothing_without_a_multiplier(tmp_path: Path) -> None:
    low = "[{ group = 1, reading = -20, writing = -20, maths = -20 }]"
    with_it = (
        '\n[minimum_progress]\nsource = "own"\nconfidence = "C"\napplies = true\n'
        f"minimum = {low}\ngroup_sd = [{{ group = 2, maths = 5 }}, {{ group = 9 }}]\n"
    )
    assert supplement(tmp_path, SUPPLEMENT + with_it).minimum_progress is not None
    multiplier = "multiplier = { reading = 2.6, writing = 2.6, maths = 2.6 }\n"
    error = refused(tmp_path, SUPPLEMENT + with_it + multiplier)
    assert error.what == "Group 2 has no minimum, but a pupil can fall below one in maths."
