"""A page of figures is kept as it was made; who may see it is asked again at every request."""

import re
from datetime import datetime, timedelta, tzinfo
from http import HTTPStatus
from itertools import count

import pytest
from cast_of_tests import YEAR, AsPerson, MakePerson
from django.contrib.messages import INFO
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from scene_of_figures import FIGURES_YEAR, figures_of

from keystage.store.models import Organisation, OrganisationSetting, Person, Pupil, ServiceNotice
from keystage.store.rights import AGREED
from keystage.web.wording import as_moment

pytestmark = pytest.mark.django_db


def test_what_changed_a_moment_ago_counts_at_the_next_look(
    school: Organisation, pupils: list[Pupil], headteacher: Person, as_person: AsPerson
) -> None:
    assert pupils
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")
    release = figures_of(agency, school, headteacher, FIGURES_YEAR)
    client = as_person(headteacher)
    page = f"/school/{school.code}/{FIGURES_YEAR}/figures/{release.pk}/headline/"
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == HTTPStatus.OK
    assert len(asked) <= 5

    now = timezone.now()
    notice = ServiceNotice.objects.create(
        kind="fault", part=ServiceNotice.Part.values[0], words="Pages are slow.",
        begins_at=now, entered_at=now, entered_by=headteacher,
    )  # fmt: skip
    assert "Pages are slow." in client.get(page).text
    notice.delete()
    assert "Pages are slow." not in client.get(page).text

    Organisation.objects.filter(pk=school.pk).update(name="Renamed Primary School")
    assert "Renamed Primary School" in client.get(page).text

    release.shown_at = now + timedelta(hours=1)
    release.save(update_fields=("shown_at",))
    assert client.get(page).status_code == HTTPStatus.NOT_FOUND
    release.shown_at = now
    release.save(update_fields=("shown_at",))
    assert client.get(page).status_code == HTTPStatus.OK
    release.state = "withdrawn"
    release.save(update_fields=("state",))
    assert client.get(page).status_code == HTTPStatus.NOT_FOUND
    release.state = "approved"
    release.save(update_fields=("state",))

    grants = headteacher.grants.all()
    complete, way = client.get(page).text, ">Mark sheet</a>"
    assert way in complete
    grants.update(role="governor")
    assert way not in client.get(page).text
    grants.update(role="headteacher", ended_at=now, ended_by=headteacher)
    assert client.get(page).status_code == HTTPStatus.NOT_FOUND
    grants.update(ended_at=None, ended_by=None)
    assert client.get(page).status_code == HTTPStatus.OK
    Person.objects.filter(pk=headteacher.pk).update(is_active=False)
    assert client.get(page).status_code == HTTPStatus.FOUND


@pytest.fixture
def page(school: Organisation, pupils: list[Pupil], headteacher: Person) -> str:
    """The address of a page of released figures."""
    assert pupils
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")
    release = figures_of(agency, school, headteacher, FIGURES_YEAR)
    return f"/school/{school.code}/{FIGURES_YEAR}/figures/{release.pk}/headline/"


def test_a_kept_page_tells_the_minute_it_is_printed(
    page: str, headteacher: Person, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, later = as_person(headteacher), timezone.now() + timedelta(minutes=2)
    first = client.get(page).text
    monkeypatch.setattr("keystage.web.figures.framed.render_to_string", None)
    monkeypatch.setattr(timezone, "now", lambda: later)

    again = client.get(page).text

    (printed,) = re.findall("Printed .* from Keystage.", again)
    assert printed == f"Printed {as_moment(later)} from Keystage."
    assert re.sub("Printed .* from Keystage.", printed, first) == again


def test_a_page_that_is_made_while_a_minute_ends_is_shown(
    page: str, headteacher: Person, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, start, minutes, real = (
        as_person(headteacher),
        timezone.now(),
        count(),
        timezone.localtime,
    )

    def localtime(value: datetime | None = None, zone: tzinfo | None = None) -> datetime:
        """Another minute at every look at the clock."""
        return real(value or start + timedelta(minutes=next(minutes)), zone)

    monkeypatch.setattr(timezone, "localtime", localtime)
    answer = client.get(page)
    assert answer.status_code == HTTPStatus.OK
    assert len(re.findall("Printed .* from Keystage.", answer.text)) == 1


def test_an_agreement_and_the_schools_authority_count_at_the_next_look(
    page: str,
    school: Organisation,
    authority: Organisation,
    person: MakePerson,
    as_person: AsPerson,
) -> None:
    """What is open to somebody is kept with where they stand: both are asked for every time."""
    client = as_person(person("authority_officer", authority))
    files = f"/school/{school.code}/{YEAR}/files/new/"
    setting = OrganisationSetting(organisation=school, name=AGREED, changed_at=timezone.now())
    seen = []
    for agreed in ([], ["export"], []):
        setting.value = agreed
        setting.save()
        seen.append(client.get(files).status_code)
    let_in = HTTPStatus.NOT_FOUND  # to where no pack of the season is yet
    assert seen == [HTTPStatus.FORBIDDEN, let_in, HTTPStatus.FORBIDDEN]
    assert client.get(page).status_code == HTTPStatus.OK
    Organisation.objects.filter(pk=school.pk).update(authority=None)
    assert client.get(page).status_code == HTTPStatus.NOT_FOUND


def test_a_message_is_shown_once_on_a_kept_page(
    page: str, headteacher: Person, as_person: AsPerson
) -> None:
    client = as_person(headteacher)
    client.get(page)
    answer, waiting = HttpResponse(), CookieStorage(HttpRequest())
    waiting.add(INFO, "Something was done.")
    waiting.update(answer)
    client.cookies.update(answer.cookies)

    assert "Something was done." in client.get(page).text
    assert "Something was done." not in client.get(page).text


def test_a_page_that_does_not_say_when_it_is_printed_is_a_mistake(
    page: str, headteacher: Person, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.web.figures.framed._PRINTED", "Not in the frame: {}")
    with pytest.raises(LookupError, match="does not say once"):
        as_person(headteacher).get(page)
