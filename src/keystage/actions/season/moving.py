"""Moving a date of the season, with the reason; and taking a date back."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.season.dates import season_of
from keystage.actions.season.versions import SeasonDate
from keystage.statute.collection_loader import available_collections, load_collection
from keystage.statute.season import IN_ORDER, LONDON, Event
from keystage.store.models import DateChange, Organisation
from keystage.store.rights import live_grants, place_of

_LONGEST = 300
_NATIONAL, _AUTHORITY = Organisation.Kind.NATIONAL, Organisation.Kind.AUTHORITY


def movable(organisation: Organisation) -> tuple[Event, ...]:
    """The events whose date an organisation may set: a national body all, an authority deadlines.

    An authority has no say in what begins: an earlier start would open what is closed to others.
    """
    if organisation.kind == _NATIONAL:
        return tuple(Event)
    if organisation.kind == _AUTHORITY:
        return tuple(event for event in Event if event.kind == "deadline")
    return ()


@transaction.atomic
def set_date(
    organisation: Organisation,
    year: int,
    event: Event,
    *,
    on: date,
    at: time | None,
    reason: str,
    source: str = "",
    by: By,
) -> DateChange:
    """Set or move the date of an event. Setting what is in force already changes nothing.

    Args:
        organisation: a national body, for everybody; or an authority, for its own schools.
        year: the season.
        event: what is to happen then.
        on: the day.
        at: the time in London; None for the whole day.
        reason: why, in words that schools read.
        source: where it was announced.
        by: who sets it.

    Raises:
        RefusedError: the organisation has no say in it, there is no reason, the day is not within
            the academic year or out of order, or an authority's date is not earlier than the
            national one.
    """
    _must_set(organisation, year, event, by)
    reason, source = _reason(reason), " ".join(source.split())[:_LONGEST]
    locking(Organisation.objects).get(pk=organisation.pk)
    found = season_of(organisation, year).date(event)
    moment = event.moment(on, at)
    _check_day(year, on)
    if organisation.kind == _AUTHORITY:
        _check_own(found, moment)
    _check_order(organisation, year, event, on)
    last = _last(organisation, year, event)
    national = organisation.kind == _NATIONAL
    held = found.national if national else found.set_by_authority
    if last is not None and held == moment and (last.reason, last.source) == (reason, source):
        return last
    made = DateChange(
        organisation=organisation,
        year=year,
        event=event.value,
        moment=moment,
        reason=reason,
        source=source,
    )
    return _record(made, held, by)


@transaction.atomic
def take_back(
    organisation: Organisation, year: int, event: Event, *, reason: str, by: By
) -> DateChange:
    """Take a date back: a national one is not known then; of an authority the national one holds.

    Raises:
        RefusedError: the organisation has no say in it, there is no reason, or no date to take.
    """
    _must_set(organisation, year, event, by)
    reason = _reason(reason)
    locking(Organisation.objects).get(pk=organisation.pk)
    found = season_of(organisation, year).date(event)
    held = found.national if organisation.kind == _NATIONAL else found.set_by_authority
    if held is None:
        raise RefusedError(
            f"There is no date of “{event.label}” to take back.", todo="Go back to the calendar."
        )
    made = DateChange(organisation=organisation, year=year, event=event.value, reason=reason)
    return _record(made, held, by)


def _must_set(organisation: Organisation, year: int, event: Event, by: By) -> None:
    decision = decide(
        live_grants(by.who, timezone.localdate()),
        Permission.SET_DATES,
        place_of(organisation),
        season=year,
        on=timezone.localdate(),
    )
    if decision.classes_at(Level.NONE) is not None or event not in movable(organisation):
        raise RefusedError(
            f"{organisation} does not set the date of “{event.label}”.",
            todo="National dates are set by the agency; an authority may set earlier deadlines "
            "for its own schools.",
        )


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise RefusedError(
            "A date is not changed without a reason.",
            todo="Say why, in words that schools understand.",
        )
    if len(reason) > _LONGEST:
        raise RefusedError(
            f"The reason is longer than {_LONGEST} characters.", todo="Make it shorter."
        )
    return reason


def _check_day(year: int, on: date) -> None:
    if year not in available_collections():
        if on.year not in {year - 1, year}:
            raise RefusedError(
                f"{_in_words(on)} is not within the season of {year}.",
                todo=f"Choose a day of {year - 1} or {year}.",
            )
        return
    academic = load_collection(year).academic_year
    if not academic.starts <= on <= academic.ends:
        raise RefusedError(
            f"{_in_words(on)} is not within the academic year.",
            todo=f"Choose a day from {_in_words(academic.starts)} to {_in_words(academic.ends)}.",
        )


def _check_own(found: SeasonDate, moment: datetime) -> None:
    national = found.national
    if national is not None and moment >= national:
        raise RefusedError(
            f"“{found.label}” is on {_in_words(national.astimezone(LONDON).date())} for everybody; "
            "an authority may set an earlier date for its schools, not a later one.",
            todo="Choose an earlier day, or leave the national date.",
        )


def _check_order(organisation: Organisation, year: int, event: Event, on: date) -> None:
    season = season_of(organisation, year)
    for first, second in IN_ORDER:
        if event not in {first, second}:
            continue
        other = season.moment(second if event is first else first)
        day = other.astimezone(LONDON).date() if other else on
        if (on > day) if event is first else (on < day):
            word, name = ("after", second) if event is first else ("before", first)
            raise RefusedError(
                f"The date would be {word} “{name.label}” on {_in_words(day)}.",
                todo="Choose another day, or move the other date first.",
            )


def _last(organisation: Organisation, year: int, event: Event) -> DateChange | None:
    rows = DateChange.objects.filter(organisation=organisation, year=year, event=event.value)
    return rows.last()


def _record(made: DateChange, held: datetime | None, by: By) -> DateChange:
    made.at, made.by = timezone.now(), by.who
    made.save(force_insert=True)
    record(
        "date set" if made.moment else "date taken back",
        by=by,
        organisation=made.organisation,
        year=made.year,
        subject=made.event,
        before={"moment": held.isoformat() if held else None},
        after={"moment": made.moment.isoformat() if made.moment else None, "reason": made.reason},
    )
    return made


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
