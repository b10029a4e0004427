"""``keystage submit`` where no gateway answers, or none that may be told anything."""

import io
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request

import pytest
from pytest_django import Settings
from submitting_of_tests import Opener, Run

from keystage.flows.returns import asking
from keystage.store.models import Submission

pytestmark = pytest.mark.django_db
_BUSY = b'{"title": "The same request is being answered.", "code": "in_progress"}'


@pytest.mark.parametrize("token", ["", "two words", "naïve", "wrong"])
def test_without_a_token_that_opens_nothing_is_sent(
    run: Run, opener: Opener, file: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("KEYSTAGE_TOKEN", token)
    code, told = run(file)

    assert code == 2, told
    assert not Submission.objects.exists()


def test_a_system_that_asks_too_often_is_told_to_wait(
    run: Run, opener: Opener, file: Path, settings: Settings
) -> None:
    settings.API_CHANGES = 0
    code, told = run(file)

    assert code == 10, told
    assert "run this again in" in told


@pytest.mark.parametrize(
    "address",
    [
        "http://keystage.example.org",
        "keystage.example.org",
        "ftp://keystage.example.org",
        "https://",
        "https://user:word@keystage.example.org",
        "https://keystage.example.org:port",
        "file:///etc/passwd",
        "https://[",
    ],
)
def test_an_address_that_is_none_or_is_not_encrypted_is_refused(
    run: Run, tmp_path: Path, address: str
) -> None:
    file = tmp_path / "return.csv"
    file.touch()
    code, told = run(file, here=("--to", address, "--school", "900003", "--year", "2026"))

    assert code == 2, told


def test_this_computer_needs_no_encryption() -> None:
    for address in ("http://localhost:8000", "http://127.0.0.1:8000/", "http://[::1]:8000"):
        asking.refuse_address(address)


@pytest.mark.parametrize(
    ("failure", "code", "sentence"),
    [
        (URLError("no route"), 10, "cannot be reached: no route"),
        (TimeoutError("timed out"), 10, "timed out"),
        (io.BytesIO(b"<html>"), 2, "does not answer as a gateway"),
        (io.BytesIO(b"\xff\xfe"), 2, "does not answer as a gateway"),
        (HTTPError("", 301, "", Message(), io.BytesIO()), 2, "answers 301"),
        (HTTPError("", 404, "", Message(), io.BytesIO(b"<html>")), 2, "answers 404"),
        (HTTPError("", 502, "", Message(), io.BytesIO(b"[]")), 10, "later"),
        (HTTPError("", 422, "", Message(), io.BytesIO(b'{"title": "No."}')), 7, "No."),
        (HTTPError("", 409, "", Message(), io.BytesIO(_BUSY)), 10, "run this again later"),
        (HTTPError("", 400, "", Message(), io.BytesIO(b'{"title": 1}')), 2, "answers 400"),
    ],
)
def test_what_is_no_gateway_is_told_in_a_sentence(
    run: Run,
    opener: Opener,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: Any,
    code: int,
    sentence: str,
) -> None:
    def answer(*_: object, **__: object) -> Any:
        if isinstance(failure, Exception):
            raise failure
        failure.headers = Message()
        return failure

    monkeypatch.setattr(opener, "open", answer)
    found, told = run(file)

    assert (found, sentence in told) == (code, True), told


def test_a_token_goes_nowhere_else() -> None:
    assert asking._Stays().redirect_request(Request("https://a.example"), io.BytesIO()) is None  # type: ignore[func-returns-value]


def test_who_is_cut_off_after_submitting_is_told_that_it_was_submitted(
    run: Run, opener: Opener, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = opener.open

    def cut_off(request: Request, timeout: float) -> Any:
        if request.full_url.endswith("/numbers"):
            raise URLError("no route")
        return real(request, timeout)

    monkeypatch.setattr(opener, "open", cut_off)
    code, told = run(file)

    assert code == 10
    assert "Submitted. The receipt is in" in told
