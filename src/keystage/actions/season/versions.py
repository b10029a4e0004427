"""A date of the season in its versions: what was said of it, and which of that is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from keystage.statute.season import Event


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
