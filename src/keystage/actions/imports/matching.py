"""Who the pupils of a file are: proposed by their numbers and names, decided by a person."""

from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.roll.facts import facts_of, incoming_of, stored_of
from keystage.flows.roll.likeness.matching import Proposal, match
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.flows.roll.pupils import Incoming, Stored
from keystage.store.models import Import, ImportRow, Pupil

What = ImportRow.Decision
#: What a number is compared with, where a file says it.
_COMPARED = frozenset({"surname", "forename", "birth_date"})
_ALIKE = "a stored pupil born on the same day has a similar name or the same initials"
_FIELDS = ("pupil", "match", "reasons", "needs_person", "decision", "decided_by", "values")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person decides about a row; ``pupil`` is whom it is taken for, if for one."""

    what: What
    pupil: UUID | None = None


def propose(file: Import, *, strictness: Strictness, classes: Some[str] | None) -> None:
    """Match the rows of a file anew; what a person decided stays decided.

    A pupil whom a person chose for one row is taken for no other without a person.
    """
    rows = list(file.rows.all())
    stored = stored_of(file.school, classes)
    incoming = [incoming_of(row) for row in rows]
    proposals = match(stored, incoming, strictness)
    by_row = {one.row: one for one in _looked_at(proposals, stored, incoming)}
    chosen = {
        str(row.pupil_id) for row in rows if row.decided_by_id and row.decision == What.ACCEPT
    }
    for row in rows:
        proposal = by_row[row.values["row"]]
        if proposal.key in chosen:
            proposal = replace(proposal, confirm=True)
        _put(row, proposal, enrols=file.kind == Import.Kind.ROLL)
    ImportRow.objects.bulk_update(rows, _FIELDS)


@transaction.atomic
def rematch(
    *, file: Import, strictness: Strictness, by: By, classes: Some[str] | None = None
) -> Import:
    """Match the rows of a file anew, more or less strictly.

    Raises:
        RefusedError: the file does not wait to be looked at.
    """
    locked = _waiting(file)
    locked.strictness = strictness.name.lower()
    locked.save()
    propose(locked, strictness=strictness, classes=classes)
    record(
        "file matched again",
        by=by,
        organisation=locked.school,
        year=locked.year,
        subject=f"import {locked.pk}",
        after={"strictness": locked.strictness},
    )
    return locked


@transaction.atomic
def decide(
    *, file: Import, choices: Mapping[int, Choice], by: By, classes: Some[str] | None = None
) -> int:
    """Decide about rows of a file; returns how many decisions are others than before.

    Args:
        file: the file.
        choices: what to do with rows, by the key of the row.
        by: who decides.
        classes: the classes the person may see; None for all.

    Raises:
        RefusedError: the file does not wait to be looked at, a pupil is not this school's, two
            rows are taken for one pupil, or a pupil is to be added out of a file that is no roll.
    """
    locked = _waiting(file)
    rows = {row.pk: row for row in locked.rows.all()}
    pupils = _pupils(locked, classes)
    changed = []
    for key, choice in choices.items():
        row = rows.get(key)
        if row is None:
            raise RefusedError("There is no such row.", todo="Look at the file again.")
        before = (row.decision, row.pupil_id)
        _decide(row, choice, pupils, enrols=locked.kind == Import.Kind.ROLL)
        if (row.decision, row.pupil_id) != before:
            row.decided_by = by.who
            row.values = {**row.values, "matched_at": timezone.now().isoformat()}
            changed.append(row)
    _refuse_doubled(rows.values())
    ImportRow.objects.bulk_update(changed, _FIELDS)
    if changed:
        record(
            "rows of a file decided",
            by=by,
            organisation=locked.school,
            year=locked.year,
            subject=f"import {locked.pk}",
            after={"rows": len(changed)},
        )
    return len(changed)


def bare_numbers(rows: Iterable[ImportRow]) -> list[ImportRow]:
    """The undecided rows that say a pupil's number and nothing else of who it is.

    There is one stored pupil with the number, and nothing speaks for or against it.
    """
    return [
        row
        for row in rows
        if row.decision == What.UNDECIDED
        and row.pupil is not None
        and row.match not in {"duplicate", "ambiguous"}
        and row.values["facts"].get("upn") == row.pupil.upn
        and not _COMPARED.intersection(row.values["facts"])
    ]


def confirm_numbers(*, file: Import, by: By, classes: Some[str] | None = None) -> int:
    """Take every row of `bare_numbers` for the pupil with its number; returns how many.

    Raises:
        RefusedError: as `decide`.
    """
    rows = bare_numbers(file.rows.select_related("pupil"))
    choices = {row.pk: Choice(what=What.ACCEPT, pupil=row.pupil_id) for row in rows}
    return decide(file=file, choices=choices, by=by, classes=classes) if choices else 0


def stored_since(file: Import, rows: Iterable[ImportRow]) -> set[int]:
    """The rows to be added that could be a pupil who was stored after they were decided on.

    Two files of the same pupils may wait at once: the second must not add them again.
    """
    adding = [row for row in rows if row.decision == What.ENROL]
    if not adding:
        return set()
    first = min(_matched_at(row) for row in adding)
    late = list(Pupil.objects.filter(school=file.school, made_at__gt=first))
    found: set[int] = set()
    for row in adding if late else ():
        stored = [
            Stored(key=str(one.pk), facts=facts_of(one))
            for one in late
            if one.made_at > _matched_at(row)
        ]
        (proposal,) = match(stored, [incoming_of(row)])
        if proposal.kind != "new":
            found.add(row.pk)
    return found


def undecided(file: Import) -> int:
    """How many rows wait for a person."""
    return file.rows.filter(decision=What.UNDECIDED).count()


def _looked_at(
    proposals: Iterable[Proposal], stored: Sequence[Stored], incoming: Sequence[Incoming]
) -> list[Proposal]:
    """The proposals, where a new pupil who could be a stored one waits for a person.

    A pupil is not added unseen if somebody who is stored and taken by no other row was born on the
    same day and has a similar name or the same initials.
    """
    found = list(proposals)
    taken = {one.key for one in found}
    free = [one for one in stored if one.key not in taken]
    new = {one.row for one in found if one.kind == "new"}
    loose = match(free, [one for one in incoming if one.row in new], Strictness.INITIALS)
    alike = {
        one.row: tuple(key for key in (one.key, *one.candidates) if key)
        for one in loose
        if one.kind in {"possible", "probable", "ambiguous"}
    }
    return [
        replace(one, candidates=alike[one.row], reasons=(*one.reasons, _ALIKE), confirm=True)
        if alike.get(one.row)
        else one
        for one in found
    ]


def _put(row: ImportRow, proposal: Proposal, *, enrols: bool) -> None:
    """Put a proposal into its row."""
    row.match, row.reasons = proposal.kind, list(proposal.reasons)
    new = proposal.kind == "new"
    row.needs_person = proposal.confirm or (new and not enrols)
    row.values = {
        **row.values,
        "candidates": list(proposal.candidates),
        "proposed": proposal.key,
        "matched_at": timezone.now().isoformat(),
    }
    if row.decided_by_id is not None:
        return
    row.pupil_id = UUID(proposal.key) if proposal.key else None
    row.decision = What.UNDECIDED
    if not row.needs_person:
        row.decision = What.ENROL if new else What.ACCEPT


def _decide(row: ImportRow, choice: Choice, pupils: Mapping[UUID, Pupil], *, enrols: bool) -> None:
    if choice.what == What.ACCEPT:
        if choice.pupil is None or choice.pupil not in pupils:
            raise RefusedError(
                f"Line {row.line}: the pupil is not on the roll.", todo="Look at the file again."
            )
        row.pupil, row.decision = pupils[choice.pupil], What.ACCEPT
        return
    if choice.what == What.ENROL and not enrols:
        raise RefusedError(
            f"Line {row.line}: this file adds nobody to the roll.", todo="Bring in the roll first."
        )
    row.pupil = None
    if choice.what == What.UNDECIDED and row.values["proposed"]:
        row.pupil = pupils.get(UUID(row.values["proposed"]))
    row.decision = choice.what


def _matched_at(row: ImportRow) -> datetime:
    return datetime.fromisoformat(row.values["matched_at"])


def _refuse_doubled(rows: Iterable[ImportRow]) -> None:
    taken: dict[UUID, int] = {}
    for row in rows:
        if row.decision != What.ACCEPT or row.pupil_id is None:
            continue
        if row.pupil_id in taken:
            raise RefusedError(
                f"Lines {taken[row.pupil_id]} and {row.line} are taken for the same pupil.",
                todo="Leave one of them out, or choose another pupil for it.",
            )
        taken[row.pupil_id] = row.line


def _pupils(file: Import, classes: Some[str] | None) -> dict[UUID, Pupil]:
    pupils = Pupil.objects.filter(school=file.school)
    if classes is not None:
        pupils = pupils.filter(class_name__in=classes)
    return {pupil.pk: pupil for pupil in pupils}


def _waiting(file: Import) -> Import:
    locked = locking(Import.objects).select_related("school").get(pk=file.pk)
    if locked.state != Import.State.REVIEW:
        raise RefusedError(
            "This file is not waiting to be looked at.",
            todo="Look at its page to see what became of it.",
        )
    return locked
