"""Loading: which years there are, what is absent, and how files are read and put together."""

import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from msgspec import structs

from keystage.core.errors import AbsentValueError, StatuteError, UsageError
from keystage.statute import loader
from keystage.statute.loader import assemble, available, load_year, releases_of, table_types
from keystage.statute.progress import MinimumOfGroup
from keystage.statute.proofs import prove
from keystage.statute.proofs_of_progress import OF_PROGRESS
from keystage.statute.reading import Document, read
from keystage.statute.table import Release, Table

EVERY = available()


def test_every_year_with_assessments_is_there() -> None:
    assert [year for year, _ in EVERY] == [
        2016,
        2017,
        2018,
        2019,
        2022,
        2022,
        2023,
        2024,
        2025,
        2026,
    ]
    assert releases_of(2022) == ("provisional", "final")


@pytest.mark.parametrize(("year", "release"), EVERY)
def test_each_year_is_whole_and_each_table_has_a_source(year: int, release: Release) -> None:
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
    assert {
        getattr(found, name).source for name in table_types() if name not in found.absent
    } == set(found.sources), "a source nobody names"


def test_only_2022_provisional_has_all_a_progress_score_needs() -> None:
    needed = {"key_stage_1", "prior_attainment_groups", "writing_points", "pupil_sd", "interval"}
    complete = [name for name in EVERY if not needed & load_year(*name).absent.keys()]
    assert complete == [(2022, "provisional")]


@pytest.mark.parametrize("year", [2024, 2025])
def test_years_without_a_baseline_have_nothing_behind_progress(year: int) -> None:
    found = load_year(year, "final")
    assert not found.year.progress
    assert set(OF_PROGRESS) <= found.absent.keys()
    assert "cancelled" in found.absent["pupil_sd"].absent


def test_an_absent_table_is_asked_for_with_its_reason() -> None:
    year = load_year(2023, "final")
    with pytest.raises(AbsentValueError, match=r"2023 final: the table of 2023 was not found"):
        year.require(year.prior_attainment_groups, "prior_attainment_groups", "Progress")
    with pytest.raises(AbsentValueError, match="it was not given"):
        year.require(None, "rounding", "Progress")
    assert year.require(year.rounding, "rounding", "Printing") is year.rounding


def test_an_unknown_year_is_refused_with_the_years_there_are() -> None:
    with pytest.raises(UsageError, match=r"no statutory year 2020.*2019, 2022.*no assessments"):
        load_year(2020, "final")


def test_an_unknown_release_is_refused_with_the_releases_there_are() -> None:
    with pytest.raises(
        UsageError, match=r"no revised release of 2022\. Choose provisional or final"
    ):
        load_year(2022, "revised")


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
def test_what_is_no_statute_file_is_refused(
    tmp_path: Path, content: bytes, sentence: str, place: str
) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    with pytest.raises(StatuteError) as caught:
        load_year(2023, "final", path)
    assert caught.value.what.startswith(sentence)
    assert caught.value.where.endswith(place)
    assert caught.value.todo


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
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


def test_a_shipped_file_for_another_year_is_refused(refused: Callable[..., StatuteError]) -> None:
    error = refused("id = 2022", "id = 2021")
    assert error.what == "The file is for 2021 provisional, not for 2022 provisional."
    assert error.where == "provisional.toml, table [year], line 4"


def test_a_table_that_is_nowhere_is_missed() -> None:
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


def test_a_table_may_be_written_as_a_list_of_tables_and_lines_are_still_found(
    tmp_path: Path,
) -> None:
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
    assert document.line(("groups", "item")) == 2
    assert document.line(("other", "many", 1)) == 12
    assert document.line(("other", "many", 9)) == 8
    assert document.line(("other", "one", 1)) == 14
    assert document.line(("other", "tête")) == 15
    assert document.place("zebra") == "list.toml, table [zebra]"
    assert document.place() == "list.toml"


def test_a_year_may_lack_everything_behind_progress_and_be_sound() -> None:
    year = load_year(2023, "final")
    assert not list(prove(structs.replace(year, **dict.fromkeys(OF_PROGRESS))))


def test_everything_wrong_is_found_not_only_the_first_thing() -> None:
    year = load_year(2022, "provisional")
    assert year.minimum_progress is not None
    wrong = structs.replace(
        year,
        key_stage_1=None,
        minimum_progress=structs.replace(
            year.minimum_progress,
            minimum=(
                MinimumOfGroup(group=20, reading=Decimal(-9)),
                MinimumOfGroup(group=1, reading=Decimal(-9)),
            ),
        ),
        rounding=structs.replace(year.rounding, source="hearsay"),
    )
    found = [(fault.path[0], fault.what) for fault in prove(wrong)]
    needs = "Ranges of key stage 1 points need the table [key_stage_1]."
    assert found[:7] == [
        ("rounding", "The source hearsay is not among the file's sources."),
        ("prior_attainment_groups", needs),
        ("prior_attainment_bands", needs),
        ("minimum_progress", "Group 1 comes after group 20."),
        ("minimum_progress", "There is no group 20."),
        ("minimum_progress", "No pupil of group 1 can fall below its reading minimum."),
        (
            "minimum_progress",
            "Group 8 has no minimum, but a pupil can fall below one in reading.",
        ),
    ]


def test_nothing_more_is_said_of_minimums_in_a_year_that_has_none() -> None:
    year = load_year(2022, "provisional")
    assert year.minimum_progress is not None
    rules = structs.replace(year.minimum_progress, applies=False)
    found = list(prove(structs.replace(year, minimum_progress=rules)))
    assert [fault.what for fault in found] == ["2022 has no minimum scores, but values are given."]


@pytest.mark.slow
def test_a_year_loads_in_a_moment_and_without_an_engine() -> None:
    script = (
        "import sys; from keystage.statute.loader import load_year; load_year(2022, 'provisional');"
        "print(sorted(set(sys.modules) & {'polars', 'numpy', 'pandas', 'rich', 'typer'}))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  # our own interpreter
    assert ran.stdout.strip() == "[]"
    started = time.perf_counter()
    load_year.__globals__["_shipped"].__wrapped__(2022, "provisional")
    assert time.perf_counter() - started < 0.2


def test_a_draft_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(loader.YEARS / "2025", tmp_path / "2025")
    file = tmp_path / "2025" / "year.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('status = "closed"', 'status = "draft"'), encoding="utf-8")
    monkeypatch.setattr(loader, "YEARS", tmp_path)
    loader._shipped.cache_clear()
    with pytest.raises(StatuteError, match="2025 final is a draft"):
        load_year(2025, "final")
    loader._shipped.cache_clear()
