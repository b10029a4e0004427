"""A job belongs to who asked for it, as long as they may still do what they asked for."""

from collections.abc import Iterable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from cast_of_tests import AsPerson
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.imports import applying
from keystage.actions.results.reporting import KIND
from keystage.store.models import Import, Job, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/jobs/"


def asked(school: Organisation, who: Person, **values: Any) -> Job:
    """A job that somebody asked for."""
    given = {"kind": KIND, "state": "done", "content": b"%PDF-1.7", "content_name": "reports.pdf"}
    return Job.objects.create(
        organisation=school, year=2026, asked_by=who, asked_at=timezone.now(), **{**given, **values}
    )


def becomes(who: Person, role: str, classes: Iterable[str] = ()) -> None:
    """Give somebody another role in place of the one they had."""
    who.grants.update(role=role, classes=list(classes))


def test_reports_are_not_fetched_by_one_who_may_not_make_them_any_more(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    job = asked(school, office)
    client = as_person(office)
    assert client.get(f"{HERE}{job.pk}/file/").content == b"%PDF-1.7"

    becomes(office, "class_teacher", ["6A"])

    assert client.get(f"{HERE}{job.pk}/file/").status_code == 404
    assert "Download" not in client.get(f"{HERE}{job.pk}/").text


def test_a_stopped_job_is_not_run_again_by_one_who_may_not_ask_for_it_any_more(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    job = asked(school, office, state="stale")
    becomes(office, "class_teacher", ["6A"])
    client = as_person(office)

    assert "Run it again" not in client.get(f"{HERE}{job.pk}/").text
    assert client.post(f"{HERE}{job.pk}/again/").status_code == 404


@pytest.mark.parametrize(("classes", "status"), [(["6A"], 302), (["6A", "6B"], 404), (None, 404)])
def test_a_file_is_applied_again_within_the_classes_that_are_still_held(
    as_person: AsPerson,
    teacher: Person,
    school: Organisation,
    classes: list[str] | None,
    status: int,
) -> None:
    file = Import.objects.create(
        school=school, year=2026, kind=Import.Kind.JUDGEMENTS, name="file.csv", bytes=3,
        sha256="0" * 64, content=b"", uploaded_at=timezone.now(), uploaded_by=teacher,
    )  # fmt: skip
    arguments = {"file": str(file.pk), "classes": classes}
    job = asked(school, teacher, kind=applying.JOB, state="stale", arguments=arguments)

    assert as_person(teacher).post(f"{HERE}{job.pk}/again/").status_code == status


def test_a_page_that_looks_again_by_itself_can_be_stopped(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    job = asked(school, office, state="running", content=None, heard_at=timezone.now())
    client = as_person(office)
    page = client.get(f"{HERE}{job.pk}/")
    assert page["Refresh"] == "3"
    assert "Stop looking again by itself" in page.text

    still = client.get(f"{HERE}{job.pk}/?still=yes")
    assert "Refresh" not in still
    assert "Look now" in still.text


def test_a_job_of_a_role_that_has_ended_is_not_there(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    job = asked(school, office)
    office.grants.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert as_person(office).get(f"{HERE}{job.pk}/file/").status_code == 404


def test_the_file_of_an_old_job_is_deleted_and_its_page_says_so(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    now = timezone.now()
    old = asked(school, office, ended_at=now - jobs.FILES_KEPT - timedelta(minutes=1))
    young = asked(school, office, ended_at=now - jobs.FILES_KEPT + timedelta(minutes=1))
    said = StringIO()
    call_command("sweep", stdout=said)

    assert "Files of 1 job were deleted." in said.getvalue()
    client = as_person(office)
    assert client.get(f"{HERE}{young.pk}/file/").status_code == 200
    assert client.get(f"{HERE}{old.pk}/file/").status_code == 404
    page = client.get(f"{HERE}{old.pk}/").text
    assert "Download" not in page
    assert "The file was deleted after 7 days. Ask for it again." in page
    assert (
        "reports of many pupils in one file are deleted after 7 days" in client.get("/privacy").text
    )


def test_nobody_waits_for_the_database_while_a_report_is_drawn(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []

    def draw(*_: object, **__: object) -> bytes:
        held.append(len(connection.savepoint_ids))
        return b"%PDF"

    monkeypatch.setattr("keystage.actions.results.reporting.parents_pdf", draw)
    pupil = resulted_sheet.cohort.earliest("pk").pupil_id
    as_person(office).get(f"/school/900003/2026/reports/{pupil}/report.pdf")

    assert held == [0]
