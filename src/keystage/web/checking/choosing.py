"""A pupil of the list, and the beginning of a request: what is asked for, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking import drafting
from keystage.actions.checking.listing import Entry
from keystage.actions.checking.rules import in_force, unknown
from keystage.actions.checking.windows import refusal
from keystage.actions.errors import RefusedError
from keystage.flows.checking.book import RuleBook
from keystage.statute.checking import Kind, KindRule
from keystage.store.models import FiguresRelease
from keystage.web.checking.asking import next_href
from keystage.web.checking.forms import KindForm, ReasonForm
from keystage.web.checking.found import entry_of, list_of, release_of, sees_drafts
from keystage.web.checking.links import NAMED
from keystage.web.checking.records import in_words, records_of
from keystage.web.doors import Here, page
from keystage.web.figures.reached import reached

_WRONG, _SEE_OTHER = HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER
_ONLY_LOOKS = "Your role looks at pupils here, and asks for no change."


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A request that may begin, from one of the lists.

    ``entry`` is None for a pupil who is to be added.
    """

    here: Here
    release: FiguresRelease
    entry: Entry | None = None
    record: tuple[tuple[str, str], ...] = ()
    which: str = "included"

    @property
    def refusal(self) -> str:
        """Why nothing can be asked for; empty if something can."""
        if not self.here.may(Permission.PROPOSE_CHECKING_REQUEST, Level.NAMED):
            return _ONLY_LOOKS
        return refusal(self.release) or unknown(self.release.year)

    @property
    def live(self) -> str:
        """The address of a request about the pupil that is not over; empty without one."""
        if self.entry is None or self.entry.live is None or not sees_drafts(self.here):
            return ""
        return self.here.href("checking:one", asked=self.entry.live.pk)

    @property
    def back(self) -> str:
        """The list from which one came."""
        return self.here.href("checking:pupils", release=self.release.pk, which=self.which)


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("GET", "POST"))
def add(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Ask for a pupil to be added who is not in the list."""
    return _begin(request, Begun(here=here, release=release_of(here, release)))


@page(Permission.SEE_CHECKING_REQUESTS, methods=("GET", "POST"))
def choose(request: HttpRequest, here: Here, release: UUID, line: int) -> HttpResponse:
    """A pupil of the list: what the release holds, and for those who may, what to ask for."""
    found = release_of(here, release)
    listed = list_of(here, found)
    entry = entry_of(listed, line)
    begun = Begun(
        here=here,
        release=found,
        entry=entry,
        record=in_words(records_of(reached(here, release)).get(line, {})),
        which="included" if entry in listed.included else "not-included",
    )
    return _begin(request, begun)


def _begin(request: HttpRequest, begun: Begun) -> HttpResponse:
    """First what is asked for, then why: the second starts the request."""
    if begun.live or begun.refusal:
        return _shown(request, begun)
    book = in_force(begun.release.year).book
    kinds = book.kinds_for(begun.entry.inclusion if begun.entry else None)
    form = kind_form(request, kinds)
    if not form.is_valid():
        hints = {str(key): one.hint for key, one in kinds.items() if one.hint}
        return _shown(request, begun, form, hints)
    return _why(request, begun, book, form.cleaned_data["kind"])


def kind_form(request: HttpRequest, kinds: Mapping[Kind, KindRule]) -> KindForm:
    """What may be asked for; bound once somebody went on, and where there is one kind alone."""
    offered = [(str(key), one.label) for key, one in kinds.items()]
    given = {"kind": offered[0][0]} if len(offered) == 1 else request.GET
    return KindForm(given if given.keys() & {"kind", "asked"} else None, kinds=offered)


def _why(request: HttpRequest, begun: Begun, book: RuleBook, kind: Kind) -> HttpResponse:
    reasons = book.reasons_of(kind)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        reasons={key: one.label for key, one in reasons.items()},
    )
    if form.is_valid():
        try:
            made = drafting.draft(
                release=begun.release,
                school=begun.here.organisation,
                kind=kind,
                reason=form.cleaned_data["reason"],
                pupil=begun.entry.key if begun.entry else "",
                by=begun.here.by,
            )
        except RefusedError as error:
            form.add_error("reason", str(error))
        else:
            return HttpResponseRedirect(next_href(begun.here, made), status=_SEE_OTHER)
    hints = {key: one.hint for key, one in reasons.items() if one.hint}
    return _shown(request, begun, form, hints, book.rules.kinds[kind].label)


def _shown(
    request: HttpRequest,
    begun: Begun,
    form: KindForm | ReasonForm | None = None,
    hints: dict[str, str] | None = None,
    kind: str = "",
) -> HttpResponse:
    context = {
        "release": begun.release,
        "level": NAMED,
        "entry": begun.entry,
        "record": begun.record,
        "live": begun.live,
        "refusal": begun.refusal,
        "form": form,
        "hints": hints or {},
        "kind": kind,
        "back_href": begun.back,
    }
    wrong = form is not None and form.is_bound and not form.is_valid()
    return render(request, "checking/choose.html", context, status=_WRONG if wrong else None)
