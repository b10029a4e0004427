"""Which element holds which value, in every version of the format: data, not code.

A reader goes by local names alone, so that one layout reads all versions. How a version is written
is another matter, decided where files are written.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Element names, and the fields they stand for.

    Attributes:
        root: the element of the whole file.
        header: the element of the header.
        pupils: the element around the pupils.
        pupil: the element of one pupil.
        header_fields: fields of `records.returns.FILES` by path: an element, or one in another.
        identity: fields of `records.returns.PUPILS` by path within a pupil.
        sections: elements of a pupil that are looked into.
        section: the element around all assessments of a pupil.
        group: the element around the assessments of one stage.
        stage: the element that names the stage.
        rows: the elements that hold one assessment each.
        parts: what the elements of an assessment stand for: parts of a slot, result, result_date.
        history: the element around the schools of a pupil.
        school: the element of one of them.
        last_school: the element that is true in the last of them.
        leaving_dates: the elements of the day the pupil left it.
    """

    root: str
    header: str
    pupils: str
    pupil: str
    header_fields: dict[tuple[str, ...], str]
    identity: dict[tuple[str, ...], str]
    sections: frozenset[str]
    section: str
    group: str
    stage: str
    rows: frozenset[str]
    parts: dict[str, str]
    history: str
    school: str
    last_school: str
    leaving_dates: frozenset[str]


def _by_path(table: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """The fields of a table by the path of their element, those of inner tables too."""
    fields: dict[tuple[str, ...], str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            fields |= _by_path(value, (*path, key))
        else:
            fields |= {(*path, element): key for element in value}
    return fields


def _load() -> Layout:
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    outline, assessments, history = raw["outline"], raw["assessments"], raw["history"]
    identity = _by_path(raw["pupil"])
    names = {"section", "group", "stage", "row"}
    parts = {name: value for name, value in assessments.items() if name not in names}
    return Layout(
        **outline,
        header_fields=_by_path(raw["header"]),
        identity=identity,
        sections=frozenset(
            {*(path[0] for path in identity), assessments["section"], history["section"]}
        ),
        section=assessments["section"],
        group=assessments["group"],
        stage=assessments["stage"],
        rows=frozenset(assessments["row"]),
        parts={path[0]: part for path, part in _by_path(parts).items()},
        history=history["section"],
        school=history["school"],
        last_school=history["last"],
        leaving_dates=frozenset(history["left_on"]),
    )


LAYOUT = _load()
