"""The windows of a season as a page shows them."""

from dataclasses import dataclass

from keystage.access.permissions import Permission
from keystage.actions.checking.windows import Window
from keystage.store.models import CheckingRequest, FiguresRelease
from keystage.web.checking.found import sees_drafts
from keystage.web.checking.links import Link, links_of
from keystage.web.checking.states import BEFORE_SENDING
from keystage.web.doors import Here
from keystage.web.wording import as_date, as_moment, plural

State = CheckingRequest.State


@dataclass(frozen=True, kw_only=True)
class WindowRow:
    """A window: what it is called, whether it is open, what is known of it, where to go."""

    title: str
    is_open: bool
    facts: list[dict[str, str]]
    links: tuple[Link, ...]


def row_of(here: Here, window: Window) -> WindowRow:
    """A window as a page shows it to a person."""
    facts = [
        ("State", window.state_words),
        ("Opens", as_moment(window.opens)),
        ("Closes", window.last_moment),
        ("Figures", _figures(window)),
    ]
    if window.said.results_as_at:
        facts.append(("Results", f"As they were on {as_date(window.said.results_as_at)}"))
    facts.append(("Requests", requests_in_words(window, drafts=sees_drafts(here))))
    if here.may(Permission.SEE_CONFIRMATION):
        facts.append(("Data is correct", confirmed_in_words(window)))
    facts.append(("Afterwards", window.last_chance))
    return WindowRow(
        title=window.label,
        is_open=window.is_open,
        facts=[{"key": key, "value": value} for key, value in facts if value],
        links=links_of(here, window.release) if window.release else (),
    )


def cut_of(release: FiguresRelease, window: Window | None) -> str:
    """Up to when results are in figures, in words."""
    if window is not None and window.said.results_as_at is not None:
        day = as_date(window.said.results_as_at)
        return f"Results are as they were on {day}. Later marking and reviews are not in them."
    if release.computed_at is None:
        return ""
    made = as_moment(release.computed_at)
    return f"These figures were made on {made}. Results that came out later are not in them."


def requests_in_words(window: Window, *, drafts: bool) -> str:
    """How many requests there are, by state, and how many wait for the school.

    Args:
        window: the window.
        drafts: whether those that were not sent are told, and what waits for the school.
    """
    told = [one for one in State if drafts or one not in BEFORE_SENDING]
    counts = "; ".join(
        f"{one.label}: {window.requests[one]}" for one in told if one in window.requests
    )
    if not counts:
        return "None"
    if not window.unresolved or not drafts:
        return f"{counts}."
    return f"{counts}. {plural(window.unresolved, 'waits', 'wait')} for your school."


def confirmed_in_words(window: Window) -> str:
    """Who said when that the data is correct; or that nobody has."""
    one = window.confirmed
    if one is None:
        return "Nobody has said so yet"
    return f"Said by {one.by.name} on {as_moment(one.at)}"


def _figures(window: Window) -> str:
    one = window.release
    if one is None:
        return "There are none yet"
    return f"{one}, shown from {as_moment(one.shown_at)}" if one.shown_at else str(one)
