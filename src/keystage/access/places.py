"""Where things are: organisations, and how far a grant for one of them goes."""

from dataclasses import dataclass, field
from enum import StrEnum

from keystage.access.permissions import Permission


class Organisation(StrEnum):
    """The kinds of organisation people belong to."""

    SCHOOL = "school"
    TRUST = "trust"
    AUTHORITY = "authority"
    DIOCESE = "diocese"
    NATIONAL = "national"


class Scope(StrEnum):
    """Over what a role is given."""

    CLASSES = "classes"
    SCHOOL = "school"
    TRUST = "trust"
    AUTHORITY = "authority"
    DIOCESE = "diocese"
    NATIONAL = "national"

    @property
    def sentence(self) -> str:
        """The scope in words."""
        return _SCOPES[self]

    @property
    def organisation(self) -> Organisation:
        """The kind of organisation that a grant of this scope names."""
        return Organisation.SCHOOL if self is Scope.CLASSES else Organisation(self.value)


_SCOPES = {
    Scope.CLASSES: "own classes of a school",
    Scope.SCHOOL: "one school",
    Scope.TRUST: "a trust and its schools",
    Scope.AUTHORITY: "a local authority and its schools",
    Scope.DIOCESE: "a diocese and its schools",
    Scope.NATIONAL: "everything",
}


@dataclass(frozen=True)
class Place:
    """Where a page or an act is: a school and what it belongs to, or a wider organisation.

    The place of an authority's own pages names the authority alone; that of the whole service names
    nothing. What is None is reached by no grant for such an organisation.

    ``agreed``: what the school agreed that others may do for it.
    """

    school: str | None = None
    trust: str | None = None
    authority: str | None = None
    diocese: str | None = None
    agreed: frozenset[Permission] = field(default=frozenset(), kw_only=True)

    @property
    def organisation(self) -> Organisation:
        """The narrowest organisation it is in: whose pages these are."""
        kinds = (kind for kind in Organisation if self.identifier(kind) is not None)
        return next(kinds, Organisation.NATIONAL)

    def identifier(self, kind: Organisation) -> str | None:
        """The organisation of a kind that the place is in; None if it is in none."""
        known = {
            Organisation.SCHOOL: self.school,
            Organisation.TRUST: self.trust,
            Organisation.AUTHORITY: self.authority,
            Organisation.DIOCESE: self.diocese,
        }
        return known.get(kind)
