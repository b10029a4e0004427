"""Versions of the rules by which checking requests are decided: the year's file, then edited ones.

The year's file is version 1. Each edited text is a later version, in force once a second person has
approved it. Dates of the season that were set in the service go before those of the year's file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from django.db.models import QuerySet

from keystage.actions.season.dates import season_of
from keystage.core.errors import UsageError
from keystage.flows.checking.book import RuleBook, rule_book
from keystage.statute.checking import Checking
from keystage.statute.checking_loader import (
    assemble_checking,
    available_checking,
    checking_document,
    load_checking,
)
from keystage.statute.reading import parsed
from keystage.statute.season import LONDON, Event
from keystage.store.models import CheckingRules

#: The version that the year's file is.
FIRST = 1
_NAME = "The text"


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of the rules of a year.

    Attributes:
        year: the year of the results.
        number: its number; the year's file is the first.
        text: as the year's file has them.
        row: what is kept of an edited version; None for the year's file.
    """

    year: int
    number: int
    text: str
    row: CheckingRules | None

    @property
    def waits(self) -> bool:
        """Whether it was proposed, and neither approved nor discarded."""
        return (
            self.row is not None and self.row.approved_at is None and self.row.discarded_at is None
        )

    @property
    def discarded(self) -> bool:
        """Whether it was proposed and discarded."""
        return self.row is not None and self.row.discarded_at is not None

    @property
    def checking(self) -> Checking:
        """What the text says.

        Raises:
            StatuteError: it cannot be read.
        """
        return load_checking(self.year) if self.row is None else _read(self.text, self.year)

    @property
    def book(self) -> RuleBook:
        """The rules with the dates of the season in force.

        Raises:
            AbsentValueError: nobody has published the rules of the year.
        """
        return rule_book(self.checking, moved(self.year))


def is_known(year: int) -> bool:
    """Whether anything is known of the checking exercise of a year."""
    return year in available_checking() or _rows(year).exists()


def in_force(year: int) -> Version:
    """The rules in force: the newest version that is approved, or else the year's file.

    Raises:
        UsageError: nothing is known of the checking exercise of the year.
    """
    row = _rows(year).filter(approved_at__isnull=False).first()
    return _first(year) if row is None else _edited(row)


def version_of(year: int, number: int) -> Version:
    """A version of the rules, whether it is approved or not.

    Raises:
        UsageError: there is none of that number.
    """
    if number == FIRST:
        return _first(year)
    row = _rows(year).filter(version=number).first()
    if row is None:
        raise UsageError(
            f"There is no version {number} of the rules of {year}.", todo="Choose from the list."
        )
    return _edited(row)


def versions(year: int) -> tuple[Version, ...]:
    """Every version of the rules of a year, the newest first; none where nothing is known."""
    edited = tuple(
        _edited(row) for row in _rows(year).select_related("made_by", "approved_by", "discarded_by")
    )
    return (*edited, _first(year)) if year in available_checking() else edited


def moved(year: int) -> Mapping[Event, date | None]:
    """The dates of a season as they hold for everybody."""
    found = {one.event: one.national for one in season_of(None, year).dates}
    return {
        event: moment.astimezone(LONDON).date() if moment else None
        for event, moment in found.items()
    }


def _rows(year: int) -> QuerySet[CheckingRules]:
    return CheckingRules.objects.filter(year=year).order_by("-version")


def _first(year: int) -> Version:
    load_checking(year)
    return Version(year=year, number=FIRST, text=_shipped(year), row=None)


def _edited(row: CheckingRules) -> Version:
    return Version(year=row.year, number=row.version, text=row.text, row=row)


@cache
def _shipped(year: int) -> str:
    return checking_document(year).text


@lru_cache(maxsize=16)
def _read(text: str, year: int) -> Checking:
    return assemble_checking(parsed(text, _NAME), year)
