"""What a person is told where nothing can be shown."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cast_of_tests import AsPerson
from django.db import InterfaceError, OperationalError
from django.test import Client

from keystage.store.models import Person, Sheet

pytestmark = pytest.mark.django_db
SAVE = "/school/900003/2026/sheet/save/"


def test_a_form_sent_by_nobody_is_not_lost_silently(client: Client, sheet: Sheet) -> None:
    answer = client.post(SAVE, {"seen": "{}"})
    assert answer["Location"] == "/account/login/", "there is no page to come back to"

    assert "What you sent last was not saved" in client.get(answer["Location"]).text


def test_a_script_that_keeps_what_it_sends_is_told_nothing_of_the_sort(
    client: Client, sheet: Sheet
) -> None:
    for _ in range(3):
        answer = client.post(SAVE, headers={"accept": "application/json"})

    assert "not saved" not in client.get(answer["Location"]).text


def test_an_address_of_a_form_says_so_when_it_is_opened(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    answer = as_person(teacher).get(SAVE)

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "There is nothing to see here" in answer.text


@pytest.mark.parametrize("broken", ["context._ways", "home.views.sections_of"])
@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_who_asks_while_the_database_is_away_is_told_to_ask_again(
    as_person: AsPerson,
    teacher: Person,
    sheet: Sheet,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
    fault: type[Exception],
) -> None:
    def fail(*_: object) -> None:
        raise fault("the disk of the database is full")

    client = as_person(teacher)
    client.raise_request_exception = False
    monkeypatch.setattr(f"keystage.web.{broken}", fail)
    answer = client.get("/school/900003/2026/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "What you saved before is safe" in answer.text
    assert "A return that is ready can wait on your computer" in answer.text
    assert "disk" not in answer.text


@pytest.mark.parametrize("broken", ["context._ways", "home.views.sections_of"])
def test_a_fault_of_ours_is_told_though_the_page_itself_cannot_be_made(
    as_person: AsPerson, teacher: Person, sheet: Sheet, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of the service")

    client = as_person(teacher)
    client.raise_request_exception = False
    monkeypatch.setattr(f"keystage.web.{broken}", fail)
    answer = client.get("/school/900003/2026/")

    assert answer.status_code == 500
    assert "Sorry, there is a problem with the service" in answer.text
    assert "can wait on your computer" not in answer.text
    assert "secret" not in answer.text


def test_only_its_owner_reads_the_folder_of_the_service(tmp_path: Path) -> None:
    folder = tmp_path / "service"
    environment = {**os.environ, "KEYSTAGE_FOLDER": str(folder), "KEYSTAGE_SECRET_KEY": ""}
    subprocess.run(
        [sys.executable, "-c", "import keystage.web.settings"], check=True, env=environment
    )

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
