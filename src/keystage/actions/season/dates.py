"""The dates of a season in force for an organisation: the year's file, and what was set after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from django.db.models import Q
from django.utils import timezone
from msgspec.structs import replace

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
class Said:
    """A date as somebody published, set or moved it.

    Attributes:
        moment: the date; None where it was taken back.
        on: the day it was said; None where nobody wrote that down.
        by: who says so: the title of a source, or an organisation.
        reason: why it was moved; empty for a first date.
        where: the address of the source, if it has one.
        confidence: of the source; empty for a date that was set in the service.
        note: what else is known.
        own: whether an authority said it, for its own schools.
    """

    moment: datetime | None
    on: date | None
    by: str
    reason: str = ""
    where: str = ""
    confidence: str = ""
    note: str = ""
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class SeasonDate:
    """An event of a season and its date.

    Attributes:
        event: which.
        moment: its date in force; None where it is not known.
        versions: what was said about it, oldest first, an authority's own dates last.
        others: what other sources say, who are not followed.
        own: whether the date in force is the authority's own.
        unknown: why there is no date in the year's file.
    """

    event: Event
    moment: datetime | None
    versions: tuple[Said, ...]
    others: tuple[Said, ...] = ()
    own: bool = False
    unknown: str = ""

    @property
    def label(self) -> str:
        """What the event is called."""
        return self.event.label

    @property
    def newest(self) -> Said | None:
        """The version in force; None where nothing was ever said."""
        fitting = [one for one in self.versions if one.own is self.own]
        return fitting[-1] if fitting else None

    @property
    def source(self) -> str:
        """Who says the date in force; empty where nobody does."""
        return self.newest.by if self.newest else ""

    @property
    def first(self) -> datetime | None:
        """The date as it was first published; None where none was."""
        return next((one.moment for one in self.versions if one.moment), None)

    @property
    def moved(self) -> bool:
        """Whether the date in force is another than the first published."""
        return self.first is not None and self.moment != self.first

    @property
    def national(self) -> datetime | None:
        """The date that holds for everybody; None where it is not known."""
        return _last([one for one in self.versions if not one.own])

    @property
    def set_by_authority(self) -> datetime | None:
        """The authority's own date for its schools; None where it has none."""
        return _last([one for one in self.versions if one.own])

    def moved_since(self, day: date) -> bool:
        """Whether the version in force is a change that was said on a day or after it."""
        newest = self.newest
        changed = newest is not None and (newest.own or newest.reason != "")
        return changed and newest is not None and newest.on is not None and newest.on >= day


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
        if found.moment is None:
            return False
        over = ends(found.moment) if found.event.ends else found.moment
        return (now or timezone.now()) >= over


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


def in_force(
    event: Event, said: Iterable[Said], *, others: tuple[Said, ...] = (), unknown: str = ""
) -> SeasonDate:
    """The date of an event from all that was said of it, oldest first.

    The newest national date, or the authority's own newest where that is earlier.
    """
    said = list(said)
    versions, own = [one for one in said if not one.own], [one for one in said if one.own]
    national, earlier = _last(versions), _last(own)
    binds = earlier is not None and (national is None or earlier < national)
    return SeasonDate(
        event=event,
        moment=earlier if binds else national,
        versions=(*versions, *own),
        others=others,
        own=binds,
        unknown=unknown,
    )


def _last(versions: list[Said]) -> datetime | None:
    return versions[-1].moment if versions else None


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
