"""Decisions for the data store at the desk: what stands in the way, the file, and what it is."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR, AsPerson, MakePerson
from checking_of_tests import keep_rules, text_with_window
from django.utils import timezone
from scene_of_checking_desk import sent_request
from scene_of_figures import figures_of

from keystage.store.models import AuditEvent, CheckingRequest, Organisation, Person, Pupil

pytestmark = pytest.mark.django_db
PAGE = f"/national/N1/{YEAR}/checking/decisions/"


@pytest.mark.usefixtures("pupils")
def test_a_file_is_written_once_nothing_stands_in_the_way(
    as_person: AsPerson,
    person: MakePerson,
    nation: Organisation,
    operator: Person,
    school: Organisation,
    lead: Person,
    pupils: list[Pupil],
) -> None:
    client = as_person(operator)
    assert "No windows" in client.get(PAGE).text
    yesterday = timezone.localdate() - timedelta(days=1)
    keep_rules(nation, operator, text_with_window(closes=yesterday))
    release = figures_of(nation, school, operator, YEAR, stage="unamended")
    asked = sent_request(release, school, lead, changes={"P_INCL": "203"})

    refused = client.post(PAGE, {"window": "september"})
    assert refused.status_code == 422
    assert f"Request {asked.reference} is not decided." in refused.text
    CheckingRequest.objects.update(
        state="agreed", decision_why="So.", decided_at=timezone.now(), decided_by=operator
    )
    for _ in range(2):
        text = client.post(PAGE, {"window": "september"}, follow=True).text
    assert "september 2026, file 1" in text
    assert "file 2" not in text
    assert "out of date" not in text

    CheckingRequest.objects.update(state="refused")
    text = client.get(PAGE).text
    assert "File 1 is out of date" in text
    assert "No: out of date" in text
    text = client.post(PAGE, {"window": "september"}, follow=True).text
    assert "is out of date:" not in text
    assert text.count("No: out of date") == 1
    CheckingRequest.objects.update(state="agreed")
    assert "is out of date:" not in client.get(PAGE).text

    text = client.get(PAGE).text
    href = text.partition('href="' + PAGE)[2].partition('"')[0]
    file = client.get(PAGE + href)
    assert asked.reference in file.content.decode()
    assert pupils[0].surname not in file.content.decode()
    assert AuditEvent.objects.filter(action="taken away").count() == 1
    statistician = as_person(person("statistician", nation))
    assert statistician.get(PAGE).status_code == 403
