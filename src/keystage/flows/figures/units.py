"""The contents of every school, authority, region and of the nation, complete and suppressed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from keystage.flows.figures import guard
from keystage.flows.figures.caveats import Told, caveats
from keystage.flows.figures.cells import Cells, Declared, bottom_of, top_of
from keystage.flows.figures.compared import Comparators
from keystage.flows.figures.contents import Compared, Content, Figure, Kind, Level, State
from keystage.flows.figures.naming import code_of, name_of
from keystage.flows.figures.protecting import withheld
from keystage.flows.figures.states import in_words, state_of
from keystage.flows.figures.unscored import unscored
from keystage.measures.catalogue import COMPOSITION
from keystage.measures.parts import WHOLE
from keystage.measures.table import EVERYONE, IN_AREA, MAINSTREAM
from keystage.measures.table import Level as Tabled
from keystage.statute.year import Year

_COUNT = {WHOLE: "TELIG"} | {item.group: item.count_field for item in COMPOSITION}
#: Units whose complete figures are printed at a time, and turned to contents at a time.
_PRINTED, _TURNED = 4000, 200
_LACKS = "the pupil file lacks a column it needs"
_BLANK = "the published tables leave it blank"
_NATIONALLY = "there is no national figure to take it from"


@dataclass(frozen=True, kw_only=True)
class Release:
    """What every content of a release says of it.

    Attributes:
        year: the statutory year with the reference that was used.
        asked: the statutory year as it was asked for, which may have progress this one lacks.
        stage: unamended, provisional, revised or final.
        label: the label every page and file shows.
        made_at: when it was computed, ISO 8601 in UTC.
        notes: sentences on the release as a whole.
        without: kinds of area that it has no figures of, because it holds a part of each only.
    """

    year: Year
    asked: Year
    stage: str
    label: str
    made_at: str
    notes: tuple[str, ...] = ()
    without: frozenset[Kind] = frozenset()


@dataclass(kw_only=True)
class Maker:
    """Makes contents from cells. What many units share is made once.

    Attributes:
        cells: the texts of every unit.
        comparators: what figures are compared with.
        release: what every content says of its release.
        given_away: by kind and code what an earlier release would give away; the cells are
            withheld already.
    """

    cells: Cells
    comparators: Comparators
    release: Release
    given_away: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _made: dict[tuple[Any, ...], Figure] = field(default_factory=dict)

    def contents(self, kind: Tabled, *, complete_too: bool = True) -> Iterator[Content]:
        """The contents of a level's units, complete and, where they are published, suppressed.

        Args:
            kind: which units.
            complete_too: whether to give complete ones; suppressed ones are quicker made alone.
        """
        start, height = self.cells.table.block(kind)
        for first in range(0, height, _PRINTED):
            many = min(_PRINTED, height - first)
            complete = self._complete(start + first, many) if complete_too else pl.DataFrame()
            for at in range(0, many, _TURNED):
                units = self.cells.table.units_of(kind).slice(first + at, min(_TURNED, many - at))
                texts = complete.slice(at, units.height).to_dict(as_series=False)
                published, places = self._published(kind, first + at, units.height)
                named = units.to_dict(as_series=False)
                yield from self._of_units(kind, named, texts, published, places)

    def _complete(self, start: int, height: int) -> pl.DataFrame:
        """The complete figures of some units; of a small table all are printed at once."""
        if self.cells.table.units.height > _PRINTED:
            return self.cells.complete(start, height)
        return self._all_complete.slice(start, height)

    @cached_property
    def _all_complete(self) -> pl.DataFrame:
        return self.cells.complete(0, self.cells.table.units.height)

    def _published(
        self, kind: Tabled, first: int, height: int
    ) -> tuple[dict[str, list[str]], list[int | None]]:
        """The published cells of some units, and where among them each unit's are."""
        frame = self.cells.published[kind]
        if kind != "national" or frame.height == self.cells.table.block(kind)[1]:
            return frame.slice(first, height).to_dict(as_series=False), list(range(height))
        kinds = self.cells.table.units_of(kind)["kind"].slice(first, height)
        return frame.to_dict(as_series=False), [0 if one == EVERYONE else None for one in kinds]

    def _of_units(
        self,
        kind: Kind,
        units: Mapping[str, Sequence[Any]],
        texts: Mapping[str, Sequence[Any]],
        published: Mapping[str, Sequence[Any]],
        places: Sequence[int | None],
    ) -> Iterator[Content]:
        for at, place in enumerate(places):
            unit = {name: column[at] for name, column in units.items()}
            complete = {name: column[at] for name, column in texts.items()}
            cells = {n: c[place] for n, c in published.items()} if place is not None else None
            if complete:
                yield self._content(kind, "complete", unit, complete, cells, counted=complete)
            if cells is not None:
                yield self._content(kind, "suppressed", unit, cells, cells, counted=complete)

    def _content(  # noqa: PLR0913  # what is printed, what is published, and of how many
        self,
        kind: Kind,
        level: Level,
        unit: Mapping[str, Any],
        texts: Mapping[str, Any],
        published: Mapping[str, Any] | None,
        *,
        counted: Mapping[str, Any],
    ) -> Content:
        release = self.release
        pupils = guard.whole(texts["TELIG"] or "")
        small = guard.is_small(pupils)
        code = code_of(kind, unit)
        gone = self.given_away.get((kind, code), frozenset()) if level == "suppressed" else ()
        figures = [
            self._figure(
                item, level, texts, published, small=small, scored=_scored(item, level, counted)
            )
            for item in self.cells.declared
        ]
        if gone:
            figures = [withheld(one) if one.name in gone else one for one in figures]
        told = Told(
            year=release.year.year.id,
            stage=release.stage,
            kind=kind,
            pupils=pupils or 0,
            small=small,
            subjects=self._subjects,
            with_progress=self._with_progress,
            special=kind == "school" and bool(unit[IN_AREA]) and not unit[MAINSTREAM],
        )
        return Content(
            kind=kind,
            code=code,
            name=name_of(kind, unit),
            level=level,
            year=release.year.year.id,
            stage=release.stage,
            release=release.label,
            made_at=release.made_at,
            pupils=texts["TELIG"] or "",
            small=small,
            figures=(*figures, *self._without_progress),
            compared=self._compared(kind, unit),
            notes=release.notes,
            caveats=caveats(told),
        )

    def _figure(  # noqa: PLR0913  # what is printed, what is published, and of how many
        self,
        item: Declared,
        level: Level,
        texts: Mapping[str, Any],
        published: Mapping[str, Any] | None,
        *,
        small: bool,
        scored: int | None,
    ) -> Figure:
        state, said = self._state(item, level, texts, published)
        text = (texts[item.name] or "") if state == "shown" else ""
        pupils = self._pupils(item, texts)
        # Of so many with a score the group has no fewer, though their number is withheld.
        unknown = level == "suppressed" and pupils is None and scored is None
        few = unknown or guard.is_small(pupils) or guard.is_small(scored)
        few = few or (small and item.family != "three_year")
        whole = item.field.group == WHOLE
        folded = not whole and pupils is not None and 0 < pupils < self._smallest
        lower = upper = band = top = None
        bottom: int | None = None
        if state == "shown" and item.lower is not None and item.upper is not None:
            lower, upper = (_shown(texts.get(end)) for end in (item.lower, item.upper))
            band = _shown(texts.get(item.band)) if item.band else None
        if state == "shown" and level == "complete" and item.exact:
            top, bottom = texts[top_of(item.name)], texts[bottom_of(item.name)]
        equivalent = self._equivalent(item, text, pupils)
        key = (
            item.name,
            text,
            state,
            said,
            lower,
            upper,
            band,
            top,
            bottom,
            equivalent,
            few,
            folded,
        )
        made = self._made.get(key)
        if made is not None:
            return made
        made = Figure(
            name=item.name,
            label=item.label,
            group=item.field.group,
            group_label=item.group_label,
            subject=item.subject,
            family=item.family,
            unit=item.unit,
            text=text,
            state=state,
            said=said,
            lower=lower,
            upper=upper,
            band=band,
            # A label of significance is no word for a few pupils.
            band_words=None if few or band is None else self._labels[int(band) - 1],
            numerator=top,
            denominator=bottom,
            pupils=equivalent,
            lead=guard.lead(
                item.unit, small=few, interval=lower is not None, counted=bottom is not None
            ),
            may_rank=not few,
            folded=folded,
        )
        if lower is None and bottom is None:
            self._made[key] = made
        return made

    def _state(
        self,
        item: Declared,
        level: Level,
        texts: Mapping[str, Any],
        published: Mapping[str, Any] | None,
    ) -> tuple[State, str]:
        """The state of a figure and its words; of one that is shown, how it is published."""
        if item.name in self.cells.gone:
            return "not_available", in_words("not_available", _LACKS)
        cell = "" if published is None else published[item.name] or ""
        as_published = state_of(cell, self.release.year.suppression)
        if level == "complete" and texts[item.name]:
            withheld = published is not None and as_published in {"suppressed", "low_coverage"}
            return "shown", f"In published tables: {in_words(as_published)}" if withheld else ""
        state = as_published if level == "suppressed" else "not_applicable"
        if state != "not_applicable":
            return state, in_words(state)
        measure = item.field.measure
        if item.family == "gap" and measure and measure.name not in self.cells.national:
            return "not_available", in_words("not_available", _NATIONALLY)
        blank = level == "suppressed" and item.family == "three_year"
        return state, in_words(state, _BLANK if blank else "")

    def _pupils(self, item: Declared, texts: Mapping[str, Any]) -> int | None:
        """The pupils of a figure's group, as they are printed at this level."""
        count = "TELIG_3YR" if item.family == "three_year" else _COUNT.get(item.field.group, "")
        return guard.whole(texts.get(count) or "")

    def _equivalent(self, item: Declared, text: str, pupils: int | None) -> str | None:
        national = self.comparators.national_texts.get(item.name)
        if item.family != "attainment" or item.unit != "percent" or not text:
            return None
        if national is None or not pupils:
            return None
        return guard.pupil_equivalent(text, national, pupils)

    def _compared(self, kind: Kind, unit: Mapping[str, Any]) -> tuple[Compared, ...]:
        if kind == "national":
            return ()
        areas = self.comparators.authorities if kind == "school" else {}
        return (*self.comparators.national, *areas.get(unit["LEA"], ()))

    @property
    def _smallest(self) -> int:
        return self.release.year.suppression.smallest_group

    @cached_property
    def _labels(self) -> Sequence[str]:
        banding = self.release.year.banding
        return banding.labels if banding else ()

    @cached_property
    def _subjects(self) -> frozenset[str]:
        return frozenset(item.subject for item in self.cells.declared if item.subject)

    @cached_property
    def _with_progress(self) -> frozenset[str]:
        scores = (item for item in self.cells.declared if item.lower)
        return frozenset(item.subject for item in scores if item.subject)

    @cached_property
    def _without_progress(self) -> tuple[Figure, ...]:
        return () if self.release.year.year.progress else unscored(self.release.asked)


def _scored(item: Declared, level: Level, counted: Mapping[str, Any]) -> int | None:
    """The pupils a figure stands on, who may be fewer than its group.

    Of suppressed figures those with limits alone, which tell of how many they are.
    """
    told = item.exact and (level == "complete" or item.lower is not None)
    return counted.get(bottom_of(item.name)) if told else None


def _shown(text: object) -> str | None:
    """The text of a limit or a band, unless it is a code or a blank."""
    found = guard.number(str(text)) if text else None
    return None if found is None else str(text)
