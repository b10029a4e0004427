"""What tests of the service know of its cast: the password, the season, the fixtures' types."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol, TypeVar

from django.test import Client

from keystage.store.models import Organisation, Person

PASSWORD = "a calm and sunny afternoon"  # noqa: S105  # invented
YEAR = 2026

T = TypeVar("T")
#: What the client answers; the stubs of Django keep its type to themselves.
Answer = Any
#: Gives the client, signed in as somebody.
AsPerson = Callable[[Person], Client]


class MakePerson(Protocol):
    """Makes a person with a role: ``person("headteacher", school)``; with none where it is ""."""

    def __call__(
        self,
        role: str,
        organisation: Organisation,
        *,
        name: str = "",
        classes: Iterable[str] = (),
        given: Iterable[str] = (),
        ends_on: date | None = None,
        email: str | None = None,
    ) -> Person: ...


class InThreads(Protocol):
    """What several works give that start together, each on a connection of its own."""

    def __call__(self, *works: Callable[[], T]) -> list[T]: ...
