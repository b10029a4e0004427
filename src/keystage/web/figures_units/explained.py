"""A figure of a trust, an authority, a region or England opened: what it is, how it comes about."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.schools_listed import SchoolsTable, Working
from keystage.measures import figures
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.declare import Condition, Measure, Sum
from keystage.measures.explain_words import as_text, definition
from keystage.measures.fields import Field
from keystage.statute.year import Year
from keystage.web.figures.cells import signed
from keystage.web.figures.opened import field_of
from keystage.web.figures_units.parts import is_unweighted
from keystage.web.figures_units.workings import rounded

_OF_WHOM = {
    "la": "An authority's figures are of its state-funded mainstream and special schools.",
    "region": "A region's figures are of its state-funded mainstream and special schools.",
}
_TOGETHER = "All pupils of the schools are counted together; no figures of schools are averaged."
_PERCENT = (
    "The pupils of each school that reached the standard are multiplied by the years of the school "
    "in the trust, up to the most that count, and added up. The sum is divided by that of the "
    "pupils counted, multiplied in the same way."
)
_SCORE = (
    "The score of each school is multiplied by its pupils at the end of key stage 2 and by its "
    "years in the trust, up to the most that count, and added up. The sum is divided by that of "
    "pupils times years."
)
_PLAIN = "Years in the trust are left out of this figure: every pupil counts once."


@dataclass(frozen=True, kw_only=True)
class Adds:
    """A school, and what it adds to a figure: its own sum, whom it is of, and the part."""

    urn: int
    name: str
    top: str
    bottom: str
    adds: str


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A figure, opened.

    Attributes:
        definition: what it is, in sentences.
        sources: the guides and sections it rests on.
        rules: the year whose rules were used.
        steps: from the sums to the printed figure; none where sums may not be told.
        adds: what each school adds; none where that is not kept or may not be told.
        total: the sums of all schools.
        working: the name of the weighted figure whose workings show the schools; none of others.
        hidden: what is said in place of sums.
    """

    definition: tuple[str, ...]
    sources: tuple[str, ...]
    rules: str
    steps: tuple[str, ...] = ()
    adds: tuple[Adds, ...] = ()
    total: tuple[str, str, str] = ("", "", "")
    working: str = ""
    hidden: str = ""


def explained(
    content: Content, figure: Figure, table: SchoolsTable | None, year: Year, *, numbers: bool
) -> Explained | None:
    """Open a figure of a unit as far as somebody may see.

    Args:
        content: what the release says of the unit.
        figure: the figure.
        table: the schools of the unit, if they are listed.
        year: the rules of the release.
        numbers: whether sums of schools may be told.

    Returns:
        None if the year has no such figure.
    """
    if content.kind == "trust":
        return _of_a_trust(figure, table, year)
    found = field_of(figure.name, year)
    if found is None:
        return None
    field, three_years = found
    steps = tuple(_steps(figure, field)) if numbers and content.level == "complete" else ()
    adds = tuple(_adds(figure, field, table)) if steps and table and not three_years else ()
    return Explained(
        definition=(*_definition(field, year), _OF_WHOM.get(content.kind, _TOGETHER)),
        sources=_sources(field),
        rules=year.name,
        steps=steps,
        adds=adds,
        total=_total(figure, field) if adds else ("", "", ""),
        hidden="" if steps else _hidden(figure, content),
    )


def _of_a_trust(figure: Figure, table: SchoolsTable | None, year: Year) -> Explained:
    plain = is_unweighted(figure)
    how = _SCORE if figure.unit == "points" else _PERCENT
    ways = table.workings if table else ()
    working = next((one.name for one in ways if _weighs(one, figure)), "")
    return Explained(
        definition=(f"{figure.label}.", how, *((_PLAIN,) if plain else ())),
        sources=(table.rule,) if table and table.rule else (),
        rules=year.name,
        working=working,
    )


def _weighs(working: Working, figure: Figure) -> bool:
    """Whether a working is of the figure, or of the weighted one beside it."""
    return working.name == figure.name or (
        is_unweighted(figure)
        and working.group == figure.group
        and working.name == figure.name.replace("_AVG", "_WGTAVG")
    )


def _definition(field: Field, year: Year) -> tuple[str, ...]:
    measure = field.measure
    if measure is None:
        return definition(field, ELIGIBLE, ELIGIBLE if field.kind == "share" else None, year)
    return definition(field, measure.top, measure.bottom, year)


def _sources(field: Field) -> tuple[str, ...]:
    """The guides and sections a figure rests on."""
    return tuple(dict.fromkeys(one.source for one in _conditions(field.measure)))


def _conditions(measure: Measure | None) -> Iterator[Condition]:
    if measure is None:
        yield from ELIGIBLE.conditions
        return
    inner = measure.top.over if isinstance(measure.top, Sum) else measure.top
    yield from measure.bottom.conditions
    yield from inner.conditions


def _scale(field: Field) -> int:
    return figures.scale(field.measure) if field.measure else figures.PERCENT


def _steps(figure: Figure, field: Field) -> Iterator[str]:
    if figure.state != "shown" or figure.numerator is None or not figure.denominator:
        return
    scale, top = _scale(field), Fraction(figure.numerator)
    value = top * scale / figure.denominator
    times = f" × {scale}" if scale != 1 else ""
    yield f"{signed(as_text(top))}{times} / {figure.denominator} = {signed(as_text(value))}."
    yield f"Printed: {signed(figure.text)}."


def _adds(figure: Figure, field: Field, table: SchoolsTable) -> Iterator[Adds]:
    """What each school that counts adds; none where the figure is not kept for schools."""
    for school, standing in zip(table.schools, table.standings, strict=True):
        own = table.figure(school, figure.name) if standing.counts else None
        if own is None or own.numerator is None or not own.denominator or not figure.denominator:
            continue
        top = Fraction(own.numerator)
        yield Adds(
            urn=school.urn,
            name=school.name,
            top=rounded(top) if top.denominator != 1 else signed(str(top)),
            bottom=str(own.denominator),
            adds=rounded(top * _scale(field) / figure.denominator),
        )


def _total(figure: Figure, field: Field) -> tuple[str, str, str]:
    top = Fraction(figure.numerator or 0)
    value = top * _scale(field) / (figure.denominator or 1)
    words = rounded(top) if top.denominator != 1 else signed(str(top))
    return words, str(figure.denominator), rounded(value)


def _hidden(figure: Figure, content: Content) -> str:
    if figure.state != "shown":
        return ""
    if content.level != "complete":
        return "What each school adds is shown to those who see every figure."
    return "This figure is made of other figures of the unit, not of sums over its schools."
