"""What a school settles before its pupils are registered, and what is missing of it.

Which kinds of schools order their tests, agree with an authority, and register nobody until then is
data of the year. Where the kind of a school is not known, nothing is asked of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from keystage.actions.errors import RefusedError
from keystage.actions.season.dates import Season, season_of
from keystage.statute.entry import Entry, SchoolKind
from keystage.statute.loader import load_year, releases_of
from keystage.statute.register_loader import available_registers, load_register
from keystage.statute.season import LONDON, Event
from keystage.store.models import Monitoring, Organisation, PapersOrder

STANDING = (Monitoring.State.ASKED, Monitoring.State.AGREED)
_LATE = "Ask the national agency: it decides about late ones, by moving the date."


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something a school settles.

    Attributes:
        label: what.
        met: whether it is settled, and in time.
        words: how it stands.
        todo: what to do; empty where it is settled.
        due: its last day; None where that is not known.
    """

    label: str
    met: bool
    words: str
    todo: str
    due: datetime | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a school stands before registration.

    Attributes:
        kind: of the school; None where it is not known, or the year says nothing.
        order: the order that stands; None where there is none.
        monitoring: what is asked or agreed with an authority; None where nothing is.
        needs: what has to be settled, in order.
    """

    kind: SchoolKind | None
    order: PapersOrder | None
    monitoring: Monitoring | None
    needs: tuple[Need, ...]

    @property
    def missing(self) -> tuple[Need, ...]:
        """What is not settled."""
        return tuple(one for one in self.needs if not one.met)

    @property
    def blocked(self) -> bool:
        """Whether nobody is registered until the rest is settled."""
        return self.kind is not None and self.kind.blocks and bool(self.missing)


def rules_of(year: int) -> Entry | None:
    """Orders and agreements of a year; None where nothing of them is known."""
    return load_register(year).entry if year in available_registers() else None


def kind_of(school: Organisation, year: int) -> SchoolKind | None:
    """The kind of a school; None where it is not known, or the year says nothing.

    Its type may be written as a code of the year's types of schools or as the words for it.
    """
    rules = rules_of(year)
    if rules is None:
        return None
    types = load_year(year, releases_of(year)[-1]).school_types.types
    codes = {one.label.casefold(): code for code, one in types.items()}
    return rules.kind_of(codes.get(school.school_type.casefold(), school.school_type))


def standing_of(school: Organisation, year: int) -> Standing:
    """Where a school stands before registration."""
    return standings_of([school], year)[school.pk]


def standings_of(schools: Iterable[Organisation], year: int) -> dict[int, Standing]:
    """Where schools of one authority stand before registration, by school, in few queries."""
    schools = list(schools)
    orders = {
        one.school_id: one
        for one in PapersOrder.objects.filter(
            school__in=schools, year=year, replaced_at__isnull=True
        )
    }
    agreed = {
        one.school_id: one
        for one in Monitoring.objects.filter(
            school__in=schools, year=year, state__in=STANDING
        ).select_related("authority")
    }
    season = season_of(None, year)
    found = {}
    for school in schools:
        kind = kind_of(school, year)
        order, monitoring = orders.get(school.pk), agreed.get(school.pk)
        needs = []
        if kind is not None and kind.order:
            needs.append(_ordered(order, season))
        if kind is not None and kind.agreement:
            needs.append(_agreed(monitoring, season))
        found[school.pk] = Standing(
            kind=kind, order=order, monitoring=monitoring, needs=tuple(needs)
        )
    return found


def refuse_unsettled(school: Organisation, year: int) -> None:
    """Refuse registration where something is missing that keeps a school from it.

    Raises:
        RefusedError: that is so; it says what is missing and what to do.
    """
    kind = kind_of(school, year)
    if kind is None or not kind.blocks:
        return
    missing = standing_of(school, year).missing
    if missing:
        raise RefusedError(
            " ".join(["Nobody is registered yet.", *(one.words for one in missing)]),
            todo=" ".join(one.todo for one in missing),
        )


def agreed_with(school: Organisation, authority: Organisation, year: int) -> bool:
    """Whether a school and an authority have agreed on monitoring and moderation."""
    return Monitoring.objects.filter(
        school=school, authority=authority, year=year, state=Monitoring.State.AGREED
    ).exists()


def _ordered(order: PapersOrder | None, season: Season) -> Need:
    due = season.moment(Event.ORDERS_DUE)
    if order is None:
        words, todo = "The tests are not ordered.", "Order them on the page Orders and agreement."
    else:
        words, todo = _in_time("The tests were ordered", order.placed_at, due)
    return Need(label="Test order", met=not todo, words=words, todo=todo, due=due)


def _agreed(monitoring: Monitoring | None, season: Season) -> Need:
    due = season.moment(Event.AGREEMENTS_DUE)
    if monitoring is None:
        words = "No authority has agreed to monitor and moderate the school."
        todo = "Ask one on the page Orders and agreement."
    elif monitoring.agreed_at is None:
        words = f"{monitoring.authority} has not answered yet."
        todo = "Wait for its answer, or ask another authority."
    else:
        words, todo = _in_time(f"{monitoring.authority} agreed", monitoring.agreed_at, due)
    return Need(
        label="Agreement on monitoring and moderation",
        met=not todo,
        words=words,
        todo=todo,
        due=due,
    )


def _in_time(what: str, moment: datetime, due: datetime | None) -> tuple[str, str]:
    """What was done and when, and what to do if that was too late."""
    if due is None or moment < due:
        return f"{what} on {_day(moment)}.", ""
    return f"{what} on {_day(moment)}, after the last day, {_day(due)}.", _LATE


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%-d %B %Y}"
