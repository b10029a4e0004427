# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls
"""Results as a school sees them: in words, beside what was sent, and what they add up to."""

from uuid import uuid4

import pytest

from keystage.actions import exporting
from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/results/"


def test_each_result_is_told_in_words(as_person, office, resulted_sheet) -> None:
    text = as_person(office).get(HERE).text

    assert "O&#39;Brien-Núñez, Aoife" in text
    assert "<strong>99</strong>" in text
    assert "was absent" in text.lower() or "absent" in text.lower()


def test_before_results_the_page_says_what_to_do(as_person, office, sheet) -> None:
    assert "No results have come back" in as_person(office).get(HERE).text


def test_a_governor_sees_no_pupils_results(as_person, governor, resulted_sheet) -> None:
    assert as_person(governor).get(HERE).status_code == 403


def test_the_figures_count_pupils_and_say_who_is_left_out(
    as_person, headteacher, resulted_sheet
) -> None:
    client = as_person(headteacher)
    text = client.get(f"{HERE}figures/").text

    assert "6 pupils of the cohort, 6 of them at the end of key stage 2" in text
    field = text.split("/results/figures/")[1].split("/")[0]
    opened = client.get(f"{HERE}figures/{field}/").text
    assert "Ashby, Mabel" in opened
    assert "Counts towards it" in opened


def test_an_unknown_figure_is_not_there(as_person, headteacher, resulted_sheet) -> None:
    assert as_person(headteacher).get(f"{HERE}figures/NOPE/").status_code == 404


def test_without_results_the_figures_say_why_there_are_none(as_person, headteacher, sheet) -> None:
    text = as_person(headteacher).get(f"{HERE}figures/").text

    assert "There are no test results of 2026 yet" in text


def test_what_changed_after_the_file_is_listed_cell_by_cell(
    as_person, office, lead, signed_sheet
) -> None:
    client = as_person(office)
    assert "No file has been made" in client.get(f"{HERE}drift/").text
    exporting.make(sheet=signed_sheet, key=uuid4(), by=By(office, "test"))
    assert "says what the mark sheet says" in client.get(f"{HERE}drift/").text

    member = signed_sheet.cohort.first()
    cell = member.judgements.get(subject="writing")
    change = Change(pupil=member.pk, subject="writing", code="GDS", seen=cell.version)
    save_cells(signed_sheet, [change], by=By(lead, "test"), classes=None)

    text = client.get(f"{HERE}drift/").text
    assert "1 judgement is not what" in text
    assert text.index(">EXS<") < text.index(">GDS<")


def test_a_mark_of_a_year_without_a_table_is_not_guessed(as_person, office, sheet) -> None:
    client = as_person(office)

    assert "not known" in client.get(f"{HERE}marks/?subject=reading&mark=30").text
    assert "Error:" in client.get(f"{HERE}marks/?subject=reading&mark=-1").text


def test_a_season_of_which_nothing_is_kept_has_empty_pages(as_person, office) -> None:
    client = as_person(office)

    assert client.get(HERE).status_code == 200
    assert client.get(f"{HERE}drift/").status_code == 404
