"""``keystage submit --queue`` and ``--send-queue``: what they say, and how they end."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.error import URLError

import pytest

from keystage.cli import main
from keystage.core.errors import UnreachableError
from keystage.core.upn import check_letter
from keystage.flows.returns.answers import begin
from keystage.flows.returns.asking import Answer

HEAD = "UPN,Surname,Forename,Date of birth,Sex,Former UPN,Writing,Science"
AT = ("--school", "900003", "--number", "9990301", "--year", "2026")
OTHER = ("--school", "900004", "--number", "9990302", "--year", "2026")
TO = ("--to", "https://keystage.example.org")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; its exit code, and all that it says."""
    monkeypatch.setenv("KEYSTAGE_TOKEN", "t")

    def do(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["keystage", "submit", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        told = capsys.readouterr()
        return int(ended.value.code or 0), " ".join((told.out + told.err).split())

    return do


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    return tmp_path / "queue"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rest = "999030120001"
    path = tmp_path / "return.csv"
    row = f"{check_letter(rest)}{rest},Ashby,Mabel,01/01/2015,F,,EXS,EXS"
    path.write_text(f"{HEAD}\n{row}", encoding="utf-8")
    return path


class Service:
    """Answers by the end of the address; an error in place of an answer is raised."""

    def __init__(self) -> None:
        self.verdicts: Iterator[str] = iter(())
        self.answers: dict[str, Any] = {
            "submit": {"receipt": {"receipt": "r"}},
            "numbers": {"state": "received", "not_yet": "Not yet submitted: one is missing."},
        }

    def ask(self, request: Any) -> Answer:
        name = request.full_url.rpartition("/")[2]
        answer = self.answers.get(name)
        if name == "returns" and answer is None:
            finding = {
                "code": "TA-100", "severity": "red", "line": 1, "upn": "A1", "name": "Ashby",
                "field": "", "value": "", "message": "", "todo": "",
            }  # fmt: skip
            verdict = next(self.verdicts, "green")
            answer = {
                "verdict": verdict, "red": int(verdict == "red"), "amber": 0, "id": "1",
                "findings": [finding] if verdict == "red" else [], "counts": {},
                "state": "uploaded",
            }  # fmt: skip
        if isinstance(answer, Exception):
            raise answer
        return Answer(json.dumps(answer).encode())


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service()
    monkeypatch.setattr("keystage.flows.returns.gateway.ask", made.ask)
    return made


def test_a_checked_file_waits_with_a_proof_that_is_no_receipt(
    run: Run, file: Path, queue: Path
) -> None:
    code, told = run(file, "--queue", queue, *AT)

    assert code == 0, told
    assert "Nothing was sent. The proof beside it is not a receipt" in told
    assert (queue / "0001" / "file" / "return.csv").read_bytes() == file.read_bytes()
    proof = json.loads((queue / "0001" / "proof.json").read_bytes())["proof"]
    assert proof["program"].startswith("keystage ")
    assert "Ashby" not in str(proof)
    code, told = run("--queue", queue)
    assert code == 0
    assert "0001 return.csv (school 900003, 2026): not yet submitted. Ready since 20" in told


def test_a_file_that_would_be_refused_does_not_wait(run: Run, file: Path, queue: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"EXS", b"ABC"))
    code, told = run(file, "--queue", queue, *AT)
    assert code == 7, told
    assert not queue.exists()


def test_a_queue_is_sent_and_not_sent_again(
    run: Run, file: Path, queue: Path, service: Service
) -> None:
    run(file, "--queue", queue, *AT)
    code, told = run("--send-queue", queue, *TO)
    assert code == 0, told
    assert "return.csv (school 900003, 2026): submitted." in told
    assert "Not yet submitted: one is missing." in told
    assert "Everything in the queue was dealt with." in told
    assert (queue / "0001" / "receipt.json").is_file()

    service.answers["submit"] = URLError("would be asked")
    code, told = run("--send-queue", queue, *TO)
    assert code == 0, told
    assert "submitted. Its receipt is in" in told


def test_one_that_is_refused_keeps_no_other_from_being_sent(
    run: Run, file: Path, queue: Path, service: Service
) -> None:
    run(file, "--queue", queue, *AT)
    run(file, "--queue", queue, *OTHER)
    service.verdicts = iter(("red", "green"))
    code, told = run("--send-queue", queue, *TO)

    assert code == 7, told
    assert "0001 return.csv (school 900003, 2026): not submitted. The gateway refuses it for 1" in (
        told
    )
    assert "0002 return.csv (school 900004, 2026): submitted." in told
    assert "Ashby" not in (queue / "0001" / "answer.json").read_text(encoding="utf-8")
    _, told = run("--queue", queue)
    assert "not submitted. The service said: The gateway refuses it" in told


def test_a_service_that_does_not_answer_leaves_the_rest_waiting(
    run: Run, file: Path, queue: Path, service: Service
) -> None:
    run(file, "--queue", queue, *AT)
    service.answers["submit"] = UnreachableError("It is down.", todo="Run this again later.")
    code, told = run("--send-queue", queue, *TO)
    assert code == 10, told
    assert "it is not known whether it was submitted: no answer came since 20" in told
    assert "It waits, and so does what is after it." in told
    assert not (queue / "0001" / "answer.json").exists()
    for again in (("--queue", queue), (file, "--queue", queue, *AT)):
        code, told = run(*again)
        assert (code, "not known whether it was submitted" in told) == (0, True), told
        assert "not yet submitted" not in told

    service.answers["submit"] = {"receipt": {"receipt": "r"}}
    assert run("--send-queue", queue, *TO)[0] == 0


def test_a_service_that_is_down_before_anything_was_submitted_leaves_no_doubt(
    run: Run, file: Path, queue: Path, service: Service
) -> None:
    run(file, "--queue", queue, *AT)
    service.answers["returns"] = UnreachableError("It is down.", todo="Run this again later.")
    code, told = run("--send-queue", queue, *TO)
    assert code == 10, told
    assert "not submitted. It waits, and so does what is after it." in told


def test_an_older_file_is_not_sent_while_nobody_knows_of_a_newer_one(
    run: Run, file: Path, queue: Path, service: Service
) -> None:
    run(file, "--queue", queue, *AT)
    service.verdicts = iter(("red",))
    run("--send-queue", queue, *TO)
    file.write_bytes(file.read_bytes().replace(b"EXS,EXS", b"GDS,EXS"))
    run(file, "--queue", queue, *AT)
    begin(queue / "0002")

    code, told = run("--send-queue", queue, *TO)
    assert code == 0, told
    assert "0001 return.csv (school 900003, 2026): not sent: a later file" in told
    assert "0002 return.csv (school 900003, 2026): submitted." in told


@pytest.mark.parametrize("failing", ["numbers", "disk"])
def test_what_is_submitted_is_said_to_be_whatever_fails_after_it(
    run: Run, file: Path, queue: Path, service: Service, failing: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    run(file, "--queue", queue, *AT)
    if failing == "numbers":
        service.answers["numbers"] = UnreachableError("It is down.")
    else:
        full = OSError(28, "No space left on device")
        monkeypatch.setattr("keystage.flows.returns.gateway.write_bytes", Mock(side_effect=full))
    code, told = run("--send-queue", queue, *TO)
    assert code == 0, told
    assert "return.csv (school 900003, 2026): submitted. " in told
    said = {"numbers": "It is submitted all the same.", "disk": "No space left"}[failing]
    assert said in told


def test_an_answer_that_is_no_receipt_is_not_called_one(
    run: Run, file: Path, queue: Path, service: Service
) -> None:
    run(file, "--queue", queue, *AT)
    service.answers["submit"] = {"no": "receipt"}
    code, told = run("--send-queue", queue, *TO)
    assert code == 3, told
    assert "not known whether it was submitted" in told
    assert "The service gave no receipt." in told


def test_a_file_that_was_changed_since_is_not_sent(
    run: Run, file: Path, queue: Path, service: Service
) -> None:
    run(file, "--queue", queue, *AT)
    (queue / "0001" / "file" / "return.csv").write_bytes(b"another")
    code, told = run("--send-queue", queue, *TO)
    assert code == 3, told
    assert "not sent: its file was changed after it was checked" in told
    (queue / "0001" / "proof.json").unlink()
    _, told = run("--queue", queue)
    assert "0001: not sent: its proof cannot be read" in told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "There is no file to submit"),
        (("a.csv",), "--school is missing"),
        (("a.csv", "--school", "900003"), "--year is missing"),
        (("a.csv", *AT), "--to is missing"),
        (("--send-queue", "q"), "--to is missing"),
        (("--send-queue", "q", "--to", "http://example.org"), "not encrypted"),
        (("a.csv", "--send-queue", "q", *TO), "without a file beside it"),
    ],
)
def test_what_is_asked_without_what_it_needs_is_told(
    run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    code, told = run(*arguments)
    assert (code, sentence in told) == (2, True), told


def test_an_empty_queue_is_said_to_be(run: Run, queue: Path) -> None:
    queue.mkdir()
    assert run("--queue", queue) == (0, "Nothing is in this queue.")
