"""The dates of a season as the page and the file show them: in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from keystage.actions.season.dates import Season, season_of
from keystage.actions.season.versions import Said, SeasonDate
from keystage.statute.season import LONDON
from keystage.store.models import Organisation
from keystage.web.wording import as_date, as_moment, plural

#: For so long a moved date is told of at the top of pages.
NEWS = timedelta(days=14)
TODAY, TOMORROW, YESTERDAY = "Today", "Tomorrow", "Yesterday"
HEADS = (
    *("Event", "Date", "Days left", "Set by", "Confidence", "First published as"),
    *("Changed on", "Why"),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A date of the table.

    Attributes:
        one: the date.
        when: the date in words.
        left: how far away it is, in words; empty where it is not known.
        near: whether it is within two weeks.
        history: what was said about it before, each in a sentence.
    """

    one: SeasonDate
    when: str
    left: str
    near: bool
    history: tuple[str, ...]


def rows_of(season: Season, today: date) -> list[Row]:
    """The dates of a season, in its order."""
    return [_row(one, today) for one in season.dates]


def notices(
    organisation: Organisation | None, year: int, now: datetime | None = None
) -> tuple[str, ...]:
    """What people should be told of the dates of a season, in sentences.

    A date is told of for two weeks after it was changed; and as long as it lies ahead and is
    another than the one first published.

    Args:
        organisation: for whom.
        year: the season.
        now: the moment; the present one if left out.
    """
    return notices_of(season_of(organisation, year), timezone.localdate(now))


def notices_of(season: Season, today: date) -> tuple[str, ...]:
    """The same, of a season that is known already."""
    return tuple(_notice(one) for one in season.dates if _is_news(one, today))


def lines_of(season: Season, today: date) -> Iterator[list[str]]:
    """The dates as lines of a file for a spreadsheet, without the heads."""
    for one in season.dates:
        newest, local = one.newest, _local(one.moment)
        yield [
            one.label,
            _written(local),
            str((local.date() - today).days) if local else "",
            one.source,
            newest.confidence if newest else "",
            _written(_local(one.first)),
            newest.on.isoformat() if newest and newest.on else "",
            newest.reason if newest else one.unknown,
        ]


def when(one: SeasonDate, moment: datetime | None) -> str:
    """A date in words, with its time where that is known."""
    if moment is None:
        return "Not known"
    local = moment.astimezone(LONDON)
    said = as_date(local) if one.event.whole_day(moment) else as_moment(local)
    return f"{local:%A} {said}"


def left(moment: datetime | None, today: date) -> str:
    """How far away a moment is, in words; empty where it is not known."""
    if moment is None:
        return ""
    days = (moment.astimezone(LONDON).date() - today).days
    near = {0: TODAY, 1: TOMORROW, -1: YESTERDAY}
    if days in near:
        return near[days]
    return (
        f"In {plural(days, 'day', 'days')}" if days > 0 else f"{plural(-days, 'day', 'days')} ago"
    )


def _row(one: SeasonDate, today: date) -> Row:
    local = _local(one.moment)
    return Row(
        one=one,
        when=when(one, one.moment),
        left=left(one.moment, today),
        near=local is not None and 0 <= (local.date() - today).days <= NEWS.days,
        history=tuple(_history(one)),
    )


def _history(one: SeasonDate) -> Iterator[str]:
    told = len(one.versions) > 1 or any(said.own or said.reason for said in one.versions)
    for said in one.versions if told else ():
        yield _told(one, said)
    for said in one.others:
        yield f"{said.by} says {when(one, said.moment)}, and is not followed. {said.note}".strip()


def _told(one: SeasonDate, said: Said) -> str:
    day = f" on {as_date(said.on)}" if said.on else ""
    reason = _sentence(said)
    note = f" ({said.note.rstrip('.')})" if said.note else ""
    if said.moment is None:
        return f"Taken back by {said.by}{day}.{reason}"
    whose = ", for its own schools" if said.own else ""
    return f"{when(one, said.moment)}: {said.by}{note}{day}{whose}.{reason}"


def _sentence(said: Said) -> str:
    """The reason as a sentence that stands behind another."""
    return f" {said.reason.rstrip('.')}." if said.reason else ""


def _is_news(one: SeasonDate, today: date) -> bool:
    local = _local(one.moment)
    ahead = local is not None and local.date() >= today
    return one.moved_since(today - NEWS) or (one.moved and ahead)


def _notice(one: SeasonDate) -> str:
    newest = one.newest
    by = f" by {newest.by}" if newest and (newest.own or not newest.confidence) else ""
    on = f" on {as_date(newest.on)}" if newest and newest.on else ""
    reason = _sentence(newest) if newest else ""
    if one.moment is None:
        return f"{one.label}: the date was taken back{by}{on} and is not known.{reason}"
    verb = "changed" if one.moved else "set"
    before = f" First published as {when(one, one.first)}." if one.moved else ""
    return f"{one.label}: {when(one, one.moment)}, {verb}{by}{on}.{before}{reason}"


def _written(local: datetime | None) -> str:
    return local.isoformat(timespec="minutes", sep=" ") if local else ""


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(LONDON).replace(tzinfo=None) if moment else None
