"""The status of the service, planned works and help desks, on pages."""

from datetime import timedelta

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from keystage.store.models import HelpDesk, Organisation, Person, ServiceNotice
from keystage.web.service import views

pytestmark = pytest.mark.django_db
DESK = "/national/N1/2026/desk/"


@pytest.fixture
def operator(person: MakePerson) -> Person:
    nation = Organisation.objects.create(kind="national", code="N1", name="Agency")
    return person("agency_operator", nation, name="Ada Agency")


def day(name: str, days: int) -> dict[str, str]:
    on = timezone.localdate() + timedelta(days=days)
    return {f"{name}_{part}": str(getattr(on, part)) for part in ("day", "month", "year")}


def test_everybody_reads_what_works_and_what_to_do_when_it_does_not(client: Client) -> None:
    page = client.get("/status/").text

    assert "Everything works." in page
    assert "None are planned." in page
    assert "keystage submit --send-queue FOLDER" in page
    assert "The proof is not a receipt" in page
    assert '<a class="govuk-link govuk-link--text-colour" href="/status/">Status</a>' in page


def test_without_the_database_the_status_is_still_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(views, "parts_now", gone)
    answer = client.get("/status/")
    assert answer.status_code == 503
    assert "its database does not answer" in answer.text


def test_works_are_announced_on_the_status_page_and_on_every_page_and_end(
    as_person: AsPerson, operator: Person, headteacher: Person, client: Client
) -> None:
    given = {
        "kind": "planned", "part": "sending", "words": "The database is moved.",
        "begins_at": "6pm", "ends_at": "8pm", **day("begins_on", 2), **day("ends_on", 2),
    }  # fmt: skip
    assert as_person(operator).post(f"{DESK}works/", given).status_code == 303
    notice = ServiceNotice.objects.get()
    assert "The database is moved." in as_person(operator).get(f"{DESK}works/").text
    assert "The database is moved." in as_person(headteacher).get("/school/900003/2026/").text
    assert "6pm" in client.get("/status/").text

    ServiceNotice.objects.update(begins_at=timezone.now() - timedelta(hours=1))
    page = client.get("/status/").text
    assert "Not everything works." in page
    assert as_person(operator).post(f"{DESK}works/{notice.pk}/end/").status_code == 303
    page = client.get("/status/").text
    assert "Everything works." in page
    assert "In the last 30 days" in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"begins_at": "25:00"}, "Enter a time, like 7:30am or 14:00"),
        ({"ends_at": ""}, "Enter both the last day and the time, or neither"),
        ({"ends_at": "1am"}, "It ends before it begins."),
        ({"words": ""}, "Enter what people should know"),
    ],
)
def test_times_that_cannot_be_are_refused(
    as_person: AsPerson, operator: Person, values: dict[str, str], sentence: str
) -> None:
    given = {
        "kind": "planned", "part": "all", "words": "Moved.", "begins_at": "6pm", "ends_at": "8pm",
        **day("begins_on", 2), **day("ends_on", 2),
    }  # fmt: skip
    refused = as_person(operator).post(f"{DESK}works/", given | values)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert not ServiceNotice.objects.exists()


def test_help_desks_are_entered_stand_on_the_help_page_and_are_removed(
    as_person: AsPerson, operator: Person, client: Client
) -> None:
    assert "no help desk" in client.get("/help").text
    agency = as_person(operator)
    given = {"name": "Portal help", "telephone": "0300 000 0000", "hours": "8am to 6pm"}
    assert agency.post(f"{DESK}help-desks/", given).status_code == 303
    again = agency.post(f"{DESK}help-desks/", given)
    assert again.status_code == 422
    assert "already" in again.text
    assert "0300 000 0000" in agency.get(f"{DESK}help-desks/").text
    page = client.get("/help").text
    assert "Portal help" in page
    assert "8am to 6pm" in page

    desk = HelpDesk.objects.get()
    assert agency.post(f"{DESK}help-desks/{desk.pk}/remove/").status_code == 303
    assert agency.post(f"{DESK}help-desks/{desk.pk}/remove/").status_code == 404
    assert not HelpDesk.objects.exists()


def test_nobody_else_speaks_for_the_service(
    as_person: AsPerson, operator: Person, headteacher: Person, person: MakePerson
) -> None:
    helper = person("help_desk", Organisation.objects.get(code="N1"))
    for who, status in ((headteacher, 404), (helper, 403)):
        for page in ("works", "help-desks"):
            assert as_person(who).get(f"{DESK}{page}/").status_code == status
