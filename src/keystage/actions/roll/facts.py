"""Pupils between the tables, the files that are kept of an import, and the facts of a roll."""

from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from keystage.actions.locks import locking
from keystage.flows.roll.pupils import DATES, FIELDS, Facts, Incoming, Stored, Unread, Value
from keystage.store.models import ImportRow, Organisation, Pupil

#: Outcomes of key stage 1: only a roll brings them.
FIRST_STAGE = ("ks1_reading", "ks1_writing", "ks1_maths")
#: The facts that are kept.
KEPT = tuple(FIELDS)


def lock_school(school: Organisation) -> None:
    """Let changes of the roll of one school follow each other."""
    locking(Organisation.objects).get(pk=school.pk)


def facts_of(pupil: Pupil) -> Facts:
    """What is kept of a pupil."""
    return Facts().changed({name: getattr(pupil, name) or None for name in KEPT})


def stored_of(school: Organisation, classes: Some[str] | None = None) -> list[Stored]:
    """The pupils of a school, of some classes only where these are named."""
    pupils = Pupil.objects.filter(school=school)
    if classes is not None:
        pupils = pupils.filter(class_name__in=classes)
    return [Stored(key=str(pupil.pk), facts=facts_of(pupil)) for pupil in pupils]


def set_values(pupil: Pupil, values: Mapping[str, Value]) -> None:
    """Put values into a pupil; None empties a field."""
    for name, value in values.items():
        setattr(pupil, name, value if value is not None or name in DATES else "")


def as_json(values: Mapping[str, Value]) -> dict[str, str | None]:
    """Values as they are kept beside an import: dates as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def from_json(kept: Mapping[str, str | None]) -> dict[str, Value]:
    """The values of what `as_json` made."""
    return {
        name: date.fromisoformat(text) if text and name in DATES else text
        for name, text in kept.items()
    }


def kept_facts(facts: Facts) -> dict[str, str | None]:
    """The facts of a pupil that are known and kept, as JSON."""
    known = {name: facts.value(name) for name in KEPT}
    return as_json({name: value for name, value in known.items() if value is not None})


def kept_unread(unread: Iterable[Unread]) -> list[dict[str, Any]]:
    """Values that were not taken, as JSON."""
    return [
        {
            "row": one.row,
            "line": one.line,
            "field": one.field,
            "text": one.text,
            "reason": one.reason,
            "name": one.name,
        }
        for one in unread
    ]


def values_of(one: Incoming) -> dict[str, Any]:
    """A row of a file as it is kept."""
    return {
        "row": one.row,
        "facts": kept_facts(one.facts),
        "unread": kept_unread(one.unread),
    }


def incoming_of(row: ImportRow) -> Incoming:
    """The row of a file, of what is kept of it."""
    values = row.values
    return Incoming(
        row=values["row"],
        line=row.line,
        facts=Facts().changed(from_json(values["facts"])),
        unread=tuple(Unread(**one) for one in values["unread"]),
    )


def without_first_stage(one: Incoming) -> Incoming:
    """A row without outcomes of key stage 1."""
    return replace(one, facts=one.facts.changed(dict.fromkeys(FIRST_STAGE)))
