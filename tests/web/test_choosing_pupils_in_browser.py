"""Choosing the pupils of a file in a real browser: many in a row, and the number in sight."""

from collections.abc import Callable
from typing import Any

import pytest
from browsing import CHROMIUM, browse, flaws
from cast_of_tests import AsPerson
from playwright.sync_api import expect

from keystage.store.models import Person, Sheet

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here."),
]
PLACE = "/school/900003/2026/files/new/"


def test_shift_takes_all_between_and_the_number_follows(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    def steps(page: Any, _ask: Callable[..., Any]) -> None:
        boxes, told = page.locator("table input[type=checkbox]"), page.locator("[data-chosen]")
        expect(told).to_have_text("6 of 6 pupils")

        boxes.nth(1).click()
        expect(told).to_have_text("5 of 6 pupils")
        boxes.nth(4).click(modifiers=["Shift"])
        expect(told).to_have_text("2 of 6 pupils")
        assert [box.is_checked() for box in boxes.all()] == [True, *[False] * 4, True]

        boxes.nth(2).focus()
        page.keyboard.press("Shift+Space")
        expect(told).to_have_text("5 of 6 pupils")
        assert flaws(page) == []

        page.get_by_role("button", name="Continue").click()
        page.go_back()
        expect(page.locator("[data-chosen]")).to_have_text("5 of 6 pupils")

    browse(as_person(office), steps, address=PLACE)
