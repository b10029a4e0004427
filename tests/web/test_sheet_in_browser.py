# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls
"""The script of the mark sheet in a real browser: keys, paste, saving as one goes, nothing lost.

The browser's requests are answered by Django's test client, so that no port is opened.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Request, Route, expect, sync_playwright

import keystage.web
from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Judgement

CHROMIUM = shutil.which("chromium")
STATIC = Path(keystage.web.__file__).parent / "static"
GRID = "http://sheet.test/school/900003/2026/sheet/"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here."),
]


@pytest.fixture
def browse(as_person, sheet) -> Callable[..., None]:
    """Opens the sheet as a person and takes some steps: ``browse(teacher, steps)``.

    The browser runs in a thread of its own; ``steps`` gets the page and a way to ask the database,
    which stays with the test. Nothing is answered while ``page.lost`` is set.
    """

    def run(who, steps: Callable[[Any, Callable[..., Any]], None], *, script: bool = True) -> None:
        client = as_person(who)
        questions: Queue[Any] = Queue()

        def ask(question: Callable[[], object]) -> object:
            answer: Future[object] = Future()
            questions.put((question, answer))
            return answer.result(timeout=60)

        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(_take, steps, ask, client, script=script)
            done.add_done_callback(lambda _: questions.put(None))
            while (asked := questions.get(timeout=120)) is not None:
                question, answer = asked
                try:
                    answer.set_result(question())
                except Exception as error:  # noqa: BLE001  # told in the thread that asked
                    answer.set_exception(error)
            done.result()

    return run


def _take(steps, ask, client, *, script: bool) -> None:
    """Take the steps in a browser whose requests the test's client answers."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page: Any = browser.new_context(java_script_enabled=script).new_page()
        page.lost = False

        def answer(route: Route) -> None:
            request, place = route.request, urlsplit(route.request.url)
            if page.lost:
                route.abort("internetdisconnected")
            elif place.path.startswith("/static/"):
                route.fulfill(path=STATIC / place.path.removeprefix("/static/"))
            else:
                given = ask(lambda: _given(client, request, f"{place.path}?{place.query}"))
                kind = given.headers["Content-Type"]
                route.fulfill(status=given.status_code, body=given.content, content_type=kind)

        page.context.route("**/*", answer)
        page.clock.install()
        page.goto(GRID)
        try:
            steps(page, ask)
        finally:
            browser.close()


def _given(client, request: Request, address: str):
    kinds = {"Accept": request.headers.get("accept", "")}
    if request.method == "GET":
        return client.get(address, headers=kinds, follow=True)
    sent, kind = request.post_data_buffer or b"", request.headers.get("content-type", "")
    return client.post(address, sent, content_type=kind, headers=kinds, follow=True)


@pytest.fixture
def keys(sheet) -> dict[str, int]:
    return dict(sheet.cohort.values_list("pupil__surname", "pk"))


def cell(page: Any, pupil: int, subject: str = "writing"):
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


def flaws(page: Any) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_codes_are_typed_down_a_column_and_saved(browse, teacher, keys) -> None:

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


def test_a_block_of_a_spreadsheet_is_pasted(browse, teacher, keys) -> None:

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


def test_delete_and_escape_take_back(browse, teacher, lead, sheet, keys) -> None:
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


def test_a_lost_connection_loses_nothing(browse, teacher, keys) -> None:

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


def test_a_page_with_unsaved_changes_warns_before_it_is_left(browse, teacher, keys) -> None:

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
    browse, teacher, lead, sheet, keys, choice: str, code: str
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


def test_the_sheet_is_filled_without_the_script(browse, teacher, keys) -> None:

    def steps(page: Any, ask: Callable[..., Any]) -> None:
        cell(page, keys["Ashby"]).select_option("EXS")
        page.get_by_role("button", name="Save and check").click()

        assert "1 judgement was saved and the sheet was checked." in page.content()
        assert ask(kept) == {(keys["Ashby"], "writing"): "EXS"}

    browse(teacher, steps, script=False)


def test_every_page_of_the_sheet_is_accessible_and_fits_a_phone(browse, lead, sheet, keys) -> None:
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
