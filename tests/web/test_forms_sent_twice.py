"""Every form that makes something, sent twice from one page: the second time changes nothing."""

from collections.abc import Mapping
from typing import Any

import pytest
from cast_of_tests import PASSWORD, Answer, AsPerson
from django.apps import apps
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django_tasks_db.models import DBTaskResult
from lxml import html

from keystage.store.models import (
    Grant,
    Import,
    Invitation,
    Job,
    Judgement,
    Organisation,
    Person,
    Pupil,
    Result,
    ReturnFile,
    Sheet,
    SignOff,
)

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/"
ROLL = b"UPN,Surname,Forename,DOB,Sex,Year,Class\n,Newman,Bo,05/02/2015,M,6,6A\n"
REASON = {"reason": "Taught with year 6 since September."}


def everything() -> dict[str, list[Any]]:
    """All that is kept, the queue and the messages sent."""
    models: list[type[Model]] = [*apps.get_app_config("store").get_models(), DBTaskResult]
    kept = {one.__name__: list(one._default_manager.order_by("pk").values()) for one in models}
    return {**kept, "mail": [str(one.body) for one in mail.outbox]}


def filled(page: Answer, at: str, holds: str) -> tuple[str, dict[str, Any]]:
    """Where the form of a page that has a certain field goes to, and what it would send."""
    shown: Any = html.fromstring(page.content)
    form = next(one for one in shown.forms if holds in one.fields)
    values: dict[str, Any] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return form.action or at, values


def sent_twice(client: Client, at: str, holds: str, **more: object) -> None:
    """Send the form of a page twice: it leads to one page, and all is as the first time left it."""
    first, second = page_sent_twice(client, client.get(at), at, holds, more)

    assert second.headers.get("Location") == first["Location"]


def page_sent_twice(
    client: Client, page: Answer, at: str, holds: str, more: Mapping[str, object]
) -> tuple[Answer, Answer]:
    """Send the form of a page twice: all stays as the first time left it."""
    to, values = filled(page, at, holds)
    before = everything()
    first = client.post(to, {**values, **more})
    between = everything()
    second = client.post(to, {**values, **more})

    assert first.status_code in {302, 303}, "the form was refused"
    assert before != between, "the first time changed nothing"
    assert everything() == between
    return first, second


def proven(client: Client) -> Client:
    """Who has just proved who they are."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def brought(client: Client, kind: str, data: bytes) -> str:
    """Bring a file in, twice; gives where it is looked at."""
    page = f"{HERE}import/{kind}/"
    to, values = filled(client.get(page), page, "file")
    places = [
        client.post(to, {**values, "file": SimpleUploadedFile("file.csv", data)})["Location"]
        for _ in range(2)
    ]
    assert Import.objects.filter(kind=kind).count() == 1
    assert places[0] == places[1]
    return str(places[0])


def test_a_file_is_brought_in_applied_and_undone_once(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    there = brought(client, "roll", ROLL)

    sent_twice(client, f"{there}changes/", "seal")
    assert Pupil.objects.filter(surname="Newman").count() == 1
    sent_twice(client, f"{there}undo/", "csrfmiddlewaretoken")
    assert not Pupil.objects.filter(surname="Newman").exists()


def test_a_large_file_is_given_to_one_worker(
    as_person: AsPerson, office: Person, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.actions.imports.applying.is_large", bool)
    client = as_person(office)
    there = brought(client, "roll", ROLL)

    sent_twice(client, f"{there}changes/", "seal")
    assert Job.objects.count() == DBTaskResult.objects.count() == 1


def test_results_are_taken_once(as_person: AsPerson, office: Person, sheet: Sheet) -> None:
    pupil = sheet.cohort.earliest("pk").pupil
    client = as_person(office)
    told = f"{pupil.upn},{pupil.surname},{pupil.forename},{pupil.birth_date:%d/%m/%Y},105"
    there = brought(
        client, "results", f"UPN,Surname,Forename,DOB,Reading scaled score\n{told}\n".encode()
    )

    sent_twice(client, f"{there}changes/", "seal")
    assert Result.objects.count() == 1


def test_a_return_is_made_once(as_person: AsPerson, office: Person, signed_sheet: Sheet) -> None:
    sent_twice(as_person(office), f"{HERE}files/new/check/", "key")

    assert ReturnFile.objects.count() == 1


def test_a_class_and_a_sheet_are_signed_once(
    as_person: AsPerson, teacher: Person, headteacher: Person, judged_sheet: Sheet
) -> None:
    Pupil.objects.update(class_name="6A")
    sent_twice(
        proven(as_person(teacher)), f"{HERE}sheet/sign/class/?class=6A", "seen", confirmed="on"
    )
    sent_twice(proven(as_person(headteacher)), f"{HERE}sheet/sign/head/", "seen", confirmed="on")

    assert SignOff.objects.count() == 2


def test_reports_are_asked_for_once(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    sent_twice(as_person(office), f"{HERE}reports/", "key")

    assert Job.objects.count() == DBTaskResult.objects.count() == 1


def test_a_note_for_a_report_is_written_once(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    pupil = sheet.cohort.earliest("pk").pupil_id

    sent_twice(as_person(office), f"{HERE}reports/{pupil}/", "teacher", teacher="Reads well.")


def test_somebody_is_invited_once(as_person: AsPerson, headteacher: Person, sheet: Sheet) -> None:
    client = proven(as_person(headteacher))
    told = {"name": "Nia New", "email": "nia@example.org", "role": "office"}

    sent_twice(client, f"{HERE}people/invite/", "email", **told)
    assert len(mail.outbox) == Invitation.objects.count() == 1


def test_a_role_is_given_once(
    as_person: AsPerson, headteacher: Person, office: Person, sheet: Sheet
) -> None:
    client = proven(as_person(headteacher))

    sent_twice(client, f"{HERE}people/{office.pk}/give/", "role", role="governor")
    assert Grant.objects.filter(person=office).count() == 2


def test_a_pack_is_loaded_once(
    as_person: AsPerson, office: Person, school: Organisation, pupils: list[Pupil]
) -> None:
    sent_twice(as_person(office), f"{HERE}sheet/load/", "csrfmiddlewaretoken")

    assert Sheet.objects.get().cohort.count() == len(pupils)


def test_judgements_are_saved_once(as_person: AsPerson, teacher: Person, sheet: Sheet) -> None:
    member = sheet.cohort.filter(pupil__class_name="6A").earliest("pk").pk
    client = as_person(teacher)

    sent_twice(client, f"{HERE}sheet/", "seen", **{f"{member}-writing": "EXS"})
    assert Judgement.objects.get().changes.count() == 1


def test_a_column_is_filled_once(as_person: AsPerson, lead: Person, sheet: Sheet) -> None:
    client, at = as_person(lead), f"{HERE}sheet/fill/"
    to, values = filled(client.get(at), at, "pupils")
    looked_at = client.post(to, {**values, "judgement": "writing:EXS"})

    _, second = page_sent_twice(client, looked_at, at, "cells", {})
    assert second.status_code == 303
    assert Judgement.objects.count() == sheet.cohort.count()
