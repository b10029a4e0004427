"""The windows in which a school may ask for changes, each with the release that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count
from django.utils import timezone

from keystage.actions.checking.rules import in_force, unknown
from keystage.actions.figures.publishing import is_out
from keystage.actions.figures.releases import visible
from keystage.actions.rule_books import is_known
from keystage.core.clock import time_in_words
from keystage.flows.checking.book import in_words as day_in_words
from keystage.statute import checking as statute
from keystage.statute.season import LONDON
from keystage.store.models import CheckingRequest, DataConfirmed, FiguresRelease, Organisation

_State = CheckingRequest.State
_GONE = frozenset({FiguresRelease.State.WITHDRAWN, FiguresRelease.State.PURGED})
#: Requests that wait for the school.
UNRESOLVED = frozenset({_State.DRAFT, _State.PROPOSED, _State.RETURNED})


@dataclass(frozen=True, kw_only=True)
class Window:
    """A window of a year at a school.

    Attributes:
        key: its name in the rules.
        label: what people call it.
        release: the newest release it is about that the school sees; None while there is none.
        opens: its first moment.
        closes: the moment from which nothing is taken any more.
        is_open: whether requests are taken: it has begun, is not over, and there is a release.
        state_words: the same in a sentence.
        requests: how many requests the school has about releases of the window, by state; those of
            a version that was withdrawn or followed by another are among them.
        unresolved: how many of them wait for the school.
        confirmed: the school's word that the data are correct; None where it has not said so.
        said: what the year's rules say of the window.
        late_results: what is said of results that come late.
        last_chance: what is said of the end of the window.
    """

    key: str
    label: str
    release: FiguresRelease | None
    opens: datetime
    closes: datetime
    is_open: bool
    state_words: str
    requests: Mapping[str, int]
    unresolved: int
    confirmed: DataConfirmed | None
    said: statute.Window
    late_results: str
    last_chance: str

    @property
    def last_moment(self) -> str:
        """When it closes, in words."""
        return last_moment(self.said)


def windows(school: Organisation, year: int, *, now: datetime | None = None) -> tuple[Window, ...]:
    """The windows of a year for a school, in the order in which they open.

    There are none where their days are not known: `why_none` says why.
    """
    found = _windows_of(year)
    if found is None:
        return ()
    moment, releases = now or timezone.now(), visible(year, school, now=now)
    ordered = sorted(found.windows, key=lambda key: found.windows[key].opens)
    return tuple(
        _window(key, found, school, releases=releases, year=year, now=moment) for key in ordered
    )


def why_none(year: int) -> str:
    """Why a year has no windows, in a sentence; '' if it has."""
    if not is_known(year):
        return unknown(year)
    found = in_force(year).checking
    if found.windows is None:
        return f"The windows of {year} are not known: {found.absent['windows'].absent}."
    return ""


def refusal(release: FiguresRelease, *, now: datetime | None = None) -> str:
    """Why no change can be asked for, in a sentence; '' if one can."""
    moment = now or timezone.now()
    if not is_out(release, moment):
        return "These figures are not out, or were withdrawn."
    if release.organisation.kind != Organisation.Kind.NATIONAL:
        return "Changes are asked for in the agency's figures alone."
    return why_none(release.year) or unknown(release.year) or _closed(release, moment)


def may_be_changed(release: FiguresRelease, *, now: datetime | None = None) -> bool:
    """Whether changes of the pupils of a release may be asked for."""
    return not refusal(release, now=now)


def is_over(release: FiguresRelease, *, now: datetime | None = None) -> bool:
    """Whether no window is open for figures such as these, whatever became of these themselves."""
    return bool(why_none(release.year) or _closed(release, now or timezone.now()))


def carried_over(request: CheckingRequest) -> str:
    """What becomes of a request about figures that were withdrawn; '' where they were not.

    A request is about a pupil of the school's, and not about figures: it outlives them.
    """
    if request.release.state not in _GONE:
        return ""
    told = "The figures this request was made against were withdrawn. "
    if request.state == _State.AGREED:
        return told + "It stays agreed, and the next figures take the change in."
    if request.state in {_State.SCRUTINY, _State.RETURNED}:
        return told + "It is decided all the same; if it is agreed, the next figures take it in."
    if request.state in {_State.DRAFT, _State.PROPOSED}:
        return told + "It was not sent. Ask again in the figures that take their place."
    return told.rstrip()


def _closed(release: FiguresRelease, now: datetime) -> str:
    found = _windows_of(release.year)
    mine = [one for one in found.windows.values() if one.stage == release.stage] if found else []
    if any(opens(one) <= now < closes(one) for one in mine):
        return ""
    later = [one for one in mine if now < opens(one)]
    if later:
        return f"The window opens on {day_in_words(min(one.opens for one in later))}."
    if mine:
        return f"The window closed on {last_moment(max(mine, key=closes))}."
    return f"There is no window for figures that are {release.get_stage_display().lower()}."


def window_key(release: FiguresRelease, *, now: datetime | None = None) -> str:
    """The name of the window that is open for a release.

    Raises:
        LookupError: none is.
    """
    moment, found = now or timezone.now(), _windows_of(release.year)
    for key, one in found.windows.items() if found else ():
        if one.stage == release.stage and opens(one) <= moment < closes(one):
            return key
    raise LookupError("No window is open.")


def sent_in(request: CheckingRequest, found: Mapping[str, statute.Window]) -> str:
    """The window in which a request was sent; '' where there is none for its figures.

    Of several for the same stage it is the one that was open. Where days were moved since, it is
    the last that had opened by then, or else the first to open.

    Args:
        request: a request that was sent.
        found: the windows of its year, by their names.
    """
    mine = {key: one for key, one in found.items() if one.stage == request.release.stage}
    if not mine:
        return ""
    ordered, at = sorted(mine, key=lambda key: mine[key].opens), request.sent_at
    begun = [key for key in ordered if at is not None and opens(mine[key]) <= at]
    if not begun or at is None:
        return ordered[0]
    return next((key for key in mine if key in begun and at < closes(mine[key])), begun[-1])


def opens(window: statute.Window) -> datetime:
    """The first moment of a window: the day begins in London."""
    return datetime.combine(window.opens, time(0), tzinfo=LONDON)


def closes(window: statute.Window) -> datetime:
    """The moment from which nothing is taken: the time that is said, or the end of the day."""
    if window.closes_at is not None:
        return datetime.combine(window.closes, window.closes_at, tzinfo=LONDON)
    return datetime.combine(window.closes + timedelta(days=1), time(0), tzinfo=LONDON)


def _windows_of(year: int) -> statute.Windows | None:
    return in_force(year).checking.windows if is_known(year) else None


def _window(
    key: str,
    found: statute.Windows,
    school: Organisation,
    *,
    releases: tuple[FiguresRelease, ...],
    year: int,
    now: datetime,
) -> Window:
    one = found.windows[key]
    release = next((each for each in releases if _is_about(each, one)), None)
    why = unknown(year) if release else "There are no figures to be checked yet."
    inside = opens(one) <= now < closes(one)
    counts = _counts(one, school, year)
    return Window(
        key=key,
        label=one.label,
        release=release,
        opens=opens(one),
        closes=closes(one),
        is_open=inside and not why,
        state_words=_words(one, why, now),
        requests=counts,
        unresolved=sum(count for state, count in counts.items() if state in UNRESOLVED),
        confirmed=word_of(release, school) if release else None,
        said=one,
        late_results=found.late_results,
        last_chance=found.last_chance,
    )


def _is_about(release: FiguresRelease, window: statute.Window) -> bool:
    national = release.organisation.kind == Organisation.Kind.NATIONAL
    return national and release.stage == window.stage


def _words(one: statute.Window, why: str, now: datetime) -> str:
    if now < opens(one):
        return f"Opens on {day_in_words(one.opens)}."
    if now >= closes(one):
        return f"Closed on {last_moment(one)}."
    return why or f"Open until {last_moment(one)}."


def last_moment(one: statute.Window) -> str:
    """When a window closes, in words: its last day, and the time that is said, if one is."""
    at = f" at {time_in_words(one.closes_at)}" if one.closes_at is not None else ""
    return f"{day_in_words(one.closes)}{at}"


def _counts(window: statute.Window, school: Organisation, year: int) -> Mapping[str, int]:
    rows = CheckingRequest.objects.filter(
        school=school,
        release__organisation__kind=Organisation.Kind.NATIONAL,
        release__year=year,
        release__stage=window.stage,
    ).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def word_of(release: FiguresRelease, school: Organisation) -> DataConfirmed | None:
    """A school's word that the data of a release are correct; None where it has not said so."""
    live = DataConfirmed.objects.filter(release=release, school=school, withdrawn_at__isnull=True)
    return live.select_related("by").first()
