"""What taking a file changes, what it leaves, and the way back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.core.errors import UsageError
from keystage.core.upn import make_upn
from keystage.flows.roll.changes import applied, decisions_of, plan, settle, undo
from keystage.flows.roll.likeness.matching import match
from keystage.flows.roll.plans import Change, ChangePlan, Decision, Mode
from keystage.flows.roll.pupils import FIELDS, Facts, Incoming, Stored, Unread

TAKE = Decision(action="take", key="k0")
ADD, SKIP = Decision(action="add"), Decision(action="skip")
MODES: tuple[Mode, ...] = ("everything", "new", "existing", "numbers")


def numbered() -> Callable[[], str]:
    numbers: Iterator[int] = count(1)
    return lambda: f"n{next(numbers)}"


def stored(*facts: Facts) -> list[Stored]:
    return [Stored(key=f"k{at}", facts=one) for at, one in enumerate(facts)]


def rows(*facts: Facts) -> list[Incoming]:
    return [Incoming(row=at, line=at + 2, facts=one) for at, one in enumerate(facts)]


def taken(
    theirs: Facts, mine: Facts, mode: Mode = "everything", clear: Sequence[str] = ()
) -> ChangePlan:
    return plan(stored(theirs), rows(mine), {0: TAKE}, mode, clear=clear)


def told(planned: ChangePlan) -> list[tuple[str, object, object]]:
    return [(one.field, one.before, one.after) for one in planned.changes]


def test_a_field_that_differs_is_changed_and_the_others_are_not(ada: Facts) -> None:
    planned = taken(ada, replace(ada, surname="Bell", class_name="6A"))
    assert told(planned) == [("surname", "Ashdown", "Bell"), ("class_name", None, "6A")]
    assert planned.counts["changed"] == 1
    assert planned.counts["fields changed"] == 2
    assert not planned.changes_nothing


def test_a_blank_takes_nothing_away_unless_that_is_asked_for(ada: Facts) -> None:
    known = replace(ada, class_name="6A", former_upn="X")
    planned = taken(known, ada)
    assert planned.changes == ()
    assert planned.unchanged == ("k0",)
    assert planned.blanks == (("k0", "former_upn"), ("k0", "class_name"))
    cleared = taken(known, ada, clear=["class_name", "upn", "former_upn"])
    assert told(cleared) == [("class_name", "6A", None)]


def test_a_value_that_could_not_be_read_empties_nothing(ada: Facts) -> None:
    lost = Unread(row=0, line=2, field="DOB", text="?", reason="no date", name="birth_date")
    row = Incoming(row=0, line=2, facts=replace(ada, birth_date=None), unread=(lost,))
    planned = plan(stored(ada), [row], {0: TAKE}, "everything", clear=FIELDS)
    assert "birth_date" not in {one.field for one in planned.changes}


def test_a_name_in_capitals_is_the_name_that_is_stored(ada: Facts) -> None:
    planned = taken(replace(ada, surname="McDonald"), replace(ada, surname="MCDONALD"))
    assert planned.changes == ()
    assert planned.kept[0].reason == "the file writes the same name in capitals"
    assert told(taken(ada, replace(ada, surname="BELL"))) == [("surname", "Ashdown", "BELL")]


def test_a_number_that_changes_stays_as_the_former_one(
    ada: Facts, upn: Callable[[int], str]
) -> None:
    planned = taken(ada, replace(ada, upn=upn(2)), "numbers")
    assert told(planned) == [("upn", ada.upn, upn(2)), ("former_upn", None, ada.upn)]
    given_too = taken(ada, replace(ada, upn=upn(2), former_upn=upn(3)))
    assert ("former_upn", None, upn(3)) in told(given_too)


def test_a_temporary_number_never_replaces_a_permanent_one(ada: Facts) -> None:
    temporary = make_upn(999, 301, 2025, 1, "A")
    planned = taken(ada, replace(ada, upn=temporary))
    assert planned.changes == ()
    assert planned.kept[0].reason.startswith("a temporary number never")
    assert told(taken(replace(ada, upn=temporary), ada))[0] == ("upn", temporary, ada.upn)


def test_no_pupil_is_given_the_number_of_another(ada: Facts, upn: Callable[[int], str]) -> None:
    other = replace(ada, upn=upn(2), forename="Zoe")
    planned = plan(stored(ada, other), rows(replace(ada, upn=upn(2))), {0: TAKE}, "everything")
    assert planned.changes == ()
    assert planned.kept[0].reason == "another pupil has, or had, this number"
    added = plan(stored(ada), rows(ada, other, other), dict.fromkeys(range(3), ADD), "everything")
    assert [one.row for one in added.adds] == [1]
    assert [one.row for one in added.skipped] == [0, 2]


@pytest.mark.parametrize(
    ("mode", "adds", "changes", "skipped"),
    [
        ("everything", 1, ["upn", "former_upn", "class_name"], [2]),
        ("new", 1, [], [0, 2]),
        ("existing", 0, ["upn", "former_upn", "class_name"], [1, 2]),
        ("numbers", 0, ["upn", "former_upn"], [1, 2]),
    ],
)
def test_the_mode_says_what_is_taken(
    ada: Facts,
    upn: Callable[[int], str],
    mode: Mode,
    adds: int,
    changes: list[str],
    skipped: list[int],
) -> None:
    file = rows(
        replace(ada, upn=upn(2), class_name="6A"),
        replace(ada, upn=upn(3), forename="Zoe"),
        replace(ada, upn=upn(4), forename="Cy"),
        replace(ada, upn=upn(5), forename="Dee"),
    )
    planned = plan(stored(ada), file, {0: TAKE, 1: ADD, 2: SKIP}, mode)
    assert len(planned.adds) == adds
    assert [one.field for one in planned.changes] == changes
    assert [one.row for one in planned.skipped] == skipped
    assert all(one.reason for one in planned.skipped)
    assert planned.not_matched == (3,)


def test_only_what_needs_no_person_is_decided(ada: Facts, upn: Callable[[int], str]) -> None:
    file = rows(ada, replace(ada, upn=upn(2), forename="Zoe"), replace(ada, upn=upn(3)))
    assert decisions_of(match(stored(ada), file)) == {0: TAKE, 1: ADD}


def test_two_rows_for_one_pupil_and_rows_for_nobody_are_refused(ada: Facts) -> None:
    with pytest.raises(UsageError, match="Two rows"):
        plan(stored(ada), rows(ada, ada), {0: TAKE, 1: TAKE}, "everything")
    for key in (None, "gone"):
        with pytest.raises(UsageError, match="not stored"):
            plan(stored(ada), rows(ada), {0: Decision(action="take", key=key)}, "everything")


def test_what_changed_since_the_preview_is_a_conflict(ada: Facts) -> None:
    planned = taken(ada, replace(ada, surname="Bell", class_name="6A", forename="Adele"))
    now = stored(replace(ada, surname="Cole", class_name="6A"))
    settled = settle(planned, now)
    assert told(settled) == [("forename", "Ada", "Adele")]
    (conflict,) = settled.conflicts
    assert (conflict.field, conflict.stored, conflict.given) == ("surname", "Cole", "Bell")
    assert settled.counts["conflicts"] == 1
    gone = settle(planned, [])
    assert {one.reason for one in gone.conflicts} == {"the pupil is not stored any longer"}


def test_a_pupil_stored_since_the_preview_is_a_conflict(ada: Facts) -> None:
    planned = plan([], rows(ada), {0: ADD}, "everything", new_key=numbered())
    assert settle(planned, []) == planned
    (conflict,) = settle(planned, stored(ada)).conflicts
    assert conflict.reason == "a pupil with this number was stored since this was shown"
    assert settle(planned, applied([], planned)).changes_nothing


def test_the_way_back_leaves_what_was_changed_since(ada: Facts) -> None:
    planned = plan([], rows(ada), {0: ADD}, "everything", new_key=numbered())
    back = undo(planned)
    assert settle(back, applied([], planned)) == back
    (kept,) = settle(back, [Stored(key="n1", facts=replace(ada, surname="Bell"))]).conflicts
    assert kept.reason == "the pupil was changed since"
    assert settle(back, []).changes_nothing
    assert undo(back).adds == planned.adds


def test_a_change_knows_its_row_and_record(ada: Facts) -> None:
    (change,) = taken(ada, replace(ada, sex="M")).changes
    assert change == Change(row=0, key="k0", field="sex", before="F", after="M")


NUMBERS = [None, *(make_upn(999, 301, 2020, serial) for serial in range(4))]
NUMBERS.append(make_upn(999, 301, 2025, 1, "A"))
PUPILS = st.builds(
    Facts,
    upn=st.sampled_from(NUMBERS),
    former_upn=st.sampled_from([None, None, *NUMBERS]),
    surname=st.sampled_from(["Ashdown", "ASHDOWN", "O'Neill", None]),
    forename=st.sampled_from(["Ella", "Adam", None]),
    birth_date=st.sampled_from([date(2015, 2, 1), date(2015, 3, 2), None]),
    class_name=st.sampled_from(["6A", None]),
)


def of_school(pupils: list[Facts]) -> list[Stored]:
    """A roll in which no number is given twice, as the store keeps it."""
    seen: set[str | None] = set()
    kept = []
    for one in pupils:
        kept.append(replace(one, upn=None) if one.upn in seen else one)
        seen.add(one.upn)
    return stored(*kept)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PUPILS, max_size=6).map(of_school),
    st.lists(PUPILS, max_size=6),
    st.sampled_from(MODES),
    st.sets(st.sampled_from(sorted(FIELDS))),
    st.randoms(use_true_random=False),
)
def test_a_plan_can_be_undone_and_need_not_be_done_twice(
    roll: list[Stored], mine: list[Facts], mode: Mode, clear: set[str], chance: Random
) -> None:
    file = rows(*mine)
    keys = [one.key for one in roll]
    chance.shuffle(keys)
    options = [Decision(action="take", key=key) for key in keys] + [ADD, ADD, SKIP]
    chance.shuffle(options)
    decisions = dict(zip(range(len(file)), options, strict=False))
    planned = plan(roll, file, decisions, mode, clear=clear, new_key=numbered())
    after = applied(roll, planned)

    assert settle(planned, roll) == planned
    assert applied(after, undo(planned)) == tuple(roll)
    assert settle(undo(planned), after) == undo(planned)
    assert undo(undo(planned)).changes == planned.changes
    numbers = [one.facts.upn for one in after if one.facts.upn]
    assert len(numbers) == len(set(numbers))
    lost = {(one.key, one.field) for one in planned.changes if one.after is None}
    assert {field for _, field in lost} <= clear

    again = dict(decisions)
    again |= {one.row: Decision(action="take", key=one.key) for one in planned.adds}
    done = {one.row for one in planned.skipped}
    again = {row: one for row, one in again.items() if row not in done}
    held = any(one.reason.startswith("another pupil") for one in planned.kept)
    assert held or plan(after, file, again, mode, clear=clear).changes_nothing

    chance.shuffle(file)
    other = plan(roll, file, decisions, mode, clear=clear, new_key=numbered())
    assert (other.adds, other.changes) == (planned.adds, planned.changes)
