"""Files for pupils of the cohort: registrations merged and undone, and rows of nobody."""

from collections.abc import Callable

import pytest
from imports_of_tests import apply, seen, undo
from sheet_of_tests import member_of

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports import matching, uploads
from keystage.actions.imports.matching import Choice
from keystage.actions.roll.cohort import take_out
from keystage.actions.roll.registering import Registration, register
from keystage.flows.roll.refusal import RollRefusedError
from keystage.store.models import (
    Import,
    ImportRow,
    Judgement,
    Organisation,
    Person,
    Pupil,
    RegistrationChange,
    Sheet,
)

pytestmark = pytest.mark.django_db


def test_a_registration_list_changes_what_it_says_and_no_more(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    text = (
        "UPN,Surname,Forename,DOB,Reading,Maths,On register\n"
        f"{upn['Ashby']},Ashby,Mabel,01/01/2015,Working below,,yes\n"
        f"{upn['Patel']},Patel,Anika,04/01/2015,Registered,Registered,\n"
    )
    file = bring("registration", text)
    found = seen(file)
    assert [(one.what, one.before, one.after) for one in found.changes] == [
        ("reading registration", "Registered", "Below"),
        ("attendance register", "", "yes"),
    ]
    assert (found.unchanged, found.blanks) == (1, 3)
    apply(file, office)

    ashby = member_of(sheet, "Ashby")
    assert (ashby.reading, ashby.maths, ashby.on_register) == ("below", "registered", True)
    assert RegistrationChange.objects.filter(import_file=file).count() == 2
    undo(file, office)
    ashby.refresh_from_db()
    assert (ashby.reading, ashby.on_register) == ("registered", None)


def test_a_registration_nobody_knows_is_told_and_not_taken(
    bring: Callable[..., Import], upn: dict[str, str]
) -> None:
    file = bring("registration", f"UPN,Reading,On register\n{upn['Ashby']},Perhaps,maybe\n")

    told = [(one["field"], one["text"]) for one in file.reading["unread"]]
    assert told == [("Reading", "Perhaps"), ("On register", "maybe")]
    assert seen(file).changes_nothing


def test_a_registration_changed_since_stays(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    file = bring("registration", f"UPN,Reading,Maths\n{upn['Ashby']},Below,Below\n")
    apply(file, office)
    ashby = member_of(sheet, "Ashby")
    again = Registration(member=ashby.pk, values={"reading": "left"}, seen=ashby.version)
    register(sheet=sheet, registrations=[again], by=By(office), reason="Asked")

    file.refresh_from_db()
    with pytest.raises(ChangedMeanwhileError):
        undo(file, office)
    undo(file, office, leave_changed=True)
    ashby.refresh_from_db()
    assert (ashby.reading, ashby.maths) == ("left", "registered")


def test_a_transfer_file_is_no_registration_list(bring: Callable[..., Import]) -> None:
    with pytest.raises(RollRefusedError, match="no registrations"):
        bring("registration", "<CTfile><Header/></CTfile>")


def test_rows_of_nobody_are_listed_and_never_dropped(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    text = (
        "UPN,Surname,Forename,DOB,Writing\n"
        f"{upn['Ashby']},Ashby,Mabel,01/01/2015,EXS\n"
        ",Nobody,Ned,02/02/2015,WTS\n"
    )
    file = bring("judgements", text)
    assert [one.line for one in seen(file).not_matched] == [3]
    with pytest.raises(RefusedError, match="adds nobody to the roll"):
        matching.decide(
            file=file,
            choices={file.rows.get(line=3).pk: Choice(what=ImportRow.Decision.ENROL)},
            by=By(office),
        )
    apply(file, office)
    assert Judgement.objects.count() == 1
    assert not Pupil.objects.filter(surname="Nobody").exists()


def test_one_taken_out_of_the_cohort_is_listed(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    take_out(sheet=sheet, member=member_of(sheet, "Ashby").pk, reason="Left", by=By(office))
    found = seen(bring("judgements", f"UPN,Writing\n{upn['Ashby']},EXS\n"))

    assert found.changes_nothing
    assert "not in the cohort" in found.skipped[0].reason


def test_a_season_without_a_sheet_takes_nothing_but_a_roll(
    school: Organisation, office: Person
) -> None:
    with pytest.raises(RefusedError, match="not loaded"):
        uploads.bring_in(
            school=school,
            year=2026,
            kind="results",
            data=b"UPN,Reading outcome\nX,A",
            name="r.csv",
            by=By(office),
        )
    assert not Import.objects.exists()


def test_a_number_alone_waits_for_a_person_who_may_take_all_at_once(
    school: Organisation, sheet: Sheet, upn: dict[str, str], office: Person
) -> None:
    text = f"UPN,Writing\n{upn['Ashby']},EXS\n{upn['Patel']},EXS\nA999030129999,EXS\n"
    file = uploads.bring_in(
        school=school, year=2026, kind="judgements", data=text.encode(), name="t.csv", by=By(office)
    )
    assert set(file.rows.values_list("decision", flat=True)) == {"undecided"}

    assert matching.confirm_numbers(file=file, by=By(office)) == 2
    assert matching.confirm_numbers(file=file, by=By(office)) == 0
    assert matching.undecided(file) == 1
    assert {row.decided_by for row in file.rows.filter(decision="accept")} == {office}
