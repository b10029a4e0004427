"""The database itself refuses to change or remove an event of the audit."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSAL = "events of the audit are added and never changed"
_SQLITE = [
    f"""CREATE TRIGGER store_auditevent_no_{verb.lower()} BEFORE {verb} ON store_auditevent
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"""
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    f"""CREATE FUNCTION store_auditevent_refuse() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER store_auditevent_no_change BEFORE UPDATE OR DELETE ON store_auditevent
    FOR EACH ROW EXECUTE FUNCTION store_auditevent_refuse()""",
    """CREATE TRIGGER store_auditevent_no_truncate BEFORE TRUNCATE ON store_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION store_auditevent_refuse()""",
]


def forbid(_apps: Any, schema: BaseDatabaseSchemaEditor) -> None:
    """Set the triggers of this database."""
    for statement in _POSTGRESQL if schema.connection.vendor == "postgresql" else _SQLITE:
        schema.execute(statement)


class Migration(migrations.Migration):
    """Triggers on the table of events."""

    dependencies: ClassVar[Sequence[tuple[str, str]]] = [("store", "0001_initial")]
    operations: ClassVar[Sequence[Any]] = [migrations.RunPython(forbid, migrations.RunPython.noop)]
