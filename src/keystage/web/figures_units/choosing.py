"""Which schools of a unit somebody asked to see, which of their figures, and in which order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from keystage.flows.figures.contents import Figure
from keystage.flows.figures.guard import whole
from keystage.flows.figures.schools_listed import (
    Column,
    School,
    SchoolsTable,
    Standing,
    figure_of,
)
from keystage.web.figures.sizes import SIZES
from keystage.web.figures_units.forms import (
    COUNTED,
    SchoolsForm,
    columns_of,
    provision_of,
    sets_of,
)
from keystage.web.figures_units.register import Register, Registered

NAME, PUPILS = "name", "pupils"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A school as it was asked for.

    Attributes:
        school: the school.
        standing: how it counts in the unit's figures.
        register: what the register says of it; None where it is no school of the unit today.
        figures: the figures that are shown.
        ordered: whether it stands in the order; of those that do not nobody says where they stand.
    """

    school: School
    standing: Standing
    register: Registered | None
    figures: tuple[Figure, ...]
    ordered: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asked to see.

    Attributes:
        form: the filter.
        every: how many schools there are.
        found: those that fit: in the order that was asked for, then those that stand in none.
        columns: the figures that are shown.
        show: the set they are of.
        order: name, pupils or the name of a figure.
        turned: whether the order is the other way round.
    """

    form: SchoolsForm
    every: int
    found: tuple[Listed, ...]
    columns: tuple[Column, ...]
    show: str
    order: str
    turned: bool

    @property
    def drawn(self) -> str:
        """The name of the figure that is drawn: what is ordered by, else the first that may be."""
        names = [one.name for one in self.columns if one.unit != "pupils"]
        return self.order if self.order in names else next(iter(names), "")


def asked(given: QueryDict, table: SchoolsTable, register: Register = frozenset()) -> Asked:
    """The schools that fit what was chosen.

    A school whose figure is withheld or of few pupils stands in no order of that figure; it comes
    after the others, by name.

    Args:
        given: what the address says.
        table: the schools of the release.
        register: what the register says of them today.
    """
    known = {int(one.code): one for one in register}
    form = SchoolsForm(given, table=table, register=register)
    show = form.chosen("show") or next(iter(sets_of(table)), "")
    names = columns_of(table, show)
    order = given.get("order", "")
    order, turned = (order if order in {NAME, PUPILS, *names} else NAME), "turned" in given
    key = _key(table, order)
    fits = _fitting(form, known, table.year)
    fitting = [
        (school, standing)
        for school, standing in zip(table.schools, table.standings, strict=True)
        if fits(school, standing)
    ]
    places = [at for at, one in enumerate(table.columns) if one.name in names]
    places.sort(key=lambda at: names.index(table.columns[at].name))
    return Asked(
        form=form,
        every=len(table.schools),
        found=tuple(
            Listed(
                school=school,
                standing=standing,
                register=known.get(school.urn),
                figures=tuple(figure_of(table.columns[at], school.shown[at]) for at in places),
                ordered=key(school) is not None,
            )
            for school, standing in _in_order(fitting, key, turned=turned, falling=order != NAME)
        ),
        columns=tuple(table.columns[at] for at in places),
        show=show,
        order=order,
        turned=turned,
    )


def _in_order(
    fitting: Sequence[tuple[School, Standing]],
    key: Callable[[School], float | str | None],
    *,
    turned: bool,
    falling: bool,
) -> list[tuple[School, Standing]]:
    """Schools in an order: numbers from the largest, names from A; those without a place last."""
    placed = [one for one in fitting if key(one[0]) is not None]
    placed.sort(key=lambda one: key(one[0]), reverse=turned != falling)  # type: ignore[arg-type, return-value]  # of one kind
    return placed + [one for one in fitting if key(one[0]) is None]


def _key(table: SchoolsTable, order: str) -> Callable[[School], float | str | None]:
    """What schools are ordered by; None where a school has no place in the order."""
    if order == NAME:
        return lambda school: school.name.casefold()
    if order == PUPILS:
        return lambda school: whole(school.pupils)
    at = next(at for at, one in enumerate(table.columns) if one.name == order)
    return lambda school: school.shown[at].sorts_as


def _fitting(
    form: SchoolsForm, known: Mapping[int, Registered], year: int
) -> Callable[[School, Standing], bool]:
    """Whether a school is one of those that were chosen."""
    words = form.chosen("name").casefold().split()
    chosen, provision, counts = map(form.chosen, ("type", "provision", "counts"))
    authority, size = form.chosen("authority"), form.chosen("size")
    sizes = SIZES.get(size, range(0))

    def fits(school: School, standing: Standing) -> bool:
        registered = known.get(school.urn)
        number, of = (registered.number, registered.authority) if registered else ("", "")
        named = f"{school.name} {school.urn} {number}".casefold()
        return (
            all(word in named for word in words)
            and (not chosen or school.type == chosen)
            and (not provision or provision_of(year).get(school.type or "") == provision)
            and (not authority or of == authority)
            and (not size or whole(school.pupils) in sizes)
            and (not counts or standing.counts == (counts == COUNTED))
        )

    return fits
