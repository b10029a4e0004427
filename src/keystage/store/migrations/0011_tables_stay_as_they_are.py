"""The database itself refuses to change the tables of a release of figures, as it does its contents.

Rows are added while the release is being made, are never changed, and go only with a release that
is being deleted for good.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSAL = "what a release of figures holds is never changed"
_RELEASE, _TABLE = "store_figuresrelease", "store_figurestable"


def _of(row: str, states: str) -> str:
    """Whether the release of a row is in one of these states."""
    return f"EXISTS (SELECT 1 FROM {_RELEASE} WHERE id = {row}.release_id AND state IN {states})"  # noqa: S608  # names of our own


_RULES = {
    "INSERT": "NOT " + _of("NEW", "('asked')"),
    "UPDATE": "TRUE",
    "DELETE": _of("OLD", "('computed', 'approved', 'withdrawn')"),
}


def _sqlite() -> list[str]:
    return [
        f"""CREATE TRIGGER {_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} WHEN {when}
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"""
        for verb, when in _RULES.items()
    ]


def _postgresql() -> list[str]:
    back = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
    statements = []
    for verb, when in _RULES.items():
        name = f"{_TABLE}_no_{verb.lower()}"
        statements += [
            f"""CREATE FUNCTION {name}() RETURNS trigger AS $$
            BEGIN IF {when} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; RETURN {back[verb]}; END
            $$ LANGUAGE plpgsql""",
            f"""CREATE TRIGGER {name} BEFORE {verb} ON {_TABLE}
            FOR EACH ROW EXECUTE FUNCTION {name}()""",
        ]
    return [
        *statements,
        f"""CREATE TRIGGER {_TABLE}_no_truncate BEFORE TRUNCATE ON {_TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION store_figures_refuse()""",
    ]


def forbid(_apps: Any, schema: BaseDatabaseSchemaEditor) -> None:
    """Set the triggers of this database."""
    for statement in _postgresql() if schema.connection.vendor == "postgresql" else _sqlite():
        schema.execute(statement)


class Migration(migrations.Migration):
    """Triggers on the tables of figures that tell of more than one unit."""

    dependencies: ClassVar[Sequence[tuple[str, str]]] = [("store", "0010_tables_of_figures")]
    operations: ClassVar[Sequence[Any]] = [migrations.RunPython(forbid, migrations.RunPython.noop)]
