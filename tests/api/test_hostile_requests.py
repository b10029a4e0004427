"""Requests that no honest system sends: each is a problem, and none an error of ours."""

import pytest
from systems_of_tests import SCHOOL, Let, Speaker

from keystage.store.models import Import, RegistrationChange, Sheet

pytestmark = pytest.mark.django_db
WORD = '{"pupils": [{"surname": "%s", "forename": "Nia", "birth_date": "2015-03-01"}]}'


@pytest.fixture
def speaker(let: Let, sheet: Sheet) -> Speaker:
    assert sheet.year
    return let("roll:write", "registration:write", "returns:upload")


def put(speaker: Speaker, body: bytes, kind: str = "application/json") -> int:
    answer = speaker.client.put(
        f"{SCHOOL}/roll", body, content_type=kind, headers=speaker.headers()
    )
    assert answer.status_code < 400 or answer["Content-Type"] == "application/problem+json"
    return int(answer.status_code)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"1", b"NaN", b"\xff\xfe", b"\0", b"[" * 100_000,
        b'{"pupils": ' * 10_000, b'{"pupils": []}', b'{"pupils": {}}', b'{"pupils": [null]}',
        b"9" * 10_000, b'{"pupils": [' + b"9" * 10_000 + b"]}", b'{"pupils": [{"id": 1}]}',
        WORD.encode() % b"\\u0000", WORD.encode() % b"\\ud800", WORD.encode() % b"\\n",
        WORD.encode() % (b"a" * 151),
        b'{"pupils": [' + b"{}," * 5000 + b"{}]}",
    ],
    ids=range(21),
)  # fmt: skip
def test_a_body_that_is_no_roll_is_a_problem(speaker: Speaker, body: bytes) -> None:
    assert put(speaker, body) in {400, 422}
    assert not Import.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", ""])
def test_the_kind_of_a_body_changes_nothing(speaker: Speaker, kind: str) -> None:
    assert put(speaker, WORD.encode() % b"New", kind) in {202, 400, 422}
    assert put(speaker, b"<roll/>", kind) in {400, 422}


@pytest.mark.parametrize("word", ["=cmd|' /C calc'!A0", "'; DROP TABLE pupils", "<b>", '"', ","])
def test_a_word_is_a_word(speaker: Speaker, word: str) -> None:
    """What a spreadsheet, a database or a browser would obey is taken as it is, or refused."""
    sent = {"pupils": [{"surname": word, "forename": "Nia", "birth_date": "2015-03-01"}]}
    answer = speaker.send("PUT", "/roll", sent)

    assert answer.status_code in {202, 422}, answer.text
    if answer.status_code == 202:
        facts = Import.objects.get().rows.get().values["facts"]
        kept = facts.get("surname") in {word, word.strip("'")}
        assert kept != (answer.json()["not_matched"] == 1)


@pytest.mark.parametrize("reason", ["a\0b", "\ud800", "x" * 201])
def test_a_reason_that_cannot_be_kept_is_refused(
    speaker: Speaker, sheet: Sheet, reason: str
) -> None:
    pupil = str(sheet.cohort.all()[0].pupil_id)
    change = {"pupil": pupil, "version": 1, "maths": "below"}
    sent = {"changes": [change], "reason": reason}

    assert speaker.send("PATCH", "/registration", sent).status_code == 422
    assert not RegistrationChange.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/schools/900003/2026/returns/not-a-file", "/api/v1/schools/900003/20260/roll",
        "/api/v1/schools/900003/-1/roll", "/api/v1/schools/٩٠٠٠٠٣/2026/roll",
        "/api/v1/schools/900003/%EF%BC%92026/roll", "/api/v1/schools/%27/2026/roll",
        "/api/v1/schools/900003/2026/roll/", "/api/v1/schools//2026/roll", "/api/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_not_there(let: Let, path: str) -> None:
    speaker = let()
    answer = speaker.client.get(path, headers=speaker.headers())

    assert answer.status_code in {404, 422}
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "offset=-1", "offset=1e9"])
def test_a_number_beyond_its_bounds_is_a_problem(let: Let, query: str) -> None:
    assert let("returns:read").get(f"/returns?{query}").status_code == 422
