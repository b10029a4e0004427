"""What taking a file changes of what was received: it adds and refreshes, and removes nothing.

A blank never overwrites, and who was removed stays removed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keystage.core.subjects import ASSESSED

Incoming = Mapping[str, Any]
#: The facts of a pupil that a file may refresh.
FACTS = ("upn", "former_upn", "surname", "forename", "birth_date", "sex", "left_on")
ADDED = "added"
_SUBJECTS = tuple(map(str, ASSESSED))
_REFRESHED = tuple(fact for fact in FACTS if fact not in {"upn", "former_upn"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A pupil as received: facts as text, and of each subject the judgement and its P scale."""

    pk: UUID
    facts: Mapping[str, str]
    removed: bool = False
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One value that changes; ``field`` is a fact, a subject, or `ADDED`."""

    upn: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What a file does to one pupil.

    Attributes:
        incoming: the pupil in the file.
        held: the same pupil as received; None for one who comes.
        facts: what is known of the pupil afterwards.
        new: judgements where there was none: subject, code, P scale.
        changed: judgements that replace another, likewise.
        changes: what to say of it.
    """

    incoming: Incoming
    held: Held | None
    facts: Mapping[str, str]
    new: tuple[tuple[str, str, str], ...]
    changed: tuple[tuple[str, str, str], ...]
    changes: tuple[Change, ...]


def merge(
    incoming: Sequence[Incoming], held: Iterable[Held], same_as: Mapping[str, str]
) -> list[Taken]:
    """What a file does to each of its pupils, in their order.

    Args:
        incoming: the pupils of the file, as a submission keeps them.
        held: what was received before.
        same_as: by the UPN in the file, the UPN under which a person says the pupil was received.
    """
    by_upn = {one.facts["upn"]: one for one in held}
    return [
        _taken(one, by_upn.get(one["upn"]) or by_upn.get(same_as.get(one["upn"], "")))
        for one in incoming
    ]


def _taken(one: Incoming, held: Held | None) -> Taken:
    given = tuple(_given(one))
    if held is None:
        facts = {fact: one[fact] for fact in FACTS}
        name = ", ".join(filter(None, (one["surname"], one["forename"])))
        added = Change(upn=one["upn"], field=ADDED, before="", after=name)
        return Taken(incoming=one, held=None, facts=facts, new=given, changed=(), changes=(added,))
    facts = _refreshed(one, held.facts)
    new = tuple(row for row in given if not held.codes.get(row[0], ("", ""))[0])
    changed = tuple(row for row in given if row not in new and _differs(row, held))
    changes = [
        Change(upn=one["upn"], field=fact, before=held.facts[fact], after=facts[fact])
        for fact in FACTS
        if facts[fact] != held.facts[fact]
    ]
    changes += [
        Change(
            upn=one["upn"],
            field=subject,
            before=_told(*held.codes.get(subject, ("", ""))),
            after=_told(code, scale),
        )
        for subject, code, scale in (*new, *changed)
    ]
    return Taken(
        incoming=one, held=held, facts=facts, new=new, changed=changed, changes=tuple(changes)
    )


def _given(one: Incoming) -> Iterator[tuple[str, str, str]]:
    for subject in _SUBJECTS:
        if code := one["codes"].get(subject):
            yield subject, code, one["scales"].get(subject, "")


def _differs(row: tuple[str, str, str], held: Held) -> bool:
    """Whether a judgement is another one; a P scale that is left out says nothing against it."""
    subject, code, scale = row
    before, scale_before = held.codes[subject]
    return code != before or (scale not in {"", scale_before})


def _refreshed(one: Incoming, before: Mapping[str, str]) -> dict[str, str]:
    facts = dict(before) | {fact: one[fact] for fact in _REFRESHED if one[fact]}
    if one["upn"] not in {before["upn"], before["former_upn"]}:
        facts |= {"upn": one["upn"], "former_upn": before["upn"]}
    elif one["former_upn"]:
        facts["former_upn"] = one["former_upn"]
    return facts


def _told(code: str, scale: str) -> str:
    return f"{code} {scale}".strip()
