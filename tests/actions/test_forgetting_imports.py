"""Rows of imports that nobody can undo are deleted; that a file came in is kept."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports.forgetting import forget_rows
from keystage.actions.imports.rules import import_rules
from keystage.store.models import AuditEvent, Import, ImportRow, Organisation, Person, Pupil

pytestmark = pytest.mark.django_db
UNDOING = import_rules().undoing.days


def made(
    school: Organisation,
    by: Person,
    *,
    days: int,
    kind: str = "roll",
    state: str = "applied",
    pupil: Pupil | None = None,
) -> Import:
    """A file with two rows that became what it is so many days ago."""
    then = timezone.now() - timedelta(days=days)
    file = Import.objects.create(
        school=school, year=2026, kind=kind, state=state, name="roll.csv", bytes=3,
        sha256="0" * 64, content=b"UPN", counts={"added": 2}, uploaded_at=then, uploaded_by=by,
        applied_at=then, applied_by=by, undone_at=then if state == "undone" else None,
        undone_by=by if state == "undone" else None,
        reading={"notes": ["a note"], "unread": [{"text": "Mabel"}], "repairs": [{"what": "x"}]},
    )  # fmt: skip
    for line in (2, 3):
        ImportRow.objects.create(
            import_file=file, line=line, values={"row": line}, match="same", pupil=pupil
        )
    return file


def test_rows_go_when_undoing_is_over_and_the_record_stays(
    school: Organisation, office: Person, pupils: list[Pupil]
) -> None:
    old = made(school, office, days=UNDOING + 1, pupil=pupils[0])
    young = made(school, office, days=UNDOING - 1)

    assert forget_rows(by=By.service()) == 1
    old.refresh_from_db()
    assert (old.rows.count(), young.rows.count()) == (0, 2)
    assert (old.counts, old.applied_by, old.sha256) == ({"added": 2}, office, "0" * 64)
    assert old.reading == {"notes": ["a note"], "unread": [], "repairs": []}
    assert bytes(old.content) == b""
    assert Pupil.objects.filter(pk=pupils[0].pk).exists()
    event = AuditEvent.objects.get(action="rows of a file deleted")
    assert (event.subject, event.after) == (f"import {old.pk}", {"rows": 2})


def test_a_second_sweep_finds_nothing(school: Organisation, office: Person) -> None:
    made(school, office, days=UNDOING + 1)

    assert [forget_rows(by=By.service()), forget_rows(by=By.service())] == [1, 0]


@pytest.mark.parametrize(("state", "gone"), [("undone", 1), ("review", 0), ("applying", 0)])
def test_only_what_is_over_is_forgotten(
    school: Organisation, office: Person, state: str, gone: int
) -> None:
    made(school, office, days=UNDOING + 9, state=state)

    assert forget_rows(by=By.service()) == gone


def test_the_newest_list_of_registrations_stays_to_compare_with(
    school: Organisation, other_school: Organisation, office: Person
) -> None:
    older = made(school, office, days=UNDOING + 9, kind="registration")
    newer = made(school, office, days=UNDOING + 5, kind="registration")
    elsewhere = made(other_school, office, days=UNDOING + 9, kind="registration")
    made(school, office, days=UNDOING + 2, kind="registration", state="undone")

    assert forget_rows(by=By.service()) == 2
    assert [one.rows.count() for one in (older, newer, elsewhere)] == [0, 2, 2]


def test_rows_are_kept_for_longer_where_somebody_says_so(
    school: Organisation, office: Person
) -> None:
    made(school, office, days=UNDOING + 5)
    said = StringIO()
    call_command("sweep", "--keep-rows", str(UNDOING + 10), stdout=said)
    assert "Rows of 0 files were deleted." in said.getvalue()
    call_command("sweep", stdout=said)

    assert "Rows of 1 file were deleted." in said.getvalue()


def test_a_sweep_beside_the_server_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sweep", verbosity=0)

    assert capsys.readouterr().out == ""


def test_rows_are_never_gone_while_an_import_can_be_undone(
    school: Organisation, office: Person
) -> None:
    made(school, office, days=UNDOING - 1)
    with pytest.raises(RefusedError, match="can be undone for"):
        forget_rows(by=By.service(), days=UNDOING - 2)
    with pytest.raises(CommandError, match="or more"):
        call_command("sweep", "--keep-rows", "1")

    assert ImportRow.objects.count() == 2
