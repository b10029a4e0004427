"""Two releases of a school side by side: which figures changed, by how much, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from keystage.flows.figures.contents import Content, Figure
from keystage.measures.changes.comparing import Change, Changes, Effect
from keystage.measures.changes.reasons import REASONS, Reason
from keystage.measures.explain_words import as_text
from keystage.records.schema import PUPILS
from keystage.web.figures.cells import NOTHING, Cell, cell_of, signed
from keystage.web.figures.drawing import number
from keystage.web.figures.opened import by_name

_PLACES = 2
_UNDER = "less than 0.01"
_PUPILS = "pupils"
_MEANINGS = {column.name: column.meaning for column in PUPILS}


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A figure that is another in the later release.

    Attributes:
        name: its field.
        label: what it is, with its pupil group.
        before: the earlier figure.
        after: the later one.
        change: by how much; empty where it is no number.
        band: from which band to which; empty where it is the same, or there is none.
        reasons: why, the commonest kinds of reason in words; none where that may not be told.
        pupils: how many pupils make it; none where that is not known or may not be told.
        opens: whether its pupils are known, so that it can be opened.
    """

    name: str
    label: str
    before: Cell
    after: Cell
    change: str
    band: str = ""
    reasons: tuple[str, ...] = ()
    pupils: int | None = None
    opens: bool = False


@dataclass(frozen=True, kw_only=True)
class EffectRow:
    """What one pupil does to a change: who, why, what differs of the pupil, and by how much.

    ``reference`` is the number of the checking request behind it; empty without one.
    """

    name: str
    why: str
    differs: tuple[str, ...]
    effect: str
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class ReasonRow:
    """What the pupils of one reason do to a change together."""

    reason: str
    pupils: int
    effect: str


def moved(old: Content, new: Content, changes: Changes | None) -> Iterator[Moved]:
    """The figures that differ between two contents, in the order of the tables.

    Args:
        old: the earlier content.
        new: the later one, of the same school and level of data.
        changes: the exact figures; none where they are unknown or not for the person.
    """
    exact = _by_name(changes, int(new.code)) if changes else {}
    before = {figure.name: figure for figure in old.figures}
    after = {figure.name: figure for figure in new.figures}
    for name in dict.fromkeys((*after, *before)):
        was, is_so, change = before.get(name), after.get(name), exact.get(name)
        if not _same(was, is_so) or (change is not None and not change.same):
            yield _moved(name, was, is_so, change)


def change_of(changes: Changes | None, school: int, name: str) -> Change | None:
    """The change of one figure; None where it was not compared."""
    return next(iter(changes.of_school(school, [name])), None) if changes else None


def effects_of(
    change: Change,
    before: Mapping[int, str],
    after: Mapping[int, str],
    references: Mapping[str, str],
) -> tuple[EffectRow, ...]:
    """The pupils who make a change, as far as they are called something; by name, not by line.

    Args:
        change: the change.
        before: what pupils of the earlier release are called, by line; only these are told.
        after: the same of the later one, which goes first.
        references: numbers of checking requests by UPN, as far as they may be told.
    """
    rows = []
    for effect in change.effects:
        name = after.get(effect.new_line or 0)
        if name is None and effect.new_line is None:
            name = before.get(effect.old_line or 0)
            name = f"{name}, of the earlier release" if name else None
        if name is not None:
            rows.append(
                EffectRow(
                    name=name,
                    why=_sentence(effect.reasons),
                    differs=tuple(_differing(effect)),
                    effect=exactly(effect.effect),
                    reference=_reference(effect, references),
                )
            )
    return tuple(sorted(rows, key=lambda row: by_name(row.name)))


def by_reason(change: Change) -> tuple[ReasonRow, ...]:
    """The effects put together by their main reason, in the order reasons are told."""
    rows = []
    for reason in REASONS:
        own = [one for one in change.effects if one.reasons[:1] == (reason,)]
        if own:
            total = sum((one.effect or Fraction() for one in own), Fraction())
            known = change.change is not None
            rows.append(
                ReasonRow(
                    reason=_first_up(reason.words),
                    pupils=len(own),
                    effect=exactly(total) if known else "",
                )
            )
    return tuple(rows)


def exactly(value: Fraction | None) -> str:
    """An exact number with its sign; empty where there is none."""
    if value is None:
        return ""
    text = as_text(value)
    return signed(text if value <= 0 else f"+{text}")


def by(change: Fraction | None, unit: str) -> str:
    """A change with its sign; empty where it is none of a number.

    Args:
        change: by how much.
        unit: of the figure; pupils are whole, anything else has two decimals.
    """
    if change is None:
        return ""
    if unit == _PUPILS and change.denominator == 1:
        return signed(f"{change.numerator:+d}")
    text = f"{float(round(change, _PLACES)):+.{_PLACES}f}"
    return _UNDER if change and not round(change, _PLACES) else signed(text)


def reasons_in(rows: Iterable[Moved]) -> tuple[str, ...]:
    """The kinds of reason that rows have, in their order."""
    found = {reason for row in rows for reason in row.reasons}
    return tuple(words for one in REASONS if (words := _first_up(one.words)) in found)


def _by_name(changes: Changes, school: int) -> dict[str, Change]:
    return {change.field.name: change for change in changes.of_school(school)}


def _same(was: Figure | None, is_so: Figure | None) -> bool:
    if was is None or is_so is None:
        return was is is_so
    return (was.state, was.text, was.band_words) == (is_so.state, is_so.text, is_so.band_words)


def _moved(name: str, was: Figure | None, is_so: Figure | None, change: Change | None) -> Moved:
    told = is_so or was
    label = told.label if told else name
    group = told.group_label if told else ""
    return Moved(
        name=name,
        label=f"{label}, {group}" if group else label,
        before=_cell(was),
        after=_cell(is_so),
        change=by(change.change, told.unit if told else "") if change else _as_printed(was, is_so),
        band=_band(was, is_so),
        reasons=_reasons(change.effects) if change else (),
        pupils=len(change.effects) if change else None,
        opens=bool(change and change.effects),
    )


def _cell(figure: Figure | None) -> Cell:
    """A figure's cell, its own text first: two releases are read along one line."""
    found = cell_of(figure)
    if figure is None or figure.state != "shown":
        return Cell(first=found.first or NOTHING, shown=False)
    return Cell(first=signed(figure.text))


def _as_printed(was: Figure | None, is_so: Figure | None) -> str:
    """The change between two printed figures, in their own decimals; empty unless both are."""
    if was is None or is_so is None:
        return ""
    before, after = number(was.text), number(is_so.text)
    if before is None or after is None:
        return ""
    places = max(len(text.rstrip("%").partition(".")[2]) for text in (was.text, is_so.text))
    return signed(f"{after - before:+.{places}f}")


def _band(was: Figure | None, is_so: Figure | None) -> str:
    bands = [one.band_words if one is not None and one.may_rank else None for one in (was, is_so)]
    if bands[0] == bands[1] or not all(bands):
        return ""
    return f"{bands[0]} → {bands[1]}"


def _reasons(effects: Sequence[Effect]) -> tuple[str, ...]:
    """The main reasons of effects, each once, in the order they are told."""
    found = {one.reasons[0].name for one in effects if one.reasons}
    return tuple(_first_up(reason.words) for reason in REASONS if reason.name in found)


def _sentence(reasons: Sequence[Reason]) -> str:
    return _first_up("; ".join(reason.words for reason in reasons))


def _reference(effect: Effect, references: Mapping[str, str]) -> str:
    upns = (upn.strip().upper() for upn in (effect.new_upn, effect.old_upn) if upn)
    return next((references[upn] for upn in upns if upn in references), "")


def _differing(effect: Effect) -> Iterator[str]:
    """What differs of the pupil: which value, what it was, what it is."""
    for name, old, new in effect.columns:
        meaning = _first_up(_MEANINGS.get(name, name))
        yield f"{meaning} ({name}): {old or 'blank'} → {new or 'blank'}"


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
