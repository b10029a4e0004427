"""What a person reaches of a release at a trust, an authority, a region or England.

How much is shown is decided in `actions.figures.seeing`; here it is fetched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import Http404
from msgspec.structs import replace

from keystage.actions.figures.publishing import is_out
from keystage.actions.figures.releases import made_by, visible
from keystage.actions.figures.schools_of_diocese import schools_of_diocese
from keystage.actions.figures.seeing import content_for, content_level, may_open, table_for
from keystage.flows.figures.contents import Content
from keystage.flows.figures.schools_listed import SchoolsTable, decode_schools
from keystage.store.models import FiguresContent, FiguresRelease, FiguresTable, Organisation
from keystage.web.doors import Here

_Kind = FiguresContent.Kind
#: The kind of unit that a diocese is: its schools are listed, and there is no more of it.
DIOCESE = Organisation.Kind.DIOCESE.value
#: What a unit is called, by its kind.
CALLED: Mapping[str, str] = {
    _Kind.TRUST: "This trust",
    _Kind.AUTHORITY: "This authority",
    DIOCESE: "This diocese",
    _Kind.REGION: "This region",
    _Kind.NATIONAL: "England",
}
#: The kind of unit that a body is itself.
OWN: Mapping[str, str] = {
    Organisation.Kind.TRUST: _Kind.TRUST,
    Organisation.Kind.AUTHORITY: _Kind.AUTHORITY,
    Organisation.Kind.DIOCESE: DIOCESE,
}
#: Pages of a unit that have an address of their own.
APART = frozenset({"schools", "workings"})
#: Units whose schools are listed.
WITH_SCHOOLS: frozenset[str] = frozenset({_Kind.TRUST, _Kind.AUTHORITY, DIOCESE})
_NOT_OUT = "This release is not out. Who makes or reviews it sees it; give nothing of it to others."
_WITHDRAWN = "This release was withdrawn. Do not use its figures, and give them to nobody."


@dataclass(frozen=True)
class Reached:
    """A release as somebody sees it at a unit.

    Attributes:
        here: where they are.
        release: which release.
        unit: what the unit is, as `FiguresContent.Kind`.
        of: its code.
    """

    here: Here
    release: FiguresRelease
    unit: str
    of: str

    @cached_property
    def level(self) -> FiguresContent.Level | None:
        """The level of data of its figures; None where figures are not shown to the person."""
        return content_level(self.release, self.unit, self.of, person=self.here.by.who)

    @cached_property
    def content(self) -> Content | None:
        """What the release says of the unit; None where it says nothing, or not to the person."""
        return content_for(self.release, self.unit, self.of, person=self.here.by.who)

    @cached_property
    def table(self) -> SchoolsTable | None:
        """The schools of the unit; None where there are none, or none for the person.

        Raises:
            InputError: what is kept is damaged.
        """
        if self.unit == DIOCESE:
            return schools_of_diocese(self.release, self.of, person=self.here.by.who)
        what = FiguresTable.What.SCHOOLS
        kept = table_for(self.release, what, self.unit, self.of, person=self.here.by.who)
        return decode_schools(kept) if kept else None

    @property
    def told(self) -> Content:
        """What must be said with the figures; of a unit without figures what its table says.

        Raises:
            Http404: the release says nothing of the unit.
        """
        found = self.content or (without_figures(self.table) if self.table else None)
        if found is None:
            raise Http404
        return replace(found, notes=(*self.cautions, *found.notes))

    @property
    def cautions(self) -> tuple[str, ...]:
        """What must be said of a release that is there for its makers alone."""
        if is_out(self.release):
            return ()
        gone = self.release.state == FiguresRelease.State.WITHDRAWN
        return (_WITHDRAWN if gone else _NOT_OUT,)

    @property
    def said(self) -> Content:
        """The same for a page that leads to the schools: what each does is said there.

        Raises:
            Http404: the release says nothing of the unit.
        """
        told, table = self.told, self.table
        if table is None or self.unit != _Kind.TRUST:
            return told
        schools = zip(table.schools, table.standings, strict=True)
        listed = {f"{school.name} {standing.why}." for school, standing in schools}
        kept = tuple(note for note in told.notes if note not in listed)
        out = sum(not standing.counts for standing in table.standings)
        if len(kept) == len(told.notes):
            return told
        words = (
            f"{out} of the {len(table.schools)} schools of the trust "
            f"{'does' if out == 1 else 'do'} not count in its figures."
        )
        return replace(told, notes=(*kept, words))

    @property
    def key(self) -> tuple[object, ...]:
        """All that a page of the unit depends on, but for what was chosen on it."""
        body, release = self.here.organisation, self.release
        told = (release.pk, release.shown_at, *self.cautions)
        return (*told, self.unit, self.of, self.level, body.pk)

    def href(self, route: str, **parts: object) -> str:
        """The address of a page of this release and unit."""
        return self.here.href(
            f"figures_units:{route}",
            kind=self.here.organisation.kind,
            release=self.release.pk,
            unit=self.unit,
            of=self.of,
            **parts,
        )

    @property
    def about_href(self) -> str:
        """The page that says what the release is."""
        return self.here.href(
            "figures_release:about",
            kind=self.here.organisation.kind,
            release=self.release.pk,
        )

    @property
    def first_href(self) -> str:
        """The first of the unit's pages."""
        return self.part_href("schools" if self.unit == DIOCESE else "headline")

    def part_href(self, part: str) -> str:
        """The address of one of the unit's pages."""
        return self.href(part) if part in APART else self.href("release", part=part)


def without_figures(table: SchoolsTable) -> Content:
    """What a table says of its unit, as a content without figures."""
    return Content(
        kind=table.kind,
        code=table.code,
        name=table.name,
        level=table.level,
        year=table.year,
        stage=table.stage,
        release=table.release,
        made_at=table.made_at,
        figures=(),
        notes=table.notes,
        caveats=table.caveats,
    )


def releases_at(here: Here) -> tuple[FiguresRelease, ...]:
    """The releases of the season that the body sees, the newest first."""
    return visible(here.season, here.organisation)


def released_to(here: Here, release: UUID) -> FiguresRelease:
    """A release of the season that the body sees, or that the person makes or reviews for it.

    Raises:
        Http404: there is none such.
    """
    person = here.by.who
    for one in releases_at(here):
        if one.pk == release:
            return one
    for one in made_by(here.organisation, here.season, person):
        if one.pk == release and may_open(one, person):
            return one
    raise Http404


def reached(here: Here, release: UUID, unit: str, of: str) -> Reached:
    """A release at a unit of which the person sees figures.

    Raises:
        Http404: there is no such release or unit, or nothing of it for the person.
    """
    found = Reached(here, released_to(here, release), unit, of)
    if unit not in CALLED or found.level is None:
        raise Http404
    return found


def own_unit(here: Here) -> tuple[str, str] | None:
    """The kind and code of the unit that the body is; none of a national body."""
    kind = OWN.get(here.organisation.kind)
    return (kind, here.organisation.code) if kind else None
