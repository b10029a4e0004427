"""Errors as pages: a sentence and what to do, and nothing about what lies behind."""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.membership.people import managers_of
from keystage.core.errors import AbsentValueError, InputError, KeystageError
from keystage.store.models import Organisation, Person

_PLAIN = """<!DOCTYPE html>
<html lang="en-GB">
<head><title>Sorry, there is a problem with the service – Keystage</title></head>
<body>
<h1>Sorry, there is a problem with the service</h1>
<p>Try again later. What you saved before is safe.</p>
{more}</body>
</html>
"""
#: What who sends a return has to know where the database could not be used.
_AWAY = """<p>A receipt that you hold stays true. A return that is ready can wait on your computer:
<code>keystage submit RETURN.xml --queue FOLDER</code> keeps it with a proof of its time.</p>
"""
#: Seconds after which it is worth asking again when the database could not be used.
AGAIN_AFTER = 30


class ForbiddenError(Exception):
    """A colleague asks for a page that the roles given do not open."""

    def __init__(self, needs: str, organisation: Organisation | None = None) -> None:
        """Keep what the page says.

        Args:
            needs: what the person may not do, as a sentence.
            organisation: where; those who manage its accounts are named.
        """
        super().__init__(needs)
        self.needs, self.organisation = needs, organisation

    @property
    def granters(self) -> list[Person]:
        """Who can give the right."""
        return managers_of(self.organisation) if self.organisation else []


class Sentences:
    """Turns an error meant for people into a page with its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; an address that only forms are sent to says so, and one with a NUL is none."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request, BadRequest())  # PostgreSQL takes no text with one
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        page = render(request, "errors/405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for an error whose sentence is meant for people; None for any other."""
        if isinstance(error, ForbiddenError):
            told = {"needs": error.needs, "granters": error.granters}
            return render(request, "errors/403.html", told, status=HTTPStatus.FORBIDDEN)
        if isinstance(error, KeystageError):
            return render(request, "errors/refused.html", {"error": error}, status=_status(error))
        return None


def _status(error: KeystageError) -> HTTPStatus:
    if isinstance(error, ChangedMeanwhileError):
        return HTTPStatus.CONFLICT
    if isinstance(error, (RefusedError, InputError, AbsentValueError)):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.BAD_REQUEST


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request could not be read."""
    del exception
    return render(request, "errors/400.html", status=HTTPStatus.BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page for this person."""
    del exception
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The framework refused the request."""
    del exception
    return render(request, "errors/403.html", {"needs": ""}, status=HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the token of the page it was on."""
    del reason
    return render(request, "errors/stale_form.html", status=HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something went wrong on our side.

    Where the database could not be used, because it is gone, busy or its disk is full, the answer
    says that it is worth asking again.
    """
    away = isinstance(sys.exception(), (OperationalError, InterfaceError))
    status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        page = render(request, f"errors/{status.value}.html", status=status)
    except Exception:  # noqa: BLE001  # the page itself may need what is broken
        page = HttpResponse(_PLAIN.format(more=_AWAY if away else ""), status=status)
    if away:
        page["Retry-After"] = str(AGAIN_AFTER)
    return page
