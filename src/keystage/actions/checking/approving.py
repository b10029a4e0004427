"""What becomes of a proposed version of the rules: another person approves it, or it goes."""

from django.db import transaction
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking.rules import (
    UnsoundError,
    agency_of,
    in_force,
    one_at_a_time,
    read_through,
    why_of,
    write_down,
)
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.store.models import CheckingRules


@transaction.atomic
def approve(*, rules: CheckingRules, by: By, against: int) -> CheckingRules:
    """Put a version into force that somebody else proposed. Approving twice changes nothing.

    Requests that are decided keep their decision; those that are sent from then on go by it.

    Args:
        rules: the version.
        by: who approves it; not who proposed it.
        against: the version in force beside which the person was shown what this one changes, and
            which requests it would decide otherwise.

    Raises:
        ChangedMeanwhileError: another version came into force since.
        RefusedError: the person may not, or proposed it; a newer version is in force, or it was
            discarded.
        UnsoundError: the text has to be corrected, by what the service knows by then.
    """
    agency = agency_of(rules.year, by)
    one_at_a_time(agency)
    kept = CheckingRules.objects.get(pk=rules.pk)
    if kept.approved_at is not None:
        return kept
    if kept.made_by_id == by.who.pk:
        raise RefusedError(
            "You proposed this version, so another person must approve it.",
            todo="Ask a colleague who may change the rules.",
        )
    if kept.discarded_at is not None:
        raise RefusedError(
            "This version was discarded.", todo="Propose its text again: it becomes a new version."
        )
    before = in_force(kept.year).number
    if before > kept.version:
        raise RefusedError(
            f"Version {before} is in force, which is newer than this one.",
            todo="Propose the text again: it becomes the newest version.",
        )
    if against != before:
        raise ChangedMeanwhileError(
            f"Version {before} came into force since you opened this page.",
            todo="Look again at what this version changes.",
        )
    found = read_through(kept.text, kept.year)
    if not found.sound:
        raise UnsoundError(found.faults)
    kept.approved_at, kept.approved_by = timezone.now(), by.who
    kept.save(update_fields=("approved_at", "approved_by"))
    write_down("checking rules approved", kept, by, before={"in force": before})
    return kept


@transaction.atomic
def discard(*, rules: CheckingRules, why: str, by: By) -> CheckingRules:
    """Discard a proposed version, by who proposed it or somebody else. It is kept, with the reason.

    Discarding twice changes nothing.

    Args:
        rules: a version that was not approved.
        why: the reason.
        by: who may change the rules.

    Raises:
        RefusedError: the person may not, there is no reason, or it was approved.
    """
    agency = agency_of(rules.year, by)
    words = why_of(why)
    one_at_a_time(agency)
    kept = CheckingRules.objects.get(pk=rules.pk)
    if kept.approved_at is not None:
        raise RefusedError(
            "This version was approved, so it cannot be discarded.",
            todo="Go back to an earlier version instead.",
        )
    if kept.discarded_at is not None:
        return kept
    kept.discarded_at, kept.discarded_by, kept.discarded_why = timezone.now(), by.who, words
    kept.save(update_fields=("discarded_at", "discarded_by", "discarded_why"))
    write_down("checking rules discarded", kept, by)
    return kept
