"""How a trust's weighted figures come about, as a page and a file say it.

Source: 2022 technical guide, key stage 2 multi-academy trust measures and annex B.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.schools_listed import School, SchoolsTable, Standing, Working
from keystage.flows.figures.trust_workings import added, effective
from keystage.measures.explain_words import as_text
from keystage.web.figures.cells import Cell, cell_of, signed
from keystage.web.figures.files import about
from keystage.web.figures.sheets import sheet_of
from keystage.web.figures_units.rows import standing_words

_PLACES = 2
_HEADS = (
    "Figure", "Name in the tables", "Pupil group", "School", "URN", "Counts", "Why it does not",
    "Joined the trust", "Years", "Pupils", "Weight", "The school's figure",
    "Adds to the numerator, exact", "Adds to the figure, exact",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Stands:
    """A school of a trust, and how it counts."""

    urn: int
    name: str
    pupils: str
    counts: bool
    words: str


def standings_of(table: SchoolsTable) -> tuple[Stands, ...]:
    """Every school of a trust: those that count first, by name."""
    found = [
        Stands(
            urn=school.urn,
            name=school.name,
            pupils=school.pupils or "Not known",
            counts=standing.counts,
            words=". ".join(standing_words(standing)),
        )
        for school, standing in zip(table.schools, table.standings, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: not one.counts))


@dataclass(frozen=True, kw_only=True)
class Added:
    """A school that counts, and what it adds to a figure of its trust.

    Attributes:
        urn: the school.
        name: its name.
        cell: its own figure.
        years: the years it is weighted by.
        pupils: the pupils it is weighted by; empty where that is not told.
        weight: pupils times years.
        top: what it adds to the numerator.
        adds: what it adds to the figure, in its unit.
    """

    urn: int
    name: str
    cell: Cell
    years: str
    pupils: str = ""
    weight: str = ""
    top: str = ""
    adds: str = ""


@dataclass(frozen=True, kw_only=True)
class Worked:
    """A weighted figure with its workings.

    Attributes:
        figure: the trust's figure; none where the release has none.
        rows: the schools that count.
        total: the sums: of weights, of numerators, and the figure; empty where they are not told.
        steps: from the sums to the printed figure.
        told: whether what schools add is told.
    """

    figure: Figure | None
    rows: tuple[Added, ...]
    total: tuple[str, str, str]
    steps: tuple[str, ...]
    told: bool


def worked(table: SchoolsTable, working: Working, content: Content) -> Worked:
    """A figure with what each school adds.

    Args:
        table: the schools of the trust.
        working: how the figure comes about.
        content: what the release says of the trust.
    """
    figure = content.figure(working.name)
    told = bool(working.shares) and figure is not None and figure.state == "shown"
    return Worked(
        figure=figure,
        rows=tuple(_rows(table, working, told=told)),
        total=_total(working) if told else ("", "", ""),
        steps=tuple(_steps(working, figure)) if told and figure else (),
        told=told,
    )


def rounded(value: Fraction, places: int = _PLACES) -> str:
    """A number to some decimals, halves away from zero, with a true minus sign.

    >>> rounded(Fraction(-1, 8)), rounded(Fraction(-1, 1000)), rounded(Fraction(7, 2))
    ('−0.13', '0.00', '3.50')
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    found = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return signed(str(found or abs(found)))


def _rows(table: SchoolsTable, working: Working, *, told: bool) -> Iterator[Added]:
    shares = {one.urn: one for one in working.shares}
    adds = added(working.shares)
    for school, standing in zip(table.schools, table.standings, strict=True):
        if not standing.counts:
            continue
        plain = Added(
            urn=school.urn,
            name=school.name,
            cell=cell_of(table.figure(school, working.column)),
            years=str(standing.years),
        )
        if not told:
            yield plain
            continue
        share = shares[school.urn]
        yield Added(
            urn=plain.urn,
            name=plain.name,
            cell=plain.cell,
            years=plain.years,
            pupils=str(share.pupils),
            weight=str(share.weight),
            top=rounded(Fraction(share.top)),
            adds=rounded(adds[school.urn]),
        )


def _total(working: Working) -> tuple[str, str, str]:
    weight = sum(one.weight for one in working.shares)
    top = sum((Fraction(one.top) for one in working.shares), Fraction(0))
    return str(weight), rounded(top), rounded(top / weight)


def _steps(working: Working, figure: Figure) -> Iterator[str]:
    weight = sum(one.weight for one in working.shares)
    top = sum((Fraction(one.top) for one in working.shares), Fraction(0))
    yield _signed(f"{as_text(top)} / {weight} = {as_text(top / weight)}.")
    yield f"Printed: {signed(figure.text)}."
    many = effective(working.shares)
    if figure.lower and many is not None:
        yield (
            f"The limits rest on {rounded(many, 1)} pupils, the square of the sum of weights over "
            "the sum of squared weights by pupils. With equal weights that is the number of pupils."
        )


def workings_file(table: SchoolsTable, content: Content, form: str) -> bytes:
    """Every working of a trust, a row a figure and school, then the schools that do not count.

    Args:
        table: the schools of the trust.
        content: what the release says of the trust.
        form: a key of `sheets.FORMS`.
    """
    rows = [row for working in table.workings for row in _file_rows(table, working, content)]
    rows += [
        (None, None, None, *_stands(school, standing), *(None,) * 5)
        for school, standing in zip(table.schools, table.standings, strict=True)
        if not standing.counts
    ]
    told = about(content, progress=any(one.unit == "points" for one in table.workings))
    return sheet_of(_HEADS, rows, told, content.release, form)


def _file_rows(
    table: SchoolsTable, working: Working, content: Content
) -> Iterator[tuple[str | None, ...]]:
    """The schools that count in a figure, and below them the figure itself."""
    figure = content.figure(working.name)
    if figure is None:
        return
    told = bool(working.shares) and figure.state == "shown"
    shares = {one.urn: one for one in working.shares} if told else {}
    adds = added(working.shares) if told else {}
    head = (figure.label, figure.name, figure.group_label)
    for school, standing in zip(table.schools, table.standings, strict=True):
        if not standing.counts:
            continue
        own, share = table.figure(school, working.column), shares.get(school.urn)
        yield (
            *head,
            *_stands(school, standing),
            str(share.pupils) if share else None,
            str(share.weight) if share else None,
            (own.text or own.said) if own else None,
            share.top if share else None,
            str(adds[school.urn]) if share else None,
        )
    weight = sum(one.weight for one in shares.values())
    top = sum((Fraction(one.top) for one in shares.values()), Fraction(0))
    yield (
        *head,
        content.name,
        *(None,) * 6,
        str(weight) if told else None,
        figure.text or figure.said,
        str(top) if told else None,
        str(top / weight) if told else None,
    )


def _signed(text: str) -> str:
    """A sum with true minus signs throughout."""
    return text.replace("-", "−")


def _stands(school: School, standing: Standing) -> tuple[str | None, ...]:
    return (
        school.name,
        str(school.urn),
        "Yes" if standing.counts else "No",
        standing.why,
        standing.joined,
        None if standing.years is None else str(standing.years),
    )
