"""Packs of results day and released figures of one school, held against each other.

Both are of the same pupils at two dates. The one that is made later gives way.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.rounding import numerators
from keystage.flows.results_day.pack import Pack, numbers_in
from keystage.measures import figures
from keystage.measures.parts import WHOLE

_BOUND = re.compile(r"(Fewer than|At least) (\d+)(?: of (\d+)| pupils)")
#: So many places leave no doubt of the number of pupils behind a share.
_EXACTLY = Decimal("1E-12")


def lines_beside(pack: Pack, contents: Iterable[Content]) -> Iterator[list[list[str]]]:
    """What figures would be as lines of a pack, for `results_day.pack.beside`.

    Where rounding leaves more than one number of pupils open, the least and the most are told.

    Args:
        pack: the pack of the day.
        contents: suppressed contents of the school.
    """
    for content in contents:
        pupils = guard.whole(content.pupils)
        shown = {one.name: one for one in content.figures if one.state == "shown"}
        least: list[list[str]] = []
        most: list[list[str]] = []
        for row in pack.rows:
            figure = shown.get(row.field)
            if figure is not None and pupils:
                low, high = _said(figure, pupils)
                least.append([row.subject, row.label, low])
                most.append([row.subject, row.label, high])
        yield least
        yield most


def figures_told(
    kept: Mapping[str, Any], *, code: str, year: int, label: str, made_at: str
) -> Content:
    """What a pack of results day told of a school, as a content of an earlier release.

    Where it told a bound, the bound is taken for the number: who knows less is told no more.

    Args:
        kept: the pack as it is kept.
        code: the school's URN.
        year: the season.
        label: what the pack is called.
        made_at: when it was made.
    """
    rows: Sequence[Sequence[str]] = kept["rows"]
    wholes = [found[1] for *_, said in rows if len(found := numbers_in(said)) > 1]
    pupils = kept.get("pupils", max(wholes, default=0))
    named = zip(kept.get("fields", ()), rows, strict=False)
    told = [_figure(name, said, pupils) for name, (*_, said) in named]
    return Content(
        kind="school",
        code=code,
        name="",
        level="suppressed",
        year=year,
        stage="",
        release=label,
        made_at=made_at,
        pupils=str(pupils),
        figures=(
            Figure(
                name="TELIG", label="", group=WHOLE, family="composition", unit="pupils",
                text=str(pupils),
            ),
            *(one for one in told if one is not None),
        ),
    )  # fmt: skip


def _said(figure: Figure, pupils: int) -> tuple[str, str]:
    value = guard.number(figure.text)
    if figure.unit != "percent" or value is None:
        return figure.text, figure.text
    counted = numerators(pupils, value)
    if not counted:
        return "", ""
    return f"{counted[0]} of {pupils}", f"{counted[-1]} of {pupils}"


def _figure(name: str, said: str, pupils: int) -> Figure | None:
    """A line of a pack as a figure; none where it tells nothing."""
    bound, counted = _BOUND.fullmatch(said), numbers_in(said)
    number = counted[0] if counted else int(bound[2]) if bound else None
    if number is None:
        told = guard.number(said)
        return None if told is None else _plain(name, said, "average", "score")
    whole = counted[1] if len(counted) > 1 else pupils
    share = figures.PERCENT * Decimal(number) / Decimal(whole)
    return _plain(name, str(share.quantize(_EXACTLY)), "attainment", "percent")


def _plain(name: str, text: str, family: str, unit: str) -> Figure:
    return Figure(name=name, label="", group=WHOLE, family=family, unit=unit, text=text)
