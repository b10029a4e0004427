"""What files do to what was received: they add and refresh, and remove nothing."""

from datetime import date
from uuid import uuid4

import pytest
from cast_of_tests import YEAR
from files_of_tests import Gate, Row, row_of, sheet_file

from keystage.actions.errors import RefusedError
from keystage.actions.gateway import removing
from keystage.actions.gateway.receiving import knowing
from keystage.actions.gateway.standing import states
from keystage.actions.gateway.standing.numbers import NAMES, Counted, numbers_of, recount
from keystage.actions.gateway.taking.differences import Difference, differences
from keystage.actions.gateway.taking.merging import FACTS, Held, merge
from keystage.actions.gateway.taking.same_pupil import answer, questions
from keystage.actions.gateway.taking.submitting import submit
from keystage.actions.roll.cohort import add, take_out
from keystage.core.upn import check_letter
from keystage.store.models import (
    Organisation,
    Person,
    Pupil,
    ReceivedJudgement,
    ReceivedPupil,
    ReturnEvent,
    Sheet,
)

OTHER_UPN = check_letter("999030190001") + "999030190001"


@pytest.fixture
def rows(judged_sheet: Sheet, pupils: list[Pupil]) -> list[Row]:
    """The rows of everybody, with every judgement that is due."""
    assert judged_sheet.year == YEAR
    return [row_of(pupil) for pupil in pupils]


def test_a_second_file_adds_and_refreshes_and_each_value_says_where_it_is_from(
    gate: Gate, rows: list[Row]
) -> None:
    first = gate.take(sheet_file(rows[:4])).submission
    assert gate.kept.state_reason == "2 expected pupils are missing."
    assert states.not_yet(gate.kept) == "Not yet submitted: 2 expected pupils are missing."

    corrected = rows[0] | {"Forename": "Maybelle", "Writing": "GDS"}
    second = gate.take(sheet_file([corrected, *rows[4:]])).submission

    mabel = ReceivedPupil.objects.get(surname="Ashby")
    assert (mabel.forename, mabel.first, mabel.last) == ("Maybelle", first, second)
    kept = ReceivedJudgement.objects.filter(pupil=mabel).order_by("subject")
    assert [(one.subject, one.code, one.submission, one.version) for one in kept] == [
        ("science", "EXS", first, 1),
        ("writing", "GDS", second, 2),
    ]
    assert (gate.kept.state, gate.kept.version) == ("accepted", 2)
    assert ReceivedPupil.objects.count() == 6


def test_a_blank_never_overwrites() -> None:
    facts = dict.fromkeys(FACTS, "") | {"upn": OTHER_UPN, "surname": "Ngata", "sex": "F"}
    held = Held(pk=uuid4(), facts=facts, codes={"reading": ("BLW", "P4"), "maths": ("EXS", "")})
    blank = dict.fromkeys(FACTS, "") | {"upn": OTHER_UPN, "codes": {}, "scales": {}}

    (taken,) = merge([blank], [held], {})
    assert (taken.facts, taken.changes) == (facts, ())

    (taken,) = merge([blank | {"codes": {"reading": "BLW", "maths": "WTS"}}], [held], {})
    assert [(one.field, one.before, one.after) for one in taken.changes] == [
        ("maths", "EXS", "WTS")
    ]

    (taken,) = merge(
        [blank | {"codes": {"reading": "BLW"}, "scales": {"reading": "P5"}}], [held], {}
    )
    assert [(one.before, one.after) for one in taken.changes] == [("BLW P4", "BLW P5")]


def test_the_difference_is_the_same_before_and_after_a_file_is_taken(
    gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows[:5]))
    waiting = gate.give(sheet_file([rows[0] | {"Writing": "WTS"}, rows[5]]))

    before = differences(waiting)
    submit(waiting, by=gate.second)

    assert differences(waiting) == before
    assert before == (
        Difference(
            upn=rows[0]["UPN"], pupil="Ashby, Mabel", field="writing", before="EXS", after="WTS"
        ),
        Difference(
            upn=rows[5]["UPN"], pupil="Zhang, Wei", field="added", before="", after="Zhang, Wei"
        ),
    )
    assert differences(gate.give(b"")) == ()


def test_the_register_decides_who_is_missing_unexpected_and_incomplete(
    gate: Gate, sheet: Sheet, rows: list[Row], lead: Person, school: Organisation
) -> None:
    assert numbers_of(states.return_of(school, YEAR)) is not None
    stranger = Pupil.objects.create(
        school=school, upn=OTHER_UPN, surname="Ngata", forename="Tui", birth_date=date(2015, 3, 1)
    )
    gate.take(sheet_file([*rows[:5], row_of(stranger, Sex="F")]))

    numbers = numbers_of(gate.kept)
    assert numbers is not None
    assert numbers.missing == (Counted(upn=rows[5]["UPN"], name="Zhang, Wei"),)
    assert numbers.unexpected == (Counted(upn=OTHER_UPN, name="Ngata, Tui"),)
    assert (len(numbers.expected), len(numbers.complete), numbers.incomplete) == (6, 5, ())
    assert "1 expected pupil is missing, 1 pupil is not expected" in gate.kept.state_reason

    add(sheet=sheet, pupil=stranger, reason="Came late.", by=gate.first)
    zhang = sheet.cohort.get(pupil__surname="Zhang").pk
    take_out(sheet=sheet, member=zhang, reason="Left in autumn.", by=gate.first)
    assert (gate.kept.state, gate.kept.unexpected, gate.kept.missing) == ("accepted", 0, 0)


def test_the_first_file_is_counted_as_what_was_received_is(
    gate: Gate, sheet: Sheet, rows: list[Row]
) -> None:
    renamed = rows[0] | {"UPN": OTHER_UPN, "Former UPN": rows[0]["UPN"]}
    strange = rows[1] | {"UPN": check_letter("999030190009") + "999030190009"}
    sheet.cohort.filter(pupil__upn=rows[3]["UPN"]).update(reading="working_below")
    gate.take(sheet_file([renamed, strange, rows[2]]))
    counted = {name: getattr(gate.kept, name) for name in NAMES}

    again = recount(gate.kept)

    assert {name: getattr(again, name) for name in NAMES} == counted
    assert counted["missing"] == 4


def test_an_accepted_return_is_so_no_longer_when_the_register_asks_for_more(
    gate: Gate, sheet: Sheet, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows))
    newcomer = Pupil.objects.create(
        school=gate.school, upn=OTHER_UPN, surname="Ngata", birth_date=date(2015, 3, 1)
    )

    add(sheet=sheet, pupil=newcomer, reason="Came late.", by=gate.first)

    assert gate.kept.state == "received"
    last = ReturnEvent.objects.last()
    assert last is not None
    assert (last.before, last.reason) == ("accepted", "1 expected pupil is missing.")


def test_without_a_list_nothing_is_accepted(gate: Gate, pupils: list[Pupil]) -> None:
    gate.take(sheet_file([row_of(pupil) for pupil in pupils]))

    assert numbers_of(gate.kept) is None
    assert (gate.kept.state, gate.kept.expected) == ("received", None)
    assert "no list of expected pupils" in states.not_yet(gate.kept)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"UPN": OTHER_UPN}, "Name and date of birth are the same.", id="same person"),
        pytest.param(
            {"UPN": OTHER_UPN, "Surname": "Ashby-Lee"},
            "The file says that the UPN has changed.",
            id="former number",
        ),
    ],
)
def test_a_person_says_whether_a_pupil_with_another_upn_is_the_same(
    gate: Gate, rows: list[Row], changed: Row, why: str
) -> None:
    gate.take(sheet_file(rows))
    former = {"Former UPN": rows[0]["UPN"]} if "former" in why or "changed" in why else {}
    waiting = gate.give(sheet_file([rows[0] | changed | former, *rows[1:]]))

    (asked,) = questions(waiting)
    assert (asked.upn, asked.held_upn, asked.why) == (OTHER_UPN, rows[0]["UPN"], why)
    with pytest.raises(RefusedError, match="1 pupil of this file may have been received"):
        submit(waiting, by=gate.second)
    with pytest.raises(RefusedError, match="Nothing is asked"):
        answer(waiting, rows[1]["UPN"], same=True, by=gate.first)

    answer(waiting, OTHER_UPN, same=True, by=gate.first)
    submit(waiting, by=gate.second)

    pupil = ReceivedPupil.objects.get(upn=OTHER_UPN)
    assert (pupil.former_upn, ReceivedPupil.objects.count()) == (rows[0]["UPN"], 6)


def test_a_pupil_said_to_be_another_is_added_and_an_old_number_goes_to_the_pupil(
    gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows))
    waiting = gate.give(sheet_file([rows[0] | {"UPN": OTHER_UPN}, *rows[1:]]))
    answer(waiting, OTHER_UPN, same=True, by=gate.first)
    answer(waiting, OTHER_UPN, same=False, by=gate.first)
    submit(waiting, by=gate.second)
    assert ReceivedPupil.objects.count() == 7
    assert gate.kept.state == "received"


def test_a_file_with_the_number_of_before_finds_the_pupil_and_keeps_the_new_one(
    gate: Gate, rows: list[Row]
) -> None:
    renamed = rows[0] | {"UPN": OTHER_UPN, "Former UPN": rows[0]["UPN"]}
    gate.take(sheet_file([renamed, *rows[1:]]))

    waiting = gate.give(sheet_file([rows[0] | {"Writing": "GDS"}, *rows[1:]]))
    (asked,) = questions(waiting)
    assert asked.why == "The pupil was received with this former UPN."
    answer(waiting, asked.upn, same=True, by=gate.first)
    submit(waiting, by=gate.second)

    kept = ReceivedPupil.objects.get(surname="Ashby")
    assert (kept.upn, kept.former_upn) == (OTHER_UPN, rows[0]["UPN"])
    assert kept.judgements.get(subject="writing").code == "GDS"


def test_two_pupils_of_a_file_are_not_both_the_same_one(gate: Gate, rows: list[Row]) -> None:
    gate.take(sheet_file(rows))
    third = check_letter("999030190002") + "999030190002"
    twins = [rows[0] | {"UPN": OTHER_UPN}, rows[0] | {"UPN": third}]
    waiting = gate.give(sheet_file([*twins, *rows[1:]]))

    answer(waiting, OTHER_UPN, same=True, by=gate.first)
    with pytest.raises(RefusedError, match="Another pupil of this file"):
        answer(waiting, third, same=True, by=gate.first)


def test_a_pupil_goes_only_by_a_removal_and_no_file_brings_the_pupil_back(
    gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows))
    mabel = ReceivedPupil.objects.get(surname="Ashby")

    removing.remove(mabel, reason=removing.REASONS[0], detail="Year 5", by=gate.second)

    assert (gate.kept.state, gate.kept.missing) == ("received", 1)
    gate.take(sheet_file([rows[0] | {"Writing": "GDS"}, *rows[1:]]))
    mabel.refresh_from_db()
    assert (mabel.removed_reason, gate.kept.missing) == (removing.REASONS[0], 1)
    with pytest.raises(RefusedError, match="already"):
        removing.remove(mabel, reason=removing.REASONS[0], by=gate.second)

    removing.put_back(mabel, by=gate.second)
    assert gate.kept.state == "accepted"
    assert mabel.changes.filter(field="removed").count() == 2
    with pytest.raises(RefusedError, match="is in the return"):
        removing.put_back(mabel, by=gate.second)


@pytest.mark.parametrize(
    ("reason", "detail", "said"),
    [("moved away", "", "for this reason"), (removing.REASONS[0], "x" * 301, "longer than 300")],
)
def test_a_removal_has_one_of_the_reasons_of_the_collection(
    gate: Gate, rows: list[Row], reason: str, detail: str, said: str
) -> None:
    gate.take(sheet_file(rows[:1]))

    with pytest.raises(RefusedError, match=said):
        removing.remove(ReceivedPupil.objects.get(), reason=reason, detail=detail, by=gate.second)


def test_after_the_last_moment_nobody_goes_or_comes_back_unless_the_return_is_reopened(
    gate: Gate, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.take(sheet_file(rows))
    gone, there = ReceivedPupil.objects.order_by("upn")[:2]
    removing.remove(gone, reason=removing.REASONS[0], by=gate.second)
    monkeypatch.setattr(knowing, "today", lambda: date(2026, 7, 20))

    assert not removing.may_change(gate.kept)
    with pytest.raises(RefusedError, match="last moment for sending has passed"):
        removing.remove(there, reason=removing.REASONS[0], by=gate.second)
    with pytest.raises(RefusedError, match="last moment for sending has passed"):
        removing.put_back(gone, by=gate.second)

    states.reopen(gate.kept, reason="Somebody was taken out.", past=True, by=gate.second)
    removing.put_back(gone, by=gate.second)
    assert gate.kept.state == "accepted"
