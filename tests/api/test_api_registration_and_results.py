"""Registrations through the API, and results once they are out."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from cast_of_tests import YEAR
from django.db.models import F
from releases_of_tests import Agency, marks_of
from systems_of_tests import Let

from keystage.actions.releases.downloads import downloads_of
from keystage.actions.roll import registering
from keystage.actions.roll.closing import Closing
from keystage.actions.roll.cohort_history import lock
from keystage.flows.register.consequences import PLACES
from keystage.store.models import Pupil, RegistrationChange, Sheet
from keystage.web.api import registration

pytestmark = pytest.mark.django_db
REASON = {"reason": "The governors were told."}


@pytest.fixture(autouse=True)
def registration_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the deadline of registration, whatever the day is."""
    monkeypatch.setattr(registering, "closing_of", lambda _: Closing.OPEN)


def test_registrations_are_changed_by_pupil_and_a_conflict_changes_nothing(
    let: Let, sheet: Sheet
) -> None:
    system = let("registration:read", "registration:write")
    first, second, third, *_ = system.get("/registration").json()["pupils"]
    changes = [
        {"pupil": first["pupil"], "version": first["version"], "maths": "below"},
        {"pupil": second["pupil"], "version": second["version"], "reading": "registered"},
        {"pupil": third["pupil"], "version": third["version"] + 1, "gps": "below"},
    ]

    answer = system.send("PATCH", "/registration", {"changes": changes})

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "saved": [first["pupil"]],
        "unchanged": [second["pupil"]],
        "conflicts": [third["pupil"]],
    }
    assert sheet.cohort.get(pupil=first["pupil"]).maths == "below"
    assert RegistrationChange.objects.get().by.name == "Hester Adebayo"


def test_who_saw_an_earlier_version_changes_nothing(let: Let, sheet: Sheet) -> None:
    system = let("registration:read", "registration:write")
    seen = system.get("/registration")
    assert system.get("/registration", **{"If-None-Match": seen["ETag"]}).status_code == 304
    one = seen.json()["pupils"][0]
    body = {"changes": [{"pupil": one["pupil"], "version": one["version"], "maths": "below"}]}

    stale = {"If-Match": '"0"'}
    assert system.send("PATCH", "/registration", body, **stale).status_code == 412
    assert not RegistrationChange.objects.exists()
    match = {"If-Match": seen["ETag"]}
    assert system.send("PATCH", "/registration", body, **match).status_code == 200
    assert system.get("/registration", **{"If-None-Match": seen["ETag"]}).status_code == 200


def test_the_version_is_compared_once_nobody_else_can_change_it(
    let: Let, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = let("registration:read", "registration:write")
    seen = system.get("/registration")
    one = seen.json()["pupils"][0]
    body = {"changes": [{"pupil": one["pupil"], "version": one["version"], "maths": "below"}]}

    def lock_behind_another(wanted: Sheet) -> Sheet:
        Sheet.objects.filter(pk=wanted.pk).update(content_version=F("content_version") + 1)
        return lock(wanted)

    monkeypatch.setattr(registration, "lock", lock_behind_another, raising=False)
    answer = system.send("PATCH", "/registration", body, **{"If-Match": seen["ETag"]})

    assert answer.status_code == 412
    assert not RegistrationChange.objects.exists()


def test_after_the_lock_a_change_needs_a_reason(
    let: Let, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "closing_of", lambda _: Closing.LOCKED)
    system = let("registration:read", "registration:write")
    one = system.get("/registration").json()["pupils"][0]
    change = {"pupil": one["pupil"], "version": one["version"], "maths": "below"}

    refused = system.send("PATCH", "/registration", {"changes": [change]})
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    taken = system.send("PATCH", "/registration", {"changes": [change], **REASON})
    assert taken.json()["saved"] == [one["pupil"]]


def test_what_a_change_decides_elsewhere_is_told_before_it_is_made(let: Let, sheet: Sheet) -> None:
    system = let("registration:read", "registration:write")
    first, second, third, *_ = system.get("/registration").json()["pupils"]
    changes = [
        {"pupil": first["pupil"], "version": first["version"], "maths": "below"},
        {"pupil": second["pupil"], "version": second["version"], "maths": second["maths"]},
        {"pupil": third["pupil"], "version": third["version"] + 1, "gps": "below"},
    ]

    told = system.send("POST", "/registration/preview", {"changes": changes}).json()

    assert [one["pupil"] for one in told["changing"]] == [first["pupil"], third["pupil"]]
    assert told["changing"][0]["fields"] == ["maths"]
    assert [one["place"] for one in told["changing"][0]["decides"]] == list(PLACES)
    assert told["conflicts"] == [third["pupil"]]
    assert told["reason_needed"] is True
    assert not RegistrationChange.objects.exists()

    changes[0]["maths"] = "no such code"
    refused = system.send("POST", "/registration/preview", {"changes": changes})
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    nobody = [{"pupil": "00000000-0000-4000-8000-000000000000", "version": 1}]
    assert system.send("POST", "/registration/preview", {"changes": nobody}).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"version": 1, "maths": "no such code"}, 422),
        ({"version": 1, "maths": "m" * 21}, 422),
        ({"version": 2**31, "maths": "registered"}, 422),
        ({"version": "1"}, 422),
        ({"version": 1, "writing": "EXS"}, 422),
        ({"version": 1, "pupil": "00000000-0000-4000-8000-000000000000"}, 404),
    ],
)
def test_what_is_no_registration_is_refused_whole(
    let: Let, sheet: Sheet, change: dict[str, object], status: int
) -> None:
    system = let("registration:read", "registration:write")
    pupil = str(sheet.cohort.all()[0].pupil_id)
    sent = {"changes": [{"pupil": pupil, **change}]}

    assert system.send("PATCH", "/registration", sent).status_code == status
    assert not RegistrationChange.objects.exists()


def test_a_season_that_was_not_loaded_is_not_there(let: Let, sheet: Sheet) -> None:
    sheet.delete()

    assert let("registration:read").get("/registration").status_code == 404


def test_results_come_with_their_minute_and_not_before(
    let: Let, sheet: Sheet, pupils: Sequence[Pupil], agency: Agency
) -> None:
    assert sheet.year == YEAR
    release = agency.release(marks_of(pupils))
    system = let("results:read")

    before = system.get("/results")
    assert (before.status_code, before.json()) == (200, {"releases": [], "results": []})
    again = system.get("/results", **{"If-None-Match": before["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    type(release).objects.update(schools_at=agency.at - timedelta(hours=2))
    after = system.get("/results", **{"If-None-Match": before["ETag"]})
    told = after.json()
    assert (after.status_code, len(told["results"])) == (200, 18)
    assert told["results"][0]["scaled_score"]
    assert told["releases"][0]["version"] == told["results"][0]["version"]


def test_what_a_system_was_given_stands_in_the_register_of_downloads(
    let: Let, sheet: Sheet, pupils: Sequence[Pupil], agency: Agency
) -> None:
    release = agency.release(marks_of(pupils))
    system = let("results:read")
    system.get("/results")
    assert downloads_of(sheet.school, sheet.year) == []

    type(release).objects.update(schools_at=agency.at - timedelta(hours=2))
    given = system.get("/results")
    system.get("/results", **{"If-None-Match": given["ETag"]})

    (taken,) = downloads_of(sheet.school, sheet.year)
    assert (taken.what, taken.form, taken.version) == (
        "Test results of every pupil", "To a system, through the API", 1,
    )  # fmt: skip
