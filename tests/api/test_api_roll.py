"""The roll through the API: fetched whole, and never changed but by a person."""

from collections.abc import Sequence

import pytest
from systems_of_tests import Let

from keystage.store.models import Import, Pupil, Sheet

pytestmark = pytest.mark.django_db


def test_the_roll_comes_as_it_is_stored(let: Let, pupils: Sequence[Pupil]) -> None:
    answer = let("roll:read").get("/roll")

    assert answer.status_code == 200, answer.text
    told = answer.json()["pupils"]
    assert len(told) == 6
    assert told[1]["surname"] == "O'Brien-Núñez"


def test_a_roll_that_is_stored_already_changes_nothing(let: Let, sheet: Sheet) -> None:
    system = let("roll:read", "roll:write")
    stored = system.get("/roll").json()["pupils"]
    for one in stored:
        del one["pupil"]

    answer = system.send("PUT", "/roll", {"pupils": stored})

    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "nothing"
    assert answer.json()["unchanged"] == 6
    assert answer.json()["unread"] == []
    assert not Import.objects.filter(state="review").exists()


def test_a_roll_that_differs_waits_for_a_person(let: Let, sheet: Sheet) -> None:
    system = let("roll:read", "roll:write")
    sent = [{"surname": "New", "forename": "Nia", "birth_date": "2015-03-01", "year_group": "6"}]

    answer = system.send("PUT", "/roll", {"pupils": sent})

    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert told["state"] == "review"
    assert "/import/" in told["review"]
    assert Pupil.objects.count() == 6
    assert Import.objects.get().state == "review"
