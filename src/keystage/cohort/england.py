"""The authorities there were in a summer, and roughly how large and how mixed each is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from keystage.cohort.parameters import Because, Triple, load
from keystage.statute.authorities import load_authorities
from keystage.statute.table import Record

#: The authority of invented places, the agency's own entry for tests.
NOWHERE = 999
NOWHERE_REGION = "Nowhere"


class AuthorityRow(Record, frozen=True, kw_only=True):
    """A row of ``england.toml``; ``since`` and ``until`` are the first and last summer."""

    region: str
    schools: int
    disadvantaged: float
    eal: float
    middle: int = 0
    since: int = 0
    until: int = 9999


class Regions(Because, frozen=True, kw_only=True):
    """Progress of each region's schools, in points."""

    progress: Mapping[str, Triple]


class AuthorityRows(Because, frozen=True, kw_only=True):
    """The rows by number."""

    rows: Mapping[str, AuthorityRow]


class England(Record, frozen=True, kw_only=True):
    """Everything of ``england.toml``."""

    regions: Regions
    authorities: AuthorityRows


@dataclass(frozen=True, kw_only=True)
class Place:
    """An authority of a summer.

    Attributes:
        number: its number.
        name: its name.
        region: its region.
        schools: primary schools, as a weight.
        middle: schools with year 6 as a middle year, as a weight.
        disadvantaged: percent of pupils.
        eal: percent of pupils.
    """

    number: int
    name: str
    region: str
    schools: int
    middle: int
    disadvantaged: float
    eal: float


@cache
def england() -> England:
    """Everything of ``england.toml``."""
    return load("england.toml", England)


@cache
def places(year: int) -> tuple[Place, ...]:
    """The authorities of the summer of a year, in order of number."""
    names = load_authorities().names.names
    return tuple(
        Place(
            number=int(number),
            name=names[number],
            region=row.region,
            schools=row.schools,
            middle=row.middle,
            disadvantaged=row.disadvantaged,
            eal=row.eal,
        )
        for number, row in sorted(england().authorities.rows.items())
        if row.since <= year <= row.until
    )


def nowhere() -> Place:
    """An authority that is nowhere, mixed as the country is."""
    rows = england().authorities.rows.values()
    schools = sum(row.schools for row in rows)

    def average(field: str) -> float:
        return float(sum(getattr(row, field) * row.schools for row in rows) / schools)

    return Place(
        number=NOWHERE,
        name=load_authorities().called(NOWHERE),
        region=NOWHERE_REGION,
        schools=1,
        middle=1,
        disadvantaged=average("disadvantaged"),
        eal=average("eal"),
    )
