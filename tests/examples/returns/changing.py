"""The clean return with some of it changed, and the examples of what is wrong so far."""

import io
import zipfile
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from school import NAME, SCHOOL, Example, Pupil, result, table

Make = Callable[[], Example]
FAILING: dict[str, Make] = {}
TAKING_TESTS, GREATER_DEPTH, BELOW, ENGAGED, LEFT, WITH_ACCENT = range(6)
_DAY = (1980, 1, 1, 0, 0, 0)


def fails(code: str) -> Callable[[Make], Make]:
    """Declare the example of a code."""

    def declare(make: Make) -> Make:
        FAILING[code] = make
        return make

    return declare


def example(
    *,
    known: list[str] | None = None,
    name: str = NAME,
    listed: bool = True,
    header: dict[str, str | None] | None = None,
    source: dict[str, str | None] | None = None,
    destination: dict[str, str | None] | None = None,
    row: dict[str, str | None] | None = None,
    raw: dict[str, bytes] | None = None,
    list_school: str = SCHOOL,
) -> Example:
    """The clean return, with some values of the file changed."""
    clean = Example(known=known or [], name=name, raw=raw or {}, list_school=list_school)
    clean.header |= header or {}
    clean.source |= source or {}
    clean.destination |= destination or {}
    clean.row |= row or {}
    if not listed:
        clean.listed = None
    return clean


def pupil(at: int, *, listed: bool = False, **changes: object) -> Example:
    """The clean return, with values of one pupil changed in the file, or on the list instead."""
    clean = Example()
    people = clean.listed if listed else clean.pupils
    assert people is not None
    for name, value in changes.items():
        assert hasattr(people[at], name)
        setattr(people[at], name, value)
    return clean


def judged(at: int, **judgements: str | None) -> Example:
    """The clean return, with judgements of one pupil changed."""
    clean = Example()
    clean.pupils[at].judgements |= judgements
    return clean


def faulty(fault: str, reason: str) -> Example:
    """A file about which only whoever received it can tell what is wrong."""
    return example(
        listed=False,
        known=table("faults", [{"fault": f'"{fault}"', "reason": f'"{reason}"'}]),
    )


def numbered(upn: str | None) -> Example:
    """The clean return without a list, with another UPN of the first pupil."""
    made = pupil(TAKING_TESTS, upn=upn)
    made.listed = None
    return made


def archive(*members: tuple[str, bytes]) -> bytes:
    """An archive that is the same whenever it is made."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name, _DAY), content)
    return data.getvalue()


def simple(code: str, **changes: Any) -> None:
    """Declare the example of a code that is the clean return with some values changed."""
    FAILING[code] = lambda: example(**deepcopy(changes))


def only(code: str, name: str, data: bytes, *known: str) -> None:
    """Declare the example of a code that is one file and nothing else."""
    simple(code, listed=False, raw={name: data}, known=list(known))


def accepted(**changes: str) -> list[str]:
    """Circumstances in which a return of the school was accepted before."""
    row = {
        "school": f'"{SCHOOL}"',
        "serial": "1",
        "sha256": '"another"',
        "accepted_on": "2026-06-10",
        "pupils": "6",
        "judgements": "16",
    }
    return table("accepted", [row | changes])


def cohort(size: int, **judgements: str | None) -> Example:
    """A class of pupils registered for the tests, with judgements that differ, or these."""
    made = Example()
    upns = [
        "A999030120001", "P999030120002", "D999030120003", "T999030120004", "G999030120005",
        "W999030120006", "K999030120007", "Z999030120008", "N999030120009", "Z999030120010",
        "N999030120011", "C999030120012",
    ]  # fmt: skip
    people = [
        Pupil(
            upn,
            f"Surname{chr(65 + at)}",
            "Robin",
            f"2015-03-{at + 1:02}",
            "F" if at % 2 else "M",
            {
                "writing": "EXS" if at % 3 else "WTS",
                "science": "EXS" if at % 4 else "HNM",
                **judgements,
            },
        )
        for at, upn in enumerate(upns[:size])
    ]
    made.pupils, made.listed = people, deepcopy(people)
    return made


def again(code: str) -> Example:
    """The clean return, with the writing of the first pupil a second time."""
    made = Example()
    made.pupils[TAKING_TESTS].more.append(
        result(made.row | {"Subject": "ENG", "Component": "WRI"}, code)
    )
    return made


def earlier(name: str, code: str) -> list[str]:
    """Circumstances in which the first pupil's writing was known before."""
    row = {
        "school": f'"{SCHOOL}"',
        "upn": '"A999030120001"',
        "subject": '"writing"',
        "result": f'"{code}"',
    }
    return table(name, [row])
