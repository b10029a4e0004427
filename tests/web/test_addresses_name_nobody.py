"""No name and no number of a pupil stands in an address: browsers and servers keep addresses."""

import re
from collections.abc import Iterator

import pytest
from all_routes import address, routes
from cast_of_tests import AsPerson
from django.test import Client
from scene_of_routes import Scene

from keystage.store.models import Person, Pupil, Sheet
from keystage.web.export.forms import FindForm as FindInFiles
from keystage.web.pupils.forms import FindForm

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_GET_FORM = re.compile(r'<form[^>]*method="get".*?</form>', re.DOTALL)
_NAMED = re.compile(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"')


def pages(client: Client, scene: Scene) -> Iterator[tuple[str, str]]:
    """Every page of the school, as it stands in HTML, by the name of its route."""
    for route in routes():
        if route.kind == "school":
            answer = client.get(address(route, scene))
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                yield route.name, answer.text


def test_no_address_says_who_a_pupil_is(
    scene: Scene, as_person: AsPerson, headteacher: Person
) -> None:
    looked_for = {*FindForm.base_fields, *FindInFiles.base_fields}
    said = {text for one in Pupil.objects.all() for text in (one.upn, one.surname)}
    seen = 0
    for name, text in pages(as_person(headteacher), scene):
        seen += 1
        sent = {field for part in _GET_FORM.findall(text) for field in _NAMED.findall(part)}
        links = re.findall(r'(?:href|action)="([^"]*)"', text)
        assert not sent & looked_for, f"{name} sends a name or a number in an address"
        assert not [link for link in links for one in said if one in link], name

    assert seen > 40


def test_a_class_of_any_name_stays_chosen(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    name = "6 & 7 #1 = Öl"
    Pupil.objects.filter(class_name="6A").update(class_name=name)
    client = as_person(office)
    answer = client.post("/school/900003/2026/files/new/", {"class": name, "left": "here"})
    page = client.get(answer["Location"])

    assert f'<option value="{name.replace("&", "&amp;")}" selected>' in page.text
    assert '<option value="here" selected>' in page.text
