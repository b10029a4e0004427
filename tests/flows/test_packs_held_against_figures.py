"""Packs of results day held against released figures of the same pupils, either being the later."""

import pytest
from snapshots_of_tests import YEAR

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.protecting import given_away
from keystage.flows.figures_pack.results_day import figures_told, lines_beside
from keystage.flows.results_day.pack import CLOSE, Pack, PackRow, beside

NAME, MEAN = "PTRWM_EXP", "READ_AVERAGE"


def released(pupils: int, share: str = "", mean: str = "") -> Content:
    texts = {"TELIG": ("composition", "pupils", str(pupils)),
             NAME: ("attainment", "percent", share), MEAN: ("average", "score", mean)}  # fmt: skip
    return Content(
        kind="school", code="900001", name="A", level="suppressed", year=2022, stage="final",
        release="2022 final 1", made_at="", pupils=str(pupils),
        figures=tuple(
            Figure(name=name, label=name, group="all", family=family, unit=unit, text=text,
                   state="shown" if text else "suppressed")
            for name, (family, unit, text) in texts.items()
        ),
    )  # fmt: skip


def pack(pupils: int, said: str, mean: str = "104") -> Pack:
    return Pack(
        rows=(
            PackRow(subject="All", label="Met", said=said, field=NAME),
            PackRow(subject="Reading", label="Average", said=mean, field=MEAN),
        ),
        threshold=6,
        notes=(),
        pupils=pupils,
    )


def gone(earlier: Pack, later: Content) -> frozenset[str]:
    told = figures_told(
        earlier.content(), code="900001", year=2022, label="pack 1", made_at="2022-07-05"
    )
    return given_away(later, [told], YEAR)


@pytest.mark.parametrize(
    ("said", "share", "withheld"),
    [
        ("18 of 30", "59%", True),
        ("18 pupils", "59%", True),
        ("Fewer than 6 of 30", "17%", True),
        ("At least 25 of 30", "86%", True),
        ("Not shown: too few pupils", "59%", False),
    ],
)
def test_a_release_withholds_what_a_pack_of_results_day_would_tell_of_a_pupil_who_left(
    said: str, share: str, *, withheld: bool
) -> None:
    assert gone(pack(30, said, "none"), released(29, share)) == ({NAME} if withheld else set())
    assert gone(pack(30, said, "none"), released(30, share)) == set(), "nobody left"
    assert gone(pack(36, said, "none"), released(29, share)) == set(), "seven left"


def test_an_average_of_a_pack_counts_as_one_of_a_release_does() -> None:
    assert gone(pack(25, "none", "104"), released(20, mean="105")) == {MEAN}
    assert gone(pack(30, "none", "104"), released(29, mean="105")) == set(), "59 points are open"


def test_a_pack_kept_without_fields_tells_how_many_pupils_there_were_and_no_more() -> None:
    kept = {"rows": [["All", "Met", "18 of 30"], ["Reading", "Met", "20 pupils"]]}
    told = figures_told(kept, code="900001", year=2022, label="pack 1", made_at="")
    assert [(one.name, one.text) for one in told.figures] == [("TELIG", "30")]


@pytest.mark.parametrize(
    ("said", "share", "shown"),
    [("18 of 30", "59%", CLOSE), ("18 of 30", "60%", "18 of 30"), ("18 of 30", "", "18 of 30")],
)
def test_a_pack_of_results_day_withholds_what_a_release_would_tell(
    said: str, share: str, shown: str
) -> None:
    """17 of 29 pupils are 59%, so the one who came reached the standard."""
    later, earlier = pack(30, said), released(29 if share != "60%" else 30, share, "104")
    made = beside(later, lines_beside(later, [earlier]))
    assert [row.said for row in made.rows] == [shown, "104"]
    assert made.rows[0].field == NAME


def test_an_average_that_differs_from_a_releases_is_not_told() -> None:
    later = pack(30, "18 of 30", "104")
    made = beside(later, lines_beside(later, [released(30, "60%", "103")]))
    assert [row.said for row in made.rows] == ["18 of 30", CLOSE]


def test_where_rounding_leaves_two_numbers_open_both_are_held_against_the_pack() -> None:
    later = pack(150, "75 of 150")
    lines = list(lines_beside(later, [released(150, "50%"), released(0, "50%"), released(150)]))
    assert [rows[0][2] for rows in lines if rows] == ["75 of 150", "75 of 150"]
    wide = list(lines_beside(later, [released(300, "50%"), released(3, "50%")]))
    assert [rows[0][2] for rows in wide if rows] == ["149 of 300", "151 of 300", "", ""]
