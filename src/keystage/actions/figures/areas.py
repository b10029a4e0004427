"""The areas, authorities and trusts of a release whose figures somebody sees."""

from dataclasses import dataclass

from keystage.actions.figures.seeing import content_level
from keystage.store.models import FiguresContent, FiguresRelease, Person

_Kind, _Level = FiguresContent.Kind, FiguresContent.Level
#: Everybody who sees figures anywhere sees these.
_OF_EVERYBODY = (_Kind.NATIONAL, _Kind.REGION)
_OF_THE_AGENCY = (_Kind.AUTHORITY, _Kind.TRUST)
_EVERYONE = "everyone"


@dataclass(frozen=True, kw_only=True)
class Area:
    """A unit of a release: what it is, its code and its name."""

    kind: str
    code: str
    name: str


def areas_for(release: FiguresRelease, *, person: Person) -> tuple[Area, ...]:
    """The units of a release but schools that a person may choose from: England first.

    Regions and England are for everybody who sees figures anywhere; every authority and trust for
    those who see England's complete figures. Others come to their own by its address.

    Args:
        release: the release.
        person: who is to see them.
    """
    level = content_level(release, _Kind.NATIONAL, _EVERYONE, person=person)
    if level is None:
        return ()
    kinds = (*_OF_EVERYBODY, *(_OF_THE_AGENCY if level == _Level.COMPLETE else ()))
    found = release.contents.filter(kind__in=kinds, level=level)
    every = [
        Area(kind=kind, code=code, name=name)
        for kind, code, name in found.order_by("name").values_list("kind", "code", "name")
    ]
    return tuple(sorted(every, key=lambda one: kinds.index(_Kind(one.kind))))
