"""What changed between two returns: pupils, identities and results."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.flows.returns.differences import DIFFERENCES, Differences, differences
from keystage.records.returns import FILES, PUPILS, RESULTS, SLOTS, ReturnSet

_SLOTS = [("reading", "assessment"), ("writing", "assessment"), ("maths", "score"), (None, None)]
Pupil = dict[str, object]


def pupil(upn: str | None, results: dict[int, str | None] | None = None, **more: object) -> Pupil:
    """A pupil with results by slot."""
    identity = {"surname": "Ashdown", "forename": "Mabel", "birth_date": date(2014, 11, 3)}
    return {
        **identity,
        "sex": "F",
        "former_upn": None,
        "upn": upn,
        "results": results or {},
        **more,
    }


def returns(*pupils: Pupil) -> ReturnSet:
    """A return set of some pupils."""
    people = [{**one, "pupil": at, "file": 0, "line": at + 2} for at, one in enumerate(pupils)]
    rows = [
        (0, at, at + 2, slot, result, None)
        for at, one in enumerate(pupils)
        for slot, result in dict(one["results"]).items()  # type: ignore[call-overload]
    ]
    slots = [
        (at, "KS2", "ENG", 2026, f"S{at}", "TA", "C", "R", "NL", measure, kind)
        for at, (measure, kind) in enumerate(_SLOTS)
    ]
    return ReturnSet(
        files=pl.DataFrame(schema=dict(FILES)),
        pupils=pl.DataFrame(
            [[one.get(name) for name in PUPILS] for one in people], dict(PUPILS), orient="row"
        ),
        results=pl.DataFrame(rows, dict(RESULTS), orient="row"),
        slots=pl.DataFrame(slots, dict(SLOTS), orient="row"),
    )


def told(found: Differences) -> list[tuple[object, ...]]:
    """Differences without names."""
    return found.frame.drop("surname", "forename").rows()


def test_the_same_return_differs_in_nothing() -> None:
    one = returns(pupil("A", {0: "PK1", 3: "x"}), pupil(None), pupil("B"))

    found = differences(one, one)

    assert found.frame.is_empty()
    assert found.frame.schema == dict(DIFFERENCES)
    assert (found.pupils_old, found.pupils_new, found.unchanged) == (3, 3, 3)


def test_a_pupil_only_the_newer_has_is_added_with_the_results() -> None:
    found = differences(returns(pupil("A")), returns(pupil("A"), pupil("B", {1: "EXS"})))

    assert told(found) == [
        ("B", "pupil", None, "added", None, "in the file"),
        ("B", "result", "KS2 2026 writing teacher assessment", "added", None, "EXS"),
    ]
    assert found.pupils("added")["upn"].to_list() == ["B"]
    assert found.unchanged == 1


def test_a_pupil_only_the_older_has_is_removed() -> None:
    found = differences(returns(pupil("A"), pupil("B")), returns(pupil("A")))

    assert told(found) == [("B", "pupil", None, "removed", "in the file", None)]
    assert found.pupils("removed").height == 1


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("surname", "Birch", "surname"),
        ("forename", "Mab", "forename"),
        ("birth_date", date(2015, 1, 1), "date of birth"),
        ("sex", "M", "sex"),
    ],
)
def test_what_identifies_a_pupil_is_compared(field: str, value: object, what: str) -> None:
    found = differences(returns(pupil("A")), returns(pupil("A") | {field: value}))

    assert [(row[1], row[2], row[3], row[5]) for row in told(found)] == [
        ("identity", what, "changed", str(value))
    ]
    assert found.unchanged == 0


def test_a_new_number_that_names_the_former_is_the_same_pupil() -> None:
    old = returns(pupil("A", {1: "EXS"}))

    found = differences(old, returns(pupil("B", {1: "EXS"}, former_upn="A")))

    assert told(found) == [("B", "identity", "UPN", "changed", "A", "B")]


def test_a_former_number_that_another_pupil_has_is_not_followed() -> None:
    new = returns(pupil("A"), pupil("B", former_upn="A"))

    found = differences(returns(pupil("A")), new)

    assert [(row[0], row[1], row[3]) for row in told(found)] == [("B", "pupil", "added")]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("EXS", "GDS", "changed"),
        (None, "GDS", "added"),
        (" ", "GDS", "added"),
        ("EXS", None, "removed"),
        ("EXS", "", "removed"),
    ],
)
def test_results_are_added_changed_and_removed(
    old: str | None, new: str | None, change: str
) -> None:
    found = differences(returns(pupil("A", {1: old})), returns(pupil("A", {1: new})))

    assert [row[3] for row in told(found)] == [change]


@pytest.mark.parametrize(("old", "new"), [("EXS", " exs "), (None, ""), ("", "  ")])
def test_blanks_and_small_letters_are_no_difference(old: str | None, new: str | None) -> None:
    found = differences(returns(pupil("A", {1: old})), returns(pupil(" a ", {1: new})))

    assert [row[1:3] for row in told(found)] == [("identity", "UPN")]


def test_a_result_the_profile_does_not_know_is_named_by_its_row() -> None:
    found = differences(returns(pupil("A", {3: "1"})), returns(pupil("A", {3: "2"})))

    assert told(found)[0][2] == "KS2 ENG 2026 S3 TA C R NL"


def test_pupils_without_a_number_are_known_by_name_and_birth_date() -> None:
    old = returns(pupil(None, {1: "EXS"}), pupil(None, surname="Birch"))
    new = returns(pupil(None, surname="BIRCH "), pupil(None, {1: "GDS"}))

    found = differences(old, new)

    assert [row[1:4] for row in told(found)] == [
        ("result", "KS2 2026 writing teacher assessment", "changed"),
        ("identity", "surname", "changed"),
    ]


def test_a_pupil_who_is_there_twice_is_compared_one_by_one() -> None:
    old = returns(pupil("A", {1: "EXS"}), pupil("A", {1: "WTS"}))

    found = differences(old, returns(pupil("A", {1: "EXS"})))

    assert [row[1:4] for row in told(found)] == [
        ("pupil", None, "removed"),
        ("result", "KS2 2026 writing teacher assessment", "removed"),
    ]


_PUPILS = st.lists(
    st.builds(
        pupil,
        st.sampled_from(["A", "B", "C", None]),
        st.dictionaries(st.integers(0, 3), st.sampled_from(["EXS", "GDS", "", None])),
        surname=st.sampled_from(["Ashdown", "Birch"]),
    ),
    max_size=4,
).map(lambda people: returns(*people))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_PUPILS, _PUPILS)
def test_what_one_way_adds_the_other_way_removes(old: ReturnSet, new: ReturnSet) -> None:
    there, back = differences(old, new), differences(new, old)
    swapped = back.frame.rename({"old": "new", "new": "old"}).select(DIFFERENCES.keys())

    def comparable(frame: pl.DataFrame) -> list[tuple[object, ...]]:
        return sorted(frame.select("upn", "about", "what", "old", "new").rows(), key=repr)

    assert comparable(there.frame) == comparable(swapped)
    assert there.unchanged == back.unchanged


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_PUPILS)
def test_every_return_is_the_same_as_itself(one: ReturnSet) -> None:
    assert differences(one, one).frame.is_empty()
