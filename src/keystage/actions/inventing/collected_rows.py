"""The rows of an invented cohort, as the database has them: pupils, what was received, results."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import polars as pl

from keystage.actions.packs import YEAR_GROUP
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.cohort.writing import PUPIL_FILE, ROLL_FILE
from keystage.statute.collection_loader import load_collection
from keystage.statute.year import Year
from keystage.store.models import CohortPupil

_FIRST_STAGE = {"ks1_reading": "KS1READ", "ks1_writing": "KS1WRIT", "ks1_maths": "KS1MAT"}
_NAMES = ("upn", "former_upn", "surname", "forename", "sex")
_DAYS = ("birth_date", "left_on")
_NOT_KNOWN = (
    "preferred_surname", "preferred_forename", "year_taught", "left_to_authority",
    "left_to_school",
)  # fmt: skip
_WHY_REMOVED = "Invented: left out, as the school asked."


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Keys of the database, by the number of the school."""

    schools: Mapping[str, int]
    sheets: Mapping[str, int]
    returns: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Frames with a column a field.

    Attributes:
        pupils: the roll.
        members: the cohorts.
        received: the pupils of returns, without the file they came in.
        judgements: their judgements, likewise.
        results: of every test, without their release.
    """

    pupils: pl.DataFrame
    members: pl.DataFrame
    received: pl.DataFrame
    judgements: pl.DataFrame
    results: pl.DataFrame


def rows_of(cohort: Path, year: Year, keys: Keys) -> Rows:
    """The rows of a cohort.

    Judgements are those of the pupil file, and of the roll for who is not in it. Who is in the file
    and does not count, for no reason that a registration gives, was taken out of the cohort.

    Args:
        cohort: the folder that ``keystage cohort make`` wrote.
        year: the rules.
        keys: of its schools, and of their sheets and returns.
    """
    roll = _roll(cohort)
    ids = [pl.Series(name, [uuid4().hex for _ in range(roll.height)]) for name in ("id", "other")]
    everybody = roll.with_columns(*ids).with_columns(
        _key(keys.schools).alias("school_id"),
        _key(keys.sheets).alias("sheet"),
        _key(keys.returns).alias("school_return"),
        *(pl.col(name).fill_null("") for name in (*_NAMES, *_FIRST_STAGE)),
        *(pl.col(name).cast(pl.String) for name in _DAYS),
    )
    return Rows(
        pupils=_pupils(everybody),
        members=_members(everybody, year),
        received=everybody.select(
            pl.col("other").alias("id"),
            "school_return",
            *_NAMES,
            *_DAYS,
            **_texts("removed_reason", "removed_detail"),
        ),
        judgements=pl.concat(_judgements(everybody)),
        results=pl.concat(_results(everybody.filter("in_file"))).sort("school", "upn"),
    )


def _roll(cohort: Path) -> pl.DataFrame:
    """The roll, with what the pupil file says of who is in it."""
    judged = [f"{subject.prefix}TAOUTCOME" for subject in ASSESSED]
    pupils = pl.scan_parquet(cohort / f"{PUPIL_FILE}.parquet").select(
        "URN",
        pl.col("UPN").alias("upn"),
        *(pl.col(theirs).cast(pl.String).alias(ours) for ours, theirs in _FIRST_STAGE.items()),
        *(pl.col(name).cast(pl.String) for name in ("P_INCL", *judged)),
    )
    roll = pl.scan_parquet(cohort / f"{ROLL_FILE}.parquet")
    return (
        roll.join(pupils, on=["URN", "upn"], how="left", maintain_order="left")
        .with_columns(
            pl.when("in_file").then(name).otherwise(f"ta_{subject}").alias(f"ta_{subject}")
            for subject, name in zip(ASSESSED, judged, strict=True)
        )
        .collect()
    )


def _key(keys: Mapping[str, int]) -> pl.Expr:
    return pl.col("school").replace_strict(keys, return_dtype=pl.Int64)


def _texts(*names: str) -> dict[str, pl.Expr]:
    return dict.fromkeys(names, pl.lit(""))


def _pupils(everybody: pl.DataFrame) -> pl.DataFrame:
    return everybody.select(
        "id",
        pl.col("school_id").alias("school"),
        *_NAMES,
        *_DAYS,
        *_FIRST_STAGE,
        pl.col("class").alias("class_name"),
        pl.col("joined_on").cast(pl.String).alias("entered_on"),
        pl.lit(YEAR_GROUP).alias("year_group"),
        pl.lit(1).alias("version"),
        **_texts(*_NOT_KNOWN),
    )


def _members(everybody: pl.DataFrame, year: Year) -> pl.DataFrame:
    codes = load_collection(year.year.id).registrations.codes
    away = [code for code, one in codes.items() if one.elsewhere]
    counts = pl.col("P_INCL").is_in(year.inclusion.included).fill_null(value=True)
    removed = ~counts & ~pl.all_horizontal(pl.col(str(test)).is_in(away) for test in TESTED)
    return everybody.select(
        "sheet",
        pl.col("id").alias("pupil"),
        pl.lit(CohortPupil.How.YEAR_GROUP.value).alias("how"),
        removed.alias("removed"),
        pl.when(removed).then(pl.lit(_WHY_REMOVED)).otherwise(pl.lit("")).alias("reason"),
        *(str(test) for test in TESTED),
        "on_register",
        pl.lit(1).alias("version"),
    )


def _judgements(everybody: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for subject in ASSESSED:
        code = pl.col(f"ta_{subject}")
        yield everybody.filter(code.is_not_null()).select(
            pl.col("other").alias("pupil"),
            pl.lit(str(subject)).alias("subject"),
            code.alias("code"),
            pl.lit(1).alias("version"),
            **_texts("p_scale"),
        )


def _results(pupils: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for test in TESTED:
        yield pupils.select(
            pl.col("school_id").alias("school"),
            "upn",
            "surname",
            "forename",
            "birth_date",
            "sex",
            pl.lit(str(test)).alias("subject"),
            pl.col(f"{test}_mark").alias("raw_mark"),
            pl.lit("{}").alias("papers"),
            pl.col(f"{test}_score").alias("scaled_score"),
            pl.col(f"{test}_outcome").fill_null("").alias("outcome"),
            pl.lit(value=False).alias("taken_back"),
        )
