"""Everything that a release has of a trust, an authority, a diocese or an area, in one archive."""

from collections.abc import Iterator
from uuid import UUID

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.figures.pupils_of_schools import pupils_of_schools
from keystage.actions.releases.downloads import SCHOOLS
from keystage.flows.figures.contents import Content
from keystage.records.recordset import RecordSet
from keystage.web.archived import archived
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.figures.files import about
from keystage.web.figures.pupils_file import pupils_file
from keystage.web.figures.taking_views import PUPILS, stamp
from keystage.web.figures_units.choosing import asked
from keystage.web.figures_units.files import ARCHIVES, figures_file, name_of, schools_file
from keystage.web.figures_units.forms import sets_of
from keystage.web.figures_units.parts import parts_of, sections_of
from keystage.web.figures_units.reached import WITH_SCHOOLS, Reached, reached
from keystage.web.figures_units.register import register_of, schools_of
from keystage.web.figures_units.workings import workings_file

#: Pupils of many schools come in this form alone: a workbook of as many takes too long to make.
_OF_PUPILS = "csv"


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def everything(  # noqa: PLR0913, PLR0917  # the parts of an address
    request: HttpRequest, here: Here, release: UUID, unit: str, of: str, form: str
) -> HttpResponse:
    """Every page of a unit as a file, and the pupils of its schools for those who may have them."""
    del request
    found = reached(here, release, unit, of)
    if form not in ARCHIVES:
        raise Http404
    content, version = found.told, found.release.version
    made = {
        name_of(content, what, ending, version): file
        for what, ending, file in (*_figures(found, content, form), *_schools(found, content, form))
    }
    seen = _pupils_seen(found)
    level: str = content.level
    after: dict[str, list[str]] = {}
    if seen is not None:
        told = about(content, progress=False)
        made[name_of(content, PUPILS, _OF_PUPILS, version)] = pupils_file(
            content.release, told, *seen, _OF_PUPILS
        )
        level, after = Level.NAMED.value, {SCHOOLS: _schools_in(seen[0])}
    taken_away(
        f"figures, {content.release}, {len(made)} files of {content.name}, {level}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": form, "release": str(found.release.pk), "level": level, **after},
    )
    return attached(name_of(content, f"all-{stamp()}", "zip", version), archived(made))


def _figures(found: Reached, content: Content, form: str) -> Iterator[tuple[str, str, bytes]]:
    """The pages of the unit's own figures: what each is, its ending and its bytes."""
    for part in parts_of(found.unit):
        if sections := sections_of(content, part):
            yield part, form, figures_file(content, sections, form)


def _schools(found: Reached, content: Content, form: str) -> Iterator[tuple[str, str, bytes]]:
    """The schools with each set of their figures, and a trust's workings."""
    table = found.table
    if table is None:
        return
    register = register_of(found)
    for key in sets_of(table):
        listed = asked(QueryDict(f"show={key}"), table, register).found
        yield f"schools-{key}", form, schools_file(content, listed, form)
    if table.workings:
        yield "workings", form, workings_file(table, content, form)


def _pupils_seen(found: Reached) -> tuple[RecordSet, pl.DataFrame] | None:
    """The pupils of the unit's schools by name, as far as the person may take them away."""
    here = found.here
    if found.unit not in WITH_SCHOOLS or not here.may(Permission.DOWNLOAD_RESULTS, Level.NAMED):
        return None
    schools = schools_of(found).select_related("authority", "trust", "diocese")
    return pupils_of_schools(found.release, schools, by=here.by, grants=here.grants)


def _schools_in(records: RecordSet) -> list[str]:
    """The schools whose pupils these are: each sees in its register that they were taken away."""
    return [str(urn) for urn in sorted(records.pupils["URN"].drop_nulls().unique())]
