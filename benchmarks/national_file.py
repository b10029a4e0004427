"""Write invented national pupil files and a schools file, seeded, in the department's columns.

    python benchmarks/national_file.py --pupils 670000 --cohorts 1 --to benchmarks/data

writes ``schools.parquet`` and ``pupils-01.parquet``, ``pupils-02.parquet``, ... Codes and scores
are text, as in the department's files; UPNs are random within an invented range, so they do not
compress. Shares follow the published national tables; no pupil or school is real.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from national_schools import FIRST_AUTHORITY, Schools, make_schools

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

PUPILS_PER_SCHOOL = 670_000 / 16_500
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"

KS1 = ("", "GDS", "EXS", "WTS", "PKF", "BLW", "M", "D", "A")
P_SCALES = ("", "P8", "P7", "P6", "P5", "P4", "P3ii", "P3i", "P2ii", "P2i", "P1ii", "P1i")
TESTS = ("", "AS", "NS", "B", "A", "M", "U", "J", "Q")
SCORES = ("", *map(str, range(80, 121)), "N")
NO_SCORE = len(SCORES) - 1
BELOW_TEST = ("", "PK1", "PK2", "PK3", "PK4", "PK5", "PK6", "EM")
WRITING = ("", "GDS", "EXS", "WTS", "PK6", "PK5", "PK4", "PK3", "PK2", "PK1", "EM", "A", "D")
SCIENCE = ("", "EXS", "HNM", "A", "D")


def make_pupils(schools: Schools, pupils: int, seed: int, cohort: int) -> pl.DataFrame:
    """Draw one national cohort, a row a pupil, in order of school.

    Args:
        schools: the schools, the same for every cohort.
        pupils: how many pupils, exactly.
        seed: the seed of the whole file set.
        cohort: 1 for the first; each has its own pupils and its own UPNs.
    """
    chance = np.random.default_rng([seed, cohort])
    school = _allot(schools.sizes, pupils, chance)
    special, independent = schools.special[school], schools.independent[school]
    sex = _choose(chance, pupils, (0.51, 0.49))
    poor = _spread(chance, schools, school, 1.3, 2.9)
    eal = _spread(chance, schools, school, 0.45, 1.7)
    sen = _choose(chance, pupils, (0.805, 0.16, 0.035))
    sen[special] = 2
    ability = _ability(chance, schools, school, poor, sen)
    no_key_stage_1 = chance.random(pupils, dtype=np.float32) < np.where(independent, 0.5, 0.045)
    columns: dict[str, pl.Series] = {
        "LAESTAB": schools.table["LAESTAB"].gather(school),
        "URN": schools.table["URN"].gather(school),
        "UPN": _pupil_numbers(chance, pupils, cohort),
        "P_INCL": _text(_choose(chance, pupils, (0.992, 0.006, 0.002)), ("201", "202", "203")),
        "SEX": _text(sex, ("M", "F")),
        "SENF": _text(sen, ("N", "K", "E")),
        "EALGRP": _text(np.where(eal, 1, _choose(chance, pupils, (0.99, 0.0, 0.01))), "123"),
        "FSM6_P": _text(poor, "01"),
        "NEWMOBILE": _text(_choose(chance, pupils, (0.915, 0.085)), "01"),
    }
    columns |= _key_stage_1(chance, ability, no_key_stage_1)
    columns |= _key_stage_2(chance, ability, sex)
    return pl.DataFrame(columns)


def _allot(sizes: NDArray[np.int64], pupils: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """The school of each pupil: cohorts vary by a tenth about each school's usual size."""
    wanted = sizes * chance.normal(1.0, 0.1, len(sizes)).clip(0.6, 1.4)
    counts = np.maximum(1, np.round(wanted * pupils / wanted.sum())).astype(np.int64)
    while (short := pupils - int(counts.sum())) != 0:
        rows = chance.choice(np.flatnonzero(counts > 1), min(abs(short), len(sizes) // 4))
        np.add.at(counts, np.unique(rows)[: abs(short)], 1 if short > 0 else -1)
    return np.repeat(np.arange(len(sizes)), counts)


def _choose(chance: np.random.Generator, rows: int, shares: Sequence[float]) -> Codes:
    """Draw codes 0, 1, 2, ... with these shares, the same for every row."""
    edges = np.cumsum(shares, dtype=np.float32)[:-1]
    return np.searchsorted(edges, chance.random(rows, dtype=np.float32), "right").astype(np.uint8)


def _spread(
    chance: np.random.Generator, schools: Schools, school: NDArray[np.int64], a: float, b: float
) -> Mask:
    """A trait whose share differs between schools as a beta distribution with a and b."""
    share = chance.beta(a, b, len(schools.sizes)).astype(np.float32)[school]
    return chance.random(len(school), dtype=np.float32) < share


def _ability(
    chance: np.random.Generator,
    schools: Schools,
    school: NDArray[np.int64],
    poor: Mask,
    sen: Codes,
) -> Floats:
    """A pupil's standing, mean 0 and standard deviation about 1 in mainstream schools."""
    effect = chance.normal(0.0, 0.28, int(school[-1]) + 1).astype(np.float32)[school]
    own = chance.standard_normal(len(school), dtype=np.float32) * np.float32(0.87)
    shift = np.array([0.16, -0.9, -1.4], dtype=np.float32)[sen]
    standing = effect + own + shift + np.where(poor, np.float32(-0.35), np.float32(0.15))
    special, independent = schools.special[school], schools.independent[school]
    return (
        standing
        - np.where(special, np.float32(1.3), np.float32(0))
        + np.where(independent, np.float32(0.4), np.float32(0))
    )


def _banded(values: Floats, edges: Sequence[float]) -> Codes:
    """How many of the edges, best first, lie above each value."""
    return np.searchsorted(-np.array(edges, dtype=np.float32), -values, "right").astype(np.uint8)


def _noisy(chance: np.random.Generator, ability: Floats, size: float) -> Floats:
    return ability + chance.standard_normal(len(ability), dtype=np.float32) * np.float32(size)


def _key_stage_1(chance: np.random.Generator, ability: Floats, none: Mask) -> dict[str, pl.Series]:
    """Key stage 1 results of 2018, with P scales for most pupils below the standards."""
    rows = len(ability)
    below: dict[str, Mask] = {}
    columns: dict[str, pl.Series] = {}
    absent = np.where(none, _choose(chance, rows, (0.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.1, 0.1)), 0)
    edges = {
        "READ": (0.68, -0.80, -2.05, -2.55),
        "WRIT": (1.05, -0.65, -1.98, -2.50),
        "MAT": (0.82, -0.85, -2.10, -2.60),
    }
    for subject, cuts in edges.items():
        code = _banded(_noisy(chance, ability, 0.45), cuts) + np.uint8(1)
        code = np.where(chance.random(rows, dtype=np.float32) < 0.002, 6, code)
        code = np.where(none, absent, code).astype(np.uint8)
        below[subject] = code == KS1.index("BLW")
        columns[f"KS1{subject}"] = _text(code, KS1)
    standing = np.clip((ability + 4.2) * 5, 0, 11).astype(np.int64)
    scale = np.where(chance.random(rows, dtype=np.float32) < 0.85, 12 - standing.clip(1), 0)
    own, english = np.where(scale <= 5, scale, 0), np.where(scale > 5, scale, 0)
    columns["KS1READPSCALE"] = _text(np.where(below["READ"], own, 0), P_SCALES)
    columns["KS1WRITPSCALE"] = _text(np.where(below["WRIT"], own, 0), P_SCALES)
    below_english = below["READ"] | below["WRIT"]
    columns["KS1ENGPSCALE"] = _text(np.where(below_english, english, 0), P_SCALES)
    columns["KS1MATPSCALE"] = _text(np.where(below["MAT"], scale, 0), P_SCALES)
    return columns


def _key_stage_2(chance: np.random.Generator, ability: Floats, sex: Codes) -> dict[str, pl.Series]:
    """Test outcomes and scores, teacher assessment, and assessment below the tests."""
    rows = len(ability)
    columns: dict[str, pl.Series] = {}
    kept_out = _choose(chance, rows, (0.9905, 0.004, 0.0008, 0.0025, 0.0012, 0.0005, 0.0005))
    special_code = np.array([0, 4, 5, 6, 7, 8, 0], dtype=np.uint8)[kept_out]
    below_code = _banded(
        _noisy(chance, ability, 0.2) + np.float32(3.7), (1.3, 0.9, 0.5, 0.1, -0.4, -0.9)
    )
    assessment = np.array([6, 5, 4, 3, 2, 1, 7], dtype=np.uint8)[below_code]
    girls = np.where(sex == 1, np.float32(0.06), np.float32(-0.06))
    tests = {"READ": (105.7, girls), "MAT": (104.7, -2 * girls), "GPS": (105.0, 2 * girls)}
    outside: dict[str, Mask] = {}
    for subject, (mean, shift) in tests.items():
        standing = _noisy(chance, ability + shift, 0.5)
        score = np.rint(mean + 7.2 * standing).astype(np.int64)
        not_entered = standing < -2.35
        lost = chance.random(rows, dtype=np.float32) < 0.0004
        code = np.where(score >= 100, 1, 2)
        code = np.where(not_entered, 3, code)
        code = np.where(kept_out > 0, special_code, code)
        sat = (code == 1) | (code == 2)
        few_marks = (score < 92) & (chance.random(rows, dtype=np.float32) < 0.08)
        mark = np.where(few_marks | (score < 80), NO_SCORE, np.clip(score, 80, 120) - 79)
        mark = np.where(sat & ~(lost & (code == 1)), mark, 0)
        columns[f"{subject}OUTCOME"] = _text(code, TESTS)
        columns[f"{subject}SCORE"] = _text(mark, SCORES)
        outside[subject] = (code == 3) | ((mark == NO_SCORE) & (assessment == 6))
    columns["WRITTAOUTCOME"] = _text(_writing(chance, ability + girls * 2, kept_out), WRITING)
    science = np.where(_noisy(chance, ability, 0.4) > -0.98, 1, 2)
    science = np.where(kept_out == 1, 3 + (chance.random(rows) < 0.3), science)
    columns["SCITAOUTCOME"] = _text(np.where(kept_out == 6, 0, science), SCIENCE)
    columns["MATTAOUTCOME"] = _text(np.where(outside["MAT"], assessment, 0), BELOW_TEST)
    columns["READTAOUTCOME"] = _text(np.where(outside["READ"], assessment, 0), BELOW_TEST)
    order = ["READ", "MAT", "GPS"]
    first = [f"{subject}OUTCOME" for subject in order] + [f"{subject}SCORE" for subject in order]
    return {name: columns[name] for name in [*first, *(n for n in columns if n not in first)]}


def _writing(chance: np.random.Generator, standing: Floats, kept_out: Codes) -> Codes:
    cuts = (1.15, -0.58, -2.15, -2.4, -2.65, -2.9, -3.15, -3.45, -3.8)
    code = _banded(_noisy(chance, standing, 0.45), cuts) + np.uint8(1)
    code = np.where(kept_out == 1, 11, code)
    code = np.where(chance.random(len(code), dtype=np.float32) < 0.001, 12, code)
    return np.where(kept_out == 6, 0, code).astype(np.uint8)


def _text(codes: NDArray[np.integer] | Mask, words: Sequence[str]) -> pl.Series:
    """Codes as text; code of the empty word is a blank cell."""
    spelling = pl.Series([word or None for word in words], dtype=pl.String)
    return spelling.gather(codes.astype(np.uint32))


def _pupil_numbers(chance: np.random.Generator, pupils: int, cohort: int) -> pl.Series:
    """Unique numbers in random order: check letter, invented authority and school, year, serial."""
    drawn = np.empty(0, dtype=np.int64)
    while len(drawn) < pupils:
        more = chance.integers(152 * 1_000 * 1_000, size=pupils + pupils // 50)
        drawn = np.unique(np.concatenate([drawn, more]))
    drawn = chance.permutation(drawn)[:pupils]
    place, serial = np.divmod(drawn, 1_000)
    authority, school = np.divmod(place, 1_000)
    whole = (FIRST_AUTHORITY + authority) * 10**9 + school * 10**5 + (cohort + 10) * 1_000 + serial
    weighted = np.zeros(pupils, dtype=np.int64)
    for position in range(12):
        weighted += whole // 10 ** (11 - position) % 10 * (position + 2)
    letter = pl.Series(list(CHECK_LETTERS)).gather(weighted % len(CHECK_LETTERS))
    return pl.DataFrame({"letter": letter, "digits": whole}).select(
        pl.concat_str("letter", pl.col("digits").cast(pl.String))
    )["letter"]


def write_files(
    folder: Path, pupils: int, cohorts: int, seed: int = 2022, *, csv: bool = False
) -> Mapping[str, Path]:
    """Write the schools file and ``cohorts`` pupil files; give their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    schools = make_schools(max(1_000, round(pupils / PUPILS_PER_SCHOOL)), seed)
    paths = {"schools": _write(schools.table, folder / "schools", csv=csv)}
    for cohort in range(1, cohorts + 1):
        frame = make_pupils(schools, pupils, seed, cohort)
        paths[f"pupils-{cohort:02}"] = _write(frame, folder / f"pupils-{cohort:02}", csv=csv)
    return paths


def _write(frame: pl.DataFrame, stem: Path, *, csv: bool) -> Path:
    path = stem.with_suffix(".csv" if csv else ".parquet")
    if csv:
        frame.write_csv(path)
    else:
        frame.write_parquet(path, compression="zstd")
    return path


def main() -> None:
    """Read the options and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=670_000)
    parser.add_argument("--cohorts", type=int, default=1)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "data")
    parser.add_argument("--csv", action="store_true", help="write CSV instead of Parquet")
    options = parser.parse_args()
    written = write_files(
        options.to, options.pupils, options.cohorts, options.seed, csv=options.csv
    )
    for path in written.values():
        print(f"{path}  {path.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
