"""Pages on which pupils are registered for the tests, and the registrations submitted."""

import re

import pytest
from cast_of_tests import AsPerson

from keystage.store.models import CohortPupil, Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/pupils/"


@pytest.fixture
def member(sheet: Sheet) -> CohortPupil:
    return sheet.cohort.get(pupil__surname="Ashby")


def form_of(text: str) -> dict[str, str]:
    """What a browser would send of the registration form."""
    found = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', text))
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+-\d+)">(.*?)</select>', text, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_many_are_registered_at_once(
    as_person: AsPerson, office: Person, sheet: Sheet, member: CohortPupil
) -> None:
    client, there = as_person(office), f"{HERE}registration/"
    form = form_of(client.get(there).text)
    assert len(form) == 6 * 5
    form[f"reading-{member.pk}"] = "below"
    form[f"on_register-{member.pk}"] = "yes"
    shown = client.post(there, form).text
    assert "Reading: Registered to Below" in shown
    assert "One copy less is needed of Reading." in shown
    member.refresh_from_db()
    assert member.reading == "registered"
    form["checked"] = "yes"
    assert client.post(there, form).status_code == 422
    saved = client.post(there, {**form, "reason": "The test is too hard"}, follow=True)
    assert "1 pupil was changed" in saved.text

    member.refresh_from_db()
    assert (member.reading, member.gps, member.on_register) == ("below", "registered", True)
    assert [one.field for one in member.changes.order_by("field")] == ["on_register", "reading"]
    again = client.post(there, form, follow=True)
    assert "0 pupils were changed" in again.text


def test_a_registration_changed_meanwhile_is_shown_and_not_lost(
    as_person: AsPerson, office: Person, sheet: Sheet, member: CohortPupil
) -> None:
    client, there = as_person(office), f"{HERE}registration/"
    form = form_of(client.get(there).text)
    CohortPupil.objects.filter(pk=member.pk).update(reading="left", version=2)
    form[f"reading-{member.pk}"] = "below"
    answer = client.post(there, form)

    assert answer.status_code == 409
    assert "Stored: Reading: Left" in answer.text
    assert form_of(answer.text)[f"reading-{member.pk}"] == "below"
    again = {**form_of(answer.text), "checked": "yes", "reason": "Asked"}
    assert client.post(there, again).status_code == 302
    member.refresh_from_db()
    assert member.reading == "below"


def test_a_school_submits_its_registrations_also_where_there_are_none(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client, there = as_person(office), f"{HERE}registration/submit/"
    assert "are not submitted yet" in client.get(there).text
    assert client.post(there, {}).status_code == 422
    sheet.cohort.filter(pupil__surname="Ashby").update(reading="")
    assert "1 pupil is not registered" in client.post(there, {"confirmed": "on"}).text
    sheet.cohort.all().delete()
    assert "no pupils to register this year" in client.get(there).text
    done = client.post(there, {"confirmed": "on"}, follow=True).text

    assert "no pupils this year" in done
    assert "Submitted by Olga Wiśniewska" in done


def test_a_registration_that_is_none_is_refused(
    as_person: AsPerson, office: Person, sheet: Sheet, member: CohortPupil
) -> None:
    client, there = as_person(office), f"{HERE}registration/"
    form = {**form_of(client.get(there).text), f"reading-{member.pk}": "perhaps"}

    assert client.post(there, form).status_code == 422


def test_filtered_registrations_leave_others_alone(
    as_person: AsPerson, office: Person, sheet: Sheet, member: CohortPupil
) -> None:
    client, there = as_person(office), f"{HERE}registration/?class=6B"
    form = form_of(client.get(there).text)
    assert f"seen-{member.pk}" not in form
    assert client.post(there, form)["Location"].endswith("?class=6B")
