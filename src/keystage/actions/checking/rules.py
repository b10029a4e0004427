"""The rules of the checking exercise: edited, looked through, approved by another, rolled back.

What is in force, and every version, comes from `actions.rule_books`.
"""

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
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
from keystage.store.models import CheckingRules, Organisation
from keystage.store.rights import live_grants, place_of

__all__ = (
    "FIRST",
    "UnsoundError",
    "Version",
    "approve",
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
    found = _reviewed(text, year)
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
    agency = _agency(year, by)
    words = _words(why)
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
    agency = _agency(year, by)
    words = _words(why)
    if in_force(year).text == version_of(year, to).text:
        raise RefusedError(
            f"The rules in force say what version {to} says.", todo="Choose another version."
        )
    return _kept(agency, year, version_of(year, to).text, words, by)


@transaction.atomic
def approve(*, rules: CheckingRules, by: By, against: int | None = None) -> CheckingRules:
    """Put a version into force that somebody else proposed. Approving twice changes nothing.

    Requests that are decided keep their decision; those that are sent from then on go by it.

    Args:
        rules: the version.
        by: who approves it; not who proposed it.
        against: the version in force that the person was shown it beside; None where none was.

    Raises:
        ChangedMeanwhileError: another version came into force since.
        RefusedError: the person may not, or proposed it; or a newer version is in force.
        UnsoundError: the text has to be corrected, by what the service knows by then.
    """
    agency = _agency(rules.year, by)
    _locked(agency)
    kept = CheckingRules.objects.get(pk=rules.pk)
    if kept.approved_at is not None:
        return kept
    if kept.made_by_id == by.who.pk:
        raise RefusedError(
            "You proposed this version, so another person must approve it.",
            todo="Ask a colleague who may change the rules.",
        )
    before = in_force(kept.year).number
    if before > kept.version:
        raise RefusedError(
            f"Version {before} is in force, which is newer than this one.",
            todo="Propose the text again: it becomes the newest version.",
        )
    if against is not None and against != before:
        raise ChangedMeanwhileError(
            f"Version {before} came into force since you opened this page.",
            todo="Look again at what this version changes.",
        )
    found = _reviewed(kept.text, kept.year)
    if not found.sound:
        raise UnsoundError(found.faults)
    kept.approved_at, kept.approved_by = timezone.now(), by.who
    kept.save(update_fields=("approved_at", "approved_by"))
    _record("checking rules approved", kept, by, before={"in force": before})
    return kept


def _reviewed(text: str, year: int) -> Reviewed:
    """What is found in a text; names that a request cannot keep are faults too."""
    found = reviewed(text, year)
    rules = found.checking.rules if found.checking is not None else None
    reasons = rules.reasons if rules is not None else {}
    long = tuple(
        Remark(
            what=f"The name {name} is longer than {_LONGEST_NAME} characters.",
            where=f"[rules.reasons.{key}]",
            todo="Use a shorter one.",
        )
        for key, reason in reasons.items()
        for name in (key, *(branch.id for branch in reason.branches))
        if len(name) > _LONGEST_NAME
    )
    return replace(found, faults=(*found.faults, *long))


def _agency(year: int, by: By) -> Organisation:
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


def _locked(agency: Organisation) -> None:
    """Versions follow each other: one is added or approved at a time."""
    locking(Organisation.objects).get(pk=agency.pk)


def _words(why: str) -> str:
    words = why.strip()
    if not words:
        raise RefusedError("The reason of the change is missing.", todo="Say why it is changed.")
    if len(words) > _LONGEST_WHY:
        raise RefusedError(
            f"The reason is longer than {_LONGEST_WHY} characters.", todo="Say it more shortly."
        )
    return words


def _kept(agency: Organisation, year: int, text: str, why: str, by: By) -> CheckingRules:
    _locked(agency)
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
    _record("checking rules proposed", made, by)
    return made


def _record(
    act: str, rules: CheckingRules, by: By, *, before: dict[str, object] | None = None
) -> None:
    record(
        act,
        by=by,
        organisation=rules.organisation,
        year=rules.year,
        subject=f"checking rules {rules.version}",
        before=before,
        after={"version": rules.version},
    )
