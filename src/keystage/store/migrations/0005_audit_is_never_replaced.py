"""SQLite replaces a row without asking the triggers that guard it: so an insert over it is refused."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = """CREATE TRIGGER store_auditevent_no_replace BEFORE INSERT ON store_auditevent
    WHEN EXISTS (SELECT 1 FROM store_auditevent WHERE id = NEW.id OR hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'events of the audit are added and never changed'); END"""


def forbid(_apps: Any, schema: BaseDatabaseSchemaEditor) -> None:
    """Set the trigger; PostgreSQL replaces nothing without an update, which is refused."""
    if schema.connection.vendor == "sqlite":
        schema.execute(_SQLITE)


class Migration(migrations.Migration):
    """One more trigger on the table of events."""

    dependencies: ClassVar[Sequence[tuple[str, str]]] = [("store", "0004_changes_of_the_roll")]
    operations: ClassVar[Sequence[Any]] = [migrations.RunPython(forbid, migrations.RunPython.noop)]
