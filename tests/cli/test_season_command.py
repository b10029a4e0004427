"""keystage season: what a person sees, the file for calendar programs, and what is refused."""

import importlib.util
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
from typer.testing import CliRunner

from keystage.cli.main import app
from keystage.core.errors import UsageError


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["season", *arguments], env={"COLUMNS": "160"})
    if result.exception is not None:
        raise result.exception
    assert result.exit_code == 0
    return result.output


def test_a_season_is_shown_with_sources_and_what_was_moved() -> None:
    shown = run("2026")

    assert "Fri 2026-06-26" in shown
    assert "not known" in shown
    assert (
        "Results come to schools: moved from Tue 2026-07-07 07:30 to Thu 2026-07-16 07:30, "
        "announced on 2026-07-02."
    ) in shown
    assert "Returns open: another source says Mon 2026-05-11" in shown
    assert "Moderation begins, Mon 2026-06-01: Schools were told" in shown


def test_a_season_is_shown_as_json() -> None:
    found = json.loads(run("2023", "--json"))

    assert found["dates"]["ta_closes"]["moment"] == "2023-06-30T23:59:00+01:00"
    assert len(found["dates"]["tests_first"]["said"]["versions"]) == 2
    assert "ta_opens" in found["absent"]


def test_a_file_for_calendar_programs_holds_every_known_date(tmp_path: Path) -> None:
    path = tmp_path / "season.ics"

    assert run("2026", "--ics", str(path)).startswith("12 dates in")
    found: Any = icalendar.Calendar.from_ical(path.read_bytes())
    entries = {str(one["UID"]): one for one in found.walk("VEVENT")}
    assert len(entries) == 12
    assert found["METHOD"] == "PUBLISH"
    results = entries["results_to_schools-2026@keystage"]
    assert (results["SEQUENCE"], results["DTSTART"].dt) == (
        1, datetime(2026, 7, 16, 6, 30, tzinfo=UTC),
    )  # fmt: skip
    assert entries["ta_closes-2026@keystage"]["DTSTART"].dt == date(2026, 6, 26)


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "season.ics"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="is there already"):
        run("2026", "--ics", str(path))
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        run("2026", "--ics", str(tmp_path / "nowhere" / "season.ics"))


def test_what_is_missing_for_calendar_files_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(UsageError, match="need icalendar"):
        run("2026", "--ics", str(tmp_path / "season.ics"))


def test_a_year_without_a_calendar_is_refused() -> None:
    with pytest.raises(UsageError, match="There is no calendar of 2020"):
        run("2020")
