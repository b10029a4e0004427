"""A migration that sets triggers takes away what it set, so that it can be applied again."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from keystage.store.models import CheckingHandover, Organisation, Person

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("store", "0013_deleting_figures")]


@pytest.fixture
def newest() -> Iterator[list[tuple[str, str]]]:
    """The newest migrations; the tables are as they say again afterwards."""
    found = MigrationExecutor(connection).loader.graph.leaf_nodes("store")
    yield found
    MigrationExecutor(connection).migrate(found)


def test_files_of_decisions_are_guarded_again_after_going_back_and_forth(
    newest: list[tuple[str, str]],
) -> None:
    MigrationExecutor(connection).migrate(BEFORE)
    assert CheckingHandover._meta.db_table not in connection.introspection.table_names()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE '%checkinghandover%'")
            assert cursor.fetchall() == []
    MigrationExecutor(connection).migrate(newest)

    agency = Organisation.objects.create(kind="national", code="N1", name="Agency")
    made = CheckingHandover.objects.create(
        organisation=agency, year=2026, window="september", number=1, content=b"", sha256="x",
        requests=0, made_at=timezone.now(), made_by=Person.objects.create(email="a@b.example"),
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        CheckingHandover.objects.update(requests=1)
    made.delete()
