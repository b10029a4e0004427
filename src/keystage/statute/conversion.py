"""From the raw tables of a file to records, with sentences for what does not fit."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from keystage.core.errors import StatuteError
from keystage.statute.reading import Document, Step

T = TypeVar("T")

_PLACE = re.compile(r"^(.*?)(?: - at `\$(.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_NAMES = {
    "decimal": "a number",
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date",
    "datetime": "a date with a time",
    "time": "a time",
}
_WHAT_TO_DO = {
    "source": "Say where the values come from: source = the key of one of [sources.…].",
    "confidence": 'Grade the values: confidence = "A", "A*", "B" or "C".',
}


def convert(raw: Any, kind: type[T], document: Document, *place: Step) -> T:
    """Make a record of a raw table.

    Args:
        raw: what the file holds.
        kind: the record's type.
        document: the file, for the message.
        place: where in the file it stands.

    Raises:
        StatuteError: a key is missing, unknown or holds the wrong kind of value.
    """
    try:
        made = msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        what, path = _parts(error)
        path = _named(raw, kind, path)
        raise _refused(what, document, (*place, *path)) from None
    odd = _odd_number(raw, made)
    if odd is not None:
        raise StatuteError(
            f"{_label((*place, *odd))} is not a number.",
            where=document.place(*place, *odd),
            todo="Write a finite number without quotation marks.",
        )
    return made


def faults_in(raw: Any, kind: Any, document: Document, *place: Step) -> Iterator[StatuteError]:
    """Everything in a raw table that `convert` would refuse, item by item; nothing if it is taken.

    Args:
        raw: what the file holds.
        kind: the record's type.
        document: the file, for the messages.
        place: where in the file it stands.
    """
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(raw, dict)):
        try:
            convert(raw, kind, document, *place)
        except StatuteError as error:
            yield error
        return
    fields = {one.name: one for one in msgspec.structs.fields(kind)}
    for name in [one for one in raw if one not in fields]:
        yield _refused(f"Object contains unknown field `{name}`", document, place)
    for name, field in fields.items():
        if name in raw:
            yield from _faults_of_field(raw[name], field.type, document, *place, name)
        elif field.required:
            yield _refused(f"Object missing required field `{name}`", document, place)


def _faults_of_field(
    raw: Any, kind: Any, document: Document, *place: Step
) -> Iterator[StatuteError]:
    """The faults of a field; of each item of a mapping or list."""
    of, parts = get_origin(kind), get_args(kind)
    if of is Mapping and isinstance(raw, dict):
        for key, each in raw.items():
            yield from faults_in(key, parts[0], document, *place, key)
            yield from faults_in(each, parts[1], document, *place, key)
    elif of is tuple and isinstance(raw, list):
        for at, each in enumerate(raw):
            yield from faults_in(each, parts[0], document, *place, at)
    else:
        yield from faults_in(raw, kind, document, *place)


def _parts(error: msgspec.ValidationError) -> tuple[str, tuple[Step, ...]]:
    match = _PLACE.match(str(error))
    assert match is not None  # noqa: S101  # every text matches the pattern
    steps = _STEP.findall(match[2] or "")
    return match[1], tuple(name or (int(item) if item.isdigit() else item) for name, item in steps)


def _named(raw: Any, kind: type[Any], path: tuple[Step, ...]) -> tuple[Step, ...]:
    """Put the key in place of ``...``, which stands for any key of a mapping."""
    if "..." not in path:
        return path
    place = path.index("...")
    mapping = path[place - 1]
    key = next(key for key in raw[mapping] if _fails(raw, kind, mapping, key))
    return (*path[:place], key, *path[place + 1 :])


def _fails(raw: Any, kind: type[Any], mapping: Step, key: str) -> bool:
    """Whether a table is refused for one key of one of its mappings."""
    try:
        msgspec.convert(raw | {mapping: {key: raw[mapping][key]}}, kind)
    except msgspec.ValidationError:
        return True
    return False


def _refused(what: str, document: Document, path: tuple[Step, ...]) -> StatuteError:
    todo = "Correct it."
    if match := re.match(r"Object missing required field `(.+)`", what):
        what = f"The key {match[1]} is missing."
        todo = _WHAT_TO_DO.get(match[1], "Add it.")
    elif match := re.match(r"Object contains unknown field `(.+)`", what):
        what, path = f"There is no key {match[1]} here.", (*path, match[1])
        todo = "Remove it or correct its name."
    elif match := re.match(r"Expected `(.+)`, got `(.+)`", what):
        wanted = [name for name in match[1].split(" | ") if name != "null"]
        names = " or ".join(dict.fromkeys(_NAMES.get(name, name) for name in wanted))
        what = f"{_label(path)} should be {names}, not {_NAMES.get(match[2], match[2])}."
    elif match := re.match(r"Invalid enum value (.+)", what):
        what = f"{_label(path)} may not be {match[1]}."
        todo = "Use one of the values of the shipped years (see keystage years show)."
    elif what.startswith("should "):
        what = f"{_label(path)} {what}."
        todo = "Write { value = … } or { low = …, high = … }."
    else:
        what = f"{_label(path)} does not fit: {what}."
    return StatuteError(what, where=document.place(*path), todo=todo)


def _label(path: tuple[Step, ...]) -> str:
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    number = path[-1] if isinstance(path[-1], int) else None
    return f"Item {number + 1} of {name}" if number is not None else name


def _odd_number(raw: Any, made: Any) -> tuple[Step, ...] | None:
    """Where a number is written as text, or is infinite or no number; None if nowhere."""
    if isinstance(made, Decimal):
        return () if isinstance(raw, str) or not made.is_finite() else None
    pairs: list[tuple[Step, Any, Any]] = []
    if isinstance(made, msgspec.Struct):
        pairs = [(key, value, getattr(made, key)) for key, value in raw.items()]
    elif isinstance(made, Mapping):
        pairs = [(key, value, made[key]) for key, value in raw.items()]
    elif isinstance(made, tuple):
        pairs = list(zip(range(len(made)), raw, made, strict=True))
    for step, value, item in pairs:
        deeper = _odd_number(value, item)
        if deeper is not None:
            return (step, *deeper)
    return None
