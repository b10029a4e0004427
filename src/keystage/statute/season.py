"""The calendar of a season: when things open, close and come out, each date with its versions.

`Calendar` is to the days of a season what `keystage.statute.collection.Collection` is to its codes.
``load_calendar(2026)`` gives one; there is no default year. A date that was moved keeps what was
said before, with the day and the reason of the change.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal, Self
from zoneinfo import ZoneInfo

from keystage.statute.table import Absent, Record, Source, Table

LONDON = ZoneInfo("Europe/London")
Kind = Literal["begins", "ends", "deadline"]
_FIRST, _LAST = time(0), time(23, 59)


class Event(StrEnum):
    """What has a date in a season.

    ``label`` is what it is called, ``sentence`` what happens then. ``kind``: it begins with its
    day, or lasts until the end of its day; a deadline is one that an authority may set earlier for
    its own schools.
    """

    label: str
    sentence: str
    kind: Kind

    def __new__(
        cls, value: str, label: str = "", sentence: str = "", kind: Kind = "begins"
    ) -> Self:
        """An event is its key; the rest goes with it."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.label, made.sentence, made.kind = label, sentence, kind
        return made

    ORDERS_DUE = (
        "orders_due",
        "Test orders are due",
        "Last day for ordering the tests, for schools that order them.",
        "ends",
    )
    AGREEMENTS_DUE = (
        "agreements_due",
        "Agreements on monitoring are due",
        "Last day for agreeing with an authority on monitoring and moderation.",
        "ends",
    )
    REGISTRATION_OPENS = (
        "registration_opens",
        "Registration opens",
        "Schools can register pupils for the tests.",
    )
    REGISTRATION_CLOSES = (
        "registration_closes",
        "Registration is due",
        "Last day for registering pupils for the tests.",
        "deadline",
    )
    REGISTRATION_LOCKS = (
        "registration_locks",
        "Registrations are locked",
        "Last day for correcting registrations; after it a change needs a reason.",
        "ends",
    )
    ARRANGEMENTS_DUE = (
        "arrangements_due",
        "Access arrangements are due",
        "Last day for applying for access arrangements.",
        "deadline",
    )
    TESTS_FIRST = ("tests_first", "Tests begin", "First day of the tests.")
    TESTS_LAST = ("tests_last", "Tests end", "Last day of the tests.", "ends")
    DECLARATION_DUE = (
        "declaration_due",
        "Headteacher's declaration is due",
        "Last day for the headteacher's declaration about the tests.",
        "deadline",
    )
    TA_OPENS = ("ta_opens", "Returns open", "Teacher assessments can be sent.")
    MODERATION_OPENS = (
        "moderation_opens",
        "Moderation begins",
        "First day of moderation visits.",
    )
    MODERATION_CLOSES = (
        "moderation_closes",
        "Moderation ends",
        "Last day of moderation visits.",
        "deadline",
    )
    TA_CLOSES = (
        "ta_closes",
        "Returns are due",
        "Last day for sending teacher assessments.",
        "deadline",
    )
    RESULTS_TO_SCHOOLS = (
        "results_to_schools",
        "Results come to schools",
        "Schools can see the results of the tests.",
    )
    CONVERSION_TABLES = (
        "conversion_tables",
        "Score tables come out",
        "The tables that turn marks into scaled scores are published.",
    )
    RESULTS_TO_RECEIVING = (
        "results_to_receiving",
        "Results come to receiving schools",
        "Secondary schools can see the results of the pupils who have a place there.",
    )
    REVIEWS_CLOSE = (
        "reviews_close",
        "Reviews of marking are due",
        "Last day for applying for a review of marking.",
        "deadline",
    )

    @property
    def ends(self) -> bool:
        """Whether it lasts until the end of its day, or of its minute."""
        return self.kind != "begins"

    def moment(self, on: date, at: time | None = None) -> datetime:
        """The moment of a day and a time in London; without a time, where the day begins or ends.

        What ends lasts through its minute: 11:59pm is the last minute of a day.
        """
        return datetime.combine(on, at or (_LAST if self.ends else _FIRST), LONDON)

    def whole_day(self, moment: datetime) -> bool:
        """Whether a moment says no more than the day."""
        clock = moment.astimezone(LONDON).time()
        return clock.replace(second=0, microsecond=0) == (_LAST if self.ends else _FIRST)


#: Events that follow each other, where both dates are known.
IN_ORDER = (
    (Event.REGISTRATION_OPENS, Event.REGISTRATION_CLOSES),
    (Event.REGISTRATION_CLOSES, Event.REGISTRATION_LOCKS),
    (Event.REGISTRATION_CLOSES, Event.TESTS_FIRST),
    (Event.ARRANGEMENTS_DUE, Event.TESTS_LAST),
    (Event.TESTS_FIRST, Event.TESTS_LAST),
    (Event.TESTS_FIRST, Event.DECLARATION_DUE),
    (Event.TA_OPENS, Event.TA_CLOSES),
    (Event.TESTS_LAST, Event.TA_CLOSES),
    (Event.MODERATION_OPENS, Event.MODERATION_CLOSES),
    (Event.TESTS_LAST, Event.RESULTS_TO_SCHOOLS),
    (Event.RESULTS_TO_SCHOOLS, Event.RESULTS_TO_RECEIVING),
    (Event.RESULTS_TO_SCHOOLS, Event.REVIEWS_CLOSE),
)


class Stated(Table, frozen=True, kw_only=True):
    """A date as a source states it: the day, and the time in London where it is said."""

    on: date
    at: time | None = None


class Version(Stated, frozen=True, kw_only=True):
    """A date as it was published, or what it was moved to.

    ``announced`` is the day of the announcement where it is known, ``why`` the reason of a move:
    both are needed of every version but the first.
    """

    announced: date | None = None
    why: str = ""


class Dates(Record, frozen=True, kw_only=True):
    """The date of one event.

    ``versions`` as published, the newest last and in force; ``others`` what other sources say, who
    are not followed.
    """

    versions: tuple[Version, ...]
    others: tuple[Stated, ...] = ()

    @property
    def newest(self) -> Version:
        """The version in force."""
        return self.versions[-1]


class CalendarYear(Record, frozen=True, kw_only=True):
    """Which year: ``id`` is the year of the results, ``label`` the academic year for people."""

    id: int
    label: str


class Calendar(Record, frozen=True, kw_only=True):
    """The dates of one season. An event whose date is None is in `absent` with its reason."""

    year: CalendarYear
    sources: Mapping[str, Source]
    orders_due: Dates | None = None
    agreements_due: Dates | None = None
    registration_opens: Dates | None = None
    registration_closes: Dates | None = None
    registration_locks: Dates | None = None
    arrangements_due: Dates | None = None
    tests_first: Dates | None = None
    tests_last: Dates | None = None
    declaration_due: Dates | None = None
    ta_opens: Dates | None = None
    moderation_opens: Dates | None = None
    moderation_closes: Dates | None = None
    ta_closes: Dates | None = None
    results_to_schools: Dates | None = None
    conversion_tables: Dates | None = None
    results_to_receiving: Dates | None = None
    reviews_close: Dates | None = None
    absent: Mapping[str, Absent] = {}

    @property
    def name(self) -> str:
        """The calendar for people."""
        return str(self.year.id)

    def of(self, event: Event) -> Dates | None:
        """The dates of an event; None where nobody has published one."""
        found: Dates | None = getattr(self, event)
        return found

    def moment(self, event: Event) -> datetime | None:
        """The moment of an event in force; None where nobody has published one."""
        dates = self.of(event)
        return event.moment(dates.newest.on, dates.newest.at) if dates else None
