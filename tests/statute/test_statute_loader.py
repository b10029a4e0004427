"""Loading: which years there are, what is absent, and how files are read and put together."""

import subprocess
import sys
import time
from decimal import Decimal

import pytest

from keystage.core.errors import AbsentValueError, StatuteError, UsageError
from keystage.statute.loader import assemble, available, load_year, releases_of, table_types
from keystage.statute.proofs_of_progress import OF_PROGRESS
from keystage.statute.reading import Document, read
from keystage.statute.table import Table

EVERY = available()
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


def supplement(tmp_path, text=SUPPLEMENT, year=2023, release="final"):
    path = tmp_path / "my-year.toml"
    path.write_text(text, "utf-8")
    return load_year(year, release, path)


def refused(tmp_path, text, year=2023, release="final"):
    with pytest.raises(StatuteError) as caught:
        supplement(tmp_path, text, year, release)
    return caught.value


def test_every_year_with_assessments_is_there():
    assert [year for year, _ in EVERY] == [2016, 2017, 2018, 2019, 2022, 2022, 2023, 2024, 2025, 2026]
    assert releases_of(2022) == ("provisional", "final")


@pytest.mark.parametrize(("year", "release"), EVERY)
def test_each_year_is_whole_and_each_table_has_a_source(year, release):
    found = load_year(year, release)
    assert found.name == f"{year} {release}"
    for name in table_types():
        table = getattr(found, name)
        if table is None:
            assert found.absent[name].absent
        else:
            assert isinstance(table, Table)
            assert found.sources[table.source].title
            assert table.confidence in {"A", "A*", "B", "C"}
    assert {getattr(found, name).source for name in table_types() if name not in found.absent} == set(
        found.sources
    ), "a source nobody names"


def test_only_2022_provisional_has_all_a_progress_score_needs():
    needed = {"key_stage_1", "prior_attainment_groups", "writing_points", "pupil_sd", "interval"}
    complete = [name for name in EVERY if not needed & load_year(*name).absent.keys()]
    assert complete == [(2022, "provisional")]


@pytest.mark.parametrize("year", [2024, 2025])
def test_years_without_a_baseline_have_nothing_behind_progress(year):
    found = load_year(year, "final")
    assert not found.year.progress
    assert set(OF_PROGRESS) <= found.absent.keys()
    assert "cancelled" in found.absent["pupil_sd"].absent


def test_an_absent_table_is_asked_for_with_its_reason():
    year = load_year(2023, "final")
    with pytest.raises(AbsentValueError, match=r"2023 final: the table of 2023 was not found"):
        year.require(year.prior_attainment_groups, "prior_attainment_groups", "Progress")
    with pytest.raises(AbsentValueError, match="it was not given"):
        year.require(None, "rounding", "Progress")
    assert year.require(year.rounding, "rounding", "Printing") is year.rounding


def test_an_unknown_year_is_refused_with_the_years_there_are():
    with pytest.raises(UsageError, match=r"no statutory year 2020.*2019, 2022.*no assessments"):
        load_year(2020, "final")


def test_an_unknown_release_is_refused_with_the_releases_there_are():
    with pytest.raises(UsageError, match=r"no revised release of 2022\. Choose provisional or final"):
        load_year(2022, "revised")


def test_a_supplement_replaces_tables_and_adds_sources(tmp_path):
    year = supplement(tmp_path)
    groups = year.require(year.prior_attainment_groups, "prior_attainment_groups", "Progress")
    assert groups.groups[0].reading == Decimal("80.1")
    assert year.sources[groups.source].title == "Our own table"
    assert "prior_attainment_groups" not in year.absent
    assert year.pupil_sd == load_year(2023, "final").pupil_sd


def test_a_supplement_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SUPPLEMENT.replace("\n", "\r\n").encode())
    assert load_year(2023, "final", path).prior_attainment_groups is not None


def test_groups_of_a_partial_table_may_leave_gaps_but_not_overlap(tmp_path):
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
        ("groups = [", "group = [", "The key groups is missing.", "groups], line 10"),
        ("[prior_attainment_groups]", "[zebra]", "no statutory table [zebra]", "[zebra], line 10"),
    ],
)
def test_a_wrong_supplement_is_refused_with_its_place(tmp_path, old, new, sentence, place):
    error = refused(tmp_path, SUPPLEMENT.replace(old, new, 1))
    assert sentence in error.what
    assert error.where.endswith(place)
    assert error.todo


def test_an_unknown_table_is_met_with_the_nearest_name(tmp_path):
    error = refused(tmp_path, SUPPLEMENT.replace("attainment_groups]", "attainment_group]"))
    assert error.todo == "Did you mean [prior_attainment_groups]?"


def test_what_every_year_needs_cannot_be_absent(tmp_path):
    error = refused(tmp_path, SUPPLEMENT + '\n[rounding]\nabsent = "lost"\n')
    assert error.what == "The table [rounding] may not be absent."
    assert error.where.endswith("table [rounding], line 19")


def test_a_reason_must_be_text(tmp_path):
    error = refused(tmp_path, SUPPLEMENT + "\n[banding]\nabsent = true\n")
    assert error.what == "absent should be text, not true or false."


def test_a_table_may_be_made_absent(tmp_path):
    text = SUPPLEMENT[: SUPPLEMENT.index("[prior")] + '[banding]\nabsent = "not used here"\n'
    assert supplement(tmp_path, text).absent["banding"].absent == "not used here"


def test_progress_tables_are_refused_in_a_year_without_progress(tmp_path):
    text = SUPPLEMENT.replace("id = 2023", "id = 2024")
    error = refused(tmp_path, text, year=2024)
    assert error.what == "2024 has no progress measures, so no table [prior_attainment_groups]."
    assert error.where.endswith("table [prior_attainment_groups], line 10")


def test_groups_need_the_points_they_are_ranges_of(tmp_path):
    error = refused(tmp_path, SUPPLEMENT + '\n[key_stage_1]\nabsent = "unknown"\n')
    assert error.what == "Ranges of key stage 1 points need the table [key_stage_1]."


def test_an_empty_list_of_groups_is_refused(tmp_path):
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


def test_percentile_bands_are_accepted(tmp_path):
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
        ("[1.2, -1.4]", '["1.2", -1.4]', "Item 1 of maths is not a number."),
        ("[1.2, -1.4]", "[true, -1.4]", "Item 1 of maths should be a number, not true or false."),
    ],
)
def test_percentile_bands_that_do_not_fit_are_refused(tmp_path, old, new, what):
    error = refused(tmp_path, SUPPLEMENT + BANDS.replace(old, new))
    assert error.what.startswith(what)
    assert "table [banding]" in error.where


def test_cut_offs_upside_down_are_refused(tmp_path):
    cuts = "{ high = { value = -3 }, low = { value = 3 } }"
    text = SUPPLEMENT + (
        '\n[banding]\nsource = "own"\nconfidence = "C"\nscheme = "five_bands"\n'
        'labels = ["a", "b", "c", "d", "e"]\n'
        f"reading = {cuts}\nwriting = {cuts}\nmaths = {cuts}\n"
    )
    error = refused(tmp_path, text)
    assert error.what == "The low cut-off of reading is not below the high one."
    assert error.where.endswith("line 24")


def test_minimum_scores_may_not_be_given_before_the_year_that_brought_them_in(tmp_path):
    text = (
        SUPPLEMENT[: SUPPLEMENT.index("[prior")].replace("2023", "2017")
        + '[minimum_progress]\nsource = "own"\nconfidence = "C"\napplies = false\n'
        'values_absent = "why"\n'
    )
    error = refused(tmp_path, text, year=2017)
    assert error.what == "2017 has no minimum scores, but values are given."
    assert error.where.endswith("line 13")


def test_minimum_scores_without_known_groups_are_accepted(tmp_path):
    text = (
        SUPPLEMENT[: SUPPLEMENT.index("[prior")]
        + '[minimum_progress]\nsource = "own"\nconfidence = "C"\napplies = true\n'
        "minimum = [{ group = 8, reading = -20, writing = -20, maths = -20 }]\n"
    )
    assert supplement(tmp_path, text).minimum_progress is not None


def test_printed_group_spreads_prove_nothing_without_a_multiplier(tmp_path):
    low = "[{ group = 1, reading = -20, writing = -20, maths = -20 }]"
    with_it = (
        '\n[minimum_progress]\nsource = "own"\nconfidence = "C"\napplies = true\n'
        f"minimum = {low}\ngroup_sd = [{{ group = 2, maths = 5 }}, {{ group = 9 }}]\n"
    )
    assert supplement(tmp_path, SUPPLEMENT + with_it).minimum_progress is not None
    multiplier = "multiplier = { reading = 2.6, writing = 2.6, maths = 2.6 }\n"
    error = refused(tmp_path, SUPPLEMENT + with_it + multiplier)
    assert error.what == "Group 2 has no minimum, but a pupil can fall below one in maths."


@pytest.mark.parametrize(
    ("content", "sentence", "place"),
    [
        (b"", "The file holds no tables.", "file.toml"),
        (b"# nothing\n", "The file holds no tables.", "file.toml"),
        (b"\x89PNG\r\n\x1a\n\x00", "The file is not text in UTF-8.", "file.toml"),
        ('[year]\nlabel = "é"\n'.encode("latin-1"), "The file is not text in UTF-8.", "file.toml"),
        (b"[year]\nid == 3\n", "The file is not valid TOML", "file.toml, line 2"),
        (b"URN,UPN\n900001,A1\n", "The file is not valid TOML", "file.toml, line 1"),
        (b"a = " + b"[" * 5000, "The file is not valid TOML", "file.toml"),
        (b"a = " + b"9" * 5000, "The file is not valid TOML", "file.toml"),
        (b"a = 1e9999999999999999999999", "The file is not valid TOML", "file.toml"),
        (b"# " + b"x" * 5_000_000, "The file is too large for a statute file.", "file.toml"),
    ],
    ids=["empty", "comment", "image", "latin-1", "slip", "csv", "deep", "long", "vast", "large"],
)
def test_what_is_no_statute_file_is_refused(tmp_path, content, sentence, place):
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    with pytest.raises(StatuteError) as caught:
        load_year(2023, "final", path)
    assert caught.value.what.startswith(sentence)
    assert caught.value.where.endswith(place)
    assert caught.value.todo


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(StatuteError, match="There is no such file"):
        load_year(2023, "final", tmp_path / "nowhere.toml")
    with pytest.raises(StatuteError, match="This is a folder"):
        load_year(2023, "final", tmp_path)
    with pytest.raises(StatuteError, match="cannot be read: File name too long"):
        load_year(2023, "final", tmp_path / ("long" * 200))
    import os  # noqa: PLC0415  # pipes are used here only

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StatuteError, match="a device or pipe"):
        load_year(2023, "final", tmp_path / "pipe")


def test_a_shipped_file_for_another_year_is_refused(refused):
    error = refused("id = 2022", "id = 2021")
    assert error.what == "The file is for 2021 provisional, not for 2022 provisional."
    assert error.where == "provisional.toml, table [year], line 4"


def test_a_table_that_is_nowhere_is_missed():
    shipped = Document("year.toml", "", {"year": {}})
    head = Document(
        "final.toml",
        "",
        {
            "year": {
                "id": 2030,
                "label": "2029/30",
                "release": "final",
                "status": "draft",
                "progress": True,
            }
        },
    )
    with pytest.raises(StatuteError, match=r"\[rounding\] is neither given nor absent"):
        assemble((shipped, head), 2030, "final")


def test_a_table_may_be_written_as_a_list_of_tables_and_lines_are_still_found(tmp_path):
    text = """
[[groups.item]]
low = 1
[[groups.item]]
# a remark
low = 2
[other]
many = [
  # first
  1,

  2,
]
one = [1, 2]
"tête" = 3
"""
    path = tmp_path / "list.toml"
    path.write_text(text, "utf-8")
    document = read(path, "list.toml")
    assert document.place("groups", "item", 1, "low") == "list.toml, table [groups], line 6"
    assert document.line(("groups", "item", 0)) == 2
    assert document.line(("groups", "item", 7)) is None
    assert document.line(("other", "many", 1)) == 12
    assert document.line(("other", "many", 9)) == 8
    assert document.line(("other", "one", 1)) == 14
    assert document.line(("other", "tête")) == 15
    assert document.place("zebra") == "list.toml, table [zebra]"
    assert document.place() == "list.toml"


@pytest.mark.slow
def test_a_year_loads_in_a_moment_and_without_an_engine():
    script = (
        "import sys; from keystage.statute.loader import load_year; load_year(2022, 'provisional');"
        "print(sorted(set(sys.modules) & {'polars', 'numpy', 'pandas', 'rich', 'typer'}))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  # our own interpreter
    assert ran.stdout.strip() == "[]"
    started = time.perf_counter()
    load_year.__globals__["_shipped"].__wrapped__(2022, "provisional")
    assert time.perf_counter() - started < 0.2
