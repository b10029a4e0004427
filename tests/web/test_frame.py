"""What the frame writes out by hand is what the macros of the design system would write."""

import ast
import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from gallery_page import context, engine

import keystage.web
from keystage.web.context import Way

WEB = Path(keystage.web.__file__).parent
_WAYS = [Way("/one/", "One & <only>", current=False), Way("/two/", "Two", current=True)]
_DESIGN_SYSTEM = """
{%- from "govuk_frontend_jinja/components/MACRO/macro.html" import NAME -%}
{{ NAME(given) }}"""


def _frame(ways: list[Way]) -> Any:
    page = '{% extends "base.html" %}{% block title %}A page{% endblock %}'
    variables = context(ways=ways, breadcrumbs=None, back_href="/back/?a=1&b=2", idle_seconds=1)
    return lxml.html.document_fromstring(engine().from_string(page).render(variables))


def _macro(folder: str, name: str, given: dict[str, object]) -> Any:
    text = _DESIGN_SYSTEM.replace("MACRO", folder).replace("NAME", name)
    return lxml.html.fragment_fromstring(engine().from_string(text).render(given=given).strip())


def _shape(one: Any) -> Any:
    """Its tag, attributes and words, and those of what stands within."""
    words = [(text or "").strip() for text in (one.text, *(child.tail for child in one))]
    return one.tag, dict(one.attrib), words, [_shape(child) for child in one]


@pytest.mark.parametrize(
    ("path", "folder", "name", "given"),
    [
        (
            "//a[@data-module='govuk-skip-link']", "skip-link", "govukSkipLink",
            {"href": "#main-content", "text": "Skip to main content"},
        ),
        (
            "//div[@class='govuk-generic-header']", "generic-header", "govukGenericHeader",
            {"url": "/", "logoText": "Keystage"},
        ),
        (
            "//a[@class='govuk-back-link']", "back-link", "govukBackLink",
            {"href": "/back/?a=1&b=2", "text": "Back"},
        ),
        (
            "//dialog//button", "button", "govukButton", {"text": "Stay signed in"},
        ),
    ],
)  # fmt: skip
def test_a_piece_of_the_frame_is_the_component(
    path: str, folder: str, name: str, given: dict[str, object]
) -> None:
    (own,) = _frame(_WAYS).xpath(path)
    assert _shape(own) == _shape(_macro(folder, name, given))


@pytest.mark.parametrize("many", [0, 1, 2])
def test_the_navigation_is_the_component(many: int) -> None:
    ends = (("/my_account", "Your account"), ("/account_logout", "Sign out"))
    items: list[object] = [*_WAYS[:many], *({"href": to, "text": words} for to, words in ends)]
    given = {"navigation": items, "navigationLabel": "Main", "collapseNavigationOnMobile": many > 1}
    (own,) = _frame(_WAYS[:many]).xpath("//div[@data-module='govuk-service-navigation']")
    assert _shape(own) == _shape(_macro("service-navigation", "govukServiceNavigation", given))


def test_no_view_gives_what_the_frame_keeps_for_itself() -> None:
    kept = set(re.findall(r"\{%-? set (\w+)", (WEB / "templates" / "base.html").read_text()))
    assert "faults_of_page" in kept
    given = {
        (path.name, keyword.arg)
        for path in WEB.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and any(isinstance(one, ast.Name) and one.id == "request" for one in call.args)
        for keyword in call.keywords
    }
    assert {one for one in given if one[1] in kept} == set()
