"""What the service's register says today of the schools that a release lists."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from keystage.store.models import FiguresContent, Organisation
from keystage.web.figures_units.reached import DIOCESE, Reached

#: The field of a school by which it belongs to a unit, by the unit's kind.
_BELONGS: Mapping[str, str] = {
    FiguresContent.Kind.TRUST: "trust",
    FiguresContent.Kind.AUTHORITY: "authority",
    DIOCESE: "diocese",
}


@dataclass(frozen=True)
class Registered:
    """A school of the register, with all of it that a page says: pages are kept by it.

    Attributes:
        code: its URN.
        name: what it is called.
        unit: what the unit that it belongs to is called.
        number: its number, with that of its authority before it; empty where it has none.
        authority: the name of its authority; empty where it has none.
        opens: whether its own pages are open to the person: those of the body's schools are.
    """

    code: str
    name: str
    unit: str
    number: str
    authority: str
    opens: bool


Register = frozenset[Registered]


def schools_of(found: Reached) -> QuerySet[Organisation]:
    """The schools that belong to a unit today, in no order."""
    belongs = {f"{_BELONGS[found.unit]}__code": found.of, "kind": Organisation.Kind.SCHOOL}
    return Organisation.objects.filter(**belongs).order_by()


def register_of(found: Reached) -> Register:
    """What the register says of the schools that belong to a unit today."""
    here, national = found.here.organisation, Organisation.Kind.NATIONAL
    own = f"{here.kind}__code" if here.kind != national else "code"
    unit = f"{_BELONGS[found.unit]}__name"
    fields = "code", "name", unit, "number", "authority__name", own
    return frozenset(
        Registered(
            code, name, of, number, authority or "", here.kind == national or body == here.code
        )
        for code, name, of, number, authority, body in schools_of(found).values_list(*fields)
    )
