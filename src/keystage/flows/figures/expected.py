"""When releases of figures that are not out yet usually come, by rule from data."""

from calendar import month_name
from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from keystage.statute.table import Confidence, Record, Source

_FILE = Path(__file__).with_name("expected.toml")


class Stage(Record, frozen=True, kw_only=True):
    """A stage of a year's figures: the month it usually comes in, and what sets it apart."""

    stage: str
    label: str
    source: str
    confidence: Confidence
    month: int
    years_after: int
    text: str


class Stages(Record, frozen=True, kw_only=True):
    """Every stage, in order, with the sources."""

    sources: dict[str, Source]
    stages: tuple[Stage, ...]


@cache
def declared() -> Stages:
    """The stages of the file."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Stages)


def still_to_come(year: int, out: Collection[str], on: date) -> tuple[str, ...]:
    """A sentence on each stage of a year's figures that comes after all that are out.

    Args:
        year: the summer of the tests.
        out: the stages that are out.
        on: the day it is asked on.
    """
    stages = declared().stages
    furthest = max((at for at, one in enumerate(stages) if one.stage in out), default=-1)
    return tuple(_sentence(one, year, on) for one in stages[furthest + 1 :])


def _sentence(stage: Stage, year: int, on: date) -> str:
    month = date(year + stage.years_after, stage.month, 1)
    when = f"{month_name[month.month]} {month.year}"
    if on.replace(day=1) > month:
        return f"{stage.label} figures, {stage.text}: usual month {when}; none were released here."
    return f"{stage.label} figures, {stage.text}: expected in {when}, the usual month."
