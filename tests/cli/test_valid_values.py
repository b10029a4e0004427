"""The page of valid values, and a collection on the terminal."""

import json

import pytest
from typer.testing import CliRunner

from keystage.cli.pages.valid_values import valid_values_page
from keystage.cli.years import app
from keystage.core.errors import UsageError

YES, ASK, NO = "yes", "ask", ""


def show(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["show", *arguments], env={"COLUMNS": "160"})
    if result.exception is not None:
        raise result.exception
    return result.output


def cells(heading: str, code: str) -> list[str]:
    """What each year of a section says of a code, 2016 to 2026."""
    section = valid_values_page().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    row = next(line for line in section.splitlines() if line.startswith(f"| `{code}` |"))
    return [cell.strip() for cell in row.split("|")[3:-1]]


def test_the_page_says_which_year_takes_which_code() -> None:
    assert cells("Writing", "GDS") == [YES] * 9
    assert cells("Reading", "PK1") == [NO] * 3 + [YES] * 6
    assert cells("Reading", "EXS") == [YES] * 3 + [NO] * 6
    assert cells("Maths", "EM") == [NO] * 4 + [YES] * 5
    assert cells("Science", "D") == [YES] * 3 + [ASK] * 2 + [NO] * 4
    assert cells("Codes of test results", "AS") == [YES] * 9


def test_the_page_says_who_needs_what_and_since_when() -> None:
    page = valid_values_page()
    due = page.partition("## What is due from whom\n")[2].partition("\n## ")[0]
    recent, _, older = due.partition("In 2022:")
    assert "In 2023 to 2026:" in recent
    assert "| Left | none | L | none | L |" in recent
    assert "| Left | L | L | L | L |" in older
    assert "In 2016 to 2018:" in older


def test_the_page_says_what_is_not_settled_and_where_values_come_from() -> None:
    page = valid_values_page()
    assert "| `L` | maths | 2022 to 2023 | the list of 2024 has no L in maths" in page
    assert "| `scale` | 2016 to 2019, 2023 to 2026 | B |" in page
    assert "| `conversion` | 2016 to 2023, 2025 to 2026 | absent |" in page
    assert "| 2025 | 24.0 | 2013-09-01 to 2014-08-31 | 2025-05-12 to 2025-05-15 |" in page


def test_a_collection_is_shown_with_sources_and_reasons() -> None:
    shown = show("2026", "--collection")
    assert "Collection of 2026: 2025/26" in shown
    assert "working at greater depth within the expected standard" in shown
    assert "absent: P scales ended" in shown
    assert "Confidence: B." in shown


def test_one_table_of_a_collection_is_shown() -> None:
    shown = show("2026", "--collection", "--table", "marks")
    assert "maths" in shown
    assert "110" in shown
    assert "judgements" not in shown


def test_a_collection_is_shown_as_json() -> None:
    found = json.loads(show("2026", "--collection", "--table", "scale", "--json"))
    assert (found["year"], found["label"]) == (2026, "2025/26")
    assert found["tables"]["scale"]["highest"] == 120
    assert found["absent"] == {}


def test_a_year_points_to_its_collection() -> None:
    assert "keystage years show 2018 --collection" in show("2018", "--table", "banding")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2020", "--collection"], "There is no collection of 2020"),
        (["2026", "--collection", "--table", "rounding"], "no statutory table rounding in 2026"),
    ],
)
def test_what_a_collection_has_not_is_said(arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as caught:
        show(*arguments)
    assert caught.value.todo
