"""Whether evidence was scanned, versions of rules discarded, and decisions as files that stay.

The database itself refuses to change a file of decisions.
"""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSAL = "a file of decisions is never changed"
_TABLE = "store_checkinghandover"
_NAME = f"{_TABLE}_no_update"
_SQLITE = (
    f"""CREATE TRIGGER {_NAME} BEFORE UPDATE ON {_TABLE}
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION {_NAME}() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$ LANGUAGE plpgsql""",
    f"""CREATE TRIGGER {_NAME} BEFORE UPDATE ON {_TABLE}
    FOR EACH ROW EXECUTE FUNCTION {_NAME}()""",
)


def forbid(_apps: Any, schema: BaseDatabaseSchemaEditor) -> None:
    """Set the trigger of this database."""
    for statement in _POSTGRESQL if schema.connection.vendor == "postgresql" else _SQLITE:
        schema.execute(statement)


def allow(_apps: Any, schema: BaseDatabaseSchemaEditor) -> None:
    """Take the trigger away again, with what it calls."""
    if schema.connection.vendor == "postgresql":
        schema.execute(f"DROP TRIGGER {_NAME} ON {_TABLE}")
        schema.execute(f"DROP FUNCTION {_NAME}()")
    else:
        schema.execute(f"DROP TRIGGER {_NAME}")


class Migration(migrations.Migration):
    """Columns of evidence and of rules, and the table of files of decisions."""

    dependencies: ClassVar[Sequence[tuple[str, str]]] = [
        ("store", "0013_deleting_figures"),
    ]

    operations: ClassVar[Sequence[Any]] = [
        migrations.AddField(
            model_name="checkingevidence",
            name="scanned_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When no malware was found in it; null: not looked for.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="checkingevidence",
            name="scanner",
            field=models.CharField(blank=True, help_text="What looked for it.", max_length=100),
        ),
        migrations.AddField(
            model_name="checkingrules",
            name="discarded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="checkingrules",
            name="discarded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="checkingrules",
            name="discarded_why",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.CreateModel(
            name="CheckingHandover",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("window", models.CharField(help_text="Its name in the rules.", max_length=40)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="The files of a window, counted from 1."
                    ),
                ),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("requests", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="store.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "year", "window", "number"),
                        name="one_file_a_number",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "year", "window", "sha256"),
                        name="one_file_a_content",
                    ),
                ],
            },
        ),
        migrations.RunPython(forbid, allow),
    ]
