"""The schools most like one, for whoever sees anything of the school's figures in a release.

All of them are shown as published, whatever the person sees of the own school: nobody sees more of
another school here than its published figures tell.
"""

from dataclasses import dataclass

from keystage.actions.figures.seeing import content_level
from keystage.flows.figures.similar import SimilarSchools, decode
from keystage.store.models import FiguresContent, FiguresRelease, FiguresTable, Person

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
        None where the release has no such table, or nothing of the school for the person.

    Raises:
        InputError: what is kept is damaged.
    """
    if content_level(release, _SCHOOL, code, person=person) is None:
        return None
    school = _tables(release, [code]).get(int(code))
    if school is None:
        return None
    others = _tables(release, [str(one.urn) for one in school.near])
    near = tuple((others[one.urn], one.distance) for one in school.near if one.urn in others)
    return SimilarSeen(school=school, near=near)


def _tables(release: FiguresRelease, codes: list[str]) -> dict[int, SimilarSchools]:
    rows = release.tables.filter(
        what=FiguresTable.What.SIMILAR, kind=_SCHOOL, code__in=codes, level=_SUPPRESSED
    )
    return {
        int(code): decode(bytes(content)) for code, content in rows.values_list("code", "content")
    }
