"""What releases of earlier years say of a school, for who sees its figures in one of this year.

Of a school that it took over from nobody is shown more than is published of it.
"""

from collections.abc import Callable, Iterator
from functools import partial

from keystage.actions.figures.earlier_schools import EarlierSchool, earlier_school_of
from keystage.actions.figures.releases import visible
from keystage.actions.figures.seeing import content_for, suppressed_for
from keystage.actions.figures.similar_seen import are_public
from keystage.flows.figures.contents import Content, decode
from keystage.store.models import FiguresContent, FiguresRelease, Organisation, Person

_SCHOOL, _SUPPRESSED = FiguresContent.Kind.SCHOOL, FiguresContent.Level.SUPPRESSED


def history_of(
    release: FiguresRelease, school: Organisation, *, person: Person
) -> tuple[Content, ...]:
    """What the newest releases of earlier years, of the same maker, say of a school.

    Args:
        release: the release of this year.
        school: the school.
        person: who is to see it.

    Returns:
        A content a year, the oldest first, each at the level of data the person's grants reach in
        its year, and none at a better one than in the release: what they are shown in says it once.
        Before the school's own first year, and only of the agency's releases whose figures of
        schools are public, what is published of the school it took over from. Nothing where the
        person sees nothing of the school in the release.

    Raises:
        InputError: what is kept is damaged.
    """
    now = content_for(release, _SCHOOL, school.code, person=person)
    if now is None:
        return ()
    shown = suppressed_for if now.level == _SUPPRESSED else content_for
    seen = partial(shown, kind=_SCHOOL, code=school.code, person=person)
    return tuple(_contents(release, school, _taken_over(release, school), seen))


def _taken_over(release: FiguresRelease, school: Organisation) -> EarlierSchool | None:
    """The school that a school took over from; none that has figures of its own in the release."""
    if release.organisation.kind != Organisation.Kind.NATIONAL:
        return None
    found = earlier_school_of(school)
    if found is None:
        return None
    still = release.contents.filter(kind=_SCHOOL, code=found.school.code).exists()
    return None if still else found


def _contents(
    release: FiguresRelease,
    school: Organisation,
    earlier: EarlierSchool | None,
    seen: Callable[[FiguresRelease], Content | None],
) -> Iterator[Content]:
    for year in _years(release):
        out = (
            one for one in visible(year, school) if one.organisation_id == release.organisation_id
        )
        found = next(out, None)
        if found is None:
            continue
        content = seen(found)
        if content is None and earlier is not None and year < earlier.first_year:
            content = _published(found, earlier.school)
        if content is not None:
            yield content


def _years(release: FiguresRelease) -> list[int]:
    """The years before, of which the maker has releases in force."""
    found = FiguresRelease.objects.filter(
        organisation=release.organisation_id,
        year__lt=release.year,
        state=FiguresRelease.State.APPROVED,
    )
    return sorted(set(found.values_list("year", flat=True)))


def _published(release: FiguresRelease, school: Organisation) -> Content | None:
    """What is published of a school; None where figures of schools are not public."""
    if not are_public(release):
        return None
    row = release.contents.filter(kind=_SCHOOL, code=school.code, level=_SUPPRESSED).first()
    return decode(bytes(row.content)) if row else None
