"""A queue of returns: kept whole, in order, seen to be what it was, and never sent out of turn."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keystage.core.errors import InputError
from keystage.flows.returns import proofs
from keystage.flows.returns.answers import begin, keep_answer
from keystage.flows.returns.queue import (
    Entry,
    State,
    entries_of,
    put,
    state_of,
)

NOW = datetime(2026, 6, 26, 15, 59, tzinfo=UTC)


def put_in(
    queue: Path, content: bytes = b"UPN", school: str = "900003", name: str = "a.csv"
) -> Entry:
    found = (proofs.Found(code="TA-100", severity="amber", findings=2),)
    return put(
        queue, name, content, school=school, year=2026, verdict="amber", found=found,
        program="keystage", now=NOW,
    )  # fmt: skip


def states(queue: Path) -> list[State]:
    entries = entries_of(queue)
    return [state_of(one, entries) for one in entries]


def test_a_proof_says_what_was_ready_when_and_that_it_is_no_receipt(tmp_path: Path) -> None:
    kept = put_in(tmp_path / "queue", b"UPN\n1")

    written = json.loads((kept.folder / "proof.json").read_bytes())
    proof = written["proof"]
    assert proof["says"].startswith("This is not a receipt.")
    assert (proof["ready_at"], proof["bytes"]) == ("2026-06-26T15:59:00+00:00", 5)
    assert proof["found"] == [{"code": "TA-100", "severity": "amber", "findings": 2}]
    assert kept.content() == b"UPN\n1"
    assert kept.folder.name == "0001"


def test_returns_keep_their_order_and_name_the_proof_before(tmp_path: Path) -> None:
    for number in range(11):
        put_in(tmp_path, b"%d" % number, school=str(900000 + number))

    entries = entries_of(tmp_path)
    assert [one.folder.name for one in entries] == [f"{number:04d}" for number in range(1, 12)]
    assert not any(one.gap for one in entries)
    assert entries[0].proof is not None
    assert entries[0].proof.before == ""
    assert len({one.proof.before for one in entries if one.proof}) == 11


def test_a_file_that_waits_already_is_not_put_there_twice(tmp_path: Path) -> None:
    first = put_in(tmp_path)
    assert put_in(tmp_path).folder == first.folder
    keep_answer(first.folder, "No.")
    assert put_in(tmp_path).folder == first.folder
    assert put_in(tmp_path, school="900004").folder != first.folder
    first.receipt.write_bytes(b"{}")
    assert put_in(tmp_path).folder.name == "0003"


def test_what_was_changed_or_cannot_be_read_is_not_sent(tmp_path: Path) -> None:
    entries = [put_in(tmp_path, b"%d" % number, school=str(number)) for number in range(6)]
    entries[0].file.write_bytes(b"another")
    entries[1].file.unlink()
    proof = entries[2].folder / "proof.json"
    proof.write_bytes(proof.read_bytes().replace(b"15:59", b"15:01"))
    (entries[3].folder / "proof.json").write_bytes(b"{")
    (entries[4].folder / "proof.json").unlink()

    found = entries_of(tmp_path)
    assert [one.fault for one in found] == [
        "its file was changed after it was checked",
        "its file is not there",
        "its proof was changed",
        "its proof cannot be read",
        "its proof cannot be read",
        "",
    ]
    assert states(tmp_path) == [State.BROKEN] * 5 + [State.WAITS]
    assert [one.gap for one in found] == [False, False, False, False, False, True]


def test_a_proof_that_names_a_file_elsewhere_is_not_followed(tmp_path: Path) -> None:
    kept = put_in(tmp_path / "queue")
    (tmp_path / "secret").write_bytes(b"UPN")
    assert kept.proof is not None
    elsewhere = proofs.Proof(
        file="../../../secret", bytes=3, sha256=kept.proof.sha256, school="900003", year=2026,
        verdict="green", found=(), ready_at="", program="", before="",
    )  # fmt: skip
    (kept.folder / "proof.json").write_bytes(proofs.written(elsewhere))

    assert entries_of(tmp_path / "queue")[0].fault == "its proof names a file elsewhere"
    assert put_in(tmp_path / "other", name="../../x.csv").file.name == "x.csv"


def test_an_older_file_is_not_sent_after_a_newer_one_of_the_same_school(tmp_path: Path) -> None:
    older = put_in(tmp_path, b"old")
    put_in(tmp_path, b"other", school="900004")
    newer = put_in(tmp_path, b"new")
    keep_answer(older.folder, "It is refused.")
    assert states(tmp_path) == [State.REFUSED, State.WAITS, State.WAITS]

    newer.receipt.write_bytes(b"{}")
    assert states(tmp_path) == [State.OVERTAKEN, State.WAITS, State.SUBMITTED]


def test_a_draft_that_a_killed_program_left_is_no_return(tmp_path: Path) -> None:
    (tmp_path / ".draft-x" / "file").mkdir(parents=True)
    put_in(tmp_path)
    assert [one.folder.name for one in entries_of(tmp_path)] == ["0001"]


def test_two_programs_that_write_at_once_take_two_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, others = Path.rename, iter((b"first", b"second"))

    def renamed(draft: Path, place: Path) -> Path:
        """Another program is quicker twice."""
        if (content := next(others, None)) is not None:
            put_in(tmp_path, content)
        return rename(draft, place)

    monkeypatch.setattr(Path, "rename", renamed)
    put_in(tmp_path, b"mine")

    entries = entries_of(tmp_path)
    assert [one.folder.name for one in entries] == ["0001", "0002", "0003"]
    assert entries[-1].content() == b"mine"
    assert not any(one.gap for one in entries)


def test_a_number_that_something_else_has_is_passed_by(tmp_path: Path) -> None:
    put_in(tmp_path)
    (tmp_path / "0002").touch()
    assert put_in(tmp_path, b"2").folder.name == "0003"


def test_one_whose_answer_is_missing_is_neither_submitted_nor_waiting(tmp_path: Path) -> None:
    older, other, newer = (
        put_in(tmp_path, b"old"), put_in(tmp_path, b"x", "900004"), put_in(tmp_path, b"new"),
    )  # fmt: skip
    keep_answer(older.folder, "It is refused.")
    begin(newer.folder)
    (begun,) = (one.begun for one in entries_of(tmp_path) if one.begun)
    begin(newer.folder)

    assert states(tmp_path) == [State.OVERTAKEN, State.WAITS, State.BEGUN]
    assert put_in(tmp_path, b"new").begun == begun
    keep_answer(newer.folder, "No.")
    assert states(tmp_path) == [State.REFUSED, State.WAITS, State.REFUSED]
    begin(other.folder)
    other.receipt.write_bytes(b"{}")
    assert states(tmp_path)[1] == State.SUBMITTED


def test_a_queue_that_is_none_or_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such queue"):
        entries_of(tmp_path / "nothing")
    blocked = tmp_path / "a file"
    blocked.touch()
    for place in (blocked, blocked / "below"):
        with pytest.raises(InputError, match="cannot be written"):
            put_in(place)
