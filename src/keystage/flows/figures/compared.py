"""What figures are compared with: published figures of England and of the authority.

Comparators are published cells at every level of data. An area's complete figures beside a school's
own would give its neighbours' away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from keystage.flows.figures.cells import Cells, Declared
from keystage.flows.figures.contents import Against, Compared
from keystage.flows.figures.naming import authority_name
from keystage.flows.figures.states import in_words, state_of
from keystage.measures import figures
from keystage.measures.printing import printed_text, printed_units
from keystage.measures.table import EVERYONE, NATIONAL, STATE_FUNDED
from keystage.statute.year import Year

_NO_NATIONAL = "the release does not hold England, and no national figure of the year is to hand"


@dataclass(frozen=True, kw_only=True)
class Comparators:
    """The comparators of every unit of a release.

    Attributes:
        national: those with England.
        national_texts: the printed national percentages, by field, for gaps told in pupils.
        authorities: those with each authority, by its number.
    """

    national: tuple[Compared, ...]
    national_texts: Mapping[str, str]
    authorities: Mapping[int, tuple[Compared, ...]]


def comparators(cells: Cells) -> Comparators:
    """The comparators of a release.

    England is the row of state-funded schools where the release holds England; otherwise it is the
    year's published national figures, as far as there are any.
    """
    compared = [item for item in cells.declared if may_be_compared(item)]
    year = cells.table.year
    if cells.table.national:
        kinds = cells.table.units_of("national")["kind"].to_list()
        texts = _row(cells.published["national"], kinds.index(_england(kinds)), compared)
        national = tuple(_national(compared, texts, year))
    else:
        texts = _published(compared, year)
        national = tuple(_national(compared, texts, year))
    areas = cells.published["la"]
    return Comparators(
        national=national,
        national_texts={item.name: item.text for item in national if item.state == "shown"},
        authorities={
            number: tuple(_authority(compared, _row(areas, place, compared), number, year))
            for place, number in enumerate(areas["LEA"].to_list())
        },
    )


def may_be_compared(item: Declared) -> bool:
    """Whether a figure has a meaning beside another unit's: counts and gaps have none."""
    return item.unit != "pupils" and item.family not in {"gap", "three_year"}


def _england(kinds: Sequence[str]) -> str:
    return STATE_FUNDED if STATE_FUNDED in kinds else EVERYONE


def _row(frame: pl.DataFrame, place: int, compared: Iterable[Declared]) -> dict[str, str]:
    cells = frame.row(place, named=True)
    return {item.name: cells[item.name] or "" for item in compared}


def _published(compared: Iterable[Declared], year: Year) -> dict[str, str]:
    """The year's published national figures as they are printed, by field."""
    values = year.national_figures.values if year.national_figures else {}
    texts = {}
    for item in compared:
        measure = item.field.measure
        if item.name in values:
            places = figures.decimals(measure, year) if measure else year.rounding.percent
            units = pl.lit(printed_units(values[item.name], places))
            suffix = "%" if item.unit == "percent" else ""
            texts[item.name] = str(pl.select(printed_text(units, places, suffix)).item())
    return texts


def _national(
    compared: Iterable[Declared], texts: Mapping[str, str], year: Year
) -> Iterable[Compared]:
    name = NATIONAL[STATE_FUNDED][1]
    for item in compared:
        if item.name in texts:
            yield _one(item.name, "national", texts[item.name], name, year)
        else:
            yield Compared(
                name=item.name,
                against="national",
                text="",
                state="not_available",
                said=in_words("not_available", _NO_NATIONAL),
                of=name,
            )


def _authority(
    compared: Iterable[Declared], texts: Mapping[str, str], number: int, year: Year
) -> Iterable[Compared]:
    name = authority_name(number)
    return (_one(item.name, "authority", texts[item.name], name, year) for item in compared)


def _one(name: str, against: Against, cell: str, of: str, year: Year) -> Compared:
    state = state_of(cell, year.suppression)
    text = cell if state == "shown" else ""
    return Compared(name=name, against=against, text=text, state=state, said=in_words(state), of=of)
