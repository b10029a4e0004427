"""What the schools that are shown add up to: sentences, numbers that lead to schools, a drawing."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from keystage.actions.stages import SchoolStages, Stage, State
from keystage.store.models import SchoolReturn
from keystage.web.organisation.forms import NOT_SUBMITTED, OVERDUE, WAITS
from keystage.web.wording import as_time, plural

Of = SchoolReturn.State
#: The states of a return that is not accepted: what a number of them is called, and its kind.
_LEFT = {
    Of.NOT_STARTED: ("nothing sent", "blocker"),
    Of.REOPENED: ("reopened, to be sent again", "warning"),
    Of.UPLOADED: ("uploaded, to be submitted by a second person", "warning"),
    Of.RECEIVED: ("received, and pupils still to put right", "warning"),
    Of.CLOSED: ("closed without being accepted", "blocker"),
}
_STATES = (State.DONE, State.BEGUN, State.NOT_YET)
#: Of each state its colour in the drawing and whether words stand on it in white.
_FILLS = {
    State.DONE: ("#00703c", "#ffffff"),
    State.BEGUN: ("#ffdd00", "#0b0c0c"),
    State.NOT_YET: ("#dddbda", "#0b0c0c"),
}
_LABELS = 270
_BAR, _HIGH, _ROW, _TOP = 600, 24, 34, 6
_NARROW = 24
_HOUR = 3600


@dataclass(frozen=True)
class Due:
    """When the returns are due.

    Attributes:
        on: the one day for all schools that are shown; None where there is none, or several.
        left: days until then, negative once it is past.
        several: whether the schools have different days, so that each says its own.
        clock: the minute of that day, in words; empty where the whole day counts.
        hours: whole hours left on the last day; None on another day, and once it is over.
    """

    on: date | None = None
    left: int = 0
    several: bool = False
    clock: str = ""
    hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a bar: where it stands, its colours, and how many schools it counts."""

    x: float
    width: float
    fill: str
    ink: str
    count: int

    @property
    def words(self) -> str:
        """The number, where there is room for it."""
        return str(self.count) if self.width >= _NARROW else ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A step of the season: how many schools are done with it, have begun it, and have not."""

    y: int
    label: str
    counts: tuple[int, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The steps as bars, one under the other."""

    bars: tuple[Bar, ...]
    words: str
    height: int
    width: int = _LABELS + _BAR
    high: int = _HIGH
    key: tuple[tuple[str, str], ...] = tuple(
        zip([_FILLS[one][0] for one in _STATES], ("Done", "Begun", "Not yet"), strict=True)
    )


def due_of(found: Iterable[SchoolStages]) -> Due:
    """When the returns of some schools are due."""
    moments = {one.due_at for one in found if one.due_at}
    days = {timezone.localdate(one) for one in moments}
    if len(days) != 1:
        return Due(several=bool(days))
    on, now = days.pop(), timezone.now()
    left = (on - timezone.localdate(now)).days
    last = min(moments)
    last_day = not left and last > now
    return Due(
        on=on,
        left=left,
        clock="" if len(moments) > 1 or _lasts_the_day(last) else as_time(last),
        hours=int((last - now).total_seconds() // _HOUR) if last_day else None,
    )


def _lasts_the_day(moment: datetime) -> bool:
    local = timezone.localtime(moment)
    return (local.hour, local.minute) == (23, 59)


def numbers_of(
    found: Iterable[SchoolStages], query: Callable[[str], str]
) -> list[dict[str, object]]:
    """How many returns are accepted and, of the others, how far they are.

    Args:
        found: the schools that are shown.
        query: the address that shows those of a state of the return.
    """
    schools = list(found)
    late = sum(one.overdue for one in schools)
    states = Counter(one.sent_state or Of.NOT_STARTED for one in schools if not one.accepted)
    left = states.total()
    numbers: list[dict[str, object]] = [
        {"number": len(schools) - left, "text": "accepted", "kind": "good"},
        {
            "number": left,
            "text": "not yet submitted",
            "kind": "blocker" if left else None,
            "href": query(NOT_SUBMITTED),
        },
    ]
    if late:
        numbers.append(
            {"number": late, "text": "overdue", "kind": "blocker", "href": query(OVERDUE)}
        )
    numbers += [
        {"number": states[state], "text": text, "kind": kind, "href": query(state.value)}
        for state, (text, kind) in _LEFT.items()
        if states[state]
    ]
    return numbers


def drawing_of(found: Iterable[SchoolStages]) -> Drawing:
    """How far schools are with each step, in the order the steps are taken."""
    states = [one.states for one in found]
    bars = []
    for at, stage in enumerate(Stage):
        counted = Counter(one[stage] for one in states)
        counts = tuple(counted[state] for state in _STATES)
        bars.append(
            Bar(
                y=_TOP + at * _ROW,
                label=WAITS[stage],
                counts=counts,
                parts=tuple(_parts(counts, len(states))),
            )
        )
    done = next(bar.counts[0] for bar in bars if bar.label == WAITS[Stage.RETURN])
    return Drawing(
        bars=tuple(bars),
        height=_TOP + len(bars) * _ROW,
        words=f"Each bar stands for the {plural(len(states), 'school', 'schools')} shown: how many "
        f"are done with a step, have begun it, or have not. {_returns(done)} accepted. "
        "The table below says the same.",
    )


def _returns(done: int) -> str:
    return "No return is" if not done else plural(done, "return is", "returns are")


def _parts(counts: tuple[int, ...], schools: int) -> Iterable[Part]:
    x = float(_LABELS)
    for state, count in zip(_STATES, counts, strict=True):
        if count:
            width = _BAR * count / schools
            fill, ink = _FILLS[state]
            yield Part(x=round(x, 1), width=round(width, 1), fill=fill, ink=ink, count=count)
            x += width
