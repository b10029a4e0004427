"""How many wrong cells ``keystage verify`` reports: change one cell, run the rules, count.

    python benchmarks/corruption.py data/published
    python benchmarks/corruption.py data/published --year 2018 --copies 20 --seed 7 --missed 10

The tables of the folder's last year (or of ``--year``) are copied several times, and in every copy
one cell of every school is changed. Rules look at one school's row and at earlier years, which are
left as they are, so one run tries thousands of changes; rows of authorities, whose figures need all
schools unchanged, are left out of the copies. A figure is changed by 1, 3, 10 or 50 units of its
last decimal, up or down, as long as it is not negative and no percentage is over 100; a code
becomes another code. A change is found when a cell of its row is reported, and named when the
changed cell itself is among them. The seed decides which cells are changed, so two versions of the
rules see the same changes. It leaves with 1 if a row that nobody changed is reported.
"""

import argparse
import csv
import random
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.names import KS1_AVERAGE, SHARES, coverage_of, decimals_of
from keystage.flows.verify.run import verify
from keystage.formats.published_table import DepartmentTable, read_tables

STEPS = (1, 3, 10, 50)
SCHOOLS = ("1", "2")
OURS = ("FILE", "LINE")
CODES = ("SUPP", "NA", "LOWCOV")
Row = dict[str, str]


@dataclass(frozen=True)
class Change:
    """One changed cell: where it is, what kind of cell, by how many units (0: a code)."""

    file: str
    urn: str
    column: str
    kind: str
    step: int
    before: str
    after: str


_EARLIER = r"_\d\d$"
#: The kind of a column by the first pattern its name has.
_KINDS = {
    r"^TELIG_3YR$": "three-year cohort",
    r"_3YR$": "three-year figure",
    rf"PROG.*{_EARLIER}": "earlier year: score, limit, band",
    _EARLIER: "earlier year: other",
    r"^DIFFN_": "gap",
    r"PROG_UNADJUSTED$": "unadjusted score",
    r"PROG_DESCR$": "band",
    r"PROG.*_(LOWER|UPPER)$": "limit",
    r"PROG": "score",
    r"_AVERAGE$": "average score",
    r"_AVERAGE_": "average score of a group",
    r"^PT[A-Z]+_(EXP|HIGH)_": "percentage of a group",
    r"^PT(READTA|MATTA|SCITA)_|_(AT|AD|WTS)$": "percentage without groups",
    r"^PT[A-Z]+_(EXP|HIGH)$": "percentage",
}
_COUNTS = {"TELIG", *SHARES.values()}
_COVERAGE = {coverage_of(subject) for subject in IN_PROGRESS}


def kind_of(column: str) -> str | None:
    """The kind of a column's cells, or None where verify has no figure to check."""
    named = {
        **dict.fromkeys(_COUNTS, "count"),
        **dict.fromkeys(SHARES, "share of the cohort"),
        **dict.fromkeys(_COVERAGE, "coverage"),
        KS1_AVERAGE: "key stage 1 average",
    }
    if column in named:
        return named[column]
    return next((kind for pattern, kind in _KINDS.items() if re.search(pattern, column)), None)


def changed(column: str, kind: str, text: str, draw: random.Random) -> tuple[str, int] | None:
    """Another text for a cell and the step it is away, or None where there is none to try."""
    if text in CODES:
        return draw.choice([code for code in CODES if code != text]), 0
    percent = text.endswith("%")
    try:
        figure = float(text.removesuffix("%"))
    except ValueError:
        return None
    if kind == "band":
        return str(draw.choice([band for band in range(1, 6) if band != figure])), 1
    decimals = decimals_of(column)
    step = draw.choice(STEPS)
    signs = [1, -1]
    draw.shuffle(signs)
    for sign in signs:
        value = figure + sign * step / 10**decimals
        signed = "PROG" in column or column.startswith("DIFFN_")
        if (value >= 0 or signed) and (value <= 100 or not percent):
            return f"{value:.{decimals}f}{'%' * percent}", step
    return None


def corrupt(
    table: DepartmentTable, copy: int, draw: random.Random
) -> tuple[list[Row], list[Change]]:
    """A copy of a table with one cell of every school changed, kinds of cell in equal shares."""
    file = f"{table.path.name.partition('.')[0]} copy {copy}.csv"
    kinds: dict[str, list[str]] = {}
    for column in table.frame.columns:
        kind = kind_of(column)
        if kind is not None:
            kinds.setdefault(kind, []).append(column)
    rows, changes = [], []
    for original in table.frame.drop(OURS).iter_rows(named=True):
        row = dict(original)
        if row["RECTYPE"] == "3":
            continue
        rows.append(row)
        if row["RECTYPE"] in SCHOOLS and row["TELIG"].isdigit():
            kind = draw.choice(sorted(kinds))
            column = draw.choice(kinds[kind])
            put = changed(column, kind, row[column], draw)
            if put is not None:
                before, row[column] = row[column], put[0]
                name = kind if put[1] else "code"
                changes.append(Change(file, row["URN"], column, name, put[1], before, put[0]))
    return rows, changes


def write(path: Path, rows: list[Row]) -> None:
    """Write rows as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Change cells, run the rules, print the share found by kind of cell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="published tables, of one year or several")
    parser.add_argument("--year", type=int, help="the year to change; the last one if left out")
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missed", type=int, default=0, help="changes of each kind to list")
    options = parser.parse_args()
    tables, _ = read_tables(options.folder)
    year = options.year or max(table.year or 0 for table in tables)
    draw = random.Random(options.seed)
    changes: list[Change] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for table in tables:
            if (table.year or year) < year:
                write(
                    folder / f"{table.path.name.partition('.')[0]}.csv",
                    table.frame.drop(OURS).rows(named=True),
                )
            elif table.year == year:
                for copy in range(options.copies):
                    rows, made = corrupt(table, copy, draw)
                    write(folder / made[0].file, rows)
                    changes += made
        start = time.perf_counter()
        found = verify(folder).years[-1].disagreements
        took = time.perf_counter() - start
    wrong = set(found.select("FILE", "URN").iter_rows())
    named = set(found.select("FILE", "URN", "COLUMN").iter_rows())
    report(changes, wrong, named, options.missed)
    print(f"{year}: {len(changes):,} changed cells, {took:.0f} s")
    places = {(change.file, change.urn) for change in changes}
    unasked = {place for place in wrong if place[1]} - places
    if unasked:
        print(f"{len(unasked)} rows nobody changed are reported, such as {sorted(unasked)[:3]}.")
    sys.exit(bool(unasked))


def report(
    changes: list[Change],
    wrong: set[tuple[str, ...]],
    named: set[tuple[str, ...]],
    missed: int,
) -> None:
    """Print a line a kind: cells changed, found at each step, found and named in all."""
    print(f"{'kind':34}{'cells':>6}{'1 unit':>9}{'3':>7}{'10':>7}{'50':>7}{'found':>8}{'named':>8}")
    for kind in sorted({change.kind for change in changes}):
        own = [change for change in changes if change.kind == kind]
        hits = {change for change in own if (change.file, change.urn) in wrong}
        here = [c for c in hits if (c.file, c.urn, c.column) in named]
        steps = []
        for step in STEPS:
            some = [change for change in own if change.step == step]
            steps.append(percent(sum(change in hits for change in some), len(some)))
        print(
            f"{kind:34}{len(own):>6}{steps[0]:>9}{steps[1]:>7}{steps[2]:>7}{steps[3]:>7}"
            f"{percent(len(hits), len(own)):>8}{percent(len(here), len(own)):>8}"
        )
        for change in [change for change in own if change not in hits][:missed]:
            where = f"{change.file} {change.urn}"
            print(f"    missed: {where} {change.column} {change.before} -> {change.after}")


def percent(some: int, every: int) -> str:
    """A share in per cent, or a dash where there is nothing to share."""
    return f"{100 * some / every:.0f}%" if every else "-"


if __name__ == "__main__":
    main()
