"""What a verdict, a count and a doubt are called, the same on the screen and on the page."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from keystage.checks.returns.needs import NEEDS, Need
from keystage.checks.returns.severity import Channel, Severity

#: What findings about pupils who are in no file have in place of its name.
EXPECTED_LIST = "expected list"
UNVERIFIED = (
    "Which result rows are reading, writing, maths and science is told by a list that nobody has "
    "confirmed, since no specification is public. To confirm it, run keystage ctf profile on a "
    "file your own system made, look at what it shows, and give the file it writes with --profile."
)
NOBODY_EXPECTED = (
    "Who is missing cannot be said without the list of expected pupils: give it with --expected."
)
#: The option that gives what a check needs.
_OPTIONS: Mapping[Need, str] = {
    "expected": "--expected",
    "accepted": "--sent",
    "today": "--on",
    "own_school": "--school",
    "sender": "--school",
}


def counted(count: int, noun: str) -> str:
    """A count with its noun, singular or plural.

    >>> counted(1, "pupil"), counted(2000, "pupil")
    ('1 pupil', '2,000 pupils')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def headline(verdict: Severity, channel: Channel, files: int, *, unread: bool = False) -> str:
    """The verdict as a sentence without any name.

    >>> headline(Severity.RED, "preflight", 1)
    'Do not send this file yet'
    """
    what = "this file" if files == 1 else "these files"
    if unread:
        return f"{what.capitalize()} cannot be read"
    do = "import" if channel == "import" else "send"
    match verdict:
        case Severity.RED:
            return f"Do not {do} {what} yet"
        case Severity.AMBER:
            return f"Look again before you {do} {what}"
        case _:
            return "Nothing wrong was found"


def summary(red: int, amber: int, missing: int, not_run: int, *, files: int = 1) -> str:
    """What follows from the verdict.

    Args:
        red: faults for which the return would be refused.
        amber: things to look at.
        missing: expected pupils who are in no file.
        not_run: checks that need more than the file.
        files: how many files were checked.

    >>> summary(1, 0, 2, 0)
    '1 fault would have it refused. 2 expected pupils are missing.'
    """
    sentences = []
    if red:
        it = "it" if files == 1 else "files"
        sentences.append(f"{counted(red, 'fault')} would have {it} refused.")
    if amber:
        sentences.append(f"{counted(amber, 'thing')} {_verb(amber, 'needs', 'need')} another look.")
    if missing:
        verb = _verb(missing, "is", "are")
        sentences.append(f"{counted(missing, 'expected pupil')} {verb} missing.")
    if not sentences:
        sentences.append("Every check that could be run was passed.")
    if not_run:
        was, need = _verb(not_run, "was", "were"), _verb(not_run, "it needs", "they need")
        sentences.append(
            f"{counted(not_run, 'check')} {was} not run: {need} more than the file says."
        )
    return " ".join(sentences)


def _verb(count: int, one: str, several: str) -> str:
    return one if count == 1 else several


@dataclass(frozen=True, slots=True)
class Lack:
    """What was not given, the option that gives it if there is one, and the checks that need it."""

    needs: str
    option: str
    codes: tuple[str, ...]


def lacks(not_run: pl.DataFrame) -> tuple[Lack, ...]:
    """What was not given, first what a person can give."""
    options = {NEEDS[need]: option for need, option in _OPTIONS.items()}
    together = not_run.group_by("needs", maintain_order=True).agg(pl.col("code").unique().sort())
    found = [
        Lack(needs, options.get(needs, ""), tuple(codes)) for needs, codes in together.iter_rows()
    ]
    return tuple(sorted(found, key=lambda one: not one.option))


def notes(*, expects: bool, unverified: bool) -> list[str]:
    """What a reader must know of how a return was checked."""
    told = [] if expects else [NOBODY_EXPECTED]
    return [*told, UNVERIFIED] if unverified else told


def place(finding: Mapping[str, object], *, file: bool) -> str:
    """Where a finding is: the line, or the file and the line.

    >>> place({"file": "a.xml", "line": 7}, file=True)
    'a.xml, line 7'
    >>> place({"file": EXPECTED_LIST, "line": 7}, file=False)
    'line 7 of the expected list'
    """
    line = f"line {finding['line']}" if finding["line"] else ""
    if finding["file"] == EXPECTED_LIST:
        return f"{line} of the {EXPECTED_LIST}"
    name = str(finding["file"] or "") if file else ""
    return ", ".join(filter(None, (name, line)))


def full_name(row: Mapping[str, object]) -> str:
    """Surname and forename, as far as they are known.

    >>> full_name({"surname": "Ashdown", "forename": None})
    'Ashdown'
    """
    return ", ".join(str(row[part]) for part in ("surname", "forename") if row[part])
