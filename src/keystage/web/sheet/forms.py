"""What the forms of the mark sheet send."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import BadRequest

from keystage.actions.sheets.cells import Change

#: What a form calls a cell: the cohort pupil and the subject.
_CELL = re.compile(r"([0-9]{1,18})-([a-z]{1,10})")
_VERSION = re.compile(r"[0-9]{1,9}")
_LONGEST = 100


def cell_of(name: str) -> tuple[int, str]:
    """The cohort pupil and the subject of a cell's name.

    Raises:
        BadRequest: it is no name of a cell.
    """
    found = _CELL.fullmatch(name)
    if found is None:
        raise BadRequest("This is no cell of a mark sheet.")
    return int(found[1]), found[2]


def seen_of(text: str) -> dict[str, tuple[int, str]]:
    """Of each cell of a page the version and the code it was shown with.

    Raises:
        BadRequest: it is not what a page of ours sends.
    """
    read = _json(text)
    if not isinstance(read, dict):
        raise BadRequest("The form does not say what it showed.")
    return {str(name): _version_and_code(shown) for name, shown in read.items()}


def changes_of_form(post: Mapping[str, str]) -> list[Change]:
    """The cells a person changed, of all the cells of a form.

    A conflict for which neither value was chosen is asked for again, as it was.
    """
    changes = []
    for name, (kept, shown) in seen_of(post.get("seen", "")).items():
        pupil, subject = cell_of(name)
        typed, version = post.get(name), kept
        if typed is None and f"wanted-{name}" in post:
            typed, version = post[f"wanted-{name}"], _number(post.get(f"from-{name}", ""))
        if typed is not None and typed.strip() != shown:
            changes.append(
                Change(pupil=pupil, subject=subject, code=typed[:_LONGEST], seen=version)
            )
    return changes


def _number(text: str) -> int:
    if not _VERSION.fullmatch(text):
        raise BadRequest("The form does not say what it showed.")
    return int(text)


def versions_of(text: str) -> dict[int, int]:
    """Of each cohort pupil the version of the cell a page showed.

    Raises:
        BadRequest: it is not what a page of ours sends.
    """
    read = _json(text)
    if not isinstance(read, dict):
        raise BadRequest("The form does not say what it showed.")
    found = {}
    for pupil, version in read.items():
        if not _VERSION.fullmatch(str(pupil)) or not isinstance(version, int):
            raise BadRequest("The form does not say what it showed.")
        found[int(pupil)] = version
    return found


def changes_of_script(body: bytes) -> list[Change]:
    """The changes that the script of the page sends.

    Raises:
        BadRequest: it is not what our script sends.
    """
    read = _json(body)
    listed = read.get("changes") if isinstance(read, dict) else None
    if not isinstance(listed, list):
        raise BadRequest("The changes cannot be read.")
    return list(_changes(listed))


def is_theirs(body: bytes, person: int) -> bool:
    """Whether the page that sends changes was opened by the person who is signed in by now.

    A page stays open while somebody else signs in at the same computer. What its script has not
    saved must not be saved in their name.

    Raises:
        BadRequest: it is not what our script sends.
    """
    read = _json(body)
    whose = read.get("person") if isinstance(read, dict) else None
    return whose is None or whose == str(person)


def _changes(listed: list[Any]) -> Iterator[Change]:
    for one in listed:
        match one:
            case {"cell": str(name), "code": str(code), "seen": int(seen)}:
                pupil, subject = cell_of(name)
                yield Change(pupil=pupil, subject=subject, code=_text(code), seen=seen)
            case _:
                raise BadRequest("The changes cannot be read.")


def _text(code: str) -> str:
    """What was typed, so that it can be stored: JSON can hold halves of signs that no text has."""
    return code[:_LONGEST].encode(errors="replace").decode()


def _version_and_code(shown: Any) -> tuple[int, str]:
    match shown:
        case [int(version), str(code)]:
            return version, code
        case _:
            raise BadRequest("The form does not say what it showed.")


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("What was sent cannot be read.") from error
