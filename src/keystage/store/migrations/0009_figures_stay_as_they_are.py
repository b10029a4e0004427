"""The database itself refuses to change what a release of figures holds.

Rows of contents and pupils are added while the release is being made, are never changed, and go
only with a release that is being deleted for good.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSAL = "what a release of figures holds is never changed"
_RELEASE = "store_figuresrelease"
_HELD = ("store_figurescontent", "store_figurespupils")
_MADE = "('computed', 'approved', 'withdrawn')"
_BEING_MADE = "('asked', 'failed')"
_ASKED = "('asked')"
_KEPT = (
    "organisation_id", "year", "stage", "version", "before_id", "derived", "national", "rules",
    "rules_sha256", "engine", "inputs", "outputs", "counts", "notes", "asked_at", "asked_by_id",
    "computed_at",
)  # fmt: skip


def _of(row: str, states: str) -> str:
    """Whether the release of a row of contents or pupils is in one of these states."""
    return f"EXISTS (SELECT 1 FROM {_RELEASE} WHERE id = {row}.release_id AND state IN {states})"  # noqa: S608  # names of our own


def _rules(differs: str) -> dict[tuple[str, str], str]:
    """When a row may not be written, by table and verb."""
    kept = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in _KEPT)
    held = {
        (table, verb): when
        for table in _HELD
        for verb, when in (
            ("INSERT", f"NOT {_of('NEW', _ASKED)}"),
            ("UPDATE", "TRUE"),
            ("DELETE", _of("OLD", _MADE)),
        )
    }
    back = f"NEW.state IN {_BEING_MADE} OR {kept}"
    return held | {
        (_RELEASE, "DELETE"): f"OLD.state IN {_MADE}",
        (_RELEASE, "UPDATE"): f"(OLD.state IN {_MADE} AND ({back}))"
        " OR (OLD.state = 'purged' AND NEW.state <> 'purged')",
    }


def _sqlite() -> list[str]:
    # A row that replaces another asks no trigger on deletion.
    same = "id = NEW.id OR (organisation_id = NEW.organisation_id AND year = NEW.year"
    same += " AND stage = NEW.stage AND version = NEW.version)"
    over = f"EXISTS (SELECT 1 FROM {_RELEASE} WHERE {same})"  # noqa: S608  # names of our own
    rules = {**_rules("IS NOT"), (_RELEASE, "INSERT"): over}
    return [
        f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} WHEN {when}
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"""
        for (table, verb), when in rules.items()
    ]


def _postgresql() -> list[str]:
    back = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
    statements = []
    for (table, verb), when in _rules("IS DISTINCT FROM").items():
        name = f"{table}_no_{verb.lower()}"
        statements += [
            f"""CREATE FUNCTION {name}() RETURNS trigger AS $$
            BEGIN IF {when} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; RETURN {back[verb]}; END
            $$ LANGUAGE plpgsql""",
            f"""CREATE TRIGGER {name} BEFORE {verb} ON {table}
            FOR EACH ROW EXECUTE FUNCTION {name}()""",
        ]
    refuse = "store_figures_refuse"
    statements.append(
        f"""CREATE FUNCTION {refuse}() RETURNS trigger AS $$
        BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$ LANGUAGE plpgsql"""
    )
    return statements + [
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {refuse}()"""
        for table in (_RELEASE, *_HELD)
    ]


def forbid(_apps: Any, schema: BaseDatabaseSchemaEditor) -> None:
    """Set the triggers of this database."""
    for statement in _postgresql() if schema.connection.vendor == "postgresql" else _sqlite():
        schema.execute(statement)


class Migration(migrations.Migration):
    """Triggers on the tables of figures."""

    dependencies: ClassVar[Sequence[tuple[str, str]]] = [("store", "0008_figures_and_checking")]
    operations: ClassVar[Sequence[Any]] = [migrations.RunPython(forbid, migrations.RunPython.noop)]
