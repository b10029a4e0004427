"""The chain of events: written inside acts, never changed, every break found."""

import pytest
from django.db import DatabaseError, connection, transaction

from keystage.actions.auditing import record, verify
from keystage.actions.by import By
from keystage.store.models import AuditEvent, AuditHead

pytestmark = pytest.mark.django_db
ON_A_SERVER = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite empties a table row by row, if at all."
)

IN_A_FILE = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL replaces a row by an update, if at all."
)


def three_events() -> None:
    for number in range(3):
        record("tried", by=By.service(), subject=f"number {number}", after={"count": number})


def without_triggers(statement: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE store_auditevent DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER store_auditevent_no_update")
            cursor.execute("DROP TRIGGER store_auditevent_no_delete")
        cursor.execute(statement)


def test_a_chain_nobody_touched_is_whole() -> None:
    three_events()

    assert verify().whole
    assert verify().events == 3


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE store_auditevent SET action = 'x'",
        "DELETE FROM store_auditevent",
        pytest.param(
            "TRUNCATE store_auditevent",
            marks=ON_A_SERVER,
        ),
        pytest.param(
            "INSERT OR REPLACE INTO store_auditevent SELECT * FROM store_auditevent",
            marks=IN_A_FILE,
        ),
    ],
)
def test_the_database_refuses_to_change_an_event(verb: str) -> None:
    three_events()

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(verb)
    assert verify().events == 3


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE store_auditevent SET action = 'x' WHERE subject = 'number 1'", "does not say"),
        ("DELETE FROM store_auditevent WHERE subject = 'number 1'", "does not follow"),
        ("DELETE FROM store_auditevent WHERE subject = 'number 2'", "end of the chain"),
        ("DELETE FROM store_auditevent WHERE subject = 'number 0'", "does not follow"),
    ],
)
def test_every_change_behind_its_back_is_found(statement: str, said: str) -> None:
    three_events()
    without_triggers(statement)

    faults = verify().faults

    assert any(said in fault for fault in faults)


def test_a_chain_whose_end_was_forgotten_is_not_whole() -> None:
    three_events()
    AuditHead.objects.all().delete()

    assert not verify().whole


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_kept_for_good_is_refused_a_change_too() -> None:
    with transaction.atomic():
        three_events()

    with pytest.raises(DatabaseError, match="never changed"):
        connection.cursor().execute("DELETE FROM store_auditevent")
    assert verify().events == 3


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_an_act_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record("tried", by=By.service())
    assert not AuditEvent.objects.exists()
