"""The roll through the API: fetched whole, and never changed but by a person."""

from collections.abc import Sequence

import pytest
from systems_of_tests import Let

from keystage.actions.roll.facts import incoming_of
from keystage.core.upn import check_letter
from keystage.store.models import Import, ImportRow, Pupil, Sheet
from keystage.web.api.roll import RollFacts

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
    assert not Import.objects.filter(state="review").exists()


def test_every_fact_that_is_sent_arrives(let: Let, sheet: Sheet) -> None:
    sent = {
        "upn": "A999030120099", "former_upn": "B999030120099", "surname": "New", "forename": "Nia",
        "preferred_surname": "Newer", "preferred_forename": "Ni", "birth_date": "2015-03-01",
        "sex": "F", "year_group": "6", "year_taught": "5", "class_name": "6A",
        "entered_on": "2019-09-02", "left_on": "2026-02-13", "left_to_authority": "998",
        "left_to_school": "Far School", "ks1_reading": "EXS", "ks1_writing": "WTS",
        "ks1_maths": "GDS",
    }  # fmt: skip
    for number in ("upn", "former_upn"):
        sent[number] = check_letter(sent[number][1:]) + sent[number][1:]
    assert sent.keys() == RollFacts.model_fields.keys()

    answer = let("roll:write").send("PUT", "/roll", {"pupils": [sent]})

    assert answer.status_code == 202, answer.text
    kept = incoming_of(ImportRow.objects.get()).facts
    assert {name: str(kept.value(name)) for name in sent} == sent


def test_each_value_that_cannot_be_read_is_named_by_its_place_and_nothing_is_kept(
    let: Let, sheet: Sheet
) -> None:
    good = {"surname": "New", "forename": "Nia", "birth_date": "2015-03-01", "year_group": "6"}
    wrong = good | {"forename": "Ned", "birth_date": "31/02/2015"}
    other = good | {"forename": "Ida", "entered_on": "last week"}

    answer = let("roll:write").send("PUT", "/roll", {"pupils": [good, wrong, {}, other]})

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    told = answer.json()
    assert told["code"] == "unread"
    places = [one["where"] for one in told["faults"]]
    assert places == ["body.pupils.1.birth_date", "body.pupils.3.entered_on"]
    assert told["faults"][0]["what"].startswith("“31/02/2015” is not taken")
    assert not Import.objects.exists()


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
