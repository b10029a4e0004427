"""One step of a request: locked, checked, written down, and told to who has to know."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.checking.rules import Version, in_force, unknown
from keystage.actions.checking.windows import refusal
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.messages.notices import notify
from keystage.store.models import CheckingRequest, CheckingStep, FiguresRelease

State, Act = CheckingRequest.State, CheckingStep.Act
LONGEST_WORDS = 1000
#: The acts of those who enter a request; none of them approves or decides it.
ENTERING = (Act.DRAFTED, Act.CHANGED, Act.PROPOSED, Act.ANSWERED)


def locked(
    request: CheckingRequest, *, states: Collection[str], version: int | None = None
) -> CheckingRequest:
    """A request to be changed.

    Args:
        request: the request.
        states: the states in which this may be done.
        version: the version the person looked at; None where it makes no difference.

    Raises:
        ChangedMeanwhileError: somebody changed it since, or deleted it.
        RefusedError: it is in none of these states.
    """
    rows = locking(CheckingRequest.objects).select_related(
        "release__organisation", "school", "held_by", "drafted_by"
    )
    found = rows.filter(pk=request.pk).first()
    if found is None:
        raise ChangedMeanwhileError("Somebody deleted this draft.", todo="Look at the list again.")
    if version is not None and found.version != version:
        raise ChangedMeanwhileError(
            "Somebody changed this request since you opened it.", todo="Look at it again."
        )
    if found.state not in states:
        raise RefusedError(
            f"This is not possible any more: the request is {said(found)}.",
            todo="Look at it again.",
        )
    return found


def must_be_open(release: FiguresRelease, *, now: datetime | None = None) -> None:
    """Refuse what is done outside the window.

    Args:
        release: the release that is asked about.
        now: the moment; the service's clock without one.

    Raises:
        RefusedError: no change of the release can be asked for; it says why.
    """
    if why := refusal(release, now=now):
        raise RefusedError(why, todo="Drafts can still be read and deleted.")


def rules_for(year: int, reason: str) -> Version:
    """The rules in force, which know a reason.

    Raises:
        RefusedError: there are no rules, or they do not know the reason.
    """
    if why := unknown(year):
        raise RefusedError(why, todo="Ask the agency.")
    version = in_force(year)
    if reason not in version.book.rules.reasons:
        raise RefusedError(
            "The rules in force do not know the reason of this request.",
            todo="Delete the draft, and choose another reason.",
        )
    return version


def words_of(text: str, name: str, *, needed: bool = True) -> str:
    """The words of a form.

    Raises:
        RefusedError: they are missing or too long.
    """
    words = text.replace("\r\n", "\n").strip()
    if needed and not words:
        raise RefusedError(f"The {name} is missing.", todo="Write it down.")
    if len(words) > LONGEST_WORDS:
        raise RefusedError(
            f"The {name} is longer than {LONGEST_WORDS:,} characters.", todo="Say it more shortly."
        )
    return words


def entered_by(found: CheckingRequest) -> frozenset[int]:
    """Everybody who had a hand in asking: drafted, changed, passed on, answered, added evidence."""
    wrote = found.steps.filter(act__in=ENTERING, by__isnull=False).values_list("by", flat=True)
    added = found.evidence.values_list("added_by", flat=True)
    return frozenset((found.drafted_by_id, *wrote, *added))


def step(
    found: CheckingRequest,
    act: CheckingStep.Act,
    after: str,
    *,
    by: By | None,
    words: str = "",
) -> None:
    """Keep a locked request in its new state, and write the step; the rules act without a person.

    Args:
        found: the request, with what else changed of it.
        act: what is done.
        after: the state it comes to.
        by: who does it; None for the rules.
        words: the words of a form.
    """
    before, found.state = found.state, after
    found.version += 1
    found.save()
    CheckingStep.objects.create(
        request=found,
        act=act,
        state=after,
        words=words,
        at=timezone.now(),
        by=by.who if by else None,
    )
    write_down(f"checking request {act.label.lower()}", found, by or By.service(), before=before)


def write_down(
    act: str,
    found: CheckingRequest,
    by: By,
    *,
    before: str | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write an act into the audit: what it is about, and no value of a pupil."""
    record(
        act,
        by=by,
        organisation=found.school,
        year=found.release.year,
        subject=f"checking request {found}",
        before={"state": before} if before else None,
        after={
            "state": found.state,
            "kind": found.kind,
            "reason": found.reason,
            **(after or {}),
        },
    )


def tell(found: CheckingRequest, *, by: By) -> None:
    """Tell the school of the step that was just written; no pupil is named."""
    notify(
        sender=found.release.organisation,
        receiver=found.school,
        year=found.release.year,
        subject=f"Checking request {found.reference}: {said(found)}",
        body=f"The request {found.reference} of {found.school} about a pupil of the figures "
        f"{found.release} is {said(found)}.\n\nOpen the checking exercise to read it.",
        about=f"checking request {found.pk}",
        by=by,
    )


def said(found: CheckingRequest) -> str:
    """The state within a sentence."""
    label = State(found.state).label
    return label[0].lower() + label[1:]
