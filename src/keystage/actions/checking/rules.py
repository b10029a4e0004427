"""The rules of the checking exercise: edited, looked through, proposed, rolled back.

What is in force, and every version, comes from `actions.rule_books`; `approving` puts a
version into force.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.rule_books import (
    FIRST,
    Version,
    in_force,
    is_known,
    version_of,
    versions,
)
from keystage.flows.checking.differing import differences_in_words
from keystage.flows.checking.reviewing import Remark, Reviewed, reviewed
from keystage.statute.checking import Checking
from keystage.store.models import CheckingRules, Organisation
from keystage.store.rights import live_grants, place_of

__all__ = (
    "FIRST",
    "UnsoundError",
    "Version",
    "differences",
    "in_force",
    "looked_through",
    "propose",
    "roll_back",
    "unknown",
    "version_of",
    "versions",
)
_LONGEST_WHY, _LONGEST_NAME = 500, 40


class UnsoundError(RefusedError):
    """A text of rules that has to be corrected first; ``faults`` says what, where and how."""

    def __init__(self, faults: tuple[Remark, ...]) -> None:
        """Say how many faults there are, and the first of them."""
        first, more = faults[0], len(faults) - 1
        others = f" There {'is 1 more fault' if more == 1 else f'are {more} more faults'}."
        super().__init__(
            f"The rules have to be corrected: {first.what}{others if more else ''}",
            where=first.where,
            todo=first.todo,
        )
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What an edited text changes.

    Attributes:
        reviewed: its faults and remarks.
        words: what differs from the rules in force; empty while it cannot be read.
    """

    reviewed: Reviewed
    words: tuple[str, ...]


def unknown(year: int) -> str:
    """Why a year has no rules, in a sentence; '' if it has some.

    A year may have windows and no rules: nothing can be asked for then.
    """
    if not is_known(year):
        return f"Nothing is known of the checking exercise of {year}."
    found = in_force(year).checking
    if found.rules is None:
        return f"The rules of {year} are not known: {found.absent['rules'].absent}."
    return ""


def looked_through(year: int, text: str) -> Differences:
    """Look through an edited text before it is proposed. Nothing is kept."""
    found = read_through(text, year)
    words: tuple[str, ...] = ()
    if found.checking is not None and is_known(year):
        words = differences_in_words(in_force(year).checking, found.checking)
    return Differences(reviewed=found, words=words)


def differences(before: Version, after: Version) -> tuple[str, ...]:
    """What differs between two versions, in words."""
    return differences_in_words(before.checking, after.checking)


@transaction.atomic
def propose(*, year: int, text: str, why: str, by: By) -> CheckingRules:
    """Keep an edited text as the next version. It is in force once another person approves it.

    Args:
        year: the year of the results.
        text: the whole of the rules, in the form of the year's file.
        why: the reason of the change.
        by: who edited it.

    Raises:
        UnsoundError: the text has to be corrected first; it says all that is wrong.
        RefusedError: the person may not, there is no reason, nothing differs, or nothing is known
            of the year.
    """
    agency = agency_of(year, by)
    words = why_of(why)
    if not is_known(year):
        raise RefusedError(
            f"Nothing is known of the checking exercise of {year}.",
            todo="Wait for a version of the service that has the year's file.",
        )
    text = text.replace("\r\n", "\n")
    found = looked_through(year, text)
    if not found.reviewed.sound:
        raise UnsoundError(found.reviewed.faults)
    if not found.words:
        raise RefusedError(
            "The text says what the rules in force say.", todo="Change something first."
        )
    return _kept(agency, year, text, words, by)


@transaction.atomic
def roll_back(*, year: int, to: int, why: str, by: By) -> CheckingRules:
    """Propose the text of an earlier version again, as a new version.

    Raises:
        UsageError: there is no such version.
        RefusedError: the person may not, there is no reason, or it is in force already.
    """
    agency = agency_of(year, by)
    words = why_of(why)
    if in_force(year).text == version_of(year, to).text:
        raise RefusedError(
            f"The rules in force say what version {to} says.", todo="Choose another version."
        )
    return _kept(agency, year, version_of(year, to).text, words, by)


def read_through(text: str, year: int) -> Reviewed:
    """What is found in a text; names that cannot be kept are faults too."""
    found = reviewed(text, year)
    long = tuple(
        Remark(
            what=f"The name {name} is longer than {_LONGEST_NAME} characters.",
            where=where,
            todo="Use a shorter one.",
        )
        for name, where in _names_kept(found.checking)
        if len(name) > _LONGEST_NAME
    )
    return replace(found, faults=(*found.faults, *long))


def _names_kept(checking: Checking | None) -> Iterator[tuple[str, str]]:
    """The names of a text that are kept with what is done by it, and where each stands."""
    windows = checking.windows if checking is not None else None
    rules = checking.rules if checking is not None else None
    for key in windows.windows if windows is not None else ():
        yield key, f"[windows.windows.{key}]"
    for key, reason in (rules.reasons if rules is not None else {}).items():
        for name in (key, *(branch.id for branch in reason.branches)):
            yield name, f"[rules.reasons.{key}]"


def agency_of(year: int, by: By) -> Organisation:
    """The agency for which a person may change the rules.

    Raises:
        RefusedError: there is none.
    """
    today = timezone.localdate()
    grants = live_grants(by.who, today)
    for one in Organisation.objects.filter(kind=Organisation.Kind.NATIONAL).order_by("pk"):
        found = decide(grants, Permission.EDIT_REQUEST_RULES, place_of(one), season=year, on=today)
        own = any(grant.organisation == one.code for grant in grants)
        if own and found.classes_at(Level.NONE, {Condition.SECOND_PERSON}) is None:
            return one
    raise RefusedError(
        "You do not change the rules of the checking exercise.",
        todo="Ask an account manager for a role that does.",
    )


def one_at_a_time(agency: Organisation) -> None:
    """Versions follow each other: one is added or approved at a time."""
    locking(Organisation.objects).get(pk=agency.pk)


def why_of(why: str) -> str:
    """The reason of a change of the rules.

    Raises:
        RefusedError: it is missing or too long.
    """
    words = why.strip()
    if not words:
        raise RefusedError("The reason of the change is missing.", todo="Say why it is changed.")
    if len(words) > _LONGEST_WHY:
        raise RefusedError(
            f"The reason is longer than {_LONGEST_WHY} characters.", todo="Say it more shortly."
        )
    return words


def _kept(agency: Organisation, year: int, text: str, why: str, by: By) -> CheckingRules:
    one_at_a_time(agency)
    last = CheckingRules.objects.filter(year=year).order_by("-version").first()
    number = last.version if last else FIRST
    made = CheckingRules.objects.create(
        organisation=agency,
        year=year,
        version=number + 1,
        text=text,
        why=why,
        made_at=timezone.now(),
        made_by=by.who,
    )
    write_down("checking rules proposed", made, by)
    return made


def write_down(
    act: str, rules: CheckingRules, by: By, *, before: dict[str, object] | None = None
) -> None:
    """Write an act on a version into the audit."""
    record(
        act,
        by=by,
        organisation=rules.organisation,
        year=rules.year,
        subject=f"checking rules {rules.version}",
        before=before,
        after={"version": rules.version},
    )
