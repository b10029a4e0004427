"""The season beyond a school's own sheet, in pages: tests, return, authority, agency, results."""

from pathlib import Path
from zipfile import ZipFile

from playing import People, apply, follow, go, press, see
from playwright.sync_api import Page, expect
from served import command

AUTHORITY, AGENCY = "Storyshire", "National collection"
ACCEPTED = "Accepted: every expected pupil was received complete."


def the_test_week_is_recorded(people: People, office: Page, head: Page) -> None:
    """The office says that everybody took each paper; the head confirms it, and declares."""
    go(office, "Test week")
    papers = office.get_by_label("Everybody shown without a code took")
    for paper in [one.inner_text() for one in papers.locator("option").all()]:
        papers.select_option(paper)
        press(office, "Fill in Present")
        expect(office.locator("main .govuk-error-summary")).to_have_count(0)
    go(head, "Test week")
    follow(head, "Confirm the register")
    head.get_by_label("The register is complete, and says who took each paper").check()
    press(head, "Confirm")
    people.prove(head)
    expect(head.get_by_text("The register is not confirmed yet.")).to_have_count(0)

    follow(office, "Declaration")
    office.get_by_role("button", name="Draft the declaration").click()
    office.get_by_label("All tests were given as they should be").check()
    press(office, "Save the draft")
    go(head, "Test week")
    follow(head, "Declaration")
    head.get_by_role("button", name="Read and sign").click()
    head.get_by_label("I have read the declaration, and it is true").check()
    press(head, "Sign")
    expect(head.get_by_text("Declaration as PDF")).to_be_visible()


def the_return_is_submitted(
    people: People, office: Page, head: Page, file: Path, folder: Path
) -> None:
    """The office uploads the file that was made, the head submits it; the receipt is genuine."""
    go(office, "Return")
    expect(office.get_by_text("Not yet submitted: no file has been received.")).to_be_visible()
    office.get_by_role("button", name="Upload a file", exact=True).click()
    press(office, "Use this file")
    see(office, "What was found in the file")
    expect(office.get_by_text("Checked, and not yet submitted")).to_be_visible()

    go(head, "Return")
    follow(head, "Look at it and submit it")
    head.get_by_role("button", name="Go on to submit").click()
    head.get_by_label("I have looked at what was found").check()
    press(head, "Submit the return")
    see(head, "Receipt")
    expect(head.get_by_text(ACCEPTED)).to_be_visible()

    with head.expect_download() as download:
        follow(head, "Download the signed receipt (JSON)")
    receipt, keys = folder / "receipt.json", folder / "keys.json"
    download.value.save_as(receipt)
    keys.write_bytes(head.request.get("/receipts/keys.json").body())
    command("receipt", "verify", receipt, file, "--keys", keys)


def the_authority_sees_the_return(people: People) -> None:
    page = people.sign_in_at("authority.officer", AUTHORITY)
    row = page.get_by_role("row").filter(has_text=people.service.school)
    expect(row.get_by_text("Accepted")).to_be_visible()


def the_agency_releases_the_results(people: People, folder: Path) -> None:
    """One operator prepares the release, another approves it; its minute has passed."""
    page = people.sign_in_at("agency.operator", AGENCY)
    go(page, "Release results")
    page.get_by_role("button", name="Prepare a release").click()
    page.get_by_label("All results").check()
    results = next(people.service.files.glob("4-*.xml"))
    with ZipFile(folder / "results.zip", "w") as archive:
        archive.write(results, results.name)
    page.locator("input[name=file]").set_input_files(folder / "results.zip")
    press(page, "Prepare the release")
    see(page, "Release 1")
    other = people.sign_in_at("agency.operator.second", AGENCY)
    go(other, "Release results")
    follow(other, "Release 1")
    press(other, "Approve the release")
    people.prove(other)


def the_results_are_taken_in(page: Page, pupils: int) -> None:
    """The office sees the released results, and takes them into the sheet."""
    go(page, "Tasks")
    follow(page, "Results day")
    press(page, "Take these into my sheet")
    see(page, "Who the pupils are")
    apply(page)
    go(page, "Results")
    expect(page.locator("main tbody tr")).to_have_count(pupils)
