"""The words measures are declared in.

A `Condition` says who is in. A `Count` is the pupils who meet several, a `Sum` adds a column over a
count. A `Measure` is one of these over another. Nothing else calculates: the engine sums counts and
sums, and explanations walk the same conditions.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from keystage.core.subjects import Subject

Unit = Literal["percent", "score", "points"]
Family = Literal["attainment", "average", "progress", "prior_attainment"]
RoundingRule = Literal["percent", "progress", "key_stage_1_average", "average_score"]


@dataclass(frozen=True, eq=False)
class Condition:
    """Something that is true of a pupil or not.

    Attributes:
        name: its name, unique.
        sentence: what is said of a pupil who meets it, continuing "The pupil …"; ``{COLUMN}``
            stands for the pupil's own value.
        otherwise: what is said of a pupil who does not.
        source: the guide and section.
        test: a Boolean expression over the working table, never null.
    """

    name: str
    sentence: str
    otherwise: str
    source: str
    test: pl.Expr


@dataclass(frozen=True)
class Count:
    """The pupils who meet every condition, in the order in which they are explained."""

    name: str
    label: str
    conditions: tuple[Condition, ...]

    def where(self, name: str, label: str, *more: Condition) -> "Count":
        """The pupils of this count who meet more conditions."""
        return Count(name, label, (*self.conditions, *more))


@dataclass(frozen=True)
class Sum:
    """The sum of a whole-number column over a count; ``per_one`` of its units make one."""

    name: str
    label: str
    column: str
    per_one: int
    over: Count


@dataclass(frozen=True)
class Measure:
    """A figure: ``top`` over ``bottom``.

    Attributes:
        name: its name, unique.
        field: its name in the department's tables, with ``{group}`` where the group's suffix goes.
        label: what it is, for people, continuing "The …".
        unit: percent, score (scaled score) or points.
        top: what is counted or summed; its pupils are among those of ``bottom``.
        bottom: who is in.
        rounding: which rounding rule of the year prints it.
        source: the guide and section.
        published_for: the pupil groups whose figure the published tables carry.
        family: which of the rules of withholding it follows.
        subject: the subject it belongs to, if it is one subject's.
        progress: whether it is a progress score, with limits and a band.
    """

    name: str
    field: str
    label: str
    unit: Unit
    top: Count | Sum
    bottom: Count
    rounding: RoundingRule
    source: str
    published_for: frozenset[str]
    family: Family
    subject: Subject | None = None
    progress: bool = False

    @property
    def covered(self) -> Count:
        """The pupils whose results the figure shows: of a coverage, those it counts."""
        if self.family == "progress" and isinstance(self.top, Count):
            return self.top
        return self.bottom


@dataclass(frozen=True)
class Composition:
    """How many of the school's pupils are in a group, and their share of the pupils of others."""

    group: str
    count_field: str
    share_field: str
    over: tuple[str, ...] = ("all",)
