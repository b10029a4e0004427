"""The open page that verifies receipts, and the public keys."""

import stat
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from files_of_tests import Gate, row_of, sheet_file
from pytest_django import Settings

from keystage.actions.gateway import keys
from keystage.actions.gateway.receipts import file_of
from keystage.flows.receipts import read_keys, verify
from keystage.store.models import Pupil


@pytest.fixture
def given(gate: Gate, pupils: list[Pupil]) -> tuple[bytes, bytes]:
    """A receipt, and the file it was given for."""
    content = sheet_file(map(row_of, pupils))
    return file_of(gate.take(content)), content


def test_everybody_verifies_a_receipt_with_the_published_keys(
    client: Client, given: tuple[bytes, bytes]
) -> None:
    receipt, content = given

    published = read_keys(client.get(reverse("receipts:keys")).content)

    assert verify(receipt, content, published).holds


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (b"", "The file is the one it was given for."),
        (b" ", "The file is not the one the receipt was given for."),
    ],
)
def test_the_page_says_whether_receipt_and_file_belong_together(
    client: Client, given: tuple[bytes, bytes], change: bytes, said: str
) -> None:
    receipt, content = given
    sent = {
        "receipt": SimpleUploadedFile("receipt.json", receipt),
        "file": SimpleUploadedFile("file.csv", content + change),
    }

    answer = client.post(reverse("receipts:verify"), sent)

    assert said in answer.content.decode()
    assert "Storybook Lane" in answer.content.decode()


@pytest.mark.django_db
def test_the_page_asks_for_a_receipt_and_says_what_is_none(client: Client) -> None:
    page = reverse("receipts:verify")
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 422
    sent = {"receipt": SimpleUploadedFile("x.json", b"<html>")}
    assert "This is no receipt." in client.post(page, sent).content.decode()


def test_the_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "service"

    made = keys.made(folder)

    assert keys.made(folder) == made
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


def test_a_key_that_is_replaced_stays_published(
    given: tuple[bytes, bytes], settings: Settings, gate: Gate, pupils: list[Pupil]
) -> None:
    old = keys.published_keys()
    settings.RECEIPT_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    newer = file_of(gate.take(sheet_file(row_of(one, Writing="GDS") for one in pupils)))

    published = keys.published_keys()
    assert (len(old), len(published)) == (1, 2)
    assert verify(given[0], given[1], published).holds
    assert verify(newer, None, published).holds
