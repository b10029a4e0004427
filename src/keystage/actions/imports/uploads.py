"""An upload on its way into the service: read, matched, kept for a person to look at."""

import hashlib
from collections.abc import Collection as Some
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports.matching import propose
from keystage.actions.imports.reading import Read, read
from keystage.actions.imports.taken import sheet_for
from keystage.actions.locks import locking
from keystage.actions.roll.facts import lock_school, values_of
from keystage.actions.settings import MATCHING, value_of
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.store.models import Import, ImportRow, Organisation

State = Import.State
_LONGEST_NAME = 255


def bring_in(
    *,
    school: Organisation,
    year: int,
    kind: str,
    data: bytes,
    name: str,
    by: By,
    classes: Some[str] | None = None,
) -> Import:
    """Read an upload and keep what it says of pupils, for a person to look at.

    The file itself is not kept: it may hold what Keystage never takes. The same file sent twice by
    one person, while it waits to be looked at, is one import.

    Args:
        school: whose pupils they are.
        year: the season.
        kind: what the file brings.
        data: the file.
        name: its name.
        by: who brings it.
        classes: the classes the person may see; None for all.

    Raises:
        RollRefusedError: the file is refused; nothing is kept of it.
        RefusedError: it brings something to pupils of a cohort, and the season has no sheet.
    """
    if kind != Import.Kind.ROLL:
        sheet_for(Import(school=school, year=year))
    found = read(kind, data, name, school=school, year=year)
    return _kept(
        school=school,
        year=year,
        kind=kind,
        found=found,
        digest=hashlib.sha256(data).hexdigest(),
        by=by,
        classes=classes,
    )


@transaction.atomic
def _kept(
    *,
    school: Organisation,
    year: int,
    kind: str,
    found: Read,
    digest: str,
    by: By,
    classes: Some[str] | None,
) -> Import:
    lock_school(school)
    waiting = Import.objects.filter(
        school=school,
        year=year,
        kind=kind,
        sha256=digest,
        uploaded_by=by.who,
        state=State.REVIEW,
    ).first()
    if waiting is not None:
        return waiting
    strictness = Strictness[value_of(school, MATCHING).upper()]
    file = Import.objects.create(
        school=school,
        year=year,
        kind=kind,
        name=found.file.name[:_LONGEST_NAME],
        bytes=found.file.size,
        sha256=digest,
        content=b"",
        strictness=strictness.name.lower(),
        reading=found.told,
        uploaded_at=timezone.now(),
        uploaded_by=by.who,
    )
    ImportRow.objects.bulk_create(
        ImportRow(
            import_file=file,
            line=one.line,
            values={**values_of(one), "brings": found.brings.get(one.row, {})},
            match="",
        )
        for one in found.pupils
    )
    propose(file, strictness=strictness, classes=classes)
    record(
        "file brought in",
        by=by,
        organisation=school,
        year=year,
        subject=f"import {file.pk}",
        after={"kind": kind, "sha256": digest, "rows": len(found.pupils)},
    )
    return file


@transaction.atomic
def discard(*, file: Import, by: By) -> Import:
    """Put a file away unused. What was read of it is deleted; that it was there is kept.

    Raises:
        RefusedError: it was applied, or is being applied.
    """
    locked = lock_import(file.pk)
    if locked.state == State.DISCARDED:
        return locked
    refuse_unless_waiting(locked)
    locked.rows.all().delete()
    locked.state, locked.reading = State.DISCARDED, {}
    locked.save()
    record(
        "file not used",
        by=by,
        organisation=locked.school,
        year=locked.year,
        subject=f"import {locked.pk}",
    )
    return locked


def applied_before(file: Import) -> Import | None:
    """The last time the same file was applied in this school, if it was."""
    return (
        Import.objects.filter(
            school=file.school, kind=file.kind, sha256=file.sha256, state=State.APPLIED
        )
        .exclude(pk=file.pk)
        .select_related("applied_by")
        .order_by("-applied_at")
        .first()
    )


def lock_import(key: UUID) -> Import:
    """The import, locked."""
    return locking(Import.objects).select_related("school").get(pk=key)


def refuse_unless_waiting(file: Import) -> None:
    """Refuse to change what was decided already.

    Raises:
        RefusedError: the file does not wait to be looked at.
    """
    if file.state != State.REVIEW:
        raise RefusedError(
            f"This file is not waiting to be looked at: {file.get_state_display().lower()}.",
            todo="Look at its page to see what became of it.",
        )
