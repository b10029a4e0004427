"""keystage years: what a person sees, and what is refused."""

import json

import pytest
from typer.testing import CliRunner

from keystage.cli.years import app
from keystage.core.errors import UsageError


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
    if result.exception is not None:
        raise result.exception
    assert result.exit_code == 0
    return result.output


def test_the_years_are_listed_with_what_is_absent() -> None:
    listed = run()
    assert "2022   provisional   closed   yes        pupil_sd_statistics" in listed
    assert "2024   final         closed   no         everything behind progress" in listed
    assert "2020" not in listed


def test_the_years_are_listed_as_json() -> None:
    years = json.loads(run("--json"))
    assert [(item["year"], item["release"]) for item in years][4:6] == [
        (2022, "provisional"),
        (2022, "final"),
    ]
    assert "trusts" in years[0]["absent"]


def test_a_year_is_shown_with_sources_and_confidence() -> None:
    shown = run("show", "2022", "--release", "provisional")
    assert "2022 provisional: 2021/22, closed" in shown
    assert "Primary school accountability in 2022: technical guide" in shown
    assert "Confidence: A." in shown
    assert "-12.1759" in shown
    assert "absent: no provisional statistics" in shown


def test_a_year_of_one_release_needs_no_release() -> None:
    shown = run("show", "2018", "--table", "banding")
    assert "high 3.1, low -2.9" in shown
    assert "pupil_sd" not in shown
    assert "Reproduces all 1,603 published bands" in shown


def test_a_table_without_note_or_section_is_shown() -> None:
    assert "6.2871" in run("show", "2022", "--release", "provisional", "--table", "pupil_sd")
    assert "each_limit" in run("show", "2019", "--table", "interval")


def test_a_year_is_shown_as_json_with_numbers_as_printed() -> None:
    text = run("show", "2022", "--release", "provisional", "--table", "pupil_sd", "--json")
    assert '"value": 5.8490' in text
    found = json.loads(text)
    assert list(found["tables"]) == ["pupil_sd"]
    assert found["absent"] == {}
    absent = json.loads(run("show", "2023", "--table", "trusts", "--json"))
    assert "joined their trust" in absent["absent"]["trusts"]


def test_two_years_are_compared() -> None:
    compared = run("diff", "2019", "2022", "--releases", "final", "provisional")
    assert "2019 final" in compared
    assert "bands.L.high" in compared
    assert "absent: the table of 2019 was not found" in compared
    assert "given" in compared
    assert "rounding" not in compared


def test_without_a_release_every_one_is_shown() -> None:
    shown = run("show", "2022", "--table", "pupil_sd")
    assert "2022 provisional" in shown
    assert "2022 final" in shown
    assert "6.2871" in shown
    releases = json.loads(run("show", "2022", "--table", "pupil_sd", "--json"))
    assert [item["release"] for item in releases] == ["provisional", "final"]


def test_without_releases_every_pair_is_compared() -> None:
    compared = run("diff", "2019", "2022", "--table", "pupil_sd")
    assert "From 2019 final to 2022 provisional" in compared
    assert "From 2019 final to 2022 final" in compared


def test_two_years_are_compared_in_one_table() -> None:
    compared = run("diff", "2017", "2018", "--table", "writing_points")
    assert "91, 103 and 113 are confirmed for 2022 only" in compared
    assert "pupil_sd" not in compared


def test_a_year_does_not_differ_from_itself() -> None:
    assert "No value differs between 2019 final and 2019 final." in run("diff", "2019", "2019")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "2020"], "There is no statutory year 2020"),
        (["show", "2022", "--release", "revised"], "There is no revised release of 2022"),
        (["show", "2018", "--table", "bands"], "There is no statutory table bands in 2018 final"),
        (["diff", "2019", "2021"], "There is no statutory year 2021"),
        (["diff", "2018", "2019", "--table", "zebra"], "There is no statutory table zebra"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as caught:
        run(*arguments)
    assert caught.value.todo
