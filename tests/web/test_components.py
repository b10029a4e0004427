"""The frame and the components as markup: labels, descriptions, one heading, nothing inline."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from gallery_page import TEMPLATES, EveryField, context, engine, faulty, gallery
from jinja2 import UndefinedError

from keystage.core.errors import InputError

CONTROLS = "//input[not(@type='hidden')] | //select | //textarea | //progress"
ERRORS = sorted(path.stem for path in (TEMPLATES / "errors").glob("*.html"))
HOSTILE = "<script>alert(1)</script>\" onload='x'"


def parsed(markup: str) -> Any:
    return lxml.html.document_fromstring(markup)


@pytest.fixture(params=["plain", "faulty"])
def page(request: pytest.FixtureRequest) -> Any:
    form = EveryField() if request.param == "plain" else faulty()
    return parsed(gallery(form=form))


@dataclass(frozen=True)
class Message:
    level_tag: str
    text: str

    def __str__(self) -> str:
        """What Django's own message gives."""
        return self.text


def test_a_page_has_one_heading_that_is_its_title(page: Any) -> None:
    (heading,) = page.xpath("//h1")
    title = page.findtext(".//title").removeprefix("Error: ")
    assert title == f"{heading.text_content()} – Invented Primary School – Keystage"


def test_every_control_has_one_label_with_words(page: Any) -> None:
    labels = Counter(label.get("for") for label in page.xpath("//label[normalize-space()]"))
    assert {control.get("id"): labels[control.get("id")] for control in page.xpath(CONTROLS)} == (
        dict.fromkeys((control.get("id") for control in page.xpath(CONTROLS)), 1)
    )


def test_every_id_stands_once_and_every_reference_leads_to_one(page: Any) -> None:
    ids = Counter(page.xpath("//@id"))
    assert {name for name, times in ids.items() if times > 1} == set()
    named = page.xpath("//@aria-describedby | //@aria-labelledby | //@aria-controls | //label/@for")
    assert {name for value in named for name in value.split()} <= ids.keys()
    inner = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")}
    assert inner - {"missing"} <= ids.keys()


def test_nothing_is_inline_that_the_content_policy_refuses(page: Any) -> None:
    handlers = [name for element in page.iter() for name in element.attrib if name[:2] == "on"]
    assert handlers == []
    assert page.xpath("//@style | //style | //script[not(@src)]") == []
    assert [href for href in page.xpath("//@href | //@src") if "javascript:" in href] == []


def test_headings_skip_no_level(page: Any) -> None:
    levels = [int(tag.tag[1]) for tag in page.xpath("//main//*[self::h1 or self::h2 or self::h3]")]
    after_heading = levels[levels.index(1) :]
    pairs = itertools.pairwise(after_heading)
    assert all(lower - upper <= 1 for upper, lower in pairs)


def test_a_fault_stands_in_the_title_the_summary_and_beside_its_field() -> None:
    page = parsed(gallery(form=faulty()))
    assert page.findtext(".//title").startswith("Error: Gallery of components")
    links = page.xpath("//div[@data-module='govuk-error-summary']//a")
    beside = {
        message.get("id"): message.text_content().replace("Error:", "").strip()
        for message in page.xpath("//p[contains(@class, 'govuk-error-message')]")
    }
    assert len(links) == len(beside) == 10
    for link in links:
        (control,) = page.xpath("//*[@id=$id]", id=link.get("href")[1:])
        assert control.tag in {"input", "select", "textarea"}
        field = link.get("href")[1:].removesuffix("-day")
        assert beside[f"{field}-error"] == link.text_content().strip()


def test_a_page_without_faults_has_no_summary_and_no_prefix() -> None:
    page = parsed(gallery())
    assert not page.findtext(".//title").startswith("Error")
    assert page.xpath("//div[@data-module='govuk-error-summary']") == []


def test_what_was_written_is_still_there_after_a_fault_but_no_password() -> None:
    form = EveryField({"upn": HOSTILE, "password": "secret", "subjects": ["science"]})
    page = parsed(gallery(form=form))
    assert page.xpath("string(//*[@id='id_upn']/@value)") == HOSTILE
    assert page.xpath("string(//*[@id='id_password']/@value)") == ""
    assert page.xpath("//input[@name='subjects'][@checked]/@value") == ["science"]
    assert page.xpath("//input[@name='subjects']/@type") == ["checkbox", "checkbox"]


@pytest.mark.parametrize("place", ["names", "facts", "cells", "tasks", "sums", "organisation"])
def test_words_from_outside_are_never_markup(place: str) -> None:
    hostile: dict[str, Any] = {
        "names": {"names": [HOSTILE]},
        "facts": {"facts": [{"key": HOSTILE, "value": HOSTILE, "href": HOSTILE}]},
        "cells": {"cells": [[HOSTILE, HOSTILE, HOSTILE]]},
        "tasks": {
            "tasks": [
                {"title": HOSTILE, "href": "/", "status": HOSTILE, "tone": "now", "hint": HOSTILE}
            ]
        },
        "sums": {"sums": [{"number": 1, "text": HOSTILE}]},
        "organisation": {"here": {"organisation": {"name": HOSTILE}, "year": 2026}},
    }
    page = parsed(gallery(**hostile[place]))
    assert page.xpath("//script[not(@src)] | //@onload") == []
    assert HOSTILE in page.text_content()


def test_organisation_and_season_stand_on_the_page_and_on_paper() -> None:
    page = parsed(gallery())
    (line,) = page.xpath("//p[@class='ks-place']")
    assert "Invented Primary School" in line.text_content()
    assert "Season 2025 to 2026" in line.text_content()
    (paper,) = page.xpath("//div[contains(@class, 'ks-print-header')]")
    words = " ".join(paper.text_content().split())
    assert words.startswith(
        "Invented Primary School, season 2025 to 2026. Printed 22 May 2026 at 3:05pm"
    )
    assert "Contains personal data" in words
    assert "Contains personal data" not in gallery(personal_data=False)


def test_a_page_of_no_season_names_none() -> None:
    page = parsed(gallery(here={"organisation": {"name": "Invented"}, "year": None}))
    assert "Season" not in page.xpath("string(//p[@class='ks-place'])")


def test_messages_are_banners_with_headings_of_their_own() -> None:
    messages = [Message("success", "Saved"), Message("warning", "Closes soon")]
    page = parsed(gallery(messages=messages))
    banners = page.xpath("//div[@data-module='govuk-notification-banner']")
    assert [banner.get("role") for banner in banners] == ["alert", "region"]
    assert len({banner.get("aria-labelledby") for banner in banners}) == 2


def test_a_tables_first_cells_are_headings_and_its_numbers_stand_right() -> None:
    (table,) = parsed(gallery()).xpath("//div[@class='ks-wide']/table")
    assert table.xpath(".//tbody//th/@scope") == ["row", "row"]
    assert table.xpath("string(caption)") == "Pupils by subject"
    numeric = table.xpath(".//td[contains(@class, '--numeric')]")
    assert [cell.text for cell in numeric] == ["1203", "60"]


def test_far_pages_are_left_out() -> None:
    (pages,) = parsed(gallery()).xpath("//nav[@aria-label='Pages']")
    words = [item.text_content().strip() for item in pages.xpath(".//li")]
    assert words == ["1", "⋯", "9", "10", "11", "⋯", "20"]
    assert pages.xpath(".//a[@aria-current]/@href") == ["?class=6A&page=10"]


def test_each_state_of_a_cell_is_told_in_words_to_who_cannot_see_it() -> None:
    page = parsed(gallery())
    for name, word in [
        ("w1", "Changed"),
        ("s1", "Missing"),
        ("r2", "Error: The mark must be 50 or less"),
        ("p3", "Conflict: someone else saved EXS"),
        ("l3", "Not saved"),
    ]:
        (control,) = page.xpath("//*[@id=$id]", id=f"cell-{name}")
        told = page.xpath("string(//*[@id=$id])", id=control.get("aria-describedby"))
        assert told == word
    assert page.xpath("//*[@aria-invalid]/@id") == ["cell-r2"]


def test_a_sheet_one_may_only_look_at_has_no_boxes_and_says_so() -> None:
    (sheet,) = parsed(gallery()).xpath("//*[@id='signed']")
    assert sheet.xpath(".//input | .//select | .//textarea | .//button") == []
    assert "View only. The headteacher signed it on 22 May 2026." in sheet.text_content()


def test_a_misspelt_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        engine().from_string("{{ scool }}").render()
    with pytest.raises(UndefinedError):
        engine().from_string("{{ pupil.nmae }}").render(pupil={"name": "A"})


def test_the_design_system_takes_what_it_is_not_given_as_absent() -> None:
    source = (
        '{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}'
        '{{ govukButton({"text": "<b>"}) }}'
    )
    assert "&lt;b&gt;" in engine().from_string(source).render()


def test_a_form_outside_a_request_cannot_be_made() -> None:
    with pytest.raises(LookupError, match="rendered for a request"):
        engine().from_string("{{ csrf() }}").render()


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_nothing_but_its_error(name: str) -> None:
    given = {"error": InputError("The file is empty.", where="roll.csv", todo="Send another.")}
    page = parsed(engine().get_template(f"errors/{name}.html").render(given))
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//p[@class='ks-place']") == []


def test_a_page_that_is_refused_says_what_it_needs_and_who_gives_it() -> None:
    template = engine().get_template("errors/403.html")
    told = template.render(needs="Sign the judgements.", granters=["Ada <Head>"])
    assert "Sign the judgements." in told
    assert "Ada &lt;Head&gt;" in told
    assert "account manager" in template.render(needs="")


def test_a_page_that_is_not_found_does_not_say_whether_it_exists() -> None:
    words = parsed(engine().get_template("errors/404.html").render()).xpath("string(//main)")
    assert not re.search(r"school|pupil|deleted|exist|permission|right to", words)


def test_every_template_can_be_read() -> None:
    names = [path.relative_to(TEMPLATES).as_posix() for path in Path(TEMPLATES).rglob("*.html")]
    assert len(names) > 15
    for name in names:
        engine().get_template(name)


def test_the_gallery_shows_every_component() -> None:
    shown = (Path(__file__).parent / "gallery" / "gallery.html").read_text(encoding="utf-8")
    components = {path.name for path in (TEMPLATES / "components").glob("*.html")}
    assert components - set(re.findall(r'components/(\w+\.html)"', shown)) == {"error_summary.html"}
    assert "form" in context()
