"""How the checking exercise stands: schools, their requests by kind and state, and who decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from keystage.actions.stages import schools_of
from keystage.store.models import (
    CheckingRequest,
    DataConfirmed,
    FiguresPupils,
    FiguresRelease,
    Grant,
    Organisation,
)
from keystage.web.checking_desk.scope import SENT_STATES, State, sent_of
from keystage.web.doors import Here
from keystage.web.spreadsheet import line
from keystage.web.wording import as_moment

Kind = CheckingRequest.Kind
PURPOSE = "To follow the checking exercise of the year, and to remind schools of it."
WARNING = "Before figures are published, who works with this file may not pass it on."


@dataclass(frozen=True, kw_only=True)
class ByKind:
    """The requests of a kind by state, in the order of `SENT_STATES`."""

    kind: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Those of every state."""
        return sum(self.counts)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Decided requests by who decided."""

    who: str
    agreed: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the exercise stands for an organisation.

    Attributes:
        eligible: schools with pupils in the release that is checked.
        signed_in: those of them at which somebody signed in since the window opened; None where
            none has opened.
        asking: schools that sent a request.
        confirmed: schools that said that the data are correct.
        waiting: requests that wait for a person at the desk.
        returned: requests that wait for an answer of the school.
        kinds: requests by kind and state.
        decided: who decided.
    """

    eligible: int
    signed_in: int | None
    asking: int
    confirmed: int
    waiting: int
    returned: int
    kinds: tuple[ByKind, ...]
    decided: tuple[Decided, ...]


@dataclass(frozen=True, kw_only=True)
class SchoolRow:
    """A school: its requests by state, in the order of `SENT_STATES`, and its word."""

    school: Organisation
    counts: tuple[int, ...]
    confirmed: DataConfirmed | None


def standing_of(here: Here, release: FiguresRelease | None, *, opened: datetime | None) -> Standing:
    """How the exercise stands; ``opened``: since when the release is checked, None for not yet."""
    sent = sent_of(here).order_by()
    found = {
        (kind, state): count
        for kind, state, count in sent.values("kind", "state")
        .annotate(count=Count("pk"))
        .values_list("kind", "state", "count")
    }
    return Standing(
        eligible=eligible_of(here, release).count(),
        signed_in=None
        if opened is None
        else eligible_of(here, release).filter(_at_work_since(opened)).count(),
        asking=sent.values("school").distinct().count(),
        confirmed=_confirmed(here, release).count(),
        waiting=sum(count for (_, state), count in found.items() if state == State.SCRUTINY),
        returned=sum(count for (_, state), count in found.items() if state == State.RETURNED),
        kinds=tuple(
            ByKind(
                kind=kind.label,
                counts=tuple(found.get((kind.value, state.value), 0) for state in SENT_STATES),
            )
            for kind in Kind
        ),
        decided=_decided(sent),
    )


def _decided(sent: QuerySet[CheckingRequest]) -> tuple[Decided, ...]:
    agreed, refused = Q(state=State.AGREED), Q(state=State.REFUSED)
    by_rules = Q(decided_by__isnull=True)
    counts: dict[str, Any] = sent.aggregate(
        rules_agreed=Count("pk", filter=agreed & by_rules),
        rules_refused=Count("pk", filter=refused & by_rules),
        person_agreed=Count("pk", filter=agreed & ~by_rules),
        person_refused=Count("pk", filter=refused & ~by_rules),
    )
    return tuple(
        Decided(who=words, agreed=counts[f"{who}_agreed"], refused=counts[f"{who}_refused"])
        for who, words in (("rules", "The rules"), ("person", "A person"))
    )


def eligible_of(here: Here, release: FiguresRelease | None) -> QuerySet[Organisation]:
    """The schools of an organisation that have pupils in a release; none without one."""
    schools = schools_of(here.organisation)
    if release is None:
        return schools.none()
    return schools.filter(code__in=FiguresPupils.objects.filter(release=release).values("code"))


def _at_work_since(opened: datetime) -> Q:
    """Schools of which somebody signed in since a moment."""
    signed_in = Grant.objects.filter(ended_at__isnull=True, person__last_login__gte=opened)
    return Q(pk__in=signed_in.order_by().values("organisation"))


def chosen(
    here: Here,
    release: FiguresRelease | None,
    name: str,
    which: str,
    *,
    opened: datetime | None = None,
) -> QuerySet[Organisation]:
    """The schools that fit a name or number, and a choice of `forms.WHICH`."""
    schools = schools_of(here.organisation)
    asking = Q(pk__in=sent_of(here).order_by().values("school"))
    eligible = Q(pk__in=eligible_of(here, release).order_by().values("pk"))
    confirmed = Q(pk__in=_confirmed(here, release).values("school"))
    fits = {
        "asking": asking,
        "confirmed": confirmed,
        "silent": eligible & ~asking & ~confirmed,
        "absent": eligible & ~(_at_work_since(opened) if opened else Q(pk__in=())),
    }
    schools = schools.filter(fits.get(which, eligible | asking))
    for word in name.split():
        schools = schools.filter(
            Q(name__icontains=word) | Q(code__startswith=word) | Q(number__startswith=word)
        )
    return schools


def rows_of(
    here: Here, release: FiguresRelease | None, schools: Sequence[Organisation]
) -> list[SchoolRow]:
    """Schools with their requests by state and their word."""
    keys = [one.pk for one in schools]
    counts = {
        (school, state): count
        for school, state, count in sent_of(here)
        .order_by()
        .filter(school__in=keys)
        .values("school", "state")
        .annotate(count=Count("pk"))
        .values_list("school", "state", "count")
    }
    words = {one.school_id: one for one in _confirmed(here, release).filter(school__in=keys)}
    return [
        SchoolRow(
            school=one,
            counts=tuple(counts.get((one.pk, state.value), 0) for state in SENT_STATES),
            confirmed=words.get(one.pk),
        )
        for one in schools
    ]


def lines_of(
    here: Here, release: FiguresRelease | None, rows: Sequence[SchoolRow], *, words: bool
) -> Iterator[str]:
    """The rows for a spreadsheet, and below them what the file is.

    Args:
        here: whose schools.
        release: the release that is checked.
        rows: the schools.
        words: whether it is told who said that the data are correct.
    """
    heads = ["URN", "School", "Local authority", *(state.label for state in SENT_STATES)]
    yield line([*heads, *(["Data confirmed"] if words else [])])
    for one in rows:
        authority = one.school.authority.name if one.school.authority else ""
        said = as_moment(one.confirmed.at) if one.confirmed else "No"
        cells = [one.school.code, one.school.name, authority, *map(str, one.counts)]
        yield line([*cells, *([said] if words else [])])
    yield from about(here, release, "Counts of requests by school. No pupil is named.")


def about(here: Here, release: FiguresRelease | None, scope: str) -> Iterator[str]:
    """What goes with every file of the desk, below its rows."""
    yield line(["About: release", str(release) if release else "None is out"])
    yield line(["About: scope", f"{here.organisation.name}, {here.season}. {scope}"])
    yield line(["About: purpose", PURPOSE])
    yield line(["About: warning", WARNING])
    yield line(["About: written", as_moment(timezone.now())])


def _confirmed(here: Here, release: FiguresRelease | None) -> QuerySet[DataConfirmed]:
    rows = DataConfirmed.objects.filter(release=release, withdrawn_at__isnull=True)
    if release is None:
        return rows.none()
    return rows.filter(school__in=schools_of(here.organisation).order_by().values("pk"))
