"""All checks of a national teacher assessment return, against reading it from Parquet.

    python benchmarks/return_checks.py --pupils 670000 --times 7

Makes an invented return of every school (if it is not there yet), with its expected list, then
reads it and checks it in turn, and prints the ratio of the two. A few pupils in a thousand have a
fault, as they will have.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl
from numpy.typing import NDArray

from keystage.checks.returns.run import run_returns
from keystage.core.upn import LETTERS, WEIGHTS
from keystage.records.circumstances import Circumstances
from keystage.records.returns import EXPECTED, FILES, PUPILS, RESULTS, SLOTS, ReturnSet
from keystage.statute.authorities import load_authorities
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection

YEAR = 2026
PUPILS_PER_SCHOOL = 42
PROMISED = 3.0
ONE_SCHOOL = 45
TABLES = ("files", "pupils", "results", "slots", "expected")
FAULTY = 0.003
_BELOW = 0.06
_SLOTS = (
    ("ENG", "REA", "reading"),
    ("ENG", "WRI", "writing"),
    ("MAT", "SUB", "maths"),
    ("SCI", "SUB", "science"),
)
_SOUNDS = ("ba", "den", "el", "for", "ham", "jo", "ka", "lyn", "mor", "ni", "ro", "sa", "ter", "wy")
Numbers = NDArray[np.int64]


def make(to: Path, pupils: int, seed: int, collection: Collection) -> None:
    """Write the return of a nation: one Parquet file for each of `TABLES`."""
    chance = np.random.default_rng(seed)
    schools = max(1, pupils // PUPILS_PER_SCHOOL)
    place = np.sort(chance.integers(0, schools, pupils))
    numbers = _school_numbers(schools)
    people = _people(chance, place, collection)
    below = chance.random(pupils) < _BELOW
    to.mkdir(parents=True, exist_ok=True)
    _files(numbers, collection).write_parquet(to / "files.parquet")
    people.write_parquet(to / "pupils.parquet")
    _results(chance, place, below).write_parquet(to / "results.parquet")
    _slots().write_parquet(to / "slots.parquet")
    registered = np.where(below, "below", "registered")
    expected = people.select(
        "line",
        "upn",
        "surname",
        "forename",
        "birth_date",
        "sex",
        "left_on",
        school=pl.Series(numbers).gather(place),
        reading=pl.Series(registered),
        gps=pl.Series(registered),
        maths=pl.Series(registered),
        on_register=pl.lit(True),
    ).select(pl.col(name).cast(kind) for name, kind in EXPECTED.items())
    there = chance.random(pupils) > FAULTY
    expected.filter(pl.Series(there)).sort("school", "surname", "forename").write_parquet(
        to / "expected.parquet"
    )


def _school_numbers(schools: int) -> list[str]:
    authorities = sorted(load_authorities().numbers)
    each = -(-schools // len(authorities))
    return [f"{authority}{at + 1:04}" for authority in authorities for at in range(each)][:schools]


def _files(numbers: list[str], collection: Collection) -> pl.DataFrame:
    school, form = pl.col("school"), collection.format
    made = (
        pl.DataFrame({"school": numbers})
        .with_row_index("file")
        .with_columns(
            name=school + f"_CTF_{form.destination_la}{form.destination_estab}_001.xml",
            form=pl.lit("ctf"),
            sha256=school.hash().cast(pl.String),
            document=pl.lit(form.document_name),
            version=pl.lit(form.version),
            made_at=pl.datetime(YEAR, 6, 1, 10),
            qualifier=pl.lit("partial"),
            supplier=pl.lit("invented"),
            source_la=school.str.slice(0, 3),
            source_estab=school.str.slice(3),
            academic_year=pl.lit(YEAR - 1),
            destination_la=pl.lit(form.destination_la),
            destination_estab=pl.lit(form.destination_estab),
        )
    )
    return made.select(
        (pl.col(name) if name in made.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in FILES.items()
    )


def _people(chance: np.random.Generator, place: Numbers, collection: Collection) -> pl.DataFrame:
    count = len(place)
    born = np.datetime64(collection.cohort.born_from) + chance.integers(0, 365, count)
    made = pl.DataFrame(
        {
            "file": place,
            "upn": _upns(chance, count),
            "surname": _names(chance, count, 4),
            "forename": _names(chance, count, 3),
            "birth_date": born,
            "sex": np.where(chance.random(count) < 0.5, "F", "M"),
            "sex_element": "Sex",
        }
    ).with_row_index("pupil")
    return made.select(
        (
            pl.col(name)
            if name in made.columns
            else pl.col("pupil") * 30 + 25
            if name == "line"
            else pl.lit(None)
        )
        .cast(kind)
        .alias(name)
        for name, kind in PUPILS.items()
    )


def _upns(chance: np.random.Generator, count: int) -> pl.Series:
    """Numbers of authority 999 and schools below 1000, some of them with a wrong letter."""
    drawn = chance.choice(1000 * 9 * 1000, count, replace=False)
    establishment, rest = np.divmod(drawn, 9 * 1000)
    number = 999 * 10**9 + establishment * 10**5 + 11_000 + rest
    digits = [number // 10 ** (len(WEIGHTS) - 1 - at) % 10 for at in range(len(WEIGHTS))]
    total = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    total += chance.random(count) < FAULTY
    letters = np.array(list(LETTERS))[total % len(LETTERS)]
    return pl.Series(np.char.add(letters, number.astype(str)))


def _names(chance: np.random.Generator, count: int, sounds: int) -> pl.Series:
    parts = [
        pl.Series(_SOUNDS).gather(chance.integers(0, len(_SOUNDS), count)) for _ in range(sounds)
    ]
    return pl.select(pl.concat_str(*map(pl.lit, parts)).str.to_titlecase()).to_series()


def _results(chance: np.random.Generator, place: Numbers, below: NDArray[np.bool_]) -> pl.DataFrame:
    count = len(place)
    every = np.arange(count)
    given = {
        0: (every[below], ("PK4", "PK5", "EM")),
        1: (every, ("GDS", "EXS", "EXS", "EXS", "WTS")),
        2: (every[below], ("PK3", "PK5", "PK6")),
        3: (every, ("EXS", "EXS", "EXS", "HNM")),
    }
    rows = [
        pl.DataFrame(
            {
                "pupil": who,
                "slot": np.full(len(who), slot),
                "result": np.array(codes)[chance.integers(0, len(codes), len(who))],
            }
        ).filter(pl.Series(chance.random(len(who)) > FAULTY))
        for slot, (who, codes) in given.items()
    ]
    return (
        pl.concat(rows)
        .sort("pupil", "slot")
        .with_columns(
            file=_file(place),
            line=pl.col("pupil") * 30 + 30 + pl.col("slot"),
            result_date=pl.lit(None),
        )
        .select(pl.col(name).cast(kind) for name, kind in RESULTS.items())
    )


def _file(place: Numbers) -> pl.Expr:
    return pl.lit(pl.Series(place)).gather(pl.col("pupil").cast(pl.UInt32))


def _slots() -> pl.DataFrame:
    return pl.DataFrame(
        [
            (at, "KS2", "ENG", YEAR, subject, "TA", component, "R", "NL", measure, "assessment")
            for at, (subject, component, measure) in enumerate(_SLOTS)
        ],
        schema=dict(SLOTS),
        orient="row",
    )


def read(folder: Path) -> tuple[ReturnSet, pl.DataFrame]:
    """The return and its expected list."""
    frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    expected = frames.pop("expected")
    return ReturnSet(**frames), expected


def one_school(returns: ReturnSet, expected: pl.DataFrame) -> tuple[ReturnSet, pl.DataFrame]:
    """The first pupils, as one school's return."""
    pupils = returns.pupils.head(ONE_SCHOOL).with_columns(file=pl.lit(0, pl.UInt32))
    results = returns.results.filter(pl.col("pupil") < ONE_SCHOOL)
    school = returns.files["source_la"][0] + returns.files["source_estab"][0]
    return (
        ReturnSet(
            files=returns.files.head(1),
            pupils=pupils,
            results=results.with_columns(file=pl.lit(0, pl.UInt32)),
            slots=returns.slots,
        ),
        expected.join(pupils.select("upn"), on="upn", how="semi").with_columns(
            school=pl.lit(school)
        ),
    )


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure, and print what was promised and what was measured."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--pupils", type=int, default=670_000)
    options.add_argument("--times", type=int, default=7)
    options.add_argument("--seed", type=int, default=20260626)
    options.add_argument("--data", type=Path, default=Path(__file__).parent / "data" / "returns")
    chosen = options.parse_args()
    collection = load_collection(YEAR)
    folder = chosen.data / f"{chosen.pupils}-{chosen.seed}"
    if not (folder / "expected.parquet").exists():
        make(folder, chosen.pupils, chosen.seed, collection)
    returns, expected = read(folder)
    known = Circumstances(today=collection.window.closes if collection.window else None)

    def checked(some: ReturnSet, listed: pl.DataFrame) -> object:
        return run_returns(
            some, collection, channel="gateway", expected=listed, circumstances=known
        )

    checked(returns, expected)
    pairs = [
        (seconds(lambda: read(folder)), seconds(lambda: checked(returns, expected)))
        for _ in range(chosen.times)
    ]
    ratios = [check / reading for reading, check in pairs]
    school = one_school(returns, expected)
    checked(*school)
    small = median(seconds(lambda: checked(*school)) for _ in range(21))
    print(f"Python {platform.python_version()}, Polars {pl.__version__}, {os.cpu_count()} cores")
    print(
        f"{returns.pupils.height:,} pupils, {returns.results.height:,} results, "
        f"{returns.files.height:,} schools"
    )
    print(f"reading {median(pair[0] for pair in pairs) * 1000:.0f} ms")
    print(f"checks  {median(pair[1] for pair in pairs) * 1000:.0f} ms")
    print(
        f"checks / reading {median(ratios):.2f}x ({min(ratios):.2f} to {max(ratios):.2f}), "
        f"promised at most {PROMISED:.0f}x"
    )
    print(f"one school of {ONE_SCHOOL} pupils, warm: {small * 1000:.1f} ms")


if __name__ == "__main__":
    main()
