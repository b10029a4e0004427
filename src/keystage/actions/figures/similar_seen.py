"""The schools most like one, for whoever sees anything of the school's figures in a release.

All of them are shown as published, whatever the person sees of the own school: nobody sees more of
another school here than its published figures tell. Before figures of schools are public they are
for those alone who see every figure of the own school.
"""

from dataclasses import dataclass

from keystage.actions.figures.seeing import content_level
from keystage.flows.figures.similar import SimilarSchools, declared, decode
from keystage.store.models import (
    FiguresContent,
    FiguresRelease,
    FiguresTable,
    Organisation,
    Person,
)

_SCHOOL, _SUPPRESSED = FiguresContent.Kind.SCHOOL, FiguresContent.Level.SUPPRESSED


@dataclass(frozen=True, kw_only=True)
class SimilarSeen:
    """A school, and the schools most like it with their distances in hundredths, nearest first."""

    school: SimilarSchools
    near: tuple[tuple[SimilarSchools, int], ...]


def similar_for(release: FiguresRelease, code: str, *, person: Person) -> SimilarSeen | None:
    """The schools most like a school.

    Args:
        release: the release.
        code: the school's URN.
        person: who is to see them.

    Returns:
        None where the release has no such table, nothing of the school for the person, or nothing
        of other schools yet.

    Raises:
        InputError: what is kept is damaged.
    """
    level = content_level(release, _SCHOOL, code, person=person)
    if level is None or _waits(release, level):
        return None
    school = _tables(release, [code]).get(int(code))
    if school is None:
        return None
    others = _tables(release, [str(one.urn) for one in school.near])
    near = tuple((others[one.urn], one.distance) for one in school.near if one.urn in others)
    return SimilarSeen(school=school, near=near)


def must_wait(release: FiguresRelease, code: str, *, person: Person) -> bool:
    """Whether a person sees the school's figures of a release, and those of other schools not."""
    return _waits(release, content_level(release, _SCHOOL, code, person=person))


def are_public(release: FiguresRelease) -> bool:
    """Whether a release that is out has the figures of schools that anybody may see.

    Those of some years, and what an authority or trust releases, never are.
    """
    rules = declared().before_publication
    return (
        release.organisation.kind == Organisation.Kind.NATIONAL
        and release.stage not in rules.stages
        and release.year not in rules.never_public
    )


def _waits(release: FiguresRelease, level: FiguresContent.Level | None) -> bool:
    """Whether who sees so much of the own school waits until figures of schools are public."""
    return level == _SUPPRESSED and not are_public(release)


def _tables(release: FiguresRelease, codes: list[str]) -> dict[int, SimilarSchools]:
    rows = release.tables.filter(
        what=FiguresTable.What.SIMILAR, kind=_SCHOOL, code__in=codes, level=_SUPPRESSED
    )
    return {
        int(code): decode(bytes(content)) for code, content in rows.values_list("code", "content")
    }
