"""``keystage submit`` against the service itself."""

from datetime import date
from pathlib import Path
from unittest.mock import Mock
from urllib.request import Request

import pytest
from submitting_of_tests import HERE, Opener, Run
from systems_of_tests import Speaker

from keystage.actions.by import By
from keystage.actions.gateway.keys import published_keys
from keystage.actions.gateway.standing.states import close, reopen, return_of
from keystage.actions.systems import secret
from keystage.flows.receipts import verify
from keystage.flows.returns import asking, gateway
from keystage.store.models import Organisation, Person, Receipt, Submission

pytestmark = pytest.mark.django_db


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


def test_a_file_that_was_sent_to_a_closed_return_is_sent_again_once_it_is_open(
    run: Run, opener: Opener, file: Path, school: Organisation
) -> None:
    held = return_of(school, 2026)
    close(held, reason="The deadline.", by=By.service())
    for _ in range(2):
        code, told = run(file)
        assert (code, "The return of this school is closed." in told) == (7, True), told
    reopen(held, reason="They asked.", by=By.service())

    code, told = run(file)
    assert code == 0, told


def test_a_second_attempt_whose_answer_was_lost_is_not_made_again(
    run: Run, opener: Opener, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as early:
        early.setattr("keystage.actions.gateway.receiving.knowing.today", lambda: date(2026, 1, 5))
        assert run(file)[0] == 7
    with monkeypatch.context() as lost:
        lost.setattr(gateway, "keep_receipt", Mock(side_effect=KeyboardInterrupt))
        assert run(file)[0] == 130
    assert Receipt.objects.count() == 1

    code, told = run(file)
    assert code == 0, told
    assert Receipt.objects.count() == 1


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


def test_a_receipt_that_is_there_already_is_not_written_over(
    run: Run, opener: Opener, file: Path
) -> None:
    kept = file.with_name("return.csv.receipt.json")
    kept.write_text("of last year", encoding="ascii")
    code, told = run(file)

    assert code == 0, told
    assert kept.read_text(encoding="ascii") == "of last year"
    assert len(list(file.parent.glob("*.receipt.*.json"))) == 1


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
