"""The requests of a queue: which fit, in words, and for a spreadsheet. None names a pupil."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from keystage.statute.checking import Rules
from keystage.store.models import CheckingRequest, FiguresRelease
from keystage.web.checking_desk.forms import PROPOSED, TO_CONFIRM, QueueForm
from keystage.web.checking_desk.scope import State, sent_of
from keystage.web.checking_desk.standing import about
from keystage.web.doors import Here
from keystage.web.spreadsheet import line
from keystage.web.wording import as_moment

COLOURS = {
    State.SCRUTINY: "blue",
    State.RETURNED: "orange",
    State.AGREED: "green",
    State.REFUSED: "red",
    State.WITHDRAWN: "grey",
}
_HEADS = ("Reference", "School", "URN", "Kind", "Reason", "State", "Sent", "Decided by", "Decided")
_FIRST = Case(
    When(state=State.SCRUTINY, then=Value(0)),
    When(state=State.RETURNED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A request of the list."""

    request: CheckingRequest
    reason: str
    state: str
    held: str
    decider: str

    @property
    def colour(self) -> str:
        """How the state looks; its word says the same."""
        return COLOURS[State(self.request.state)]


def chosen(here: Here, form: QueueForm) -> QuerySet[CheckingRequest]:
    """The requests that fit, those that wait for the desk first, the oldest of them before."""
    given = form.cleaned_data if form.is_valid() else {}
    rows = sent_of(here).select_related("school", "release", "held_by")
    rows = rows.defer("trace", "answers", "facts", "changes")
    asked = {name: given[name] for name in ("state", "kind", "reason") if given.get(name)}
    if asked.get("state") == PROPOSED:
        rows = rows.exclude(proposed="")
        del asked["state"]
    rows = rows.filter(**asked)
    for word in given.get("school", "").split():
        rows = rows.filter(
            Q(school__name__icontains=word)
            | Q(school__code__startswith=word)
            | Q(school__number__startswith=word)
        )
    rows = _held(rows, given.get("held", ""), here)
    return rows.annotate(first=_FIRST).order_by("first", "sent_at", "reference")


def _held(rows: QuerySet[CheckingRequest], wanted: str, here: Here) -> QuerySet[CheckingRequest]:
    held = Q(held_by__isnull=False, held_until__gt=timezone.now())
    mine = Q(held_by=here.by.who)
    fits = {"me": held & mine, "other": held & ~mine, "nobody": ~held}
    return rows.filter(fits[wanted]) if wanted in fits else rows


def rows_of(
    requests: Iterable[CheckingRequest],
    rules: Rules | None,
    *,
    desk: bool,
    now: datetime | None = None,
) -> list[Row]:
    """Requests in words.

    Args:
        requests: the requests.
        rules: the rules in force, for the words of reasons.
        desk: whether the desk reads them, which knows what one person decided.
        now: the moment; the service's clock without one.
    """
    moment = now or timezone.now()
    return [
        Row(
            request=one,
            reason=reason_of(one, rules),
            state=state_of(one, desk=desk),
            held=one.held_by.name if is_held(one, moment) and one.held_by else "",
            decider=decider_of(one),
        )
        for one in requests
    ]


def state_of(request: CheckingRequest, *, desk: bool) -> str:
    """How far a request has come, in words; that one person decided it is for the desk alone."""
    return TO_CONFIRM if request.proposed and desk else request.get_state_display()


def reason_of(request: CheckingRequest, rules: Rules | None) -> str:
    """The reason of a request for people; as it is kept where the rules no longer know it."""
    known = rules.reasons.get(request.reason) if rules else None
    return known.label if known else request.reason


def is_held(request: CheckingRequest, now: datetime) -> bool:
    """Whether somebody at the desk holds a request."""
    return request.held_by_id is not None and bool(request.held_until and request.held_until > now)


def decider_of(request: CheckingRequest) -> str:
    """Who decided a request; empty while nobody has."""
    if request.state not in {State.AGREED, State.REFUSED}:
        return ""
    return "A person" if request.decided_by_id else "The rules"


def lines_of(here: Here, release: FiguresRelease | None, rows: Iterable[Row]) -> Iterator[str]:
    """The rows for a spreadsheet, and below them what the file is."""
    yield line(_HEADS)
    for row in rows:
        one = row.request
        yield line((
            one.reference, one.school.name, one.school.code, one.get_kind_display(), row.reason,
            row.state, as_moment(one.sent_at) if one.sent_at else "", row.decider,
            as_moment(one.decided_at) if one.decided_at else "",
        ))  # fmt: skip
    yield from about(here, release, "Requests that were sent. No pupil is named.")
