"""Charts and tables on a screen of any width: letters keep their size, and no row is hidden."""

import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from gallery_page import engine

import keystage.web
from keystage.web.figures.cells import Cell
from keystage.web.figures.drawing import Given, chart_of

STYLES = Path(keystage.web.__file__).parent / "static" / "keystage" / "keystage.css"
SHARES = [
    Given(label="Boys & girls", text="50%", marks=(("England", "60%"), ("similar schools", "55%"))),
    Given(label="Girls", text="Suppressed"),
]
DRAWN = '{% from "figures/parts.html" import drawn %}{{ drawn(drawing, "chart-shares") }}'
CELL = '{% from "figures/parts.html" import cell %}{{ cell(one, opens) }}'


def shown(source: str, **given: Any) -> Any:
    return lxml.html.fromstring(engine().from_string(source).render(**given))


def test_a_chart_is_drawn_in_hundredths_and_its_words_are_text_of_the_page() -> None:
    page = shown(DRAWN, drawing=chart_of("Shares", "percent", SHARES))

    across = page.xpath("//svg[starts-with(@class, 'ks-plot')]//@*[contains('x x1 x2 cx', name())]")
    assert across
    assert all(re.fullmatch(r"\d+(\.\d+)?%", place) for place in across)
    assert not page.xpath("//svg[@viewBox]")
    assert [one.text_content() for one in page.find_class("ks-plot__label")] == [
        "Boys & girls: 50%"
    ]


def test_a_chart_says_what_it_shows_and_that_the_table_has_more() -> None:
    page = shown(DRAWN, drawing=chart_of("Shares", "percent", SHARES))

    (picture,) = page.xpath("//*[@role='img']")
    words = page.get_element_by_id("chart-shares-words").text_content()
    assert picture.get("aria-label") == f"Shares. {words}"
    assert words == (
        "Each figure is a bar. Marked beside it: England and similar schools. "
        "The table says the same, and what is not drawn besides."
    )


def test_marks_differ_by_more_than_colour() -> None:
    page = shown(DRAWN, drawing=chart_of("Shares", "percent", SHARES))

    england, similar = page.find_class("ks-chart__key")[0]
    assert england.text_content().strip() == "England"
    assert not england.xpath(".//@stroke-dasharray")
    assert similar.xpath(".//@stroke-dasharray")


def test_a_drawing_of_one_size_scrolls_in_a_region_that_is_named_and_reached_by_keys() -> None:
    page = shown(
        '{% from "components/chart.html" import chart %}'
        '{% call chart("Steps", "Words.", wide=true) %}<svg></svg>{% endcall %}'
    )

    (region,) = page.xpath("//*[@role='region']")
    assert (region.get("tabindex"), region.get("aria-label")) == ("0", "Steps: drawing")


def test_a_state_opens_by_its_name_and_its_reason_is_no_link() -> None:
    one = Cell(first="Not yet known: nobody has published it", name="READPROG", shown=False)
    page = shown(CELL, one=one, opens=lambda name: f"/{name}/")

    (link,) = page.xpath("//a")
    assert link.text == "Not yet known"
    assert "Not yet known" in page.text_content()
    assert page.text_content().endswith(": nobody has published it")


def test_a_figure_with_a_colon_in_it_is_shown_whole() -> None:
    page = shown(CELL, one=Cell(first="1: 2"), opens=None)
    assert page.text_content().strip() == "1: 2"


@pytest.mark.parametrize("what", ["max-height", "overflow-y"])
def test_a_wide_table_never_scrolls_up_and_down(what: str) -> None:
    styles = STYLES.read_text(encoding="utf-8")
    rules = re.findall(r"([^{}]*\.ks-wide[^{}]*)\{([^{}]*)\}", styles)
    assert any(body for _, body in rules)
    assert not [body for _, body in rules if f"{what}:" in body.replace("max-height:none", "")]
