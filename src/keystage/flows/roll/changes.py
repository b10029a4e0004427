"""What taking a file would change, as a plan a person sees first; and the way back.

A plan is made, shown, settled against what is stored by then, and applied. Nothing is overwritten
by a blank unless that is asked for, and nothing that changed since the plan was shown. Planning the
same file again after it was applied gives no change; only a number that was not taken because
another pupil had it may be free by then.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from keystage.core.errors import UsageError
from keystage.core.upn import is_temporary
from keystage.flows.roll.likeness.matching import Proposal
from keystage.flows.roll.likeness.names import folded
from keystage.flows.roll.plans import Change, ChangePlan, Decision, Kept, Mode, Pupil, Skipped
from keystage.flows.roll.pupils import FIELDS, NAMES, NUMBERS, Facts, Incoming, Stored, Value

_HELD = "another pupil has, or had, this number"
_SINCE = "the stored value was changed since this was shown"
_TEMPORARY = "a temporary number never takes the place of a permanent one"
_MODES: Mapping[Mode, str] = {
    "everything": "",
    "new": "only new pupils are taken",
    "existing": "only pupils who are stored are changed",
    "numbers": "only the numbers of pupils who are stored are changed",
}


def decisions_of(proposals: Iterable[Proposal]) -> dict[int, Decision]:
    """The decisions that need no person; rows that need one are not among them."""
    return {
        one.row: Decision(action="add" if one.kind == "new" else "take", key=one.key)
        for one in proposals
        if not one.confirm
    }


def plan(  # noqa: PLR0913  # what is stored, what is given, and how it is taken
    stored: Sequence[Stored],
    incoming: Sequence[Incoming],
    decisions: Mapping[int, Decision],
    mode: Mode,
    *,
    clear: Iterable[str] = (),
    new_key: Callable[[], str] = lambda: str(uuid4()),
) -> ChangePlan:
    """Plan what a file changes.

    A number that changes leaves the old one as the former number, unless the file gives another. A
    name that is only written in capitals in the file stays as it is stored. No pupil is given a
    number that another has.

    Args:
        stored: the pupils of the school.
        incoming: the rows of the file.
        decisions: what is done with each row; see `decisions_of`.
        mode: everything, new pupils only, pupils who are stored only, or their numbers only.
        clear: fields of `FIELDS` that a blank of the file empties; a value that could not be read
            is no blank, and numbers are never emptied.
        new_key: makes the identifier of a new pupil.

    Raises:
        UsageError: two rows are taken for one pupil, or a row for one who is not stored.
    """
    known = {one.key: one.facts for one in stored}
    _refuse_wrong(decisions, known)
    making = _Making(mode, frozenset(clear) - {*NUMBERS}, new_key, stored)
    for one in sorted(incoming, key=lambda each: each.row):
        decision = decisions.get(one.row)
        if decision is None:
            making.not_matched.append(one.row)
        elif decision.action == "skip":
            making.skipped.append(Skipped(row=one.row, reason="left out by a person"))
        elif decision.action == "add":
            making.add(one)
        else:
            key = decision.key or ""
            making.take(one, key, known[key])
    return making.finished()


def settle(planned: ChangePlan, stored: Sequence[Stored]) -> ChangePlan:
    """A plan against what is stored by now: what changed since it was shown becomes a conflict.

    What is stored as the plan would have it is done already and leaves the plan. A pupil to be
    added whose number is stored by now is a conflict; so is one to be removed who was changed.
    """
    known = {one.key: one.facts for one in stored}
    numbers = {one.facts.upn: one for one in stored if one.facts.upn is not None}
    conflicts = list(planned.conflicts)
    changes, adds, removes = [], [], []
    for change in planned.changes:
        facts = known.get(change.key)
        now = None if facts is None else facts.value(change.field)
        if facts is not None and now == change.before:
            changes.append(change)
        elif facts is None or now != change.after:
            reason = "the pupil is not stored any longer" if facts is None else _SINCE
            conflicts.append(_conflict(change, now, reason))
    for added in planned.adds:
        other = numbers.get(added.facts.upn or "")
        if added.key in known:
            continue
        if other is None:
            adds.append(added)
        else:
            reason = "a pupil with this number was stored since this was shown"
            conflicts.append(_whole(added, other.facts.upn, reason))
    for removed in planned.removes:
        facts = known.get(removed.key)
        if facts == removed.facts:
            removes.append(removed)
        elif facts is not None:
            conflicts.append(_whole(removed, facts.upn, "the pupil was changed since"))
    return replace(
        planned,
        adds=tuple(adds),
        removes=tuple(removes),
        changes=tuple(changes),
        conflicts=tuple(conflicts),
    )


def undo(planned: ChangePlan) -> ChangePlan:
    """The way back from a plan that was applied: settle it before it is applied in its turn."""
    return ChangePlan(
        mode=planned.mode,
        adds=planned.removes,
        removes=planned.adds,
        changes=tuple(
            Change(row=one.row, key=one.key, field=one.field, before=one.after, after=one.before)
            for one in planned.changes
        ),
    )


def applied(stored: Sequence[Stored], planned: ChangePlan) -> tuple[Stored, ...]:
    """What is stored after a plan; new pupils come last."""
    gone = {one.key for one in planned.removes}
    values: dict[str, dict[str, Value]] = {}
    for change in planned.changes:
        values.setdefault(change.key, {})[change.field] = change.after
    left = [
        Stored(key=one.key, facts=one.facts.changed(values.get(one.key, {})))
        for one in stored
        if one.key not in gone
    ]
    return (*left, *(Stored(key=one.key, facts=one.facts) for one in planned.adds))


class _Making:
    """A plan that grows row by row."""

    def __init__(
        self,
        mode: Mode,
        clear: frozenset[str],
        new_key: Callable[[], str],
        stored: Sequence[Stored],
    ) -> None:
        self._mode, self._clear, self._new_key = mode, clear, new_key
        former = {one.facts.former_upn: one.key for one in stored}
        self._holders = former | {one.facts.upn: one.key for one in stored}
        self._holders.pop(None, None)
        self._adds: list[Pupil] = []
        self._changes: list[Change] = []
        self._unchanged: list[str] = []
        self._blanks: list[tuple[str, str]] = []
        self._kept: list[Kept] = []
        self.skipped: list[Skipped] = []
        self.not_matched: list[int] = []

    def add(self, one: Incoming) -> None:
        """Add a pupil, if the mode has new ones."""
        number = one.facts.upn
        if self._mode not in {"everything", "new"}:
            self.skipped.append(Skipped(row=one.row, reason=_MODES[self._mode]))
        elif number in self._holders:
            self.skipped.append(Skipped(row=one.row, reason=_HELD))
        else:
            added = Pupil(row=one.row, key=self._new_key(), facts=one.facts)
            self._adds.append(added)
            if number is not None:
                self._holders[number] = added.key

    def take(self, one: Incoming, key: str, before: Facts) -> None:
        """Change a stored pupil, if the mode has stored ones."""
        if self._mode == "new":
            self.skipped.append(Skipped(row=one.row, reason=_MODES[self._mode]))
            return
        after = self._after(one, key, before)
        changed = [
            Change(row=one.row, key=key, field=name, before=before.value(name), after=value)
            for name in FIELDS
            if name in after and (value := after[name]) != before.value(name)
        ]
        self._changes += changed
        if not changed:
            self._unchanged.append(key)

    def _after(self, one: Incoming, key: str, before: Facts) -> dict[str, Value]:
        fields = NUMBERS if self._mode == "numbers" else tuple(FIELDS)
        unread = {each.name for each in one.unread}
        after: dict[str, Value] = {}
        for name in fields:
            had, given = before.value(name), one.facts.value(name)
            if given is None:
                if had is not None and name in self._clear and name not in unread:
                    after[name] = None
                elif had is not None:
                    self._blanks.append((key, name))
            elif reason := self._reason_to_keep(key, name, had, given):
                kept = Kept(
                    row=one.row, key=key, field=name, stored=had, given=given, reason=reason
                )
                self._kept.append(kept)
            else:
                after[name] = given
        number = after.get("upn", before.upn)
        if number != before.upn and before.upn is not None and one.facts.former_upn is None:
            after["former_upn"] = before.upn
        return after

    def _reason_to_keep(self, key: str, name: str, had: Value, given: Value) -> str:
        """Why a value of the file does not take the place of the stored one; empty if it does."""
        if not isinstance(given, str) or had == given:
            return ""
        if name == "upn":
            if self._holders.setdefault(given, key) != key:
                return _HELD
            if isinstance(had, str) and is_temporary(given) and not is_temporary(had):
                return _TEMPORARY
        capitals = isinstance(had, str) and given.isupper() and not had.isupper()
        if name in NAMES and capitals and folded(str(had)) == folded(given):
            return "the file writes the same name in capitals"
        return ""

    def finished(self) -> ChangePlan:
        """The plan."""
        return ChangePlan(
            mode=self._mode,
            adds=tuple(self._adds),
            changes=tuple(self._changes),
            unchanged=tuple(self._unchanged),
            blanks=tuple(self._blanks),
            kept=tuple(self._kept),
            skipped=tuple(self.skipped),
            not_matched=tuple(self.not_matched),
        )


def _refuse_wrong(decisions: Mapping[int, Decision], known: Mapping[str, Facts]) -> None:
    taken = [one.key for one in decisions.values() if one.action == "take"]
    strangers = [key for key in taken if key is None or key not in known]
    if strangers:
        raise UsageError(
            "A row is taken for a pupil who is not stored.",
            todo="Match the file again: the pupil may have been removed since.",
        )
    if len(set(taken)) < len(taken):
        raise UsageError(
            "Two rows of the file are taken for one pupil.", todo="Choose one of them for each."
        )


def _conflict(change: Change, now: Value, reason: str) -> Kept:
    return Kept(
        row=change.row,
        key=change.key,
        field=change.field,
        stored=now,
        given=change.after,
        reason=reason,
    )


def _whole(pupil: Pupil, stored: Value, reason: str) -> Kept:
    return Kept(
        row=pupil.row,
        key=pupil.key,
        field="upn",
        stored=stored,
        given=pupil.facts.upn,
        reason=reason,
    )
