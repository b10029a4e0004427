"""Before registration: the tests a school orders, and the authority it agrees with."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.orders import monitoring
from keystage.actions.orders.ordering import order
from keystage.actions.orders.standing import Standing, rules_of, standing_of
from keystage.core.subjects import Subject
from keystage.statute.entry import Entry
from keystage.statute.register_loader import load_register
from keystage.store.models import Organisation
from keystage.web.doors import Here, page
from keystage.web.register.order_forms import AskForm, BackForm, OrderForm
from keystage.web.register.pages import show, to


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def orders(request: HttpRequest, here: Here) -> HttpResponse:
    """What is settled before registration, and what is missing."""
    return _shown(request, here, standing_of(here.organisation, here.season))


@page(Permission.MANAGE_COHORT, methods=("POST",))
def place(request: HttpRequest, here: Here) -> HttpResponse:
    """Order the tests, or change the order."""
    rules = _rules(here)
    found = standing_of(here.organisation, here.season)
    form = OrderForm(request.POST, rules=rules, initial={})
    if not form.is_valid():
        return _shown(request, here, found, form)
    try:
        order(here.organisation, here.season, form.numbers, by=here.by)
    except RefusedError as error:
        return _shown(request, here, found, form, error)
    messages.success(request, "The order was saved.")
    return to(here, "orders")


@page(Permission.MANAGE_PEOPLE, level=Level.NONE, methods=("POST",))
def ask(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask an authority to monitor and moderate the school."""
    found = standing_of(here.organisation, here.season)
    form = AskForm(request.POST, authorities=_authorities())
    if not form.is_valid():
        return _shown(request, here, found, form)
    authority = Organisation.objects.get(
        kind=Organisation.Kind.AUTHORITY, code=form.cleaned_data["authority"]
    )
    monitoring.ask(here.organisation, authority, here.season, by=here.by)
    messages.success(request, f"{authority} was asked.")
    return to(here, "orders")


@page(Permission.MANAGE_PEOPLE, level=Level.NONE, methods=("POST",))
def back(request: HttpRequest, here: Here) -> HttpResponse:
    """Take the question or the agreement back; where nothing stands there is nothing to do."""
    found = standing_of(here.organisation, here.season)
    form = BackForm(request.POST)
    if found.monitoring is None:
        return to(here, "orders")
    if not form.is_valid():
        return _shown(request, here, found, form)
    monitoring.take_back(found.monitoring, reason=form.cleaned_data["reason"], by=here.by)
    messages.success(request, "It was taken back.")
    return to(here, "orders")


def _shown(
    request: HttpRequest,
    here: Here,
    found: Standing,
    bound: OrderForm | AskForm | BackForm | None = None,
    error: RefusedError | None = None,
) -> HttpResponse:
    """The page; of its forms, the one that was sent and not taken keeps what was entered."""
    rules = rules_of(here.season)
    wrong = bool(error or (bound and bound.errors))
    own = here.organisation.authority.code if here.organisation.authority else ""
    return show(
        request,
        here,
        "orders",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        found=found,
        rules=rules,
        source=load_register(here.season).sources[rules.source] if rules else None,
        numbers=_numbers(found, rules),
        forms=[bound] if bound else [],
        errors=[{"text": str(error)}] if error else [],
        ordering=bound if isinstance(bound, OrderForm) else _order_form(here, found, rules),
        asking=bound
        if isinstance(bound, AskForm)
        else AskForm(authorities=_authorities(), own=own),
        ending=bound if isinstance(bound, BackForm) else BackForm(),
        may_agree=here.may(Permission.MANAGE_PEOPLE),
        personal_data=False,
    )


def _order_form(here: Here, found: Standing, rules: Entry | None) -> OrderForm | None:
    if rules is None or not here.may(Permission.MANAGE_COHORT, Level.NAMED):
        return None
    return OrderForm(rules=rules, initial=found.order.numbers if found.order else {})


def _numbers(found: Standing, rules: Entry | None) -> list[tuple[str, list[int]]]:
    """The order that stands: each test with its number of each material."""
    if found.order is None or rules is None:
        return []
    numbers: Mapping[str, Mapping[str, Any]] = found.order.numbers
    return [
        (Subject(test).label.capitalize(), [given.get(one, 0) for one in rules.materials])
        for test, given in numbers.items()
    ]


def _rules(here: Here) -> Entry:
    rules = rules_of(here.season)
    if rules is None:
        raise Http404
    return rules


def _authorities() -> list[tuple[str, str]]:
    found = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).order_by("name")
    return list(found.values_list("code", "name"))
