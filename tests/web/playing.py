"""What plays of the service in a real browser share: who signs in, and what hands do."""

from dataclasses import dataclass, field
from pathlib import Path
from re import Pattern
from typing import Any

from playwright.sync_api import Browser, Page, expect
from served import YEAR, Served

SEASON = f"{YEAR - 1} to {YEAR}"
PATIENCE = 30_000  # milliseconds; a machine may be busy with other tests


@dataclass
class People:
    """The people of the school, each with a browser window of their own.

    ``complaints``: what the browser complained of, such as what the security policy forbids.
    """

    browser: Browser
    service: Served
    script: bool
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, role: str) -> Page:
        """Sign in and go to the tasks of the school's season."""
        page = self.sign_in_at(role, self.service.school)
        see(page, f"Tasks for {SEASON}")
        return page

    def sign_in_at(self, role: str, organisation: str) -> Page:
        """Sign in, and choose an organisation and the season."""
        window = self.browser.new_context(
            base_url=self.service.address, java_script_enabled=self.script
        )
        page = window.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", self._notice)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto("/")
        press(page, "Sign in")
        page.get_by_label("Email address").fill(f"{role}@storyshire.example")
        page.get_by_label("Password", exact=True).fill(self.service.password)
        press(page, "Sign in")
        follow(page, organisation)
        follow(page, SEASON)
        return page

    def prove(self, page: Page) -> None:
        """Say again who it is, which signing asks for."""
        see(page, "Confirm that it is you")
        page.get_by_label("Password", exact=True).fill(self.service.password)
        press(page, "Confirm")

    def _notice(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def go(page: Page, journey: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=journey, exact=True).click()


def follow(page: Page, *links: str) -> None:
    for words in links:
        page.get_by_role("main").get_by_role("link", name=words, exact=True).click()


def see(page: Page, heading: str | Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def fetch(page: Page, words: str, folder: Path) -> Path:
    """Press what downloads a file, and keep the file under its own name."""
    with page.expect_download() as download:
        press(page, words)
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    return kept


def sign(page: Page) -> None:
    page.get_by_label("I have looked at these judgements, and they are right").check()
    press(page, "Sign")


def apply(page: Page) -> None:
    """Look at what a file would change, and apply it."""
    press(page, "Save and see the changes")
    see(page, "What the file would change")
    why = page.get_by_label("Why the registrations change")
    if why.count():
        why.fill("The list came after the lock")
    press(page, "Apply the file")
    see(page, "The file was imported")
