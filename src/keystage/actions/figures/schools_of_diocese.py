"""The schools of a diocese in a release: rows of the tables of their authorities, put together.

A release holds no figures of a diocese, and none are worked out here: dioceses overlap with
authorities, and a sum over some of an authority's schools beside the authority's own figures would
tell of the others by subtraction. Each row is the school's, as its content says it.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from keystage.actions.figures.seeing import content_level
from keystage.flows.figures.caveats import Told, caveats
from keystage.flows.figures.schools_listed import School, SchoolsTable, Standing, decode_schools
from keystage.store.models import (
    FiguresContent,
    FiguresRelease,
    FiguresTable,
    Organisation,
    Person,
)

_Kind = Organisation.Kind
_AUTHORITY = FiguresContent.Kind.AUTHORITY
_NO_FIGURES = (
    "No figures are worked out for a diocese as a whole: beside the figures of authorities they "
    "would tell of schools of other dioceses."
)


def schools_of_diocese(
    release: FiguresRelease, code: str, *, person: Person
) -> SchoolsTable | None:
    """The schools that stand in a diocese today, at the level of data the person sees them.

    Args:
        release: the release.
        code: the diocese's code.
        person: who is to see them.

    Returns:
        The schools by name; None where the release lists none of them, or none for the person.

    Raises:
        InputError: what is kept is damaged.
    """
    level = content_level(release, _Kind.DIOCESE, code, person=person)
    diocese = Organisation.objects.filter(kind=_Kind.DIOCESE, code=code).first()
    if level is None or diocese is None:
        return None
    schools = {
        int(school.code): school
        for school in diocese.schools_of_diocese.select_related("authority").order_by("code")
    }
    tables = list(_tables(release, level, schools))
    rows = [row for table in tables for row in table.schools if row.urn in schools]
    if not rows:
        return None
    found = {row.urn for row in rows}
    missing = [school.name for urn, school in schools.items() if urn not in found]
    return _joined(diocese, tables, rows, missing)


def _tables(
    release: FiguresRelease, level: FiguresContent.Level, schools: Mapping[int, Organisation]
) -> Iterator[SchoolsTable]:
    """The tables of the authorities that the schools stand in, each read as it is asked for."""
    codes = {one.authority.code for one in schools.values() if one.authority}
    kept = release.tables.filter(
        what=FiguresTable.What.SCHOOLS, kind=_AUTHORITY, code__in=codes, level=level
    )
    for content in kept.order_by("code").values_list("content", flat=True):
        yield decode_schools(bytes(content))


def _joined(
    diocese: Organisation, tables: list[SchoolsTable], rows: list[School], missing: list[str]
) -> SchoolsTable:
    first = tables[0]
    told = (f"The release lists nothing of: {'; '.join(sorted(missing))}.",) if missing else ()
    return replace(
        first,
        kind="diocese",
        code=diocese.code,
        name=diocese.name,
        schools=tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.urn))),
        standings=(Standing(counts=True),) * len(rows),
        notes=(*first.notes, _NO_FIGURES, *told),
        caveats=caveats(_told(first)),
    )


def _told(table: SchoolsTable) -> Told:
    """What caveats ask; how few pupils there are is said of each school."""
    scored = [one for one in table.columns if one.family == "progress" and one.subject]
    return Told(
        year=table.year,
        stage=table.stage,
        kind="diocese",
        pupils=0,
        small=False,
        subjects=frozenset(one.subject for one in table.columns if one.subject),
        with_progress=frozenset(one.subject for one in scored if one.subject),
    )
