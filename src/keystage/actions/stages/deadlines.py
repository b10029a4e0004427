"""When the returns of many schools are due: an authority's own day counts where it is earlier."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from keystage.actions.season.dates import Season, ends, season_of
from keystage.statute.season import Event
from keystage.store.models import DateChange, Organisation

_DUE = Event.TA_CLOSES


@dataclass(frozen=True, slots=True)
class Due:
    """When a return is due; ``at`` is None where it is not known.

    ``over``: it has passed. ``own``: it is the authority's own date, after which files are taken.
    """

    at: datetime | None
    over: bool
    own: bool = False

    def is_before(self, moment: datetime) -> bool:
        """Whether a moment is after the authority's own date; that minute is in time."""
        return self.own and self.at is not None and moment >= ends(self.at)


def due_of(schools: Collection[Organisation], year: int, now: datetime) -> Mapping[int | None, Due]:
    """When returns are due, by the key of the school's authority; None for a school without one.

    An authority that set no day of its own is asked for once, with all others like it.
    """
    authorities = {school.authority_id: school.authority for school in schools}
    own = DateChange.objects.filter(
        organisation__in=[one for one in authorities if one is not None],
        year=year,
        event=_DUE.value,
    )
    apart = set(own.order_by().values_list("organisation", flat=True))
    everywhere = _due(season_of(None, year), now)
    return {
        key: _due(season_of(authority, year), now) if key in apart else everywhere
        for key, authority in authorities.items()
    }


def _due(season: Season, now: datetime) -> Due:
    found = season.date(_DUE.value)
    return Due(at=found.moment, over=season.passed(_DUE.value, now), own=found.own)
