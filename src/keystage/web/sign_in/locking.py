"""Lock-out after wrong passwords, told in a way that betrays no account."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def tried_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address that was tried, as attempts are counted by it."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    if not given:
        given = request.POST.get("login", "")
    return str(given).strip().lower()


def locked(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Say that it is too often, whether or not the account exists."""
    return render(request, "errors/locked.html", status=HTTPStatus.TOO_MANY_REQUESTS)
