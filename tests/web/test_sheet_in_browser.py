"""The script of the mark sheet in a real browser: keys, paste, saving as one goes, nothing lost."""

from collections.abc import Callable
from typing import Any

import browsing
import pytest
from browsing import CHROMIUM, SERVICE, Steps, flaws
from cast_of_tests import AsPerson
from playwright.sync_api import expect

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Judgement, JudgementChange, Person, Sheet

PLACE = "/school/900003/2026/sheet/"
GRID = SERVICE + PLACE
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here."),
]


@pytest.fixture
def browse(as_person: AsPerson, sheet: Sheet) -> Callable[..., None]:
    """Opens the sheet as a person and takes some steps: ``browse(teacher, steps)``."""

    def run(who: Person, steps: Steps, *, script: bool = True) -> None:
        browsing.browse(as_person(who), steps, address=PLACE, script=script)

    return run


@pytest.fixture
def keys(sheet: Sheet) -> dict[str, int]:
    return dict(sheet.cohort.values_list("pupil__surname", "pk"))


def cell(page: Any, pupil: int, subject: str = "writing") -> Any:
    return page.locator(f"#cell-{pupil}-{subject}")


def words(page: Any, text: str) -> None:
    """Let the time pass after which the script saves, and wait for what it says then."""
    page.clock.run_for(1000)
    expect(page.locator("#sheet-words")).to_contain_text(text)


def kept() -> dict[tuple[int, str], str]:
    rows = Judgement.objects.exclude(code="").values_list("cohort_pupil", "subject", "code")
    return {(pupil, subject): code for pupil, subject, code in rows}


def paste(page: Any, text: str) -> None:
    page.evaluate(
        """text => {
            const given = new DataTransfer();
            given.setData("text/plain", text);
            const event = new ClipboardEvent("paste", {clipboardData: given, bubbles: true});
            document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_codes_are_typed_down_a_column_and_saved(
    browse: Callable[..., None], teacher: Person, keys: dict[str, int]
) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        cell(page, keys["Ashby"]).focus()

        page.keyboard.type("gd")
        page.keyboard.press("Enter")
        page.keyboard.type("e")
        page.keyboard.press("ArrowRight")
        page.keyboard.type("h")
        page.keyboard.press("ArrowUp")
        expect(cell(page, keys["Ashby"], "science")).to_be_focused()
        words(page, "All changes are saved.")

        assert ask(kept) == {
            (keys["Ashby"], "writing"): "GDS",
            (keys["O'Brien-Núñez"], "writing"): "EXS",
            (keys["O'Brien-Núñez"], "science"): "HNM",
        }
        page.clock.run_for(2000)
        expect(page.locator("#checked")).to_contain_text("Last checked")
        expect(page.locator(".ks-counts__number").nth(2)).to_have_text("3")
        assert flaws(page) == []

    browse(teacher, steps)


def test_a_block_of_a_spreadsheet_is_pasted(
    browse: Callable[..., None], teacher: Person, keys: dict[str, int]
) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        cell(page, keys["Ashby"]).focus()

        paste(page, "wts\t\tHNM\r\nEXS\tPK9\t\r\nZZ\t\tEXS\r\n")
        expect(page.locator("#sheet-words")).to_contain_text("Pasted: 4 judgements. Not used: 2")
        words(page, "All changes are saved.")

        assert ask(kept) == {
            (keys["Ashby"], "writing"): "WTS",
            (keys["Ashby"], "science"): "HNM",
            (keys["O'Brien-Núñez"], "writing"): "EXS",
            (keys["Okonkwo"], "science"): "EXS",
        }
        expect(page.locator(f"#cell-{keys['Okonkwo']}-writing-state")).to_contain_text(
            "ZZ was pasted"
        )

    browse(teacher, steps)


def test_delete_and_escape_take_back(
    browse: Callable[..., None], teacher: Person, lead: Person, sheet: Sheet, keys: dict[str, int]
) -> None:
    change = Change(pupil=keys["Ashby"], subject="writing", code="EXS", seen=0)
    save_cells(sheet, [change], by=By(lead), classes=None)

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        cell(page, keys["Ashby"]).focus()

        page.keyboard.press("Delete")
        expect(cell(page, keys["Ashby"])).to_have_value("")
        page.keyboard.press("Escape")
        expect(cell(page, keys["Ashby"])).to_have_value("EXS")
        page.keyboard.press("Delete")
        words(page, "All changes are saved.")

        assert ask(kept) == {}

    browse(teacher, steps)


def test_a_lost_connection_loses_nothing(
    browse: Callable[..., None], teacher: Person, keys: dict[str, int]
) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        page.lost = True
        cell(page, keys["Ashby"]).select_option("EXS")
        words(page, "Not saved: 1 judgement. There is no connection")
        assert ask(kept) == {}
        assert flaws(page) == []

        page.lost = False
        page.clock.run_for(5000)
        expect(page.locator("#sheet-words")).to_have_text("All changes are saved.")

        assert ask(kept) == {(keys["Ashby"], "writing"): "EXS"}

    browse(teacher, steps)


def test_what_one_person_entered_is_not_saved_as_anothers(
    browse: Callable[..., None],
    as_person: AsPerson,
    teacher: Person,
    lead: Person,
    keys: dict[str, int],
) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        ask(lambda: as_person(lead))
        cell(page, keys["Ashby"]).select_option("EXS")
        words(page, "somebody else is signed in")
        assert ask(kept) == {}

        ask(lambda: as_person(teacher))
        page.clock.run_for(5000)
        expect(page.locator("#sheet-words")).to_have_text("All changes are saved.")
        assert ask(lambda: Judgement.objects.get(code="EXS").changed_by) == teacher

    browse(teacher, steps)


def test_an_answer_that_is_lost_saves_nothing_twice(
    browse: Callable[..., None], teacher: Person, keys: dict[str, int]
) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        page.unheard = True
        cell(page, keys["Ashby"]).select_option("EXS")
        words(page, "Not saved: 1 judgement")
        cell(page, keys["Okonkwo"]).select_option("GDS")
        words(page, "Not saved: 2 judgements")

        page.unheard = False
        page.clock.run_for(9000)
        expect(page.locator("#sheet-words")).to_have_text("All changes are saved.")

        saved = {(keys["Ashby"], "writing"): "EXS", (keys["Okonkwo"], "writing"): "GDS"}
        assert ask(kept) == saved
        assert ask(JudgementChange.objects.count) == 2

    browse(teacher, steps)


def test_a_page_with_unsaved_changes_warns_before_it_is_left(
    browse: Callable[..., None], teacher: Person, keys: dict[str, int]
) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        page.lost = True
        cell(page, keys["Ashby"]).select_option("EXS")
        asked: list[str] = []

        def refuse(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", refuse)

        page.close(run_before_unload=True)
        page.wait_for_function("() => true")

        assert asked == ["beforeunload"]

    browse(teacher, steps)


@pytest.mark.parametrize(("choice", "code"), [("Keep WTS", "WTS"), ("Save EXS", "EXS")])
def test_a_conflict_is_settled_in_its_cell(
    browse: Callable[..., None],
    teacher: Person,
    lead: Person,
    sheet: Sheet,
    keys: dict[str, int],
    choice: str,
    code: str,
) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        change = Change(pupil=keys["Ashby"], subject="writing", code="WTS", seen=0)
        ask(lambda: save_cells(sheet, [change], by=By(lead), classes=None))

        cell(page, keys["Ashby"]).select_option("EXS")
        words(page, "1 judgement to settle.")
        assert ask(kept) == {(keys["Ashby"], "writing"): "WTS"}
        assert "Lee Nguyen saved WTS" in page.locator("td.ks-sheet__cell--conflict").inner_text()
        assert flaws(page) == []
        page.get_by_role("button", name=choice).click()
        page.clock.run_for(1000)
        expect(page.locator("td.ks-sheet__cell--conflict")).to_have_count(0)
        expect(page.locator("td.ks-sheet__cell--unsaved")).to_have_count(0)

        assert ask(kept) == {(keys["Ashby"], "writing"): code}

    browse(teacher, steps)


def test_the_sheet_is_filled_without_the_script(
    browse: Callable[..., None], teacher: Person, keys: dict[str, int]
) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        cell(page, keys["Ashby"]).select_option("EXS")
        page.get_by_role("button", name="Save and check").click()

        assert "1 judgement was saved and the sheet was checked." in page.content()
        assert ask(kept) == {(keys["Ashby"], "writing"): "EXS"}

    browse(teacher, steps, script=False)


def test_every_page_of_the_sheet_is_accessible_and_fits_a_phone(
    browse: Callable[..., None], lead: Person, sheet: Sheet, keys: dict[str, int]
) -> None:
    history = f"history/{sheet.cohort.get(pk=keys['Ashby']).pupil_id}/"
    places = [
        "checks/",
        "fill/",
        "sign/",
        "paper/",
        "print/completed/",
        "upload/",
        "load/",
        history,
    ]

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        found = {}
        for place in ["", *places]:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(GRID + place)
            found[place] = flaws(page)
            page.set_viewport_size({"width": 320, "height": 700})
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found[place] += [f"{wider} pixels too wide"] if wider > 0 else []
        assert found == {place: [] for place in ["", *places]}

    browse(lead, steps)
