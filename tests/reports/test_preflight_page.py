"""The page to hand round: whole in one file, escaped, and readable without colour."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from keystage.reports.preflight import (
    FileRow,
    NotRun,
    PreflightPage,
    Row,
    Rule,
    SchoolRow,
    Step,
    Steps,
    bar,
    preflight_html,
)

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;"
ROW = Row(
    upn="A999010320001",
    name="Ashdown, Mabel",
    cells=["34", "The writing judgement is blank."],
)
RULE = Rule(
    code="TA-403",
    severity="red",
    count="1 pupil",
    text="The rule: every pupil has a judgement.",
    todo="Enter one.",
    of_pupils=True,
    headings=["Line", "What is wrong"],
    rows=[ROW],
)
PAGE = PreflightPage(
    year=2026,
    verdict="red",
    headline="Do not send this return yet",
    summary="1 fault would have it refused.",
    with_names=True,
    notes=["A note."],
    steps=[
        Steps(
            id="first",
            title="What to do first",
            all=[Step(code="TA-403", text="Enter what is blank.", count="1 pupil")],
        ),
        Steps(id="then", title="What to look at", all=[]),
    ],
    bar=bar([("complete", 3), ("incomplete", 0), ("missing", 1)]),
    headings=["Expected", "In the file"],
    schools=[SchoolRow(school="9990103 Storybook Lane", cells=["4", "3"])],
    rules=[RULE],
    not_run=[NotRun(needs="The expected list", codes=["TA-302", "TA-303"])],
    files=[FileRow(name="a.xml", school="9990103", made="", version="25.0", sha256="ab")],
    checked_at="16 June 2026, 09:00",
    keystage="0.1.0",
)


class Elements(HTMLParser):
    """Every element with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    html = preflight_html(PAGE)
    elements = Elements(html)

    assert not {"script", "link", "img", "iframe", "object", "form"} & {
        tag for tag, _ in elements.found
    }
    assert not re.search(r"https?:|@import|url\((?!#)", html)
    assert [item["content"] for item in elements.all("meta") if "http-equiv" in item] == [
        "default-src 'none'; style-src 'unsafe-inline'"
    ]


@pytest.mark.parametrize(
    "rule",
    [
        replace(RULE, rows=[replace(ROW, upn=HOSTILE)]),
        replace(RULE, rows=[replace(ROW, name=HOSTILE)]),
        replace(RULE, rows=[replace(ROW, cells=["", HOSTILE])]),
        replace(RULE, of_pupils=False, rows=[replace(ROW, cells=[HOSTILE, ""])]),
        replace(RULE, text=HOSTILE),
        replace(RULE, todo=HOSTILE),
        replace(RULE, more=HOSTILE),
    ],
)
def test_nothing_in_a_file_becomes_markup(rule: Rule) -> None:
    html = preflight_html(replace(PAGE, rules=[rule]))

    assert "<script" not in html
    assert "<img" not in html
    assert HOSTILE in Elements(html).text


def test_names_of_files_and_schools_become_no_markup() -> None:
    page = replace(
        PAGE,
        files=[replace(PAGE.files[0], name=HOSTILE, school=HOSTILE, made=HOSTILE, version=HOSTILE)],
        schools=[SchoolRow(school=HOSTILE, cells=[HOSTILE])],
        notes=[HOSTILE],
    )

    html = preflight_html(page)

    assert "<script" not in html
    assert Elements(html).text.count(HOSTILE) == 7


def test_every_table_has_a_caption_and_scoped_headings() -> None:
    elements = Elements(preflight_html(PAGE))

    assert len(elements.all("table")) == len(elements.all("caption")) == 4
    assert {item.get("scope") for item in elements.all("th")} == {"col", "row"}


def test_the_page_has_landmarks_a_language_and_one_heading_of_the_first_rank() -> None:
    elements = Elements(preflight_html(PAGE))

    assert elements.all("html") == [{"lang": "en-GB"}]
    for landmark in ("header", "main", "footer", "h1", "title"):
        assert len(elements.all(landmark)) == 1, landmark
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {item["href"] for item in elements.all("a")} <= {f"#{name}" for name in ids}


@pytest.mark.parametrize("verdict", ["red", "amber", "green"])
def test_the_verdict_is_a_word_as_well_as_a_colour(verdict: str) -> None:
    assert (
        f"{verdict.capitalize()}: 1 fault"
        in Elements(preflight_html(replace(PAGE, verdict=verdict))).text
    )


def test_the_verdict_stands_first_and_what_to_do_next() -> None:
    text = Elements(preflight_html(PAGE)).text
    order = ["Do not send this return yet", "What to do first", "Pupils counted", "What was found"]
    places = [text.rindex(words) for words in order]

    assert places == sorted(places)


def test_the_bar_is_told_in_numbers_too() -> None:
    text = Elements(preflight_html(PAGE)).text

    assert "complete: 3" in text
    assert "missing: 1" in text
    assert "incomplete" not in text


def test_there_is_no_bar_without_pupils() -> None:
    assert bar([("complete", 0), ("incomplete", 0)]) == ()
    assert "<svg" not in preflight_html(replace(PAGE, bar=()))


def test_the_page_warns_of_personal_data_and_says_whether_pupils_are_named() -> None:
    assert "names them by UPN and name." in preflight_html(PAGE)
    assert "names them by UPN." in preflight_html(replace(PAGE, with_names=False))


def test_findings_about_no_pupil_have_no_column_of_pupils() -> None:
    rule = replace(RULE, of_pupils=False, rows=[replace(ROW, cells=["7", "A fault."])])
    html = preflight_html(replace(PAGE, rules=[rule]))

    assert '<tr><th scope="row">7</th><td>A fault.</td></tr>' in html
    assert '<th scope="col">Pupil</th>' not in html


def test_a_rule_whose_sentence_says_it_all_has_no_table() -> None:
    elements = Elements(preflight_html(replace(PAGE, rules=[replace(RULE, rows=[])])))

    assert len(elements.all("table")) == 3
    assert "The rule: every pupil has a judgement." in elements.text
    assert "What to do: Enter one." in elements.text


def test_what_is_not_listed_is_counted_and_nothing_found_is_said() -> None:
    rule = replace(RULE, more="And 40 more.")

    assert "And 40 more." in preflight_html(replace(PAGE, rules=[rule]))
    assert "<p>Nothing.</p>" in preflight_html(replace(PAGE, rules=[], steps=[], not_run=[]))


def test_the_same_page_gives_the_same_bytes() -> None:
    assert preflight_html(PAGE) == preflight_html(replace(PAGE))
