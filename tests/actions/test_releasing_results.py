"""Released results: nothing before the minute; each sees what is theirs; versions; files."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR
from django.db import connection
from django.test.utils import CaptureQueriesContext
from releases_of_tests import HEAD, Agency, file_of, freeze, line, marks_of, table_file

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.releases import places, releasing
from keystage.actions.releases.downloading import Form, download
from keystage.actions.releases.into_sheet import bring_into_sheet
from keystage.actions.releases.released import released_to, released_to_receiving
from keystage.core.errors import InputError
from keystage.core.subjects import TESTED, Subject
from keystage.store.models import (
    ConfirmedPlace,
    Import,
    Organisation,
    Person,
    Pupil,
    ResultsRelease,
    Sheet,
)

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
Kind = ResultsRelease.Kind
FORMS: tuple[Form, ...] = ("csv", "ctf")


@pytest.fixture
def secondary(authority: Organisation) -> Organisation:
    return Organisation.objects.create(
        kind="school", code="900090", name="Hilltop Secondary", number="9990490"
    )


@pytest.fixture
def officer(person: object, authority: Organisation) -> By:
    return By(person("authority_officer", authority, name="Olu Officer"), "test")  # type: ignore[operator]


def test_nothing_is_seen_before_the_minute_and_everything_from_it_on(
    agency: Agency, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.release(marks_of(pupils))
    school = pupils[0].school

    freeze(monkeypatch, agency.at - SECOND)
    before = released_to(school, YEAR)
    freeze(monkeypatch, agency.at)
    after = released_to(school, YEAR)

    assert (before.releases, before.results, before.conversion) == ((), (), None)
    assert len(after.results) == 18
    assert after.conversion is not None
    assert after.conversion.of(Subject.READING)


def test_a_release_that_nobody_approved_is_seen_at_no_time(
    agency: Agency, pupils: list[Pupil]
) -> None:
    agency.prepare(marks_of(pupils))

    assert released_to(pupils[0].school, YEAR, now=agency.at + DAY).results == ()
    assert released_to(agency.organisation, YEAR, now=agency.at + DAY).results == ()


def test_a_release_that_was_taken_back_is_seen_no_longer(
    agency: Agency, pupils: list[Pupil]
) -> None:
    made = agency.release(marks_of(pupils))
    releasing.withdraw(release=made, reason="Wrong marks", by=agency.one)

    assert released_to(pupils[0].school, YEAR, now=agency.at + DAY).results == ()
    assert made.results.count() == 18


def test_each_sees_its_own_schools(
    agency: Agency,
    pupils: list[Pupil],
    authority: Organisation,
    trust: Organisation,
    other_school: Organisation,
) -> None:
    other = Pupil.objects.create(school=other_school, upn="A999030220001", surname="B")
    agency.release(marks_of([*pupils, other]))

    def seen(whose: Organisation, school: Organisation | None = None) -> set[str]:
        found = released_to(whose, YEAR, school=school, now=agency.at)
        return {row.school.code for row in found.results}

    assert seen(pupils[0].school) == seen(trust) == {"900003"}
    assert seen(other_school) == seen(authority, other_school) == {"900004"}
    assert seen(authority) == seen(agency.organisation) == {"900003", "900004"}
    assert seen(trust, other_school) == set()


def test_the_number_of_queries_does_not_grow_with_the_pupils(
    agency: Agency, pupils: list[Pupil]
) -> None:
    agency.release(marks_of(pupils))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        released = released_to(pupils[0].school, YEAR, now=agency.at)
        assert released.conversion

    assert len(queries) == 3


def test_a_later_release_is_a_version_and_its_differences_are_told_by_pupil(
    agency: Agency, pupils: list[Pupil]
) -> None:
    agency.release(marks_of(pupils[:5]))
    agency.release(marks_of(pupils[5:]), Kind.LATE)
    corrected = file_of([line(pupils[0], "reading", 30), line(pupils[1], "reading", 26)])
    agency.release(corrected, Kind.CORRECTED, schools_at=agency.at + DAY,
                   receiving_at=agency.at + 2 * DAY)  # fmt: skip

    first = released_to(pupils[0].school, YEAR, now=agency.at)
    second = released_to(pupils[0].school, YEAR, now=agency.at + DAY)

    assert [release.version for release in first.releases] == [1, 2]
    assert len(first.results) == len(second.results) == 18
    late = {(one.result.upn, one.before) for one in first.differences}
    assert late == {(pupils[5].upn, None)}
    changed = [one for one in second.differences if one.before is not None]
    assert [(one.result.upn, dict(one.changes())) for one in changed] == [
        (pupils[0].upn, {"raw_mark": (26, 30), "scaled_score": (99, 102), "outcome": ("NS", "AS")})
    ]


def confirm(authority: Organisation, by: By, *rows: tuple[str, str]) -> places.PlacesPreview:
    data = "\n".join(["UPN,Receiving school URN", *map(",".join, rows)]).encode()
    seal = places.preview(authority, YEAR, data, "places.csv").seal
    return places.confirm(
        authority=authority, year=YEAR, data=data, name="places.csv", seal=seal, by=by
    )


def test_a_receiving_school_sees_its_intake_a_day_later_and_nobody_else(
    agency: Agency,
    pupils: list[Pupil],
    authority: Organisation,
    secondary: Organisation,
    officer: By,
) -> None:
    agency.release(marks_of(pupils))
    confirm(authority, officer, (pupils[0].upn, secondary.code), (pupils[1].upn, "900004x"))

    def seen(now: object) -> set[str]:
        found = released_to_receiving(secondary, YEAR, now=now)  # type: ignore[arg-type]
        return {row.upn for row in found.results}

    assert seen(agency.at) == seen(agency.at + DAY - SECOND) == set()
    assert seen(agency.at + DAY) == {pupils[0].upn}
    assert released_to(secondary, YEAR, now=agency.at + DAY).results == ()
    assert places.withdraw(authority=authority, year=YEAR, receiving=secondary, by=officer) == 1
    assert seen(agency.at + DAY) == set()


def test_a_place_moves_with_the_pupil_and_what_cannot_be_taken_says_why(
    pupils: list[Pupil],
    authority: Organisation,
    secondary: Organisation,
    other_school: Organisation,
    officer: By,
) -> None:
    upn = pupils[0].upn
    confirm(authority, officer, (upn, secondary.code))
    data = (
        "UPN,Receiving school URN\n"
        f"{upn},{other_school.code}\n{pupils[1].upn},1\n"
        f"{pupils[2].upn},{secondary.code}\n{pupils[2].upn},{secondary.code}\n"
        f"Z9,{secondary.code}\n,{secondary.code}\n"
    ).encode()

    found = places.preview(authority, YEAR, data, "places.csv")

    assert [row.what for row in found.rows] == [
        "moved",
        "There is no school with this URN.",
        "The pupil is in the list more than once.",
        "The pupil is in the list more than once.",
        "No school of the authority has this pupil.",
        "The UPN is missing.",
    ]
    with pytest.raises(ChangedMeanwhileError):
        places.confirm(
            authority=authority, year=YEAR, data=data, name="p.csv", seal="9 new", by=officer
        )
    confirm(authority, officer, (upn, other_school.code))
    standing = ConfirmedPlace.objects.get(upn=upn, withdrawn_at__isnull=True)
    assert standing.receiving == other_school
    with pytest.raises(RefusedError, match="change nothing"):
        confirm(authority, officer, (upn, other_school.code))
    with pytest.raises(InputError, match="empty"):
        places.preview(authority, YEAR, b" ", "p.csv")


def test_nobody_moves_a_place_that_another_authority_confirmed(
    pupils: list[Pupil], authority: Organisation, secondary: Organisation, officer: By
) -> None:
    other = Organisation.objects.create(kind="authority", code="998", name="Far")
    ConfirmedPlace.objects.create(
        authority=other,
        year=YEAR,
        upn=pupils[0].upn,
        receiving=secondary,
        confirmed_at="2026-07-01T00:00Z",
        confirmed_by=officer.who,
    )
    data = f"UPN,URN\n{pupils[0].upn},{secondary.code}\n".encode()

    assert places.preview(authority, YEAR, data, "p.csv").refused[0].what == (
        "Another authority confirmed a place of this pupil."
    )


def test_nothing_is_downloaded_or_taken_before_the_minute(
    agency: Agency, sheet: Sheet, lead: Person, pupils: list[Pupil]
) -> None:
    agency.release(marks_of(pupils))
    school = pupils[0].school
    early = released_to(school, YEAR)

    with pytest.raises(RefusedError, match="not out yet"):
        download(organisation=school, released=early, part="tests", form="csv", by=agency.one)
    with pytest.raises(RefusedError, match="not out yet"):
        bring_into_sheet(school=school, year=YEAR, by=By(lead, "test"))
    assert not Import.objects.exists()


def test_taking_results_changes_nothing_until_a_person_applies_the_file(
    agency: Agency,
    sheet: Sheet,
    lead: Person,
    pupils: list[Pupil],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at)

    file = bring_into_sheet(school=sheet.school, year=YEAR, by=By(lead, "test"))
    again = bring_into_sheet(school=sheet.school, year=YEAR, by=By(lead, "test"))

    assert file == again
    assert (file.state, file.kind, file.rows.count()) == ("review", "results", 6)
    assert not sheet.cohort.filter(results__isnull=False).exists()


def test_what_one_release_corrected_stays_told_after_another_that_repeats_it(
    agency: Agency, pupils: list[Pupil]
) -> None:
    agency.release(marks_of(pupils))
    agency.release(file_of([line(pupils[0], "reading", 30)]), Kind.CORRECTED)
    agency.release(marks_of(pupils, {"reading": 30}), Kind.CORRECTED)

    found = released_to(pupils[0].school, YEAR, now=agency.at).differences

    told = {(one.result.upn, one.result.release.version) for one in found}
    assert (pupils[0].upn, 2) in told
    assert (pupils[0].upn, 3) not in told
    assert (pupils[1].upn, 3) in told


def test_marks_of_papers_that_were_exchanged_are_a_difference(
    agency: Agency, pupils: list[Pupil]
) -> None:
    for kind, papers in ((Kind.FULL, "31,9"), (Kind.CORRECTED, "30,10")):
        text = f"{HEAD},Paper 1,Paper 2\n{line(pupils[0], 'gps', 40)},{papers}\n"
        agency.release(text.encode(), kind)

    (found,) = released_to(pupils[0].school, YEAR, now=agency.at).differences

    assert found.changes() == {"papers": ({"1": 31, "2": 9}, {"1": 30, "2": 10})}


def test_a_later_table_of_one_test_leaves_those_of_the_others_in_force(
    agency: Agency, pupils: list[Pupil]
) -> None:
    agency.release(marks_of(pupils))
    reading = b"\n".join(
        row.rpartition(b",")[0].rpartition(b",")[0] for row in table_file().split()
    )
    agency.release(file_of([line(pupils[0], "reading", 30)]), Kind.LATE, table=reading)

    found = released_to(pupils[0].school, YEAR, now=agency.at).conversion

    assert found is not None
    assert all(found.of(test) for test in TESTED)


def test_a_list_of_places_that_would_do_as_much_to_others_is_looked_at_again(
    pupils: list[Pupil], authority: Organisation, secondary: Organisation, officer: By
) -> None:
    one, other = (pupil.upn for pupil in pupils[:2])
    confirm(authority, officer, (one, secondary.code))
    data = "\n".join(["UPN,URN", *(f"{upn},{secondary.code}" for upn in (one, other))]).encode()
    seen = places.preview(authority, YEAR, data, "p.csv")
    places.withdraw(authority=authority, year=YEAR, receiving=secondary, by=officer)
    confirm(authority, officer, (other, secondary.code))

    assert places.preview(authority, YEAR, data, "p.csv").words == seen.words
    with pytest.raises(ChangedMeanwhileError):
        places.confirm(
            authority=authority, year=YEAR, data=data, name="p.csv", seal=seen.seal, by=officer
        )
