"""Forgetting the rows of files whose import cannot be undone any more.

That a file came in, who applied it and what it counted stays; what it said of pupils goes.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports.rules import import_rules
from keystage.actions.imports.uploads import lock_import
from keystage.store.models import Import

State = Import.State
#: What a reading says of single values.
_OF_PUPILS = ("unread", "repairs")


def forget_rows(*, by: By, days: int | None = None) -> int:
    """Delete the rows of imports applied or undone longer ago than this; returns how many imports.

    The list of registrations a school compares with stays until a newer one is applied.

    Args:
        by: who; mostly the service itself.
        days: how long rows are kept; the days of the rules if nobody says.

    Raises:
        RefusedError: rows would be gone while an import can still be undone.
    """
    rules = import_rules()
    kept = rules.keeping.days if days is None else days
    if kept < rules.undoing.days:
        raise RefusedError(
            f"An import can be undone for {rules.undoing.days} days, and needs its rows for that.",
            todo=f"Keep rows for {rules.undoing.days} days or more.",
        )
    keys = list(_over(timezone.now() - timedelta(days=kept)).values_list("pk", flat=True))
    for key in keys:
        _forget(key, by)
    return len(keys)


def _over(before: datetime) -> QuerySet[Import]:
    newer = Import.objects.filter(
        school=OuterRef("school"),
        year=OuterRef("year"),
        kind=OuterRef("kind"),
        state=State.APPLIED,
        applied_at__gt=OuterRef("applied_at"),
    )
    compared = Q(kind=Import.Kind.REGISTRATION, state=State.APPLIED) & ~Exists(newer)
    done = Q(state=State.APPLIED, applied_at__lt=before)
    undone = Q(state=State.UNDONE, undone_at__lt=before)
    return (
        Import.objects.filter(done | undone, rows__isnull=False)
        .exclude(compared)
        .order_by("pk")
        .distinct()
    )


@transaction.atomic
def _forget(key: UUID, by: By) -> None:
    """Forget the rows of one file, unless somebody just did."""
    file = lock_import(key)
    rows, _ = file.rows.all().delete()
    if not rows:
        return
    file.reading = {name: [] if name in _OF_PUPILS else told for name, told in file.reading.items()}
    file.content = b""
    file.save(update_fields=("reading", "content"))
    record(
        "rows of a file deleted",
        by=by,
        organisation=file.school,
        year=file.year,
        subject=f"import {file.pk}",
        after={"rows": rows},
    )
