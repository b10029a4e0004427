"""Make the invented files of this folder; the same files every time.

Nobody in them exists. Run it from the root of the project: ``python data/invented/make.py``.
"""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random

from department import with_working
from plan import (
    AWKWARD,
    IN_TWO_SCHOOLS,
    KEY_STAGE_1_POINTS,
    KEY_STAGE_1_POINTS_OF_2026,
    LAYOUT,
    P_SCALES,
    SCHOOL_COLUMNS,
    SCHOOL_OF_2026,
    SCHOOLS,
    SPELT_WITH_CARE,
    TRUST,
    Row,
)
from pupil import Maker, exactly_disadvantaged, finish, person, results

HERE = Path(__file__).parent


def cohort_of_2022() -> list[Row]:
    """The pupils of the trust, school by school, in order of surname."""
    maker = Maker(Random(2022))
    points = {code: Fraction(value) for code, value in KEY_STAGE_1_POINTS.items()}
    points_given = points | {"BLW": Fraction(3)}
    by_school: dict[int, list[Row]] = {}
    for school in SCHOOLS:
        rows = [person(maker, school, 2022) for _ in range(school.pupils)]
        for row in rows:
            results(maker, school, row, points_given)
        for row, changes in zip(rows, AWKWARD.get(school.urn, ()), strict=False):
            row.update(changes)
        if school.disadvantaged is not None:
            exactly_disadvantaged(rows, school.disadvantaged)
        by_school[school.urn] = rows
    counts, listed = (by_school[urn] for urn in IN_TWO_SCHOOLS)
    first = listed[len(AWKWARD[IN_TWO_SCHOOLS[1]]) - 1]
    again = counts[-1]
    same_child = ("UPN", "SURNAME", "FORENAME", "Sex", "DOB", "ETHNICITY", "LANG1ST", "EALGRP")
    first |= {name: again[name] for name in same_child}
    every = [row for rows in by_school.values() for row in rows]
    for row, surname in zip(every[:: len(every) // len(SPELT_WITH_CARE)], SPELT_WITH_CARE,
                            strict=False):  # fmt: skip
        row["SURNAME"] = surname
    for row in every:
        below = "BLW" in {row["KS1READ"], row["KS1WRIT"], row["KS1MAT"]}
        # The average of a pupil with P scales is the department's to work out: left blank here.
        finish(row, points if below else points_given)
    return [
        row
        for rows in by_school.values()
        for row in sorted(rows, key=lambda row: (row["SURNAME"], row["FORENAME"], row["UPN"]))
    ]


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a CSV file, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sys.stdout.write(f"{path}\n")


def school_rows() -> Iterator[dict[str, str]]:
    """The school file of the trust."""
    for school in SCHOOLS:
        yield {
            "URN": str(school.urn),
            "LAESTAB": str(school.laestab),
            "SCHNAME": school.name,
            "LEA": str(school.lea),
            "NFTYPE": school.kind,
            "RECTYPE": "2" if school.special else "1",
            "REGION": "Imagined North" if school.lea % 2 == 0 else "Imagined South",
            "DATE_JOINED_TRUST": school.joined.isoformat(),
            **TRUST,
        }


def cohort_of_2026() -> list[Row]:
    """The pupils of one school with the department's own working, as its file of 2026 has it."""
    maker = Maker(Random(2026))
    points = {code: Fraction(value) for code, value in KEY_STAGE_1_POINTS_OF_2026.items()}
    school = SCHOOL_OF_2026
    rows = [person(maker, school, 2026) for _ in range(school.pupils)]
    for row in rows:
        results(maker, school, row, points)
    for row, changes in zip(rows, AWKWARD[school.urn], strict=False):
        row.update(changes)
    for row in rows:
        finish(row, points)
    rows.sort(key=lambda row: (row["SURNAME"], row["FORENAME"], row["UPN"]))
    return with_working(rows, points)


if __name__ == "__main__":
    write(HERE / "pupils.csv", (*LAYOUT, *P_SCALES), cohort_of_2022())
    write(HERE / "schools.csv", SCHOOL_COLUMNS, school_rows())
    write(HERE / "cohort_2026.csv", LAYOUT, cohort_of_2026())
