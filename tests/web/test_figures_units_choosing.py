"""The schools of a unit as they are asked for: which, in which order, and how they are drawn."""

import pytest
from django.http import QueryDict
from msgspec.structs import replace

from keystage.flows.figures.schools_listed import Column, School, SchoolsTable, Shown, Standing
from keystage.web.figures_units.caterpillar import caterpillar
from keystage.web.figures_units.choosing import Asked, asked
from keystage.web.figures_units.register import Registered
from keystage.web.figures_units.rows import heads_of, row_of

COMBINED = "Share of pupils reaching the expected standard in reading, writing and maths"
COLUMNS = (
    Column(name="PTRWM_EXP", label=COMBINED, group="all", group_label="All pupils", subject=None,
           family="attainment", unit="percent"),
    Column(name="READPROG", label="Progress score in reading", group="all",
           group_label="All pupils", subject="reading", family="progress", unit="points"),
)  # fmt: skip
WITHHELD = Shown(text="", state="suppressed", said="Suppressed: few pupils")


def score(text: str, **given: object) -> Shown:
    return Shown(text=text, lower="-2.0", upper="4.0", **given)  # type: ignore[arg-type]  # of tests


SCHOOLS = (
    ("Ash Lane", "CY", "30", (Shown(text="61%"), score("1.2"))),
    ("birch Road", "AC", "9", (Shown(text="78%", may_rank=False), score("3.9", may_rank=False))),
    ("Cedar", "AC", "60", (Shown(text="70%"), score("-0.4"))),
    ("Dell", None, "4", (WITHHELD, WITHHELD)),
)
TABLE = SchoolsTable(
    kind="trust", code="T001", name="Fable Trust", level="complete", year=2022, stage="final",
    release="2022 final", made_at="2022-09-05T09:30:00+00:00", columns=COLUMNS,
    schools=tuple(
        School(urn=900001 + at, name=name, type=kind, type_label=kind or "", pupils=pupils,
               shown=shown)
        for at, (name, kind, pupils, shown) in enumerate(SCHOOLS)
    ),
    standings=(
        Standing(counts=True, joined="2018-09-01", years=4),
        Standing(counts=True, joined="2019-09-01", years=3),
        Standing(counts=True, years=3),
        Standing(counts=False, why="has no date of joining the trust"),
    ),
)  # fmt: skip


REGISTER = frozenset({
    Registered("900001", "Ash Lane", "Trust", "9990101", "Fableshire", opens=True),
    Registered("900002", "birch Road", "Trust", "9980202", "Riddleshire", opens=False),
})  # fmt: skip


def ask(query: str = "") -> Asked:
    return asked(QueryDict(query), TABLE, REGISTER)


def names(query: str = "") -> list[str]:
    return [one.school.name for one in ask(query).found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "Ash Lane, birch Road, Cedar, Dell"),
        ("turned=1", "Dell, Cedar, birch Road, Ash Lane"),
        ("order=pupils", "Cedar, Ash Lane, birch Road, Dell"),
        ("order=PTRWM_EXP", "Cedar, Ash Lane, birch Road, Dell"),
        ("order=PTRWM_EXP&turned=1", "Ash Lane, Cedar, birch Road, Dell"),
        ("order=READPROG&show=progress", "Ash Lane, Cedar, birch Road, Dell"),
        ("order=READPROG&show=attainment", "Ash Lane, birch Road, Cedar, Dell"),
        ("order=nonsense", "Ash Lane, birch Road, Cedar, Dell"),
        ("name=R", "birch Road, Cedar"),
        ("name=900003", "Cedar"),
        ("name=road+birch", "birch Road"),
        ("type=AC", "birch Road, Cedar"),
        ("type=ZZ", "Ash Lane, birch Road, Cedar, Dell"),
        ("counts=no", "Dell"),
        ("counts=yes&type=CY", "Ash Lane"),
        ("name=nobody", ""),
        ("name=9980202", "birch Road"),
        ("authority=Riddleshire", "birch Road"),
        ("authority=Elsewhere", "Ash Lane, birch Road, Cedar, Dell"),
        ("size=up-to-15", "birch Road, Dell"),
        ("size=up-to-60&type=AC", "Cedar"),
    ],
)
def test_schools_come_as_they_are_asked_for(query: str, expected: str) -> None:
    assert ", ".join(names(query)) == expected


def test_filters_in_use_are_named_in_words() -> None:
    used = ask("type=AC&size=up-to-15&show=progress&name=r&authority=Elsewhere").form.in_use()

    assert used == (
        ("name", "Name, URN or school number: r"),
        ("type", "Type of school: AC"),
        ("size", "Pupils at the end of key stage 2: Up to 15"),
    )


def test_provision_is_asked_for_where_schools_differ_by_it() -> None:
    special = replace(TABLE, schools=(*TABLE.schools[:3], replace(TABLE.schools[3], type="CYS")))
    found = asked(QueryDict("provision=Special"), special)

    assert [one.school.name for one in found.found] == ["Dell"]
    assert "provision" not in ask("provision=Special").form.fields


def test_schools_of_few_pupils_stand_in_no_order_of_a_figure() -> None:
    found = {one.school.name: one.ordered for one in ask("order=PTRWM_EXP").found}
    assert found == {"Cedar": True, "Ash Lane": True, "birch Road": False, "Dell": False}


def test_only_sets_with_figures_of_the_year_are_on_offer() -> None:
    offered = ask().form.fields["show"].choices  # type: ignore[attr-defined]  # of tests
    assert [key for key, _ in offered] == ["attainment", "progress"]


def test_heads_are_short_and_tell_what_they_order_by() -> None:
    heads = heads_of(ask("show=progress"))
    assert [(one.key, one.text) for one in heads] == [
        ("name", "School"), ("pupils", "Pupils"), ("READPROG", "Progress, reading"),
    ]  # fmt: skip


def test_a_row_says_how_a_school_counts_and_links_only_where_it_may() -> None:
    rows = [row_of(one, 2022, counted=True) for one in ask().found]

    assert [bool(row.href) for row in rows] == [True, False, False, False]
    assert [row.belongs for row in rows] == [*["Counts"] * 3, "Does not count"]
    assert rows[0].words == "4 years count. Joined 1 September 2018"
    assert rows[3].words == "It has no date of joining the trust"
    assert not rows[3].cells[0].shown


def test_schools_of_few_pupils_are_drawn_by_their_interval_or_not_at_all() -> None:
    wanted = ask("show=progress&order=READPROG")
    drawn = caterpillar(wanted.found, wanted.drawn, [("England", "0.0")])
    assert drawn is not None
    assert [(one.name, one.ordered) for one in drawn.lines] == [
        ("Ash Lane", True), ("Cedar", True), ("birch Road", False),
    ]  # fmt: skip
    assert [whose for _, whose in drawn.marks] == ["England"]
    assert drawn.zero == drawn.marks[0][0]

    shares = caterpillar(ask().found, "PTRWM_EXP", [])
    assert shares is not None
    assert [one.name for one in shares.lines] == ["Ash Lane", "Cedar"]


def test_nothing_is_drawn_where_no_school_has_the_figure() -> None:
    assert caterpillar(ask("counts=no").found, "PTRWM_EXP", []) is None
    assert caterpillar(ask().found, "", []) is None
