"""The page of P scales, in a year that had them and in one that had none."""

import re

import pytest
from cast_of_tests import AsPerson

from keystage.actions import packs
from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Judgement, Organisation, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2018/sheet/"


@pytest.fixture
def below(school: Organisation, pupils: list[Pupil], lead: Person) -> Judgement:
    """A judgement of 2018 beside which a P scale is due."""
    sheet = packs.load(school=school, year=2018, by=By(lead))
    sheet.cohort.update(reading="below", gps="below", maths="below")
    member = sheet.cohort.get(pupil=pupils[0])
    change = Change(pupil=member.pk, subject="maths", code="BLW", seen=0)
    save_cells(sheet, [change], by=By(lead), classes=None)
    return Judgement.objects.get()


def test_a_p_scale_is_chosen_and_shown(as_person: AsPerson, lead: Person, below: Judgement) -> None:
    client = as_person(lead)
    text = client.get(f"{HERE}p-scales/").text
    name = re.findall(r'name="scale-([^"]*)"', text)
    assert name == [f"{below.cohort_pupil_id}-maths"]
    assert "P scales" in client.get(HERE).text

    form = {f"scale-{name[0]}": "P3i", f"seen-{name[0]}": "1"}
    assert client.post(f"{HERE}p-scales/", form).status_code == 303

    below.refresh_from_db()
    assert below.p_scale == "P3i"
    assert '<option value="P3i" selected>' in client.get(f"{HERE}p-scales/").text
    history = client.get(f"{HERE}history/{below.cohort_pupil.pupil_id}/").text
    assert "BLW P3i" in history


def test_somebody_elses_change_and_a_scale_of_no_list_are_told(
    as_person: AsPerson, lead: Person, below: Judgement
) -> None:
    client = as_person(lead)
    name = f"{below.cohort_pupil_id}-maths"

    old = client.post(f"{HERE}p-scales/", {f"scale-{name}": "P4", f"seen-{name}": "0"})
    odd = client.post(f"{HERE}p-scales/", {f"scale-{name}": "P99", f"seen-{name}": "1"})

    assert (old.status_code, odd.status_code) == (409, 409)
    assert "changed by somebody else meanwhile" in old.text
    assert "P99 is no P scale of 2018." in odd.text
    below.refresh_from_db()
    assert below.p_scale == ""


def test_a_year_without_p_scales_says_so_and_links_to_no_such_page(
    as_person: AsPerson, lead: Person, sheet: Sheet
) -> None:
    client = as_person(lead)
    here = HERE.replace("2018", "2026")

    assert "The collection of 2026 had no P scales" in client.get(f"{here}p-scales/").text
    assert "P scales" not in client.get(here).text
