"""An authority's schools before registration: who has ordered, who has agreed, who asks."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions import settings
from keystage.actions.auditing import taken_away
from keystage.actions.orders.monitoring import answer as answered
from keystage.actions.orders.standing import STANDING, Standing, rules_of, standings_of
from keystage.store.models import Monitoring, Organisation
from keystage.store.rights import schools_within
from keystage.web.agreements.forms import AGREE, AnswerForm
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.oversight.forms import SettingsForm
from keystage.web.spreadsheet import line

_HEADINGS = ("School", "URN", "Kind", "Test order", "Monitored by", "Agreement", "Missing")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A school of the list; ``asks`` where it waits for the authority's answer."""

    school: Organisation
    kind: str
    order: str
    authority: str
    agreement: str
    missing: tuple[str, ...]
    asks: Monitoring | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the file has it, in the order of its headings."""
        named = (self.school.name, self.school.code, self.kind, self.order)
        return (*named, self.authority, self.agreement, "; ".join(self.missing))


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind="authority")
def listed(request: HttpRequest, here: Here) -> HttpResponse:
    """Who has settled what comes before registration, and who asks."""
    return _shown(request, here)


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind="authority")
def download(request: HttpRequest, here: Here) -> HttpResponse:
    """The list as a file."""
    del request
    name = f"agreements-{here.organisation.code}-{here.season}.csv"
    taken_away(name, by=here.by, organisation=here.organisation, year=here.season)
    return attached(name, [line(_HEADINGS), *(line(row.cells) for row in _rows(here))])


@page(Permission.MANAGE_PEOPLE, level=Level.NONE, kind="authority", methods=("POST",))
def answer(request: HttpRequest, here: Here, monitoring: int) -> HttpResponse:
    """Agree with a school that asks, or decline."""
    asked = get_object_or_404(
        Monitoring, pk=monitoring, authority=here.organisation, year=here.season
    )
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, here, form, asked)
    given = form.cleaned_data
    answered(asked, agrees=given["answer"] == AGREE, reason=given["reason"], by=here.by)
    messages.success(request, f"{asked.school} was told.")
    there = here.href("agreements:list")
    return HttpResponseRedirect(there, status=HTTPStatus.SEE_OTHER)


@page(Permission.MANAGE_PEOPLE, level=Level.NONE, kind="authority", methods=("GET", "POST"))
def sending(request: HttpRequest, here: Here) -> HttpResponse:
    """Whether the schools are asked to send their returns through the authority."""
    authority = here.organisation
    form = SettingsForm(request.POST if request.method == "POST" else None, organisation=authority)
    if form.is_valid():
        for name, value in form.cleaned_data.items():
            settings.change(organisation=authority, name=name, value=value, by=here.by)
        messages.success(request, "Saved.")
        there = here.href("batches:list", kind=authority.kind)
        return HttpResponseRedirect(there, status=HTTPStatus.SEE_OTHER)
    context = {
        "form": form,
        "back_href": here.href("batches:list", kind=authority.kind),
        "personal_data": False,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "agreements/sending.html", context, status=status)


def _shown(
    request: HttpRequest,
    here: Here,
    form: AnswerForm | None = None,
    about: Monitoring | None = None,
) -> HttpResponse:
    rows = _rows(here)
    may_answer = here.may(Permission.MANAGE_PEOPLE)
    context = {
        "rows": rows,
        "asking": [
            (row, form if form and about and row.asks == about else _form_of(row.asks))
            for row in rows
            if row.asks and may_answer
        ],
        "missing": sum(bool(row.missing) for row in rows),
        "rules": rules_of(here.season),
        "forms": [form] if form else [],
        "personal_data": False,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "agreements/list.html", context, status=status)


def _form_of(asked: Monitoring) -> AnswerForm:
    """A form of its own for each school, whose boxes have names of their own on the page."""
    return AnswerForm(auto_id=f"id_{asked.pk}_%s")


def _rows(here: Here) -> list[Row]:
    """The authority's schools, and those elsewhere that asked it, by name."""
    elsewhere = Q(
        monitoring__authority=here.organisation,
        monitoring__year=here.season,
        monitoring__state__in=STANDING,
    )
    keys = schools_within([here.organisation]).values("pk")
    schools = Organisation.objects.filter(Q(pk__in=keys) | elsewhere).distinct().order_by("name")
    standings = standings_of(schools, here.season)
    return [_row(school, standings[school.pk], here) for school in schools]


def _row(school: Organisation, found: Standing, here: Here) -> Row:
    agreed = found.monitoring
    waits = agreed is not None and agreed.state == Monitoring.State.ASKED
    mine = agreed is not None and agreed.authority_id == here.organisation.pk
    needed = found.kind is not None and found.kind.agreement
    return Row(
        school=school,
        kind=found.kind.label if found.kind else "Not known",
        order=_ordered(found),
        authority=agreed.authority.name if agreed else "",
        agreement=agreed.get_state_display() if agreed else "None" if needed else "Not needed",
        missing=tuple(one.label for one in found.missing),
        asks=agreed if waits and mine else None,
    )


def _ordered(found: Standing) -> str:
    """How many tests are ordered in all, modified ones included."""
    if found.order is not None:
        number = sum(sum(given.values()) for given in found.order.numbers.values())
        return f"{number} papers ordered" if number != 1 else "1 paper ordered"
    return "None" if found.kind is not None and found.kind.order else "Not needed"
