"""Places: nobody who left has one confirmed, and of two authorities at once one is told."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cast_of_tests import YEAR

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError
from keystage.actions.releases import places
from keystage.actions.season.dates import season_of
from keystage.statute.season import Event
from keystage.store.models import ConfirmedPlace, Organisation, Person, Pupil

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LEFT = "The pupil has left the schools of the authority."


@pytest.fixture
def results_on(authority: Organisation) -> date:
    """The day on which results come out."""
    moment = season_of(authority, YEAR).moment(Event.RESULTS_TO_SCHOOLS)
    assert isinstance(moment, datetime)
    return moment.date()


def listed(pupil: Pupil, to: Organisation) -> bytes:
    return f"UPN,URN\n{pupil.upn},{to.code}\n".encode()


@pytest.mark.parametrize(("days", "what"), [(-1, LEFT), (0, "new"), (20, "new")])
def test_who_left_before_results_come_out_has_no_place_to_be_confirmed(
    pupils: list[Pupil],
    authority: Organisation,
    other_school: Organisation,
    results_on: date,
    days: int,
    what: str,
) -> None:
    Pupil.objects.filter(pk=pupils[0].pk).update(left_on=results_on + days * DAY)

    found = places.preview(authority, YEAR, listed(pupils[0], other_school), "places.csv")

    assert [row.what for row in found.rows] == [what]


def test_who_moved_within_the_authority_is_there(
    pupils: list[Pupil], authority: Organisation, other_school: Organisation, results_on: date
) -> None:
    Pupil.objects.filter(pk=pupils[0].pk).update(left_on=results_on - 30 * DAY)
    Pupil.objects.create(school=other_school, upn=pupils[0].upn, surname="Ashby", forename="Mabel")

    found = places.preview(authority, YEAR, listed(pupils[0], other_school), "places.csv")

    assert [row.what for row in found.rows] == ["new"]


def test_two_authorities_that_confirm_one_pupil_at_once_leave_one_place_and_are_told(
    pupils: list[Pupil],
    authority: Organisation,
    other_school: Organisation,
    person: Callable[..., Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = Organisation.objects.create(kind="authority", code="998", name="Far")
    ours, theirs = (
        person("authority_officer", one, name=f"Officer of {one.code}") for one in (authority, far)
    )
    data, looked = listed(pupils[0], other_school), places.preview

    def meanwhile(*asked: Any) -> places.PlacesPreview:
        found = looked(*asked)
        ConfirmedPlace.objects.create(
            authority=far,
            year=YEAR,
            upn=pupils[0].upn,
            receiving=other_school,
            confirmed_at="2026-07-01T00:00Z",
            confirmed_by=theirs,
        )
        return found

    seal = places.preview(authority, YEAR, data, "p.csv").seal
    monkeypatch.setattr(places, "preview", meanwhile)
    with pytest.raises(ChangedMeanwhileError, match="Another authority"):
        places.confirm(
            authority=authority, year=YEAR, data=data, name="p.csv", seal=seal, by=By(ours)
        )
