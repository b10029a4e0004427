"""One authority of a plan, as it is handed to whoever makes it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from keystage.cohort.chance import Stream, generator
from keystage.cohort.plan import Plan
from keystage.cohort.schools import Schools
from keystage.cohort.summers import Summer, summer_of
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.statute.loader import load_year
from keystage.statute.year import Year


@dataclass(frozen=True)
class Task:
    """An authority to be made.

    Attributes:
        plan: the plan it is of.
        number: its number.
        schools: its schools.
    """

    plan: Plan
    number: int
    schools: Schools

    @property
    def settings(self) -> pl.DataFrame:
        """The settings of its schools."""
        return self.schools.settings

    @property
    def year(self) -> Year:
        """The statutory year."""
        return load_year(self.plan.year, self.plan.release)

    @property
    def collection(self) -> Collection:
        """The collection of the year."""
        return load_collection(self.plan.year)

    @property
    def summer(self) -> Summer:
        """What is particular to the year."""
        return summer_of(self.plan.year)

    def chance(self, stream: Stream) -> np.random.Generator:
        """The chance of one topic of the authority."""
        return generator(self.plan.seed, self.plan.year, stream, self.number)
