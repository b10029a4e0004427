"""An invented cohort beside what was published: measures made of it, compared, and proved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.cohort.authority import TRUTH
from keystage.cohort.plan import Plan
from keystage.cohort.targets import compare, targets
from keystage.core.errors import InputError
from keystage.flows.cohort.figures import figures_to_compare
from keystage.flows.cohort.proofs import CHECKED, coverage, invariants
from keystage.flows.cohort.scorable import scored
from keystage.flows.cohort.writing import (
    PUPIL_FILE,
    SCHOOL_FILE,
    TRUTH_FILE,
    read_metadata,
)
from keystage.flows.computing import checked_records, derived_source
from keystage.measures.compute import compute
from keystage.reports.files import METADATA
from keystage.statute.loader import load_year


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How an invented cohort compares.

    Attributes:
        plan: what was made.
        schools: how many schools; ``pupils`` how many pupils in the pupil file.
        derived: whether the reference was derived from it; if not, it is the published one.
        withheld: what cannot be told of its year or size, and why: sentences.
        figures: columns of `cohort.targets.compare`, a row a target, in order.
        invariants: columns of `proofs.invariants`; no rows unless the reference was derived.
        coverage: columns of `proofs.coverage`; no rows without progress.
    """

    plan: Plan
    schools: int
    pupils: int
    derived: bool
    withheld: tuple[str, ...]
    figures: pl.DataFrame
    invariants: pl.DataFrame
    coverage: pl.DataFrame

    @property
    def national(self) -> bool:
        """Whether it is all of England."""
        return self.plan.schools is None and self.plan.authorities is None

    @property
    def targeted(self) -> bool:
        """Whether the published figures are of its year."""
        return self.plan.year == targets().year

    @property
    def compared(self) -> int:
        """How many figures were found, so that they could be compared."""
        return sum(table["found"].count() for table in self._tables)

    @property
    def outside(self) -> list[str]:
        """The labels of the figures that lie outside their tolerance."""
        return [
            label for table in self._tables for label in table.filter(~pl.col("inside"))["label"]
        ]

    @property
    def absent(self) -> list[str]:
        """The labels of the figures that the cohort does not have."""
        return [
            label
            for table in self._tables
            for label in table.filter(pl.col("found").is_null())["label"]
        ]

    @property
    def faulty(self) -> bool:
        """Whether all of England, of the year of the published figures, differs from them."""
        return self.national and self.targeted and bool(self.outside or self.absent)

    @property
    def _tables(self) -> tuple[pl.DataFrame, ...]:
        return self.figures, self.invariants, self.coverage


def calibrate(folder: Path, step: Callable[[str], None] = lambda _: None) -> Calibration:
    """Compute the measures of a cohort and compare them.

    Args:
        folder: what `writing.write_cohort` has written.
        step: told what is being done.

    Raises:
        InputError: the folder is not a cohort's, a file of it cannot be read, or a reference cannot
            be derived from it.
    """
    told = read_metadata(folder)
    plan = _plan(told, folder)
    year = load_year(plan.year, plan.release)
    step("Reading and checking the files")
    records, _ = checked_records(_table(folder, PUPIL_FILE), _table(folder, SCHOOL_FILE), year)
    truth = _truth(folder / f"{TRUTH_FILE}.parquet")
    step("Computing the measures")
    how = scored(year, records.schools.height)
    source = derived_source(records.files["pupils"]) if how.derived else None
    computed = compute(records, how.year, derive_from=source, national=True)
    step("Comparing")
    figures = figures_to_compare(computed.table, how.progress)
    return Calibration(
        plan=plan,
        schools=records.schools.height,
        pupils=records.pupils.height,
        derived=how.derived,
        withheld=how.withheld,
        figures=compare(figures, records.schools.height),
        invariants=invariants(computed, records.schools, how.progress)
        if how.derived
        else pl.DataFrame(schema=CHECKED),
        coverage=coverage(computed.table, truth, how.progress),
    )


def _plan(told: Mapping[str, object], folder: Path) -> Plan:
    given = told["plan"]
    try:
        if isinstance(given, dict):
            return Plan(**given)
    except TypeError:
        pass
    raise InputError(
        "The plan cannot be read.", where=str(folder / METADATA), todo="Make the cohort again."
    )


def _table(folder: Path, name: str) -> Path:
    """The file of a table: CSV if it is there, Parquet if not."""
    text = folder / f"{name}.csv"
    return text if text.exists() else folder / f"{name}.parquet"


def _truth(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path, columns=list(TRUTH), glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "The truth about the schools cannot be read.",
            where=str(path),
            todo="Make the cohort again.",
        ) from error
