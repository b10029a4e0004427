"""The dates of a season in force for an organisation: the year's file, and what was set after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from django.db.models import Q
from django.utils import timezone
from msgspec.structs import replace

from keystage.actions.season.versions import Said, SeasonDate, in_force
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.statute.collection_rules import TestWeek, Window
from keystage.statute.season import LONDON, Calendar, Event, Stated
from keystage.statute.season_loader import available_calendars, load_calendar
from keystage.statute.table import Absent, Source
from keystage.store.models import DateChange, Organisation

#: What ends at a minute lasts through it.
_MINUTE = timedelta(minutes=1)
_TAKEN_BACK = "it was taken back"


@dataclass(frozen=True, kw_only=True)
class Season:
    """The dates of a season as they hold for an organisation, in the order of the season.

    ``organisation`` is None for what holds for everybody.
    """

    organisation: Organisation | None
    year: int
    dates: tuple[SeasonDate, ...]

    @property
    def known(self) -> bool:
        """Whether any date was ever published or set."""
        return any(one.versions for one in self.dates)

    def date(self, event: str) -> SeasonDate:
        """An event and its date.

        Raises:
            KeyError: there is no such event.
        """
        found = {one.event.value: one for one in self.dates}
        return found[str(event)]

    def moment(self, event: str) -> datetime | None:
        """The moment of an event in force; None where it is not known.

        Raises:
            KeyError: there is no such event.
        """
        return self.date(event).moment

    def passed(self, event: str, now: datetime | None = None) -> bool:
        """Whether an event is over, or has begun; not while its date is unknown.

        What ends at a minute lasts through it.
        """
        found = self.date(event)
        return _is_over(found.event, found.moment, now)

    def passed_for_everybody(self, event: str, now: datetime | None = None) -> bool:
        """Whether the national date has passed: an authority's own closes nothing."""
        found = self.date(event)
        return _is_over(found.event, found.national, now)


def _is_over(event: Event, moment: datetime | None, now: datetime | None) -> bool:
    if moment is None:
        return False
    return (now or timezone.now()) >= (ends(moment) if event.ends else moment)


def ends(moment: datetime) -> datetime:
    """When something is over that lasts through a minute."""
    return moment + _MINUTE


def season_of(organisation: Organisation | None, year: int) -> Season:
    """The dates of a season as they hold for an organisation.

    A national body's newest date holds for everybody, the year's file until there is one. An
    authority's own date is in force for its schools where it is earlier; it closes nothing.

    Args:
        organisation: a school or a body; None for what holds for everybody.
        year: the year of the results; a year without a file has only what was set.
    """
    changes = _changes(_authority_of(organisation), year)
    calendar = load_calendar(year) if year in available_calendars() else None
    dates = tuple(_date(event, calendar, changes.get(event.value, [])) for event in Event)
    return Season(organisation=organisation, year=year, dates=dates)


def collection_in_force(organisation: Organisation | None, year: int) -> Collection:
    """The collection of a year with its window and test week as the service's calendar has them.

    The window is the national one: an authority's own deadline closes nothing.

    The very same object is given for the same dates: the checks keep their rules by the object.

    Raises:
        UsageError: no collection of that year is shipped.
    """
    collection, season = load_collection(year), season_of(organisation, year)
    window, week = collection.window, collection.test_week
    if window is not None:
        window = _window(season, window)
    first, last = _day(season, Event.TESTS_FIRST), _day(season, Event.TESTS_LAST)
    if week is not None and first and last and (week.first, week.last) != (first, last):
        week = replace(week, first=first, last=last)
    return _with_dates(year, window, week)


def _window(season: Season, shipped: Window) -> Window | None:
    """The window with the dates that hold for everybody; None where its last day is not known."""
    opens, closes = season.date(Event.TA_OPENS).national, season.date(Event.TA_CLOSES).national
    if closes is None:
        return None
    first, last = _day_of(opens), closes.astimezone(LONDON).date()
    unknown = "" if first else shipped.opens_unknown or _TAKEN_BACK
    return replace(
        shipped,
        opens=first,
        opens_at=_clock(Event.TA_OPENS, opens),
        opens_unknown=unknown,
        closes=last,
        closes_at=_clock(Event.TA_CLOSES, closes),
    )


def _clock(event: Event, moment: datetime | None) -> time | None:
    """The time in London of a moment; None where it says no more than the day."""
    if moment is None or event.whole_day(moment):
        return None
    return moment.astimezone(LONDON).time()


@lru_cache(maxsize=64)
def _with_dates(year: int, window: Window | None, week: TestWeek | None) -> Collection:
    collection = load_collection(year)
    if (window, week) == (collection.window, collection.test_week):
        return collection
    absent = dict(collection.absent)
    if window is None and collection.window is not None:
        absent["window"] = Absent(absent=_TAKEN_BACK)
    return replace(collection, window=window, test_week=week, absent=absent)


def _day(season: Season, event: Event) -> date | None:
    return _day_of(season.moment(event))


def _day_of(moment: datetime | None) -> date | None:
    return moment.astimezone(LONDON).date() if moment else None


def _authority_of(organisation: Organisation | None) -> int | None:
    if organisation is None:
        return None
    if organisation.kind == Organisation.Kind.AUTHORITY:
        return organisation.pk
    return organisation.authority_id


def _changes(authority: int | None, year: int) -> Mapping[str, list[DateChange]]:
    whose = Q(organisation__kind=Organisation.Kind.NATIONAL)
    if authority is not None:
        whose |= Q(organisation=authority)
    rows = DateChange.objects.filter(whose, year=year).select_related("organisation")
    by_event = sorted(rows, key=lambda row: (row.event, row.at, row.pk))
    return {event: list(found) for event, found in groupby(by_event, key=lambda row: row.event)}


def _date(event: Event, calendar: Calendar | None, changes: Iterable[DateChange]) -> SeasonDate:
    published, others, unknown = _published(event, calendar)
    set_after = [_set(row) for row in changes]
    return in_force(event, [*published, *set_after], others=others, unknown=unknown)


def _published(event: Event, calendar: Calendar | None) -> tuple[list[Said], tuple[Said, ...], str]:
    if calendar is None:
        return [], (), "nobody has published a calendar of the year"
    dates = calendar.of(event)
    if dates is None:
        return [], (), calendar.absent[event].absent
    versions = [
        _stated(event, one, calendar.sources[one.source], on=one.announced, why=one.why)
        for one in dates.versions
    ]
    others = tuple(_stated(event, one, calendar.sources[one.source]) for one in dates.others)
    return versions, others, ""


def _stated(
    event: Event, one: Stated, source: Source, *, on: date | None = None, why: str = ""
) -> Said:
    return Said(
        moment=event.moment(one.on, one.at),
        on=on,
        by=source.title,
        reason=why,
        where=source.where,
        confidence=one.confidence,
        note=one.note,
    )


def _set(row: DateChange) -> Said:
    return Said(
        moment=row.moment.astimezone(LONDON) if row.moment else None,
        on=timezone.localdate(row.at),
        by=row.organisation.name,
        reason=row.reason,
        note=row.source,
        own=row.organisation.kind == Organisation.Kind.AUTHORITY,
    )
