"""A text of rules that is looked through: what is wrong with it, line by line, and what it does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from keystage.actions.checking.replaying import replayed
from keystage.core.errors import KeystageError
from keystage.flows.checking.deciding import OUTCOMES
from keystage.flows.checking.reviewing import Remark
from keystage.store.models import CheckingRequest

_LINE = re.compile(r"line ([0-9]+)$")


@dataclass(frozen=True, kw_only=True)
class Told:
    """A remark on a text.

    Attributes:
        what: what it is about.
        where: the table and line.
        todo: what to do; empty where nothing is to be done.
        line: the text of that line; empty where the line is not known.
    """

    what: str
    where: str
    todo: str
    line: str


@dataclass(frozen=True, kw_only=True)
class OtherwiseRow:
    """A request that a text would decide otherwise, and what would become of it."""

    request: CheckingRequest
    before: str
    after: str
    branch: str


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The requests of the year under a text.

    Attributes:
        looked_at: how many were sent.
        otherwise: those that would be decided otherwise.
        agreed: how many more of them the rules would agree to; fewer, if below zero.
        refused: the same for those that the rules would refuse.
    """

    looked_at: int
    otherwise: tuple[OtherwiseRow, ...]
    agreed: int
    refused: int


def tried(year: int, text: str) -> Tried | None:
    """The requests of a year under a text; None where the text has no rules that can be tried."""
    try:
        found = replayed(year, text)
    except KeystageError:
        return None
    moved = found.otherwise
    after = [one.after.outcome for one in moved]
    before = [one.before.outcome for one in moved]
    return Tried(
        looked_at=found.looked_at,
        otherwise=tuple(
            OtherwiseRow(
                request=one.request,
                before=OUTCOMES[one.before.outcome],
                after=OUTCOMES[one.after.outcome],
                branch=one.after.branch or "None",
            )
            for one in moved
        ),
        agreed=after.count("approve") - before.count("approve"),
        refused=after.count("refuse") - before.count("refuse"),
    )


def told(remarks: Sequence[Remark], text: str) -> list[Told]:
    """Remarks, each with the line it is about."""
    lines = text.split("\n")
    return [
        Told(
            what=one.what,
            where=one.where.removeprefix("The text, "),
            todo=one.todo,
            line=_line(one.where, lines),
        )
        for one in remarks
    ]


def _line(where: str, lines: list[str]) -> str:
    found = _LINE.search(where)
    number = int(found[1]) if found else 0
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
