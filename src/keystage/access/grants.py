"""A grant: one role, for one organisation, from one day to another."""

from dataclasses import dataclass, field
from datetime import date

from keystage.access.permissions import Permission
from keystage.access.places import Organisation, Place, Scope
from keystage.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role that a person holds.

    ``organisation``: the identifier of what the scope is about; for a national grant, who the
    person works for. ``classes``: for the scope of own classes only. ``starts``, ``ends``: the
    first and the last day. ``season``: the one assessment year it is for; None for every year.
    ``given``: the permissions of the role that have to be given in so many words, and are.

    Raises:
        InputError: it ends before it starts, names no organisation, or names classes without being
            for own classes.
    """

    role: str
    scope: Scope
    organisation: str
    starts: date
    ends: date
    classes: frozenset[str] = frozenset()
    season: int | None = None
    given: frozenset[Permission] = field(default=frozenset())

    def __post_init__(self) -> None:
        """Refuse what would not mean anything."""
        if self.ends < self.starts:
            raise InputError(
                f"The grant ends on {self.ends}, before it starts on {self.starts}.",
                todo="Give an end on or after the start.",
            )
        if not self.organisation.strip():
            raise InputError("The grant names no organisation.", todo="Name one.")
        if self.classes and self.scope is not Scope.CLASSES:
            raise InputError(
                f"The grant is for {self.scope.sentence} and names classes.",
                todo="Leave the classes out, or give a role for own classes.",
            )

    @property
    def days(self) -> int:
        """How many days it lasts, the first and the last among them."""
        return (self.ends - self.starts).days + 1

    def live(self, on: date) -> bool:
        """Whether it has started and not ended; the last day still counts."""
        return self.starts <= on <= self.ends

    def for_season(self, season: int | None) -> bool:
        """Whether it is for an assessment year; a page of no year asks with None."""
        return season is None or self.season is None or self.season == season

    def reaches(self, place: Place) -> bool:
        """Whether the place is within the organisation it is for."""
        kind = self.scope.organisation
        return kind is Organisation.NATIONAL or place.identifier(kind) == self.organisation
