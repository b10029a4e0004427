"""The rows of the table of schools as its page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from keystage.flows.figures.schools_listed import Standing, declared
from keystage.web.figures.cells import Cell, cell_of
from keystage.web.figures_units.choosing import NAME, PUPILS, Asked, Listed
from keystage.web.wording import as_kept_date


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of a column: what it is ordered by, and its text."""

    key: str
    text: str
    numeric: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """A school.

    Attributes:
        name: its name.
        urn: its number.
        type: its type.
        href: its own page; empty where it has none for the person.
        pupils: its pupils, as printed or in words.
        belongs: whether it counts in the unit's figures; of a diocese, which has none, its
            authority.
        words: why it does not count, or how it does.
        cells: its figures.
    """

    name: str
    urn: int
    type: str
    href: str
    pupils: str
    belongs: str
    words: str
    cells: tuple[Cell, ...]


def heads_of(wanted: Asked) -> tuple[Head, ...]:
    """The heads of the columns."""
    shorts = next((one.columns for one in declared().sets if one.key == wanted.show), {})
    return (
        Head(key=NAME, text="School", numeric=False),
        Head(key=PUPILS, text="Pupils", numeric=True),
        *(Head(key=one.name, text=shorts[one.name], numeric=True) for one in wanted.columns),
    )


def row_of(listed: Listed, season: int, *, counted: bool) -> Row:
    """A school as a row.

    Args:
        listed: the school.
        season: the season of the page.
        counted: whether the unit has figures in which schools count.
    """
    school, register = listed.school, listed.register
    code = str(school.urn)
    href = reverse("figures:releases", kwargs={"code": code, "year": season})
    counts = "Counts" if listed.standing.counts else "Does not count"
    return Row(
        name=school.name,
        urn=school.urn,
        type=school.type_label,
        href=href if register and register.opens else "",
        pupils=school.pupils or "Not known",
        belongs=counts if counted else register.authority if register else "",
        words=". ".join(standing_words(listed.standing)),
        cells=tuple(cell_of(figure) for figure in listed.figures),
    )


def standing_words(standing: Standing) -> Iterator[str]:
    """What there is to say on how a school counts, in sentences without their last stop."""
    if standing.why:
        yield f"It {standing.why}"
    if standing.years:
        yield f"{standing.years} years count"
    if standing.joined:
        yield f"Joined {as_kept_date(standing.joined)}"
