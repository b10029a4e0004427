"""The requests of a season: drafts, sent, decided and withdrawn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.actions.auditing import taken_away
from keystage.actions.checking.drafting import requests_of
from keystage.actions.checking.listing import listed
from keystage.actions.checking.rules import in_force, unknown
from keystage.actions.checking.windows import may_be_changed
from keystage.store.models import CheckingRequest
from keystage.web.attached import attached
from keystage.web.checking.found import sees_drafts
from keystage.web.checking.states import BEFORE_SENDING, COLOURS
from keystage.web.doors import Here, page
from keystage.web.figures.files import PURPOSE
from keystage.web.spreadsheet import line
from keystage.web.wording import as_moment

_A_PAGE = 50
_DRAFT = "Draft"
_ADDED = "To be added"
_NOT_SEEN = "Not in your list"
_HEADS = ("Reference", "What is asked", "Reason", "State", "Release", "Drafted", "Sent", "Decided")
_WARNING = "Keep it inside the school. It names no pupil."


class StateFilter(forms.Form):
    """Which requests somebody wants to see."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), *CheckingRequest.State.choices]
    )


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """A request of the list."""

    asked: CheckingRequest
    pupil: str
    reason: str
    href: str
    window_closed: bool

    @property
    def reference(self) -> str:
        """The reference; of a draft, that it is one."""
        return self.asked.reference or _DRAFT

    @property
    def kind(self) -> str:
        """What is asked for."""
        return self.asked.get_kind_display()

    @property
    def state(self) -> str:
        """How far it is."""
        return self.asked.get_state_display()

    @property
    def colour(self) -> str:
        """How the state looks."""
        return COLOURS[self.asked.state]

    @property
    def release(self) -> str:
        """Which figures it is about."""
        return str(self.asked.release)

    @property
    def step(self) -> str:
        """When it was decided, sent or drafted, whatever came last."""
        one = self.asked
        if one.decided_at:
            return f"Decided {as_moment(one.decided_at)}"
        return f"Sent {as_moment(one.sent_at)}" if one.sent_at else f"Drafted {_at(one.drafted_at)}"


@page(Permission.SEE_CHECKING_REQUESTS)
def requests(request: HttpRequest, here: Here) -> HttpResponse:
    """The requests of the season, the newest first."""
    form = StateFilter(request.GET or None)
    shown = Paginator(_chosen(here, form), _A_PAGE).get_page(request.GET.get("page"))
    state = form.cleaned_data["state"] if form.is_valid() else ""
    context = {
        "form": form,
        "chosen": state,
        "query": f"state={state}",
        "shown": shown,
        "rows": _rows(here, shown),
        "list_href": here.href("checking:requests"),
        "file_href": f"{here.href('checking:requests_file')}?state={state}",
        "back_href": here.href("checking:windows"),
    }
    return render(request, "checking/requests.html", context)


@page(Permission.SEE_CHECKING_REQUESTS)
def requests_file(request: HttpRequest, here: Here) -> HttpResponse:
    """The same list for a spreadsheet, without pupils; that it was taken away is written down."""
    rows = list(_chosen(here, StateFilter(request.GET)))
    taken_away(
        "requests of the checking exercise",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": "csv", "level": "none"},
    )
    name = f"checking-requests-{here.organisation.code}-{here.season}.csv"
    return attached(name, _lines(here, rows))


def _chosen(here: Here, form: StateFilter) -> QuerySet[CheckingRequest]:
    found = requests_of(here.organisation, here.season)
    if not sees_drafts(here):
        found = found.exclude(state__in=BEFORE_SENDING)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    return found.filter(state=state) if state else found


def lines_of_requests(here: Here) -> Iterator[str]:
    """Every request of the season that the person sees, for a spreadsheet; no pupil is named."""
    return _lines(here, list(_chosen(here, StateFilter({}))))


def _rows(here: Here, shown: Iterable[CheckingRequest]) -> list[RequestRow]:
    rows = list(shown)
    reasons, names = _reasons(here.season), _names(here, rows)
    releases = {one.release_id: one.release for one in rows}
    taken = {key: may_be_changed(release) for key, release in releases.items()}
    return [
        RequestRow(
            asked=one,
            pupil=names.get((one.release_id, one.pupil), _NOT_SEEN) if one.pupil else _ADDED,
            reason=reasons.get(one.reason, one.reason),
            href=here.href("checking:one", asked=one.pk),
            window_closed=one.state in BEFORE_SENDING and not taken[one.release_id],
        )
        for one in rows
    ]


def _reasons(year: int) -> dict[str, str]:
    if unknown(year):
        return {}
    return {key: one.label for key, one in in_force(year).book.rules.reasons.items()}


def _names(here: Here, rows: Iterable[CheckingRequest]) -> dict[tuple[Any, str], str]:
    """What the pupils of requests are called, by release and key."""
    found: dict[tuple[Any, str], str] = {}
    for release in {one.release_id: one.release for one in rows}.values():
        seen = listed(release=release, school=here.organisation, by=here.by)
        for entry in (*seen.included, *seen.not_included) if seen else ():
            found[release.pk, entry.key] = entry.name
    return found


def _lines(here: Here, rows: Iterable[CheckingRequest]) -> Iterator[str]:
    reasons = _reasons(here.season)
    releases: dict[str, None] = {}
    yield line(_HEADS)
    for one in rows:
        releases[str(one.release)] = None
        yield line(
            (
                one.reference or _DRAFT,
                one.get_kind_display(),
                reasons.get(one.reason, one.reason),
                one.get_state_display(),
                str(one.release),
                _at(one.drafted_at),
                _at(one.sent_at),
                _at(one.decided_at),
            )
        )
    school = here.organisation
    yield line(("About: release", "; ".join(releases) or "None"))
    yield line(("About: scope", f"{school.name} ({school.code}), results of {here.season}"))
    yield line(("About: purpose", PURPOSE))
    yield line(("About: warning", _WARNING))


def _at(moment: Any) -> str:
    return as_moment(moment) if moment else ""
