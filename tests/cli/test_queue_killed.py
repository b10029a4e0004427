"""A computer that stops while a queue is sent: nothing is sent twice, nothing is forgotten."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from keystage.flows.returns.queue import State, entries_of, put, state_of

#: A service in a file that keeps what it was given, by its key; the process dies after an answer.
SERVICE = """
import hashlib, io, json, os, signal, sys
from email.message import Message
from pathlib import Path
from keystage.cli import submit_queue
from keystage.flows.returns import asking

kept, queue, dies_after = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

class Service:
    def open(self, request, timeout):
        told = json.loads(kept.read_text()) if kept.exists() else {"keys": {}, "asked": []}
        headers, path = Message(), request.full_url
        key = request.get_header("Idempotency-key", "")
        if path.endswith("/numbers"):
            answer = {"state": "received", "not_yet": ""}
        elif path.endswith("/submit"):
            answer = {"receipt": {"receipt": path.split("/")[-2]}}
            told["submitted"] = [*told.get("submitted", []), path.split("/")[-2]]
        elif key in told["keys"]:
            answer, headers["Idempotency-Replayed"] = told["keys"][key], "true"
        elif request.data is None:
            answer = told["keys"][[one for one in told["keys"] if path.endswith(one[-8:])][0]]
        else:
            answer = {"verdict": "green", "red": 0, "amber": 0, "findings": [], "counts": {},
                      "state": "uploaded", "id": key[-8:]}
            told["keys"][key] = answer
        told["asked"].append(path.rpartition("/")[2])
        kept.write_text(json.dumps(told))
        if dies_after and dies_after == str(len(told["asked"])):
            os.kill(os.getpid(), signal.SIGKILL)
        found = io.BytesIO(json.dumps(answer).encode())
        found.headers = headers
        return found

asking._opener = Service
submit_queue.send(queue, to="https://keystage.example.org", token="t")
"""


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    made = tmp_path / "queue"
    for school in ("900003", "900004", "900005"):
        put(
            made, f"{school}.csv", school.encode(), school=school, year=2026, verdict="green",
            found=(), program="keystage",
        )  # fmt: skip
    return made


def sent(kept: Path, queue: Path, *, dies_after: int | None = None) -> int:
    arguments = [kept, queue, "" if dies_after is None else dies_after]
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", SERVICE, *map(str, arguments)],
        check=False,
        capture_output=True,
        env=os.environ | {"NO_COLOR": "1"},
    )
    return done.returncode


def test_a_queue_that_was_killed_between_any_two_steps_ends_with_one_of_each(
    tmp_path: Path, queue: Path
) -> None:
    kept, left = tmp_path / "service.json", []
    # The upload of the first; its submission, before the receipt is kept; the second's upload.
    for dies_after in (1, 4, 9):
        assert sent(kept, queue, dies_after=dies_after) == -signal.SIGKILL
        entries = entries_of(queue)
        assert not any(one.fault for one in entries)
        left.append([state_of(one, entries) for one in entries])
    # Of a submission whose answer was lost nobody says that it was none.
    firsts = [State.WAITS, State.BEGUN, State.SUBMITTED]
    assert left == [[first, State.WAITS, State.WAITS] for first in firsts]
    assert sent(kept, queue) == 0

    told = json.loads(kept.read_text(encoding="utf-8"))
    assert len(told["keys"]) == 3
    order = list(dict.fromkeys(told["submitted"]))
    assert order == [key[-8:] for key in told["keys"]]
    entries = entries_of(queue)
    assert [state_of(one, entries) for one in entries] == [State.SUBMITTED] * 3
    receipts = [json.loads(one.receipt.read_bytes())["receipt"]["receipt"] for one in entries]
    assert receipts == order

    asked = len(told["asked"])
    assert sent(kept, queue) == 0
    assert len(json.loads(kept.read_text(encoding="utf-8"))["asked"]) == asked
