"""The pack for governors and the block of a website are made of suppressed figures alone."""

import re

import pytest
from msgspec.structs import replace
from snapshots_of_tests import YEAR, contents_of_england

from keystage.core.errors import UsageError
from keystage.flows.figures.contents import Content
from keystage.flows.figures_pack.pack import Pack, pack_from, pack_of
from keystage.flows.figures_pack.website import duty, not_published, website_block
from keystage.measures.catalogue import COMPOSITION
from keystage.statute.loader import load_year, releases_of

SMALLEST = YEAR.suppression.smallest_group
NUMBER = re.compile(r"\d+")


def schools(level: str = "suppressed") -> list[Content]:
    every = contents_of_england()[1]
    return [one for one in every if (one.kind, one.level) == ("school", level)]


def a_large_school() -> Content:
    return next(one for one in schools() if one.pupils.isdecimal() and int(one.pupils) > 40)


def packs() -> list[Pack]:
    return [pack_of(one, SMALLEST) for one in schools()]


def test_no_cell_of_any_pack_tells_of_fewer_pupils_than_the_threshold() -> None:
    """Every cell belongs to a figure, and each shown one to a group that is large enough."""
    contents = {one.code: one for one in schools()}
    counts = {item.group: item.count_field for item in COMPOSITION}
    shown = 0
    for pack in packs():
        content = contents[pack.code]
        if pack.pupils.isdecimal():
            assert int(pack.pupils) >= SMALLEST
        for table in pack.tables:
            for name, row in zip(table.figures, table.rows, strict=True):
                figure = content.figure(name)
                assert figure is not None
                assert figure.family != "composition"
                if figure.state != "shown":
                    assert figure.said in row
                    assert not figure.text
                    continue
                shown += 1
                count = content.figure(counts.get(figure.group, ""))
                if count is not None:
                    assert int(count.text) >= SMALLEST, (pack.code, name)
                if figure.group == "all" and figure.family != "three_year":
                    assert int(content.pupils) >= SMALLEST, (pack.code, name)
    assert shown > 1000


def test_no_text_of_a_pack_is_a_figure_that_the_suppressed_content_does_not_show() -> None:
    complete = {one.code: one for one in schools("complete")}
    suppressed = {one.code: one for one in schools()}
    hidden = 0
    for pack in packs():
        rows = {
            name: row
            for table in pack.tables
            for name, row in zip(table.figures, table.rows, strict=True)
        }
        for figure in complete[pack.code].figures:
            public = suppressed[pack.code].figure(figure.name)
            if public and public.state != "shown" and figure.text and figure.name in rows:
                hidden += 1
                assert figure.text not in rows[figure.name][1:2]
                assert not any(figure.name in one.figures for one in pack.sentences)
    assert hidden > 100


def test_a_school_of_few_pupils_is_told_without_their_number() -> None:
    few = [pack for pack in packs() if not pack.pupils.isdecimal()]
    assert few
    for pack in few:
        assert pack.pupils == f"Withheld: fewer than {SMALLEST} pupils"
        cells = [row[1] for table in pack.tables for row in table.rows]
        assert not any(NUMBER.search(cell) for cell in cells)
        assert not any("Pupils at the end" in text for text in pack.caveats)


def test_a_pack_of_the_complete_figures_is_refused() -> None:
    complete = schools("complete")[0]
    with pytest.raises(UsageError, match="suppressed figures"):
        pack_of(complete, SMALLEST)
    with pytest.raises(UsageError, match="suppressed figures"):
        pack_of(a_large_school(), SMALLEST, complete)
    with pytest.raises(UsageError, match="suppressed figures"):
        website_block(complete, SMALLEST)
    with pytest.raises(UsageError, match="of a school"):
        website_block(replace(a_large_school(), kind="la"), SMALLEST)


def test_a_pack_that_is_kept_says_the_same() -> None:
    pack = pack_of(a_large_school(), SMALLEST)
    assert pack_from(pack.kept()) == pack


def test_a_pack_carries_release_scope_level_purpose_warning_and_caveats() -> None:
    content = a_large_school()
    pack = pack_of(content, SMALLEST)
    heads = [head for head, _ in pack.about]
    assert heads == ["Release", "Scope", "Level of data", "Purpose", "Warning", "Warning"]
    texts = " ".join(text for _, text in pack.about)
    for text in (content.release, content.name, content.code, "not for parents"):
        assert text in texts
    assert set(content.caveats) <= set(pack.caveats)
    assert any("halves go away from zero" in text for text in pack.sure)


def test_the_tables_show_what_the_content_prints() -> None:
    content = a_large_school()
    found = {
        name: (table.columns, row)
        for table in pack_of(content, SMALLEST).tables
        for name, row in zip(table.figures, table.rows, strict=True)
    }
    expected = content.figure("PTRWM_EXP")
    england = content.compared_with("PTRWM_EXP", "national")
    assert expected is not None
    assert england is not None
    assert found["PTRWM_EXP"][1][1:] == (expected.text, england.text, expected.pupils)
    score = content.figure("READPROG")
    assert score is not None
    assert found["READPROG"][1][2] == score.text.replace("-", "−")
    assert "PTREAD_AT" not in found, "shares of the absent tell of a few"


def test_the_block_has_what_the_duty_names_and_no_progress_of_2022() -> None:
    block = website_block(a_large_school(), SMALLEST)
    assert len(block.rows) == 4
    assert not block.progress
    assert "rogress" not in " ".join(cell for row in block.rows for cell in row)
    assert block.link.endswith(f"/school/{a_large_school().code}")
    assert "Writing and science are judged by teachers, not tested." in block.said
    heads = [head for head, _ in block.about]
    assert heads == ["Release", "Scope", "Purpose", "Warning"]


def test_progress_is_in_the_block_only_of_years_whose_progress_was_published() -> None:
    content = a_large_school()
    for year in range(2016, 2031):
        block = website_block(replace(content, year=year), SMALLEST)
        scores = [row for row in block.rows if row[0].startswith("Progress score")]
        due = year in {2016, 2017, 2018, 2019, 2023}
        assert block.progress == due
        assert len(scores) == (3 if due else 0)
        if due:
            assert " to " in scores[0][1], "never without its interval"
            assert scores[0][2] == "–"


def test_years_without_progress_by_their_rules_are_never_due() -> None:
    (item,) = [item for item in duty().items if item.progress]
    for year in item.years:
        rules = load_year(year, releases_of(year)[-1])
        assert rules.year.progress
        assert rules.year.school_tables_published


@pytest.mark.parametrize(
    ("year", "stage", "agencys", "said"),
    [
        (2023, "revised", True, ""),
        (2023, "final", True, ""),
        (2023, "provisional", True, "not published yet"),
        (2023, "unamended", True, "not published yet"),
        (2023, "final", False, "the agency's release"),
        (2022, "final", True, "No figures of schools have been published for 2022"),
    ],
)
def test_what_is_not_published_is_said(
    year: int,
    stage: str,
    agencys: bool,  # noqa: FBT001  # an example
    said: str,
) -> None:
    content = replace(a_large_school(), year=year, stage=stage)
    rules = load_year(year, releases_of(year)[-1])
    why = not_published(content, rules, agencys=agencys)
    assert (said in why) if said else (why == "")


def test_a_block_of_a_small_school_says_why_there_are_no_figures() -> None:
    few = next(one for one in schools() if int(one.pupils) < SMALLEST)
    block = website_block(few, SMALLEST)
    for row in block.rows:
        assert not NUMBER.search(row[1])
        assert "few pupils" in row[1]
    assert not any(
        NUMBER.search(text.replace("2019", "").replace("2022", "")) for text in block.said
    )
