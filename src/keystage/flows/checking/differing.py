"""What differs between two versions of the rules, in words."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from msgspec import Struct

from keystage.core.clock import time_in_words
from keystage.flows.checking.book import in_words
from keystage.flows.checking.deciding import OUTCOMES
from keystage.statute.checking import Branch, Checking, Reason, Rules

_PARTS: Mapping[str, str] = {
    "kinds": "kind",
    "days": "day",
    "facts": "fact",
    "groups": "group",
    "questions": "question",
    "conditions": "condition",
}
_NOTHING: tuple[Any, ...] = (None, "", (), {})


def differences_in_words(before: Checking, after: Checking) -> tuple[str, ...]:
    """What differs between two versions: reasons and branches first, then what they rest on."""
    return tuple(_tables(before, after))


def _tables(before: Checking, after: Checking) -> Iterator[str]:
    for name in ("windows", "evidence"):
        yield from _changed(name.capitalize(), getattr(before, name), getattr(after, name))
    old, new = before.rules, after.rules
    if old is None or new is None:
        if old is not new:
            yield "The rules are new." if old is None else "The rules are gone."
        return
    if old.version != new.version:
        yield f"The version was {old.version} and is {new.version}."
    yield from _reasons(old, new)
    for part, noun in _PARTS.items():
        yield from _items(noun, getattr(old, part), getattr(new, part))


def _reasons(old: Rules, new: Rules) -> Iterator[str]:
    for key in dict.fromkeys((*old.reasons, *new.reasons)):
        if key not in new.reasons:
            yield f"The reason “{old.reasons[key].label}” is gone."
        elif key not in old.reasons:
            yield f"The reason “{new.reasons[key].label}” is new."
        else:
            yield from _reason(old.reasons[key], new.reasons[key])


def _reason(old: Reason, new: Reason) -> Iterator[str]:
    name = f"Reason “{new.label}”"
    there = {branch.id: branch for branch in new.branches}
    earlier = {branch.id: branch for branch in old.branches}
    for branch in (*old.branches, *(one for one in new.branches if one.id not in earlier)):
        if branch.id not in there:
            yield f"{name}: the branch {branch.id} is gone."
        elif branch.id not in earlier:
            yield f"{name}: the branch {branch.id} is new: {_told(branch)}."
        else:
            yield from _branch(name, branch, there[branch.id])
    order = [branch.id for branch in old.branches if branch.id in there]
    if order != [branch.id for branch in new.branches if branch.id in earlier]:
        yield f"{name}: the branches are tried in another order."
    yield from _changed(name, old, new, skipped=("branches",))


def _branch(name: str, old: Branch, new: Branch) -> Iterator[str]:
    if old.outcome != new.outcome:
        yield (
            f"{name}, branch {new.id}: a request was {OUTCOMES[old.outcome]} and is "
            f"{OUTCOMES[new.outcome]}."
        )
    yield from _changed(f"{name}, branch {new.id}", old, new, skipped=("outcome",))


def _told(branch: Branch) -> str:
    when = f" if {branch.when}" if branch.when else ""
    return f"a request is {OUTCOMES[branch.outcome]}{when}"


def _items(noun: str, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield f"The {noun} {key} is gone."
        elif key not in old:
            yield f"The {noun} {key} is new."
        else:
            yield from _changed(f"{noun.capitalize()} {key}", old[key], new[key])


def _changed(name: str, old: Any, new: Any, skipped: tuple[str, ...] = ()) -> Iterator[str]:
    """What differs in two values, part by part where they are records or tables, or one is not."""
    if old == new or (old in _NOTHING and new in _NOTHING):
        return
    before, after = _parts(old), _parts(new)
    if before is None or after is None:
        yield f"{name}: was {_words(old)} and is {_words(new)}."
        return
    spaced = isinstance(old, Struct) or isinstance(new, Struct)
    for key in dict.fromkeys((*before, *after)):
        if key not in skipped:
            part = key.replace("_", " ") if spaced else key
            yield from _changed(f"{name}, {part}", before.get(key), after.get(key))


def _parts(value: Any) -> Mapping[str, Any] | None:
    """What a record or a table is made of; nothing has no parts, and a plain value is none."""
    if isinstance(value, Struct):
        return {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        return value
    return {} if value is None else None


def _words(value: Any) -> str:
    if value in _NOTHING:
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(map(_words, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Struct):
        filled = (getattr(value, name) for name in value.__struct_fields__)
        return " / ".join(_words(each) for each in filled if each not in _NOTHING)
    if isinstance(value, time):
        return time_in_words(value)
    return in_words(value) if isinstance(value, date) else f"“{value}”"
