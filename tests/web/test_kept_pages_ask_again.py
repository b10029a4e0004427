"""A page of figures is kept as it was made; who may see it is asked again at every request."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from cast_of_tests import AsPerson
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from scene_of_figures import FIGURES_YEAR, figures_of

from keystage.store.models import Organisation, Person, Pupil, ServiceNotice

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
    assert len(asked) <= 7

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
