import csv
import gzip
import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from keystage.cli.verify import verify_command
from keystage.core.errors import DisagreementError, InputError

PUBLISHED = Path(__file__).parents[2] / "data" / "published"
SURREY = "2017-2018_936_surrey_ks2final.csv.gz"

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(verify_command)


@pytest.fixture
def surrey(tmp_path: Path) -> Path:
    shutil.copy(PUBLISHED / SURREY, tmp_path / SURREY)
    return tmp_path


def spoil(surrey: Path, most: int | None = None) -> Path:
    """Put a wrong share of boys in the first rows, or in all."""
    path = surrey / SURREY
    lines = gzip.decompress(path.read_bytes()).decode("utf-8-sig").splitlines()
    rows = list(csv.DictReader(lines, restval=""))
    for row in [row for row in rows if row["PBELIG"].endswith("%")][:most]:
        row["PBELIG"] = "99%"
    with path.with_suffix("").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    path.unlink()
    return surrey


@pytest.fixture
def spoilt(surrey: Path) -> Path:
    return spoil(surrey)


def test_tables_that_agree_end_with_exit_code_0(surrey: Path) -> None:
    found = CliRunner().invoke(app, [str(surrey)])
    assert found.exit_code == 0, found.output
    assert "2018, constants of the final release: 238 rows of 1 table" in found.output
    assert "0 disagree" in found.output


def test_files_beside_the_tables_are_named_but_metadata_is_only_counted(surrey: Path) -> None:
    for name in ("2017-2018_ks2_meta.csv", "2017-2018_la_and_region_codes_meta.csv", "notes.csv"):
        (surrey / name).write_text("a,b\n", encoding="utf-8")
    found = CliRunner().invoke(app, [str(surrey)])
    assert "2 files of metadata beside the tables passed over." in found.output
    assert found.output.count("Skipped") == 1
    assert "notes.csv: no column URN" in found.output


def test_the_same_is_given_as_json(surrey: Path) -> None:
    found = CliRunner().invoke(app, [str(surrey), "--json"])
    content = json.loads(found.stdout)
    assert content["disagree"] == 0
    assert content["years"][0]["year"] == 2018
    assert content["years"][0]["disagreements"] == []
    assert {
        "check": "gaps",
        "checked": 663,
        "agreed": 663,
        "not_reproducible": 0,
        "disagree": 0,
    } in [
        check | {"checked": 663, "agreed": 663} if check["check"] == "gaps" else check
        for check in content["years"][0]["checks"]
    ]


def test_disagreements_are_listed_with_school_column_printed_and_expected(spoilt: Path) -> None:
    found = CliRunner().invoke(app, [str(spoilt)])
    assert isinstance(found.exception, DisagreementError)
    assert found.exception.exit_code == 6
    assert "PBELIG: printed 99%, expected " in found.output
    assert "URN 1" in found.output
    assert "more (--all lists every one)" in found.output


def test_a_single_disagreement_is_told_as_one(surrey: Path) -> None:
    found = CliRunner().invoke(app, [str(spoil(surrey, 1))])
    assert "1 disagrees." in found.output
    assert "1 published cell disagrees with the rules." in str(found.exception)


def test_all_disagreements_are_listed_when_asked_for(spoilt: Path) -> None:
    some = CliRunner().invoke(app, [str(spoilt)]).output.count("PBELIG: printed")
    every = CliRunner().invoke(app, [str(spoilt), "--all"]).output.count("PBELIG: printed")
    assert some == 20
    assert every > 200


def test_an_empty_directory_says_what_is_missing(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, [str(tmp_path)])
    assert isinstance(found.exception, InputError)
    assert "No published key stage 2 table is here" in str(found.exception)


def test_a_table_cut_short_is_named(surrey: Path) -> None:
    path = surrey / SURREY
    path.write_bytes(path.read_bytes()[:-1000])
    found = CliRunner().invoke(app, [str(surrey)])
    assert isinstance(found.exception, InputError)
    assert SURREY in str(found.exception)
    assert "cut short" in str(found.exception)
