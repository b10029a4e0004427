"""How far marks are from the standards, when a review is free, and what one mark would change."""

import pytest
from results_of_tests import COLLECTION, TABLE

from keystage.core.errors import InputError
from keystage.core.subjects import Subject
from keystage.flows.results_day.charging import free_because, free_within
from keystage.flows.results_day.effects import effects
from keystage.flows.results_day.tables import conversion_given, distance, kept, table_of
from keystage.formats.conversion import conversion_for
from keystage.statute.collection_loader import load_collection
from keystage.statute.reviews import Charging, load_reviews

RULE = load_reviews(2025).charging or pytest.fail("the rule of 2025 was read")
SCALE = COLLECTION.scale


def test_the_distance_of_a_mark_is_the_marks_that_lack_to_each_standard() -> None:
    found = distance(TABLE, Subject.READING, 25, COLLECTION)

    assert found is not None
    lowest = min(mark for mark, score in TABLE.reading if score >= SCALE.expected)
    assert found.expected == lowest - 25
    assert (found.score, found.one_more, found.one_less) == (98, 99, 97)
    assert found.higher is not None
    assert found.higher > found.expected
    assert not found.close


@pytest.mark.parametrize(("mark", "close"), [(26, True), (27, True), (28, False)])
def test_a_mark_is_close_where_one_more_or_one_less_decides(mark: int, *, close: bool) -> None:
    lowest = min(one for one, score in TABLE.reading if score >= SCALE.expected)
    assert lowest == 27

    found = distance(TABLE, Subject.READING, mark, COLLECTION)

    assert found is not None
    assert found.close == close


def test_no_mark_beyond_the_ends_of_the_test_is_told_of() -> None:
    top, bottom = (distance(TABLE, Subject.READING, mark, COLLECTION) for mark in (50, 0))

    assert top is not None
    assert bottom is not None
    assert (top.one_more, bottom.one_less, bottom.score) == (None, None, None)
    with pytest.raises(InputError, match="51 is not a mark"):
        distance(TABLE, Subject.READING, 51, COLLECTION)


def test_a_test_without_a_table_has_no_distance() -> None:
    assert distance(conversion_for(load_collection(2024)), Subject.MATHS, 60, COLLECTION) is None


@pytest.mark.parametrize(
    ("marks", "scores", "erred", "why"),
    [
        ((26, 27), (99, 100), False, ("threshold",)),
        ((27, 26), (100, 99), False, ("threshold",)),
        ((38, 39), (109, 110), False, ("threshold",)),
        ((30, 32), (102, 104), False, ("marks",)),
        ((32, 30), (104, 102), False, ("marks",)),
        ((30, 31), (102, 103), False, ()),
        ((30, 30), (102, 102), False, ()),
        ((30, 30), (102, 102), True, ("supplier",)),
        ((25, 28), (98, 101), True, ("threshold", "marks", "supplier")),
        ((None, 30), (None, 102), False, ("threshold",)),
        ((2, 1), (None, None), False, ()),
    ],
)
def test_a_review_is_free_for_a_threshold_for_two_marks_or_for_the_suppliers_mistake(
    marks: tuple[int | None, int | None],
    scores: tuple[int | None, int | None],
    erred: bool,  # noqa: FBT001  # a column of the table
    why: tuple[str, ...],
) -> None:
    assert free_because(RULE, SCALE, marks=marks, scores=scores, supplier_erred=erred) == why


@pytest.mark.parametrize(
    ("expected", "higher", "found"),
    [(1, 12, (2, 1)), (0, 11, (1, 2)), (-1, 1, (2, 1)), (-20, -9, (2, 2)), (None, None, (2, 2))],
)
def test_one_or_two_marks_make_a_review_free(
    expected: int | None, higher: int | None, found: tuple[int, int]
) -> None:
    assert free_within(RULE, expected, higher) == found


def test_where_a_crossed_threshold_is_not_free_only_marks_count() -> None:
    strict = Charging(
        source="x",
        confidence="C",
        free_when_threshold_crossed=False,
        free_from_marks=3,
        free_when_supplier_erred=False,
    )

    assert free_within(strict, 1, 12) == (3, 3)
    assert free_because(strict, SCALE, marks=(26, 27), scores=(99, 100), supplier_erred=True) == ()


def test_a_table_is_kept_and_read_back_the_same() -> None:
    again = table_of(kept(TABLE))

    assert again is not None
    assert [again.of(test) for test in (Subject.READING, Subject.GPS, Subject.MATHS)] == [
        TABLE.reading,
        TABLE.gps,
        TABLE.maths,
    ]
    assert (kept(None), table_of({}), table_of({"reading": []})) == ({}, None, None)


def test_a_table_is_read_of_a_sheet_or_of_a_statute_file() -> None:
    lines = ["mark,reading", *(f"{mark},{score}" for mark, score in TABLE.reading)]
    sheet = conversion_given("\n".join(lines).encode(), "table.csv", COLLECTION)
    pairs = ", ".join(f"[{mark}, {score}]" for mark, score in TABLE.reading)
    text = (
        '[year]\nid = 2026\n[sources.a]\ntitle = "A"\nread_on = 2026-07-16\n'
        f'[conversion]\nsource = "a"\nconfidence = "A"\nreading = [{pairs}]\n'
    )

    assert sheet.reading == TABLE.reading
    assert conversion_given(text.encode(), "table.toml", COLLECTION).reading == TABLE.reading


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"mark,reading\n3,80\n5,81\n", "table.csv", "table.csv, line 3: This row leaves out"),
        (
            b"[year]\nid = 2025\n",
            "table.toml",
            "table.toml, table \\[year\\], line 2: The file is for 2025",
        ),
        (b"[year]\nid = 2026\n", "table.toml", "There is no table of scaled scores in it"),
    ],
)
def test_a_table_that_holds_not_is_refused_by_the_name_of_the_upload(
    data: bytes, name: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        conversion_given(data, name, COLLECTION)


def pupil(upn: str, score: int) -> dict[str, object]:
    outcome = "AS" if score >= 100 else "NS"
    return {
        "URN": 900003, "UPN": upn, "P_INCL": "201", "READOUTCOME": outcome, "READSCORE": score,
        "MATOUTCOME": outcome, "MATSCORE": score, "WRITTAOUTCOME": "EXS",
    }  # fmt: skip


def test_one_mark_more_is_told_in_figures_with_it_and_without() -> None:
    rows = [pupil(f"A{at}", 104) for at in range(9)] + [pupil("B", 99) | {"MATSCORE": 105}]
    rows[-1]["MATOUTCOME"] = "AS"

    found = effects(
        rows, 2025, "final", urn=900003, upn="B", subject=Subject.READING, score=100, outcome="AS"
    )

    told = {one.field: (one.before, one.after, one.pupils) for one in found if one.moves}
    assert told["PTREAD_EXP"] == ("90%", "100%", 1)
    assert told["PTRWM_EXP"] == ("90%", "100%", 1)
    assert "PTMAT_EXP" not in told
