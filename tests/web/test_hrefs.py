"""Addresses whose shape is looked up once are those of the framework, hostile parts included."""

from uuid import UUID

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from keystage.web.hrefs import href
from keystage.web.journeys import OF_A_BODY, OF_A_SCHOOL

_RELEASE = UUID(int=7)
_PARTS: dict[str, dict[str, object]] = {
    "choose": {},
    "home:tasks": {"code": "900001", "year": 2026},
    "figures:release": {"code": "900001", "year": 2026, "release": _RELEASE, "part": "groups"},
    "people:list": {"kind": "school", "code": "900001", "year": 2026},
}


@pytest.mark.parametrize("route", _PARTS)
def test_an_address_is_the_one_that_the_framework_gives(route: str) -> None:
    assert href(route, _PARTS[route]) == reverse(route, kwargs=_PARTS[route])


@pytest.mark.parametrize("code", ["T/1", "a b", "é", "%2e%2e", "<b>", "1?x=2", "", "..", "A&B"])
def test_a_hostile_code_gives_what_the_framework_gives(code: str) -> None:
    parts: dict[str, object] = {"code": code, "year": 2026}
    try:
        expected = reverse("home:tasks", kwargs=parts)
    except NoReverseMatch:
        with pytest.raises(NoReverseMatch):
            href("home:tasks", parts)
        return
    assert href("home:tasks", parts) == expected
    assert OF_A_SCHOOL[0].href("school", code, 2026) == expected


@pytest.mark.parametrize("code", [900001, UUID(int=7), None])
def test_a_part_that_is_no_text_is_written_as_the_framework_writes_it(code: object) -> None:
    parts = {"code": code, "year": "2026"}
    assert href("home:tasks", parts) == reverse("home:tasks", kwargs=parts)


def test_parts_that_an_address_cannot_have_are_refused() -> None:
    wrong: list[dict[str, object]] = [
        {"code": "900001", "year": 1066}, {"code": "900001"}, {"code": "900001", "yea": 2026},
    ]  # fmt: skip
    for parts in wrong:
        with pytest.raises(NoReverseMatch):
            href("home:tasks", parts)
    with pytest.raises(NoReverseMatch):
        href("home:none_such", {})
    with pytest.raises(NoReverseMatch):
        href("none_such:tasks", {})


def test_the_folder_that_the_service_lies_in_stands_before_every_address() -> None:
    set_script_prefix("/keystage/")
    try:
        assert href("choose", {}) == "/keystage/choose/"
        assert OF_A_SCHOOL[0].href("school", "900001", 2026) == "/keystage/school/900001/2026/"
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize("folder", ["//evil.example/", "/a b/", "/é%/"])
def test_a_hostile_folder_gives_what_the_framework_gives(folder: str) -> None:
    set_script_prefix(folder)
    try:
        parts = {"code": "900001", "year": 2026}
        expected = reverse("home:tasks", kwargs=parts)
        assert href("home:tasks", parts) == expected
        assert OF_A_SCHOOL[0].href("school", "900001", 2026) == expected
    finally:
        set_script_prefix("/")


def test_every_journey_begins_where_the_framework_says() -> None:
    for one in (*OF_A_SCHOOL, *OF_A_BODY):
        kind = "school" if one in OF_A_SCHOOL else one.kind or "authority"
        parts: dict[str, object] = {"code": "900001", "year": 2026}
        parts |= {"kind": kind} if one.anywhere else {}
        assert one.href(kind, "900001", 2026) == reverse(one.route, kwargs=parts)
