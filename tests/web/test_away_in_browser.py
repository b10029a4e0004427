"""A person who is away for a while, in a real browser: asked first, then signed out."""

from collections.abc import Callable
from typing import Any

import pytest
from browsing import CHROMIUM, browse, flaws
from cast_of_tests import AsPerson
from django.conf import settings
from playwright.sync_api import expect

from keystage.store.models import Person, Sheet

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here."),
]
IDLE = settings.SESSION_IDLE_SECONDS


def test_a_person_is_asked_before_the_time_is_over_and_may_stay(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    def steps(page: Any, _ask: Callable[..., Any]) -> None:
        page.clock.install()
        page.reload()
        dialog = page.get_by_role("dialog")
        page.clock.run_for((IDLE - 180) * 1000)
        expect(dialog).to_be_hidden()

        page.clock.run_for(70_000)
        expect(dialog).to_contain_text("you are signed out in 2 minutes")
        expect(dialog.get_by_role("button", name="Stay signed in")).to_be_focused()
        assert flaws(page) == []

        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        page.clock.run_for((IDLE - 180) * 1000)
        expect(dialog).to_be_hidden()

    browse(as_person(teacher), steps, address="/school/900003/2026/sheet/")


def test_who_does_not_answer_leaves_the_page(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    def steps(page: Any, _ask: Callable[..., Any]) -> None:
        page.clock.install()
        page.reload()
        page.clock.run_for((IDLE - 60) * 1000)
        expect(page.get_by_role("dialog")).to_be_visible()

        with page.expect_navigation():
            page.clock.run_for(70_000)

    browse(as_person(teacher), steps, address="/school/900003/2026/sheet/")
