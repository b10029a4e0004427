"""What checks of quality are made from: counts of pupils and schools, beside the release before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from keystage.checks.counted import counts
from keystage.core.subjects import Subject
from keystage.flows.figures.school_pupils import SchoolPupils, pupils_of
from keystage.measures.table import STATE_FUNDED, with_types
from keystage.records.recordset import RecordSet
from keystage.records.schema import PUPILS
from keystage.statute.year import Year

_INCLUSION = "P_INCL"
#: The columns any of which says that there is an outcome.
OUTCOMES: Mapping[Subject, tuple[str, ...]] = {
    Subject.READING: ("READOUTCOME", "READSCORE"),
    Subject.WRITING: ("WRITTAOUTCOME",),
    Subject.MATHS: ("MATOUTCOME", "MATSCORE"),
    Subject.GPS: ("GPSOUTCOME", "GPSSCORE"),
    Subject.SCIENCE: ("SCITAOUTCOME",),
}
_KEY = ["URN", "UPN"]
_SAID = (*(name for names in OUTCOMES.values() for name in names), "READTAOUTCOME", "MATTAOUTCOME")
_RESULTS = [column.name for column in PUPILS if column.name in _SAID]


@dataclass(frozen=True, kw_only=True)
class Former:
    """The release before: its label, and the pupils it keeps, asked for once."""

    label: str
    pupils: Callable[[], Iterable[SchoolPupils]]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a release has beside the one before: pupils who count, schools with some, same pupils.

    ``changed`` of the ``same`` pupils, who have their number in both at one school, have another
    result.
    """

    pupils: int
    schools: int
    same: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Counts of a release.

    Attributes:
        pupils: pupils at the end of the key stage.
        schools: schools that have some.
        without_school: pupils who count and stand at no school of the release.
        duplicates: pupils who count and share their number with another record that counts.
        empty: schools that are listed and have nobody, the first ones named.
        unknown: schools of which nothing says what they are.
        missing: pupils who count without an outcome, by subject.
        beside: the release before; none without one.
    """

    pupils: int
    schools: int
    without_school: int
    duplicates: int
    empty: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: Mapping[Subject, int]
    beside: Beside | None = None


def facts(records: RecordSet, year: Year, former: Former | None) -> Facts:
    """Count what the checks of quality ask of.

    Args:
        records: pupils and schools of the release.
        year: the statutory year.
        former: the release before.
    """
    counted = records.pupils.filter(counts(records.pupils, year))
    with_pupils = counted["URN"].drop_nulls().unique()
    typed = with_types(records.schools, year.school_types.types)
    known = records.schools["URN"].implode()
    numbers = counted["UPN"].drop_nulls()
    missing = counted.select(
        pl.all_horizontal(pl.col(name).is_null() for name in names).sum().alias(str(subject))
        for subject, names in OUTCOMES.items()
    ).row(0, named=True)
    return Facts(
        pupils=counted.height,
        schools=len(with_pupils),
        without_school=int((~counted["URN"].is_in(known).fill_null(value=False)).sum()),
        duplicates=int(numbers.is_duplicated().sum()),
        empty=_named(typed.filter(~pl.col("URN").is_in(with_pupils.implode()))),
        unknown=_named(typed.filter(pl.col(STATE_FUNDED).is_null())),
        missing={subject: missing[str(subject)] for subject in OUTCOMES},
        beside=None if former is None else _beside(counted, former, year),
    )


def _named(schools: pl.DataFrame) -> tuple[str, ...]:
    """Schools as people know them."""
    names = pl.format("{} ({})", pl.col("SCHNAME").fill_null("School"), "URN")
    return tuple(schools.sort("URN").select(names).to_series().to_list())


def _beside(counted: pl.DataFrame, former: Former, year: Year) -> Beside:
    before = pl.concat([pl.DataFrame(schema=_texts()), *_former(former, year)])
    now = counted.select("URN", pl.col("UPN", *_RESULTS).cast(pl.String))
    same = now.join(_once(before), on=_KEY, how="inner", suffix=":before")
    differs = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}:before")) for name in _RESULTS
    )
    return Beside(
        pupils=before.height,
        schools=before["URN"].n_unique(),
        same=same.height,
        changed=int(same.select(differs.sum()).item()),
    )


def _texts() -> dict[str, type[pl.DataType]]:
    return {"URN": pl.Int32, "UPN": pl.String, **dict.fromkeys(_RESULTS, pl.String)}


def _former(former: Former, year: Year) -> Iterator[pl.DataFrame]:
    """The pupils who count of each school of the release before, as texts."""
    for school in former.pupils():
        pupils = pupils_of(school, ("URN", "UPN", _INCLUSION, *_RESULTS))
        yield pupils.filter(counts(pupils, year)).select(
            pl.col("URN").cast(pl.Int32), pl.col("UPN", *_RESULTS).cast(pl.String)
        )


def _once(pupils: pl.DataFrame) -> pl.DataFrame:
    """Pupils whose number stands once at their school, so that nobody is taken for another."""
    return pupils.unique(_KEY, keep="none").filter(pl.col("UPN").is_not_null())
