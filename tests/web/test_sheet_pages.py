"""The other pages of the mark sheet: checks, history, filling, and the year's pack."""

import json
from datetime import date

import pytest
from cast_of_tests import AsPerson
from pages_of_tests import hidden
from sheet_of_tests import address, member_of

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.statute.collection_loader import available_collections
from keystage.store.models import (
    Judgement,
    Organisation,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["grid", "checks", "fill", "sign", "paper", "upload"])
def test_strangers_find_no_page(
    as_person: AsPerson, stranger: Person, sheet: Sheet, name: str
) -> None:
    assert as_person(stranger).get(address(name)).status_code == 404


def test_missing_judgements_are_linked_to_their_cells(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    page = as_person(teacher).get(address("checks")).text
    pk = member_of(judged, "Ashby").pk

    assert f'href="/school/900003/2026/sheet/#cell-{pk}-science"' in page
    assert f"#cell-{pk}-writing" not in page
    assert "0 of 3 pupils are complete; 5 judgements are missing." in page
    assert "Zhang" not in page


@pytest.mark.parametrize("by", ["severity", "pupil", "subject", "nonsense"])
def test_findings_are_grouped_and_linked(
    as_person: AsPerson, teacher: Person, sheet: Sheet, pupils: list[Pupil], by: str
) -> None:
    pupils[0].upn = ""
    pupils[0].save()
    member = member_of(sheet, "Ashby")
    sheet.cohort.filter(pk=member.pk).update(reading="below")
    Judgement.objects.create(
        cohort_pupil=member,
        subject="reading",
        code="XX",
        changed_at=sheet.loaded_at,
        changed_by=teacher,
    )
    page = as_person(teacher).get(address("checks"), {"by": by}).text

    assert "XX is no reading judgement of 2026." in page
    assert f"#cell-{member.pk}-reading" in page
    grid = as_person(teacher).get(address("grid")).text
    assert "Error: XX is no reading judgement of 2026." in grid
    assert "XX – not a code of this year" in grid


def test_a_check_by_hand_leads_back_to_what_it_found(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    answer = as_person(teacher).post(address("check"))

    assert (answer.status_code, answer["Location"]) == (303, address("checks"))
    sheet.refresh_from_db()
    assert sheet.is_checked


def test_a_sheet_that_changed_since_its_check_is_shown_as_stale(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    client = as_person(teacher)
    client.post(address("check"))
    assert "Stale" not in client.get(address("grid")).text
    Sheet.objects.update(content_version=99)

    page = client.get(address("grid")).text

    assert "It changed since, so the check is out of date." in page
    assert "Stale" in page


def test_the_history_of_a_pupil_is_for_those_who_see_the_pupil(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    client = as_person(teacher)
    page = client.get(address("history", pupil=member_of(judged, "Ashby").pupil_id)).text
    assert "Lee Nguyen" in page
    assert "<title>History of a pupil" in page

    other = client.get(address("history", pupil=member_of(judged, "Zhang").pupil_id))
    assert other.status_code == 404


def test_a_fill_is_looked_at_applied_and_undone(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    client = as_person(teacher)
    pupils = [one.pk for one in judged.cohort.filter(pupil__class_name="6A")]
    chosen = {"judgement": "writing:WTS", "only_empty": "on", "pupils": pupils}

    look = client.post(address("fill"), chosen).text
    assert "Fill 2 cells" in look
    assert "Left alone" in look
    assert Judgement.objects.count() == 1

    form = {"judgement": hidden(look, "judgement"), "cells": hidden(look, "cells")}
    applied = client.post(address("fill_apply"), form)
    assert applied.status_code == 303
    assert Judgement.objects.filter(code="WTS").count() == 2
    assert "2 judgements were saved" in client.get(applied["Location"]).text

    undone = client.post(applied["Location"])
    assert undone.status_code == 303
    assert not Judgement.objects.filter(code="WTS").exists()
    assert "would stay" not in client.get(undone["Location"]).text
    assert "nothing to undo" in client.get(applied["Location"]).text


def test_a_fill_asks_for_a_judgement_and_for_pupils(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    page = as_person(teacher).post(address("fill"), {}).text

    assert "Error: Fill down" in page
    assert "Select a judgement to fill in" in page
    assert "Select at least one pupil" in page


@pytest.mark.parametrize("cells", ["", "[]", '{"x": 1}', '{"1": "1"}'])
def test_a_fill_that_was_not_looked_at_is_a_bad_request(
    as_person: AsPerson, teacher: Person, sheet: Sheet, cells: str
) -> None:
    form = {"judgement": "writing:EXS", "cells": cells}
    assert as_person(teacher).post(address("fill_apply"), form).status_code == 400


@pytest.mark.parametrize("judgement", ["", "EXS", "gps:EXS"])
def test_a_fill_of_no_subject_is_a_bad_request(
    as_person: AsPerson, teacher: Person, sheet: Sheet, judgement: str
) -> None:
    form = {"judgement": judgement, "cells": "{}"}
    assert as_person(teacher).post(address("fill_apply"), form).status_code == 400


def test_a_fill_over_a_change_shows_the_conflict(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    cells = json.dumps({member_of(judged, "Ashby").pk: 0})
    form = {"judgement": "writing:WTS", "cells": cells}

    answer = as_person(teacher).post(address("fill_apply"), form)

    assert answer.status_code == 409
    assert "Keep what is saved: EXS" in answer.text


def test_a_batch_of_another_class_is_not_shown(
    as_person: AsPerson, teacher: Person, sheet: Sheet, lead: Person
) -> None:
    member = member_of(sheet, "Zhang")
    change = Change(pupil=member.pk, subject="writing", code="EXS", seen=0)
    saved = save_cells(sheet, [change], by=By(lead), classes=None)

    assert as_person(teacher).get(address("batch", batch=saved.batch)).status_code == 404


def test_the_pack_is_loaded_once_and_shown(
    as_person: AsPerson, lead: Person, pupils: list[Pupil]
) -> None:
    client = as_person(lead)
    page = client.get(address("load")).text
    assert "not loaded yet" in page
    assert "working at the expected standard" in page

    assert client.post(address("load")).status_code == 303
    assert client.post(address("load")).status_code == 303
    sheet = Sheet.objects.get()
    assert sheet.cohort.count() == 6
    page = client.get(address("load")).text
    assert sheet.pack_checksum in page
    assert "Loading them again changes nothing." in page


def test_a_newer_pack_is_shown_as_such_and_keeps_judgements(
    as_person: AsPerson, lead: Person, judged: Sheet
) -> None:
    Sheet.objects.update(pack_checksum="0" * 64)
    client = as_person(lead)
    assert "There is a newer pack" in client.get(address("load")).text

    client.post(address("load"))

    assert Judgement.objects.get().code == "EXS"
    judged.refresh_from_db()
    assert judged.pack_checksum != "0" * 64


@pytest.mark.parametrize("year", available_collections())
def test_the_pack_of_every_year_is_shown_whatever_is_known_of_its_days(
    as_person: AsPerson, lead: Person, year: int
) -> None:
    page = as_person(lead).get(f"/school/900003/{year}/sheet/load/")

    assert f"Codes and rules of {year}" in page.text
    assert "Sending teacher assessments" in page.text


def test_a_year_without_a_pack_says_so(as_person: AsPerson, lead: Person, sheet: Sheet) -> None:
    answer = as_person(lead).get("/school/900003/2099/sheet/load/")

    assert answer.status_code in {400, 422}
    assert "2099" in answer.text


def test_pages_of_a_season_without_a_sheet_are_not_found(
    as_person: AsPerson, lead: Person, sheet: Sheet
) -> None:
    assert as_person(lead).get("/school/900003/2025/sheet/checks/").status_code == 404


def test_a_sheet_without_pupils_says_so(
    as_person: AsPerson, lead: Person, school: Organisation
) -> None:
    client = as_person(lead)
    client.post(address("load"))

    assert "There are no pupils on the sheet." in client.get(address("checks")).text
    assert "There are no pupils to show" in client.get(address("grid")).text
    assert "There are no pupils to show" in client.get(address("fill")).text
    assert client.get(address("download", form="csv")).status_code == 200


def test_a_pupil_who_left_is_shown_as_such(
    as_person: AsPerson, lead: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    pupils[0].left_on = date(2026, 4, 1)
    pupils[0].save()
    client = as_person(lead)

    page = client.get(address("grid")).text

    assert "6A, left 1 April 2026" in page


def test_all_of_a_batch_is_shown_to_who_sees_all_classes(
    as_person: AsPerson, lead: Person, judged: Sheet
) -> None:
    batch = Judgement.objects.get().changes.get().batch

    assert "Ashby, Mabel" in as_person(lead).get(address("batch", batch=batch)).text
