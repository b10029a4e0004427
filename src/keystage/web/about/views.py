"""What the service says of itself, to everybody."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.roles import load_roles
from keystage.actions.imports.rules import import_rules
from keystage.actions.jobs import FILES_KEPT
from keystage.actions.service.help_desks import desks_now
from keystage.web.doors import open_page

_MINUTE, _HOUR = 60, 3600


@open_page()
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far everybody can use the service, and what to do where somebody cannot."""
    context = {"idle_minutes": settings.SESSION_IDLE_SECONDS // _MINUTE}
    return render(request, "about/accessibility.html", context)


@open_page()
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about pupils and about people who work with the service."""
    context = {
        "dormant_days": load_roles().terms.dormant.days,
        "row_days": import_rules().keeping.days,
        "file_days": FILES_KEPT.days,
    }
    return render(request, "about/privacy.html", context)


@open_page()
def cookies(request: HttpRequest) -> HttpResponse:
    """The cookies there are, all of them needed."""
    context = {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "idle_minutes": settings.SESSION_IDLE_SECONDS // _MINUTE,
        "longest_hours": settings.SESSION_LONGEST_SECONDS // _HOUR,
    }
    return render(request, "about/cookies.html", context)


@open_page()
def assistance(request: HttpRequest) -> HttpResponse:
    """Whom to ask, and answers to what is asked most."""
    context = {"roles": load_roles().roles.values(), "desks": desks_now()}
    return render(request, "about/help.html", context)


@open_page()
def terms(request: HttpRequest) -> HttpResponse:
    """On what terms the service is used."""
    return render(request, "about/terms.html")
