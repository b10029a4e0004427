"""The page of a calibration: whole in one file, escaped, and readable without the plots."""

import re
from html.parser import HTMLParser

from keystage.reports.calibration import (
    CalibrationPage,
    Compared,
    Topic,
    calibration_html,
    plot,
)

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;"
INSIDE = Compared(
    label="percentile 95", wanted=3.75, tolerance=0.35, found=3.68, inside=True, source="A guide"
)
OUTSIDE = Compared(label="percentile 5", wanted=-3.55, tolerance=0.35, found=-4.2, inside=False)
NONE = Compared(label="median", wanted=0.0, tolerance=0.25, found=None, inside=None)
FIGURES = (INSIDE, OUTSIDE, NONE)
TOPIC = Topic(
    id="one",
    title="Progress",
    note="A note.",
    wanted="Published",
    figures=FIGURES,
    plot=plot(FIGURES),
)


def page(label: str = "A label", topics: tuple[Topic, ...] = (TOPIC,)) -> CalibrationPage:
    return CalibrationPage(
        verdict="amber",
        headline="1 of 3 figures lies outside its tolerance",
        summary="8 pupils of 1 school.",
        notes=["Something to know."],
        outside=[label],
        topics=topics,
        tolerances=["They are wide."],
        made_with="With a command.",
        keystage="0.1.0",
    )


class _Page(HTMLParser):
    """Collects what a page holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_loads_nothing_and_has_no_script() -> None:
    text = calibration_html(page())
    assert "default-src 'none'" in text
    assert not re.search(r"https?://", text)
    tags = {tag for tag, _ in _Page(text).tags}
    assert not tags & {"script", "link", "img", "iframe"}


def test_what_is_told_is_escaped() -> None:
    text = calibration_html(page(HOSTILE))
    assert "<script>" not in text
    assert "<img" not in text


def test_every_plot_has_a_name_and_a_description_and_a_table() -> None:
    parsed = _Page(calibration_html(page()))
    plots = [given for tag, given in parsed.tags if given.get("class") == "plot"]
    assert [given["role"] for given in plots] == ["img"]
    ids = {given.get("id") for _, given in parsed.tags}
    assert set((plots[0]["aria-labelledby"] or "").split()) <= ids
    assert sum(tag == "table" for tag, _ in parsed.tags) == 1
    assert len({i for i in ids if i}) == sum("id" in given for _, given in parsed.tags)


def test_the_table_says_in_words_what_the_plot_shows() -> None:
    text = calibration_html(page())
    assert re.search(r"percentile 95</th>.*3\.75.*0\.35.*3\.68.*Inside", text)
    assert re.search(r"percentile 5</th>.*−3\.55.*0\.35.*−4\.20.*Outside", text)
    assert re.search(r"median</th>.*none.*Not in this cohort", text)
    assert "median: published 0.00, made none." in text


def test_the_marks_stand_where_the_figures_are() -> None:
    drawn = plot(FIGURES)
    assert drawn is not None
    first, second, third = drawn.strips
    assert first.found is not None
    assert first.start < first.found < first.wanted < first.start + first.width
    assert second.found is not None
    assert second.found < second.start
    assert not second.inside
    assert third.found is None
    assert [tick.x for tick in drawn.ticks] == sorted(tick.x for tick in drawn.ticks)
    assert drawn.ticks[0].x <= second.found
    assert drawn.ticks[-1].x >= first.start + first.width


def test_inside_and_outside_differ_in_shape_as_well_as_colour() -> None:
    text = calibration_html(page())
    plotted = text[text.index('class="plot"') :]
    assert plotted.count('<circle class="found"') == 1
    assert plotted.count('<path class="off"') == 1


def test_no_plot_is_drawn_of_nothing_or_of_rounding() -> None:
    tiny = Compared(label="mean", wanted=0.0, tolerance=1e-9, found=2e-10, inside=True)
    assert plot([]) is None
    assert plot([tiny]) is None
    topic = Topic(id="t", title="T", note="", wanted="Expected", figures=[tiny], plot=None)
    text = calibration_html(page(topics=(topic,)))
    assert "0.0000000002" in text
    assert 'class="plot"' not in text


def test_a_figure_without_tolerance_is_drawn() -> None:
    exact = Compared(label="a", wanted=5.0, tolerance=0.0, found=5.0, inside=True)
    wide = Compared(label="b", wanted=5.0, tolerance=20.0, found=9.0, inside=True)
    drawn = plot([exact, wide])
    assert drawn is not None
    assert drawn.strips[0].width == 0
    assert exact.places == wide.places == 1
