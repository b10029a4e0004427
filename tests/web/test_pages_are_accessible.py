"""Every page in a good state, refused and empty, looked at by axe in a real browser."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from all_routes import address, routes
from browsing import CHROMIUM, SERVICE, browse, flaws
from cast_of_tests import Answer
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from scene_of_routes import Scene

from keystage.actions import packs
from keystage.actions.by import By
from keystage.store.models import Organisation, Person, Sheet

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here."),
]
#: Pages of the library that signs people in.
OWN_ACCOUNT = (
    "account_reauthenticate", "account_change_password", "account_reset_password",
    "account_reset_password_done", "account_logout", "mfa_index", "mfa_activate_totp",
    "mfa_list_webauthn", "mfa_add_webauthn",
)  # fmt: skip
#: Files of each sort have the same pages: those of the roll stand for all.
ALIKE = ("files_in:registration_", "files_in:judgements_", "files_in:results_")
#: The pages that look otherwise where there are no pupils.
EMPTY = (
    "home:tasks", "pupils:cohort", "pupils:reconcile", "sheet:grid", "sheet:checks", "sheet:sign",
    "sheet:fill", "export:history", "export:who", "results:summary", "results:figures",
    "reports:choose", "files_in:history", "gateway:return", "gateway:history", "gateway:received",
    "gateway:correct", "moderation:visit",
)  # fmt: skip
FIELDS = "main form[method=post] :is(input:not([type=hidden]), select, textarea)"
#: The same, as the text of a page has it: a page without it is not opened.
FORM = r"<main.*method=\"post\".*<(select|textarea|input(?![^>]*type=\"hidden\"))"
#: Empties the form that has fields, and sends it.
SEND_EMPTY = """fields => {
    const form = document.querySelector(fields).form;
    for (const one of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        if (one.type === "checkbox" || one.type === "radio") one.checked = false;
        else one.value = "";
    }
    form.requestSubmit(form.querySelector("button:not([type=button])"));
}"""


@pytest.fixture
def full(scene: Scene, signed_sheet: Sheet, resulted_sheet: Sheet) -> Scene:
    """The scene of the walk, with judgements, a signature and results."""
    assert signed_sheet == resulted_sheet
    return scene


def places_in(scene: Scene) -> dict[str, str]:
    """An address of every route; one that several kinds of organisation have counts once."""
    return {one.name: address(one, scene) for one in routes() if not one.name.startswith(ALIKE)}


def places_of_an_import(client: Client) -> dict[str, str]:
    """The pages of a roll that was brought in and applied."""
    roll = SimpleUploadedFile("roll.csv", b"Surname,Forename,DOB,Year\nNewman,Bo,05/02/2015,6\n")
    there = client.post("/school/900003/2026/import/roll/", {"file": roll})["Location"]
    shown = client.get(f"{there}changes/").text
    hidden = dict(re.findall(r'name="(mode|seal)" id="[^"]*" value="([^"]*)"', shown))
    client.post(f"{there}changes/", hidden)
    return {page: f"{there}{page}/" for page in ("result", "undo")}


def pages_of(
    client: Client, places: dict[str, str], *, of: str = ""
) -> Iterator[tuple[str, Answer]]:
    """Of some addresses those that answer with a page of their own, that has ``of`` in it."""
    for name, place in places.items():
        answer = client.get(place)
        shown = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        if shown and re.search(of, answer.text, re.DOTALL):
            yield name, answer


def browse_known(
    client: Client, places: dict[str, str], pages: dict[str, Answer], look: Any
) -> None:
    """Look at pages in a browser, as they were answered."""
    browse(client, look, known={places[name]: answer for name, answer in pages.items()})


def faults_in(client: Client, places: dict[str, str]) -> dict[str, list[str]]:
    """What is not accessible, by page; the width of a phone counts too."""
    there, found = dict(pages_of(client, places)), {}

    def look(page: Any, _: Any) -> None:
        page.set_viewport_size({"width": 320, "height": 700})
        for name in there:
            page.goto(SERVICE + places[name])
            found[name] = flaws(page)
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found[name] += [f"{wider} pixels too wide"] if wider > 0 else []

    browse_known(client, places, there, look)
    return found


def test_every_page_is_accessible_and_fits_a_phone(full: Scene, everywhere: Any) -> None:
    client = everywhere(full.organisations)
    places = places_in(full) | {name: reverse(name) for name in OWN_ACCOUNT}
    places |= places_of_an_import(client)

    found = faults_in(client, places)

    assert len(found) > 60
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_stranger_sees_accessible_pages(client: Client, db: None) -> None:
    names = ("start", "account_login", "account_reset_password", "about:help", "about:privacy")

    found = faults_in(client, {name: reverse(name) for name in names})

    assert found == {name: [] for name in names}


def test_every_form_that_is_refused_is_accessible(full: Scene, everywhere: Any) -> None:
    client = everywhere(full.organisations)
    places = places_in(full)
    there, found = dict(pages_of(client, places, of=FORM)), {}

    def look(page: Any, ask: Any) -> None:
        for name in there:
            page.goto(SERVICE + places[name])
            if page.locator(FIELDS).count():
                before = ask(transaction.savepoint)
                with page.expect_navigation():
                    page.evaluate(SEND_EMPTY, FIELDS)
                if page.title().startswith("Error: "):
                    found[name] = flaws(page)
                ask(partial(transaction.savepoint_rollback, before))

    browse_known(client, places, there, look)
    assert len(found) > 10
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("loaded", [False, True], ids=["nothing", "no pupils"])
def test_the_pages_of_a_school_without_pupils_are_accessible(
    school: Organisation, lead: Person, everywhere: Any, *, loaded: bool
) -> None:
    if loaded:
        packs.load(school=school, year=2026, by=By(lead, "test"))
    parts = {"code": school.code, "year": 2026}
    places = {name: reverse(name, kwargs=parts) for name in EMPTY}

    found = faults_in(everywhere({"school": school}), places)

    assert len(found) > 5
    assert {name: faults for name, faults in found.items() if faults} == {}
