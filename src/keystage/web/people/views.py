"""People of an organisation, their roles, and who can see what."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.access.roles import load_roles
from keystage.actions.membership import invitations, people, reviewing
from keystage.actions.membership.handing_over import may_be_handed_over
from keystage.core.errors import KeystageError
from keystage.statute.collection_loader import available_collections, load_collection
from keystage.store.models import Grant, Invitation, Person
from keystage.store.rights import place_of
from keystage.web.doors import Here, page
from keystage.web.people.forms import InviteForm, RenewForm, RoleForm
from keystage.web.people.invitation import invitation_link
from keystage.web.people.who_sees import may_do, seers

SEE_OTHER = 303
#: A page on which roles are given, changed or ended, by whoever has just proved who they are.
_managing = page(
    Permission.MANAGE_PEOPLE,
    level=Level.NONE,
    kind=None,
    methods=("GET", "POST"),
    reauthenticates=True,
)


def _to(here: Here, name: str, **parts: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(_address(here, name, **parts), status=SEE_OTHER)


def _address(here: Here, name: str, **parts: object) -> str:
    return here.href(f"people:{name}", kind=here.organisation.kind, **parts)


def _acts_href(here: Here) -> str:
    """The record of acts, which a school has; empty for who may not read it."""
    if here.organisation.kind != "school" or not here.may(Permission.READ_AUDIT):
        return ""
    return here.href("oversight:audit")


def _systems_href(here: Here) -> str:
    """The systems that act here; empty for who may not manage them."""
    if not here.may(Permission.MANAGE_SYSTEMS):
        return ""
    return here.href("systems:list", kind=here.organisation.kind)


def _season_end(year: int) -> date | None:
    return load_collection(year).academic_year.ends if year in available_collections() else None


@page(Permission.SEE_PEOPLE, level=Level.NONE, kind=None)
def listed(request: HttpRequest, here: Here) -> HttpResponse:
    """Who has a role here, who is invited, and what is to be looked at."""
    on, school = timezone.localdate(), here.organisation
    grants = (
        Grant.objects.filter(organisation=school, ended_at__isnull=True, ends_on__gte=on)
        .select_related("person")
        .order_by("person__name", "role")
    )
    roles = load_roles().roles
    context = {
        "grants": [(grant, roles[grant.role].label) for grant in grants],
        "invited": [(one, roles[one.role].label) for one in invitations.open_of(school)],
        "dormant": {one.pk for one in reviewing.dormant(school, on)},
        "dormant_days": load_roles().terms.dormant.days,
        "review_due": reviewing.due(school, on),
        "today": on,
        "may_manage": here.may(Permission.MANAGE_PEOPLE),
        "acts_href": _acts_href(here),
        "systems_href": _systems_href(here),
    }
    return render(request, "people/list.html", context)


@page(Permission.SEE_PEOPLE, level=Level.NONE, kind=None)
def who(request: HttpRequest, here: Here) -> HttpResponse:
    """Who can see and do what here, whatever organisation their role is of."""
    context = {"seers": seers(here), "may_manage": here.may(Permission.MANAGE_PEOPLE)}
    return render(request, "people/who.html", context)


@page(Permission.SEE_PEOPLE, level=Level.NONE, kind=None)
def person(request: HttpRequest, here: Here, person: int) -> HttpResponse:
    """One person's roles here, those that have ended too, and what follows from them."""
    found = _person(here, person)
    on, roles = timezone.localdate(), load_roles().roles
    rows = list(
        Grant.objects.filter(person=found, organisation=here.organisation)
        .select_related("organisation", "given_by", "ended_by")
        .order_by("-starts_on", "-pk")
    )
    live = [row for row in rows if row.ended_at is None and row.starts_on <= on <= row.ends_on]
    context = {
        "found": found,
        "today": on,
        "grants": [(row, roles[row.role].label, row in live) for row in rows],
        "may": may_do(live, place_of(here.organisation), here.year),
        "may_manage": here.may(Permission.MANAGE_PEOPLE),
        "handed_over": {row.pk for row in rows if may_be_handed_over(row)},
        "back_href": _address(here, "list"),
    }
    return render(request, "people/person.html", context)


@_managing
def invite(request: HttpRequest, here: Here) -> HttpResponse:
    """Offer a role to an address."""
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        organisation=here.organisation,
        season_end=_season_end(here.season),
    )
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            made = invitations.invite(
                organisation=here.organisation,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                by=here.by,
                link=invitation_link(request),
                **form.wanted,
            )
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            _tell(request, sent=made.sent)
            return _to(here, "list")
    return render(request, "people/invite.html", {"form": form, "errors": errors})


def _tell(request: HttpRequest, *, sent: bool) -> None:
    if sent:
        messages.success(request, "The invitation is sent.")
    else:
        messages.error(
            request,
            "The invitation is kept, but its message could not be sent. Withdraw it and invite the "
            "person again later.",
        )


@page(Permission.MANAGE_PEOPLE, level=Level.NONE, kind=None, methods=("GET", "POST"))
def withdraw(request: HttpRequest, here: Here, invitation: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    found = get_object_or_404(Invitation, pk=invitation, organisation=here.organisation)
    if request.method == "POST":
        invitations.withdraw(invitation=found, by=here.by)
        messages.success(request, "The invitation is withdrawn.")
        return _to(here, "list")
    label = load_roles().roles[found.role].label
    return render(request, "people/withdraw.html", {"invitation": found, "label": label})


@_managing
def give(request: HttpRequest, here: Here, person: int) -> HttpResponse:
    """Give a person of the organisation another role."""
    found = _person(here, person)
    form = RoleForm(
        request.POST if request.method == "POST" else None,
        organisation=here.organisation,
        season_end=_season_end(here.season),
    )
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            people.give(person=found, organisation=here.organisation, by=here.by, **form.wanted)
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            messages.success(request, "The role is given.")
            return _to(here, "person", person=found.pk)
    return render(request, "people/give.html", {"form": form, "found": found, "errors": errors})


@_managing
def end(request: HttpRequest, here: Here, grant: int) -> HttpResponse:
    """End a role at once."""
    found = _grant(here, grant)
    if request.method == "POST":
        people.end(grant=found, by=here.by)
        messages.success(request, "The role is ended.")
        return _to(here, "person", person=found.person_id)
    label = load_roles().roles[found.role].label
    return render(request, "people/end.html", {"grant": found, "label": label})


@_managing
def renew(request: HttpRequest, here: Here, grant: int) -> HttpResponse:
    """Let a role go on until another day."""
    found, errors = _grant(here, grant), list[dict[str, str]]()
    form = RenewForm(
        request.POST if request.method == "POST" else None,
        initial={"ends_on": _usual_end(found, here.season)},
    )
    if form.is_valid():
        try:
            people.renew(grant=found, ends_on=form.cleaned_data["ends_on"], by=here.by)
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            messages.success(request, "The role goes on.")
            return _to(here, "person", person=found.person_id)
    label = load_roles().roles[found.role].label
    context = {"form": form, "grant": found, "label": label, "errors": errors}
    return render(request, "people/renew.html", context)


def _usual_end(grant: Grant, year: int) -> date | None:
    """The day until which a role is usually given in a season; none where it lasts as long."""
    ends, on = _season_end(year), timezone.localdate()
    if ends is None:
        return None
    usual = load_roles().default_end(grant.role, on, ends)
    return usual if usual > max(on, grant.ends_on) else None


@page(Permission.MANAGE_PEOPLE, level=Level.NONE, kind=None, methods=("GET", "POST"))
def review(request: HttpRequest, here: Here) -> HttpResponse:
    """Look all roles over once a year, and say that it was done."""
    if request.method == "POST":
        reviewing.reviewed(organisation=here.organisation, by=here.by)
        messages.success(request, "The roles are looked over.")
        return _to(here, "list")
    on = timezone.localdate()
    context = {
        "seers": seers(here),
        "may_manage": True,
        "last": reviewing.reviewed_on(here.organisation),
        "due": reviewing.due(here.organisation, on),
        "today": on,
    }
    return render(request, "people/review.html", context)


def _person(here: Here, key: int) -> Person:
    """Somebody who has or had a role here."""
    return get_object_or_404(
        Person.objects.filter(grants__organisation=here.organisation).distinct(), pk=key
    )


def _grant(here: Here, key: int) -> Grant:
    """A role that is or was held here."""
    return get_object_or_404(
        Grant.objects.select_related("person", "organisation"),
        pk=key,
        organisation=here.organisation,
    )
