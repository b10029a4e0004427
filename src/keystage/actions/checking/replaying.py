"""The requests of a year under other rules: which would be decided otherwise. Nothing is kept."""

from dataclasses import dataclass

from keystage.actions.checking.pupils import kept
from keystage.actions.checking.rules import UnsoundError, in_force, looked_through, unknown
from keystage.actions.rule_books import moved
from keystage.core.errors import UsageError
from keystage.flows.checking.book import Facts, RuleBook, rule_book
from keystage.flows.checking.deciding import Decision, decide
from keystage.store.models import CheckingRequest

_UNKNOWN = "The rules do not know the reason of this request, so a person looks at it."


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """A request that other rules would decide otherwise.

    Attributes:
        request: the request, which was sent.
        before: what becomes of it by the rules in force.
        after: what would become of it.
    """

    request: CheckingRequest
    before: Decision
    after: Decision


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """The requests of a year under other rules.

    Attributes:
        looked_at: how many requests were sent.
        otherwise: those that would be decided otherwise, in the order in which they were sent.
    """

    looked_at: int
    otherwise: tuple[Otherwise, ...]


def replayed(year: int, text: str) -> Replayed:
    """Every request of a year that was sent, by the rules in force and by an edited text.

    Args:
        year: the year of the results.
        text: the edited rules.

    Raises:
        UnsoundError: the text has to be corrected first.
        AbsentValueError: it holds no rules.
    """
    found = looked_through(year, text).reviewed
    if found.checking is None or not found.sound:
        raise UnsoundError(found.faults)
    new = rule_book(found.checking, moved(year))
    old = new if unknown(year) else in_force(year).book
    sent = CheckingRequest.objects.filter(release__year=year, sent_at__isnull=False)
    rows = list(sent.select_related("school", "release").order_by("sent_at", "reference"))
    both = ((one, _decision(old, one), _decision(new, one)) for one in rows)
    return Replayed(
        looked_at=len(rows),
        otherwise=tuple(
            Otherwise(request=one, before=before, after=after)
            for one, before, after in both
            if before.outcome != after.outcome
        ),
    )


def _decision(book: RuleBook, request: CheckingRequest) -> Decision:
    try:
        return decide(book, request.reason, request.answers, _facts(book, request))
    except UsageError:
        return Decision(outcome="scrutiny", branch="", because=_UNKNOWN, version=book.rules.version)


def _facts(book: RuleBook, request: CheckingRequest) -> Facts:
    """What is kept of the record; read again where the rules look at more of it."""
    held: Facts = request.facts
    if not request.pupil or book.rules.facts.keys() <= held.keys():
        return held
    pupils = kept(request.release, request.school)
    return pupils.facts(book, request.pupil) if pupils is not None else held
