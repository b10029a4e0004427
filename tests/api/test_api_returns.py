"""A return through the API: checked, sent, submitted by standing word, receipted, once."""

import tomllib
from collections.abc import Sequence
from datetime import date

import make_corpus
import pytest
from django.db import OperationalError
from files_of_tests import row_of, sheet_file
from systems_of_tests import ROOT, Let, Speaker

from keystage.actions.gateway.keys import published_keys
from keystage.actions.gateway.receiving.uploading import lock_submission
from keystage.actions.gateway.taking import submitting
from keystage.flows.receipts import verify
from keystage.store.models import (
    Pupil,
    Receipt,
    SchoolReturn,
    Sheet,
    Submission,
    SystemRequest,
)

pytestmark = pytest.mark.django_db
NAME = {"Content-Disposition": 'attachment; filename="sheet.csv"'}


@pytest.fixture
def content(judged_sheet: Sheet, pupils: Sequence[Pupil], gateway_open: date) -> bytes:
    """A file of the school with everybody and every judgement."""
    return sheet_file([row_of(pupil) for pupil in pupils])


@pytest.fixture
def speaker(let: Let, content: bytes) -> Speaker:
    assert content
    return let("returns:upload", "returns:submit", "returns:read")


def test_a_file_is_sent_submitted_and_its_receipt_holds(speaker: Speaker, content: bytes) -> None:
    sent = speaker.send("POST", "/returns", content, **NAME)
    assert sent.status_code == 201, sent.text
    told = sent.json()
    assert (told["state"], told["verdict"] != "red", told["channel"]) == ("uploaded", True, "api")
    assert speaker.client.get(sent["Location"], headers=speaker.headers()).json() == told

    submitted = speaker.send("POST", f"/returns/{told['id']}/submit", {})
    assert submitted.status_code == 200, submitted.text
    assert verify(submitted.content, content, published_keys()).holds
    assert submitted.json()["receipt"]["by"] == "Devi Patel"

    fetched = speaker.get(f"/returns/{told['id']}/receipt")
    assert fetched.content == submitted.content
    numbers = speaker.get("/numbers").json()
    assert (numbers["state"], numbers["not_yet"], len(numbers["complete"])) == ("accepted", "", 6)
    listed = speaker.get("/returns").json()
    assert (listed["total"], listed["files"][0]["state"]) == (1, "taken")
    kept = Submission.objects.get()
    assert (kept.client, str(kept.uploaded_by)) == (speaker.system, "Hester Adebayo")


def test_checking_keeps_nothing_and_finds_what_sending_finds(
    speaker: Speaker, content: bytes
) -> None:
    broken = content.replace(b"EXS", b"ABC", 1)
    checked = speaker.send("POST", "/validation", broken, **NAME).json()
    assert Submission.objects.count() == 0

    sent = speaker.send("POST", "/returns", broken, **NAME).json()
    assert checked["verdict"] == sent["verdict"]
    assert checked["findings"] == sent["findings"]
    assert checked["counts"] == sent["counts"]
    assert {"code", "severity", "line", "message", "todo"} <= checked["findings"][0].keys()


def test_a_refused_file_says_why_and_cannot_be_submitted(speaker: Speaker) -> None:
    sent = speaker.send("POST", "/returns", b"<CTfile><broken", **NAME).json()
    assert (sent["state"], sent["verdict"]) == ("refused", "red")
    assert sent["findings"]

    answer = speaker.send("POST", f"/returns/{sent['id']}/submit", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "refused"
    assert speaker.get(f"/returns/{sent['id']}/receipt").status_code == 404


def test_the_same_key_does_the_same_thing_once(speaker: Speaker, content: bytes) -> None:
    key = {"Idempotency-Key": "one", **NAME}
    first = speaker.send("POST", "/returns", content, **key)
    again = speaker.send("POST", "/returns", content, **key)

    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert Submission.objects.count() == 1

    path = f"/returns/{first.json()['id']}/submit"
    one = speaker.send("POST", path, {}, **{"Idempotency-Key": "two"})
    two = speaker.send("POST", path, {}, **{"Idempotency-Key": "two"})
    other_key = speaker.send("POST", path, {})
    assert one.content == two.content == other_key.content
    assert Receipt.objects.count() == 1


def test_one_key_is_for_one_request(speaker: Speaker, content: bytes) -> None:
    key = {"Idempotency-Key": "one"}
    speaker.send("POST", "/returns", content, **key)
    for path, body in (("/returns", content + b"\n"), ("/validation", content)):
        answer = speaker.send("POST", path, body, **key)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_used")


@pytest.mark.parametrize("key", ["", " ", "k" * 101, "naïve"])
def test_a_change_without_a_key_is_not_done(speaker: Speaker, content: bytes, key: str) -> None:
    answer = speaker.send("POST", "/returns", content, **{"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key")
    assert not Submission.objects.exists()


def test_what_is_being_answered_is_not_begun_twice(speaker: Speaker, content: bytes) -> None:
    key = {"Idempotency-Key": "one"}
    speaker.send("POST", "/validation", content, **key)
    SystemRequest.objects.update(status=0)

    answer = speaker.send("POST", "/validation", content, **key)
    assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")
    assert answer["Retry-After"]

    SystemRequest.objects.update(at="2026-01-01T00:00:00Z")
    assert speaker.send("POST", "/validation", content, **key).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "code"), [(OSError, 500, "broken"), (OperationalError, 503, "unavailable")]
)
def test_what_broke_may_be_sent_again(  # fixtures
    speaker: Speaker,
    content: bytes,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[Exception],
    status: int,
    code: str,
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise fault

    speaker.client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr("keystage.web.api.returns.upload", break_down)
        answer = speaker.send("POST", "/returns", content, **{"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.get("Retry-After") == ("30" if status == 503 else None)

    again = speaker.send("POST", "/returns", content, **{"Idempotency-Key": "one"})
    assert again.status_code == 201


def test_a_system_submits_only_what_it_sent(let: Let, speaker: Speaker, content: bytes) -> None:
    sent = speaker.send("POST", "/returns", content, **NAME).json()
    other = let("returns:submit")

    answer = other.send("POST", f"/returns/{sent['id']}/submit", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_own")


def test_who_saw_another_version_submits_nothing(speaker: Speaker, content: bytes) -> None:
    sent = speaker.send("POST", "/returns", content, **NAME).json()
    path = f"/returns/{sent['id']}/submit"
    assert speaker.send("POST", path, {}, **{"If-Match": '"7"'}).status_code == 412
    assert SchoolReturn.objects.get().version == 0

    seen = speaker.get("/numbers")["ETag"]
    assert speaker.send("POST", path, {}, **{"If-Match": seen}).status_code == 200


def test_too_large_a_file_is_a_problem_and_no_page(speaker: Speaker) -> None:
    for size in (20 * 2**20 + 1, 41 * 2**20):
        answer = speaker.send("POST", "/returns", b" " * size)
        assert answer.status_code == 413
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\9990301.xml", "a\u0000b.xml", ""])
def test_the_name_of_a_file_is_a_name_and_nothing_more(
    speaker: Speaker, content: bytes, name: str
) -> None:
    header = {"Content-Disposition": f'attachment; filename="{name}"'}
    sent = speaker.send("POST", "/returns", content, **header)

    assert sent.status_code == 201
    assert not set("/\\\0") & set(sent.json()["name"])


def test_no_sort_of_hostile_file_breaks_the_service(speaker: Speaker) -> None:
    """One file of each sort of the corpus is refused or read; none is an error of ours."""
    index = tomllib.loads((make_corpus.FOLDER / make_corpus.INDEX).read_text(encoding="utf-8"))
    sorts = {tuple(one["faults"][:1]): one["file"] for one in index["files"]}
    faults = []
    for name in sorts.values():
        data = (make_corpus.FOLDER / name).read_bytes()
        header = {"Content-Disposition": f'attachment; filename="{name}"'}
        answer = speaker.send("POST", "/returns", data, **header)
        if answer.status_code != (201 if data else 400):
            faults.append(f"{name}: {answer.status_code} {answer.text[:200]}")

    assert len(sorts) > 8
    assert faults == []
    kept = Submission.objects.exclude(state="refused")
    assert all(one.content is not None for one in kept)


def test_a_file_that_is_refused_when_it_is_checked_again_stays_refused(
    speaker: Speaker, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = speaker.send("POST", "/returns", content, **NAME).json()
    monkeypatch.setattr(
        "keystage.actions.gateway.receiving.knowing.today", lambda: date(2026, 7, 20)
    )

    answer = speaker.send("POST", f"/returns/{sent['id']}/submit", {})

    assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    assert (Submission.objects.get().state, Submission.objects.get().content) == ("refused", None)


def test_the_version_of_a_return_is_compared_once_nobody_else_can_change_it(
    speaker: Speaker, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = speaker.send("POST", "/returns", content, **NAME).json()

    def lock_behind_another(submission: Submission) -> Submission:
        SchoolReturn.objects.update(version=1)
        return lock_submission(submission)

    monkeypatch.setattr(submitting, "lock_submission", lock_behind_another)
    path, seen = f"/returns/{sent['id']}/submit", {"If-Match": '"0"'}
    assert speaker.send("POST", path, {}, **seen).status_code == 412
    assert Submission.objects.get().state == "uploaded"


def test_a_submission_whose_answer_was_lost_is_answered_with_its_receipt(
    speaker: Speaker, content: bytes
) -> None:
    sent = speaker.send("POST", "/returns", content, **NAME).json()
    asked = {"Idempotency-Key": "one", "If-Match": '"0"'}
    first = speaker.send("POST", f"/returns/{sent['id']}/submit", {}, **asked)
    SystemRequest.objects.filter(key="one").update(status=0, at="2026-01-01T00:00:00Z")

    again = speaker.send("POST", f"/returns/{sent['id']}/submit", {}, **asked)
    assert (again.status_code, again.content) == (200, first.content)


def test_looking_at_what_nobody_began_writes_nothing(speaker: Speaker, content: bytes) -> None:
    assert speaker.get("/numbers").json()["state"] == "not_started"

    nowhere = f"{ROOT}/schools/900003/2050"
    for method, path in (("GET", "/numbers"), ("POST", "/returns")):
        answer = speaker.client.generic(
            method, f"{nowhere}{path}", content, headers=speaker.headers()
        )
        assert answer.status_code == 404
    assert not SchoolReturn.objects.exists()
