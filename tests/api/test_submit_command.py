"""``keystage submit`` against the service itself, and against all that is none."""

import io
from collections.abc import Callable, Sequence
from datetime import date
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request

import pytest
from django.test import Client
from files_of_tests import row_of, sheet_file
from pytest_django import Settings
from systems_of_tests import Let, Speaker

from keystage.actions.by import By
from keystage.actions.gateway.keys import published_keys
from keystage.actions.systems import secret
from keystage.cli import main
from keystage.flows.receipts import verify
from keystage.flows.returns import asking, gateway
from keystage.store.models import Person, Pupil, Receipt, Sheet, Submission

pytestmark = pytest.mark.django_db
_BUSY = b'{"title": "The same request is being answered.", "code": "in_progress"}'
HERE = ("--to", "https://keystage.example.org", "--school", "900003", "--year", "2026")


class Opener:
    """Opens addresses by asking the service in this process."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.asked: list[str] = []

    def open(self, request: Request, timeout: float) -> Any:
        assert timeout
        path = request.full_url.removeprefix("https://keystage.example.org")
        self.asked.append(f"{request.get_method()} {path}")
        body = request.data if isinstance(request.data, bytes) else b""
        answer = self.client.generic(
            request.get_method(),
            path,
            body,
            content_type=request.get_header("Content-type", ""),
            headers=dict(request.header_items()),
        )
        headers = Message()
        for name, value in answer.items():
            headers[name] = value
        if answer.status_code >= 300:
            raise HTTPError(
                request.full_url, answer.status_code, "", headers, io.BytesIO(answer.content)
            )
        found = io.BytesIO(answer.content)
        found.headers = headers  # type: ignore[attr-defined]  # as an answer has them
        return found


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run the command with the arguments; its exit code, and all that it says."""

    def do(*arguments: object, here: Sequence[str] = HERE) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["keystage", "submit", *map(str, arguments), *here])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        told = capsys.readouterr()
        return int(ended.value.code or 0), " ".join((told.out + told.err).split())

    return do


@pytest.fixture
def speaker(let: Let) -> Speaker:
    return let("returns:upload", "returns:submit", "returns:read")


@pytest.fixture
def opener(monkeypatch: pytest.MonkeyPatch, settings: Settings, speaker: Speaker) -> Opener:
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setenv("KEYSTAGE_TOKEN", speaker.token)
    made = Opener(Client())
    monkeypatch.setattr(asking, "_opener", lambda: made)
    return made


@pytest.fixture
def file(tmp_path: Path, judged_sheet: Sheet, pupils: Sequence[Pupil], gateway_open: date) -> Path:
    """A return of everybody."""
    path = tmp_path / "return.csv"
    path.write_bytes(sheet_file([row_of(one) for one in pupils]))
    return path


Run = Callable[..., tuple[int, str]]


def test_a_return_is_sent_submitted_and_receipted_once(
    run: Run, opener: Opener, file: Path
) -> None:
    code, told = run(file)

    assert code == 0, told
    assert "The return is accepted." in told
    receipt = file.with_name("return.csv.receipt.json")
    assert verify(receipt.read_bytes(), file.read_bytes(), published_keys()).holds

    code, told = run(file)
    assert code == 0, told
    assert Submission.objects.count() == Receipt.objects.count() == 1
    assert len(list(file.parent.iterdir())) == 2


def test_a_receipt_that_cannot_be_written_is_said_beside_that_the_return_was_submitted(
    run: Run, opener: Opener, file: Path, tmp_path: Path
) -> None:
    nowhere = file / "receipt.json"
    code, told = run(file, "--receipt", nowhere)

    sent = Submission.objects.get()
    assert (code, sent.state) == (11, "taken")
    assert "The return was submitted, but its receipt could not be kept." in told
    address = f"https://keystage.example.org/api/v1/schools/900003/2026/returns/{sent.pk}/receipt"
    assert address in told.replace(" ", "")

    code, told = run(file, "--receipt", tmp_path / "again.json")
    assert code == 0, told
    assert Receipt.objects.count() == 1
    again = (tmp_path / "again.json").read_bytes()
    assert verify(again, file.read_bytes(), published_keys()).holds


def test_checking_sends_nothing(run: Run, opener: Opener, file: Path) -> None:
    code, told = run(file, "--check-only")

    assert code == 0, told
    assert "The gateway says" in told
    assert "6 pupils" in told
    assert not Submission.objects.exists()


def test_a_file_that_is_red_here_never_leaves_this_computer(
    run: Run, opener: Opener, file: Path
) -> None:
    file.write_bytes(file.read_bytes().replace(b"EXS", b"ABC"))
    code, told = run(file)

    assert code == 7, told
    assert "nothing was sent" in told
    assert opener.asked == ["GET /api/v1/leave"]


def test_a_school_that_the_system_does_not_act_for_is_told(
    run: Run, opener: Opener, file: Path
) -> None:
    code, told = run(file, here=("--to", HERE[1], "--school", "900004", "--year", "2026"))

    assert code == 2, told
    assert "acts for no school with the URN 900004" in told


def test_a_file_that_was_refused_is_looked_at_again(
    run: Run, opener: Opener, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2026, 1, 5)
    with monkeypatch.context() as early:
        early.setattr("keystage.actions.gateway.receiving.knowing.today", lambda: day)
        code, told = run(file)
    assert code == 7, told

    code, told = run(file)
    assert code == 0, told


def test_a_token_is_fetched_with_the_secret(
    run: Run, opener: Opener, file: Path, speaker: Speaker, headteacher: Person
) -> None:
    made = secret.make(access=speaker.system, seen="", by=By(headteacher, "test"))
    kept = file.with_name("secret.txt")
    kept.write_text(f"{made.value}\n", encoding="ascii")

    code, told = run(file, "--client", made.client_id, "--secret-file", kept)
    assert code == 0, told
    assert opener.asked[0] == "POST /api/v1/token"

    kept.write_text("another", encoding="ascii")
    code, told = run(file, "--client", made.client_id, "--secret-file", kept)
    assert code == 2
    assert "gives no token" in told
    assert made.value not in told


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


def test_a_receipt_that_is_there_already_is_not_written_over(
    run: Run, opener: Opener, file: Path
) -> None:
    kept = file.with_name("return.csv.receipt.json")
    kept.write_text("of last year", encoding="ascii")
    code, told = run(file)

    assert code == 0, told
    assert kept.read_text(encoding="ascii") == "of last year"
    assert len(list(file.parent.glob("*.receipt.*.json"))) == 1


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


def test_one_file_for_two_schools_or_years_is_asked_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = []

    def ask(request: Request) -> asking.Answer:
        keys.append(request.get_header("Idempotency-key"))
        told = b'{"verdict": "red", "red": 1, "amber": 0, "findings": [], "counts": {}}'
        return asking.Answer(told)

    monkeypatch.setattr(gateway, "ask", ask)
    for school, year in (("900003", 2026), ("900004", 2026), ("900003", 2025), ("900003", 2026)):
        at = gateway.Gateway(url=HERE[1], school=school, year=year, token="t")  # noqa: S106  # none
        at.upload("sheet\udcff.csv", b"UPN")

    assert len(set(keys)) == 3
