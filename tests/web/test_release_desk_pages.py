"""The agency's pages of releases: refused with each fault, approved by another, taken back."""

from io import BytesIO

import pytest
from cast_of_tests import Answer, AsPerson
from django.test import Client
from releases_of_tests import Agency, file_of, line, marks_of, table_file

from keystage.actions import jobs
from keystage.actions.releases import preparing_later
from keystage.store.models import Job, Pupil, ResultsRelease

pytestmark = pytest.mark.django_db
AGENCY = "/national/STA/2026/releases/"


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    found: str = answer.content.decode()
    return found


def prepare(client: Client, data: bytes, **values: str) -> Answer:
    file, table = BytesIO(data), BytesIO(table_file())
    file.name, table.name = "results.csv", "table.csv"
    given = {"kind": "full", "file": file, "table": table, **values}
    return client.post(f"{AGENCY}new/", given)


def test_the_agency_prepares_and_another_of_its_people_approves(
    agency: Agency, as_person: AsPerson, pupils: list[Pupil]
) -> None:
    client = as_person(agency.one.who)
    assert "There is no release yet" in text_of(client, AGENCY)
    answer = prepare(client, marks_of(pupils), day_day="16", day_month="7", day_year="2027",
                     time="07:30")  # fmt: skip
    assert answer.status_code == 303
    made = ResultsRelease.objects.get()
    assert made.schools_at.isoformat() == "2027-07-16T06:30:00+00:00"
    page = f"{AGENCY}{made.pk}/"
    assert "another person has to approve it" in text_of(client, page)
    assert client.post(f"{page}approve/").status_code in {302, 422}
    given = {"day_day": "17", "day_month": "7", "day_year": "2027"}
    assert client.post(f"{page}minute/", given).status_code == 422
    assert client.post(f"{page}minute/", {**given, "time": "07:30"}).status_code == 303
    assert "17 July 2027 at 7:30am" in text_of(client, page)
    assert "16 July 2026" in text_of(client, f"{page}minute/")

    made.refresh_from_db()
    assert made.approved_at is None
    client = as_person(agency.other.who)
    assert "Approve the release" in text_of(client, page)
    assert client.post(f"{page}back/").status_code == 422
    assert client.post(f"{page}back/", {"reason": "Wrong file"}).status_code == 303
    assert "Taken back" in text_of(client, AGENCY)


def test_a_file_with_faults_is_refused_with_each_of_them(
    agency: Agency, as_person: AsPerson, pupils: list[Pupil]
) -> None:
    client = as_person(agency.one.who)
    bad = line(pupils[0], "reading", 26).replace("9990301", "9990399")

    answer = prepare(client, file_of([bad]))

    assert answer.status_code == 422
    assert "There is no such school." in answer.content.decode()
    assert client.post(f"{AGENCY}new/", {"kind": "full"}).status_code == 422
    part = prepare(client, marks_of(pupils), receiving_day_day="1", receiving_day_month="1",
                   receiving_day_year="2027")  # fmt: skip
    assert "Enter the day on which schools see it" in part.content.decode()


def test_a_large_release_is_followed_until_it_is_whole(
    agency: Agency, as_person: AsPerson, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing_later, "is_large", lambda _: True)
    client = as_person(agency.one.who)
    answer = prepare(client, marks_of(pupils))
    made = ResultsRelease.objects.get()
    page = f"{AGENCY}{made.pk}/"
    assert (answer.status_code, answer["Location"]) == (303, page)
    assert "Being prepared" in text_of(client, AGENCY)
    assert client.get(page)["Refresh"] == "3"
    assert "Refresh" not in client.get(f"{page}?still=yes")
    Job.objects.update(state=Job.State.STALE)
    assert "Go on" in text_of(client, page)
    assert client.post(f"{page}again/").status_code == 303
    assert "Approve the release" not in text_of(as_person(agency.other.who), page)

    jobs.run_job.call(str(made.pk))

    assert "Approve the release" in text_of(as_person(agency.other.who), page)


def test_what_is_wrong_with_a_large_file_is_a_list_to_take_away(
    agency: Agency, as_person: AsPerson, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing_later, "is_large", lambda _: True)
    client = as_person(agency.one.who)
    prepare(client, file_of([line(pupils[0], "reading", 26).replace("9990301", "9990399")]))
    made = ResultsRelease.objects.get()
    page = f"{AGENCY}{made.pk}/"
    assert client.get(f"{page}faults.csv").status_code == 404
    jobs.run_job.call(str(made.pk))

    assert "1 thing is wrong with the results. Nothing was kept." in text_of(client, page)
    assert "Refused" in text_of(client, AGENCY)
    assert "There is no such school." in text_of(client, f"{page}faults.csv")
