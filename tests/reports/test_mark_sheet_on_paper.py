"""A mark sheet as PDF: everything on it that the page has, on as many pages as it takes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import page
import pytest

from keystage.core.errors import UsageError
from keystage.reports.mark_sheet import PaperSheet, mark_sheet_pdf

MADE_ON = date(2026, 6, 1)
ROW = ("Ashby, Mabel", "6A, left 3 June 2026", "A999030120001", "All tests: Registered", "", "EXS")
SHEET = PaperSheet(
    title="Mark sheet, class 6A",
    school="Storybook Lane Primary School",
    about="Results of 2026. Version 4, codes 1.0. Contains personal data.",
    warning="Keep it safe.",
    subjects=["Reading", "Writing"],
    rows=[ROW],
    codes=[("Writing", "EXS working at the expected standard")],
)


def test_the_paper_says_whose_it_is_and_what_stands_in_each_cell(
    pages_of: Callable[[bytes], list[str]],
) -> None:
    content = mark_sheet_pdf(SHEET, made_on=MADE_ON)

    assert page.validate_pdf_bytes(content).is_compliant
    text = " ".join(pages_of(content))
    assert "Mark sheet, class 6A Storybook Lane Primary School" in text
    assert "Results of 2026. Version 4, codes 1.0. Contains personal data." in text
    assert "Pupil UPN Registered for Reading Writing" in text
    assert "Ashby, Mabel 6A, left 3 June 2026 A999030120001 All tests: Registered EXS" in text
    assert "Writing: EXS working at the expected standard" in text
    assert "Keep it safe." in text
    assert content == mark_sheet_pdf(SHEET, made_on=MADE_ON)
    assert b"/Title(Mark sheet, class 6A: Storybook Lane Primary School)" in content


def test_many_pupils_have_the_heading_on_every_page(
    pages_of: Callable[[bytes], list[str]],
) -> None:
    found = pages_of(mark_sheet_pdf(replace(SHEET, rows=[ROW] * 120), made_on=MADE_ON))

    assert len(found) > 2
    assert all("Pupil UPN Registered for" in one for one in found[:-1])
    assert sum(one.count("Ashby, Mabel") for one in found) == 120


def test_markup_in_a_name_stays_text(pages_of: Callable[[bytes], list[str]]) -> None:
    odd = replace(SHEET, rows=[("#panic() *Bold* $x$", *ROW[1:])])

    assert "#panic() *Bold* $x$" in " ".join(pages_of(mark_sheet_pdf(odd, made_on=MADE_ON)))


def test_a_sheet_of_nobody_is_not_printed() -> None:
    with pytest.raises(UsageError, match="no pupils on the sheet"):
        mark_sheet_pdf(replace(SHEET, rows=[]), made_on=MADE_ON)
