"""A school goes from its roll to its parents' reports in a real browser, with pages alone.

Each person does what the role is for: the office brings in and exports, the class teacher enters
and signs, the headteacher signs and submits, the authority looks on, the agency releases results.
The service runs as it does for people, with its own worker.
"""

import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page as pdf
import pytest
from playing import PATIENCE, People, apply, fetch, follow, go, press, see, sign
from playwright.sync_api import Page, expect, sync_playwright
from season_in_pages import (
    the_agency_releases_the_results,
    the_authority_sees_the_return,
    the_results_are_taken_in,
    the_return_is_submitted,
    the_test_week_is_recorded,
)
from served import YEAR, Served, command, invent, serve
from words_of_pdf import words_of

CHROMIUM = shutil.which("chromium")
COMMENT = "A joy to teach, who reads under the desk."
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("summer"),
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here."),
]


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented authority, in which one school has nothing but its files."""
    folder = tmp_path_factory.mktemp("service") / "invented"
    said = invent(folder)
    (folder / "said.txt").write_text(said, encoding="utf-8")
    return folder


@pytest.fixture
def service(invented: Path, tmp_path: Path) -> Iterator[Served]:
    expect.set_options(timeout=PATIENCE)
    with serve(invented, tmp_path / "service") as served:
        yield served


def upload(page: Page, file: Any) -> None:
    """Choose a file and send it; who its pupils are is shown."""
    page.locator("input[type=file]").set_input_files(file)
    press(page, "Upload")
    see(page, "Who the pupils are")


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


def named(row: dict[str, str]) -> str:
    return f"{row['Surname']}, {row['Forename']}"


def transfer_file(service: Served) -> bytes:
    """The roll as another system would send it; the first pupil has no UPN in it."""
    sent = next((service.trail / "returns").glob(f"*/{service.files.name}_*.xml"))
    text = re.sub(
        r"<StageAssessments>.*?</StageAssessments>",
        "<BasicDetails><NCyearActual>6</NCyearActual></BasicDetails>",
        sent.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    return re.sub(r"<UPN>.*?</UPN>", "<UPN></UPN>", text, count=1).encode()


def the_roll_comes_in(page: Page, service: Served) -> None:
    """A transfer file, then a list with classes in which one pupil has to be looked at."""
    follow(page, "Load the codes and rules of the year")
    press(page, "Load the codes and rules")
    expect(page.get_by_text(f"The codes and rules of {YEAR} are loaded.")).to_be_visible()
    go(page, "Pupils")
    follow(page, "Bring in the roll from a file")
    given: Any = {"name": "roll.xml", "mimeType": "text/xml", "buffer": transfer_file(service)}
    upload(page, given)
    apply(page)

    go(page, "Pupils")
    follow(page, "Bring in a file", "Pupils")
    upload(page, service.files / "1-roll.csv")
    expect(page.get_by_text("1 pupil waits for your decision.")).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Same as ")).check()
    apply(page)


def the_cohort_is_confirmed(page: Page, service: Served) -> None:
    """The registration list comes in, and the three lists agree."""
    go(page, "Pupils")
    follow(page, "Bring in a file", "Registration list")
    upload(page, service.files / "2-registration.csv")
    apply(page)
    go(page, "Pupils")
    follow(page, "Compare roll, registration and mark sheet")
    expect(page.get_by_text("The three lists agree")).to_be_visible()


def the_class_teacher_enters_and_signs(people: People) -> None:
    page = people.sign_in("class.teacher")
    go(page, "Mark sheet")
    judgements = rows_of(people.service.files / "3-judgements.csv")
    names = Counter(named(row) for row in judgements)
    for row in page.locator("#sheet tbody tr").all():
        shown = row.get_by_role("rowheader").inner_text()
        judged = next(
            one
            for one in judgements
            if shown.startswith(named(one)) and (names[named(one)] == 1 or one["UPN"] in shown)
        )
        for cell in row.locator("select").all():
            subject = (cell.get_attribute("id") or "").rpartition("-")[2]
            cell.select_option(judged[subject.capitalize()])
    if people.script:
        expect(page.locator("#sheet-words")).to_have_text("All changes are saved.")
    press(page, "Save and check")
    expect(page.get_by_text("Last checked")).to_be_visible()

    follow(page, "Sign off")
    classes = sorted({row["Class"] for row in rows_of(people.service.files / "1-roll.csv")})
    for name in classes:
        follow(page, f"Sign class {name}")
        sign(page)
        if name == classes[0]:
            people.prove(page)
        expect(page.get_by_text(f"You signed class {name}.")).to_be_visible()


def the_headteacher_signs(people: People, page: Page) -> None:
    go(page, "Mark sheet")
    follow(page, "Sign off")
    press(page, "Look and sign as headteacher")
    sign(page)
    expect(page.get_by_text("You signed the mark sheet.")).to_be_visible()


def the_office_makes_the_file(page: Page, folder: Path) -> Path:
    go(page, "Files")
    press(page, "Make a file")
    see(page, "Who is in the file")
    press(page, "Continue")
    see(page, "What the file is")
    press(page, "Continue")
    see(page, "Check the file")
    press(page, "Make the file")
    see(page, re.compile(r"_001\.xml$"))
    return fetch(page, "Download the file", folder)


def the_file_is_fit_to_be_sent(file: Path, service: Served) -> None:
    listed = ("--expected", service.files / "2-registration.csv")
    said = command("ctf", "check", file, "--year", YEAR, *listed, "--json")
    assert json.loads(said)["verdict"] == "green"


def parents_get_their_reports(page: Page, service: Served, folder: Path) -> None:
    go(page, "Reports")
    page.locator("main tbody th a").first.click()
    name = (
        page.get_by_role("heading", level=1)
        .inner_text()
        .removeprefix("Report of ")
        .replace(" ", "")
    )
    page.get_by_label("Comment of the class teacher").fill(COMMENT)
    press(page, "Save")
    expect(page.get_by_text("What you wrote was saved.")).to_be_visible()
    go(page, "Reports")
    press(page, "Make the chosen reports")
    made = page.get_by_role("button", name=re.compile("^Download "))
    expect(made).to_be_visible(timeout=2 * PATIENCE)
    content = fetch(page, made.inner_text(), folder).read_bytes()

    assert pdf.validate_pdf_bytes(content).is_compliant
    reports = [text.replace(" ", "") for text in words_of(content)]
    assert COMMENT.replace(" ", "") in next(text for text in reports if name in text)
    names = [f"{row['Forename']}{row['Surname']}" for row in rows_of(service.files / "1-roll.csv")]
    assert [one for one in names if not any(one in text for text in reports)] == []


@pytest.mark.parametrize("script", [True, False], ids=["with the script", "without"])
def test_a_school_goes_from_its_roll_to_its_parents_reports(
    service: Served, tmp_path: Path, *, script: bool
) -> None:
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        people = People(browser, service, script)
        office = people.sign_in("office")
        the_roll_comes_in(office, service)
        the_cohort_is_confirmed(office, service)
        head = people.sign_in("headteacher")
        the_test_week_is_recorded(people, office, head)
        the_class_teacher_enters_and_signs(people)
        the_headteacher_signs(people, head)
        file = the_office_makes_the_file(office, tmp_path)
        the_file_is_fit_to_be_sent(file, service)
        the_return_is_submitted(people, office, head, file, tmp_path)
        the_authority_sees_the_return(people)
        the_agency_releases_the_results(people, tmp_path)
        the_results_are_taken_in(office, len(rows_of(service.files / "1-roll.csv")))
        parents_get_their_reports(office, service, tmp_path)
        browser.close()

    assert people.complaints == []
