"""Run worked examples through three doors: the engine, the command line, and a release's pages."""

import csv
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from released_door import agree
from typer.testing import CliRunner, Result

from keystage.cli.main import app
from keystage.cli.pages.example import Example, Spec, drawn, pupil_rows, school_rows
from keystage.core.errors import KeystageError
from keystage.flows.computing import checked_records
from keystage.measures.compute import Computed, compute
from keystage.measures.explain import explain
from keystage.measures.fields import Field, field_named
from keystage.measures.parts import WHOLE
from keystage.measures.trusts import trust_measures
from keystage.records.recordset import RecordSet
from keystage.statute.loader import load_year
from keystage.statute.year import Year

Rows = Sequence[Mapping[str, str]]


class Running:
    """An example on its way through the command line."""

    def __init__(self, example: Example, folder: Path) -> None:
        self.example, self.folder = example, folder
        self.pupils, self.schools = folder / "pupils.csv", folder / "schools.csv"
        write(self.pupils, pupil_rows(example))
        write(self.schools, school_rows(example))
        self.which = ["--year", str(example.year), "--release", example.release]
        self.which += ["--schools", str(self.schools)]
        self.statute = folder / "statute.toml" if example.statute else None
        if self.statute:
            self.statute.write_text(example.statute, encoding="utf-8")
            self.which += ["--statute", str(self.statute)]

    def command(self, name: str, *more: str) -> Result:
        return CliRunner().invoke(app, [name, str(self.pupils), *self.which, *more])

    def measures(self) -> Path:
        """Run ``keystage measures``; tables are published only where the example says what."""
        published = "published" in self.example.figures or bool(self.example.trusts)
        outputs = "all" if published else "analyst"
        out = self.folder / "out"
        told = succeeded(self.command("measures", "--outputs", outputs, "-o", str(out), "--json"))
        expected = set(self.example.findings.replace(",", " ").split())
        found = {item["code"] for item in told["findings"] if item["severity"] != "note"}
        assert found == expected
        return out

    def read(self) -> tuple[RecordSet, Year]:
        year = load_year(self.example.year, self.example.release, self.statute)
        records, _ = checked_records(self.pupils, self.schools, year)
        return records, year

    def computed(self) -> Computed:
        return compute(*self.read())


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    numbers = count()

    def run(example: Example) -> None:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        running = Running(example, folder)
        if example.refused:
            refused(running, *example.refused)
            return
        out = running.measures()
        if example.figures:
            figures(running, drawn(example.figures), out)
            agree(*running.read(), drawn(example.figures))
        if example.progress:
            progress(running, drawn(example.progress))
        if example.trusts:
            trusts(running, drawn(example.trusts), out)

    return run


def refused(running: Running, code: int, words: str) -> None:
    result = running.command("measures", "-o", str(running.folder / "out"))
    assert isinstance(result.exception, KeystageError)
    assert result.exception.exit_code == code
    assert words in str(result.exception)
    assert not (running.folder / "out").exists()


def figures(running: Running, rows: Rows, out: Path) -> None:
    computed = running.computed()
    parts = pl.read_parquet(out / "analyst" / "parts.parquet")
    for row in rows:
        school = int(row.get("school") or 900001)
        field = field_named(row["figure"], computed.table.year)
        if row.get("top"):
            here = parts.filter((pl.col("URN") == school) & (pl.col("group") == field.group))
            top, bottom = ratio(field, here, computed, school)
            assert (row["figure"], top) == (row["figure"], Fraction(row["top"]))
            if row.get("bottom"):
                assert (row["figure"], bottom) == (row["figure"], int(row["bottom"]))
        if "printed" in row:
            found = explain(computed, field, school).printed
            assert (row["figure"], found) == (row["figure"], row["printed"])
        if "published" in row:
            shown = pl.read_csv(out / "school.csv", infer_schema=False)
            cell = shown.filter(pl.col("URN") == str(school))[field.name].item() or "(blank)"
            assert (row["figure"], cell) == (row["figure"], row["published"])


def ratio(
    field: Field, parts: pl.DataFrame, computed: Computed, school: int
) -> tuple[Fraction, int]:
    """A figure's exact top and bottom, from the whole-number parts the command wrote."""

    def part(name: str) -> int:
        return int(parts[name].item()) if parts.height else 0

    if field.measure is None:
        # A share of the cohort is of other groups' pupils: its explanation knows them.
        told = explain(computed, field, school)
        return told.numerator, told.denominator or 0
    per_one = getattr(field.measure.top, "per_one", 1)
    return Fraction(part(field.measure.top.name), per_one), part(field.measure.bottom.name)


def progress(running: Running, rows: Rows) -> None:
    names = [row["pupil"] for row in drawn(running.example.pupils)]
    for row in rows:
        upn = pupil_rows(running.example)[names.index(row["pupil"])]["UPN"]
        [told] = succeeded(running.command("explain", "--pupil", upn, "--json"))
        about = dict(told)
        if row.get("subject"):
            about |= next(item for item in told["subjects"] if item["subject"] == row["subject"])
        for name in row.keys() - {"pupil", "subject"}:
            expected = None if row[name] == "" else Fraction(row[name])
            found = about[name]
            exact = None if found is None else Fraction(found)
            assert (row["pupil"], name, exact) == (row["pupil"], name, expected)


def trusts(running: Running, rows: Rows, out: Path) -> None:
    exact = trust_measures(running.computed().table)
    shown = pl.read_csv(out / "trust.csv", infer_schema=False)
    for row in rows:
        trust = row.get("trust") or "9001"
        here = shown.filter(pl.col("TRUST_UID") == trust)
        cell = here[row["figure"]].item() if here.height else "(no row)"
        assert (row["figure"], cell) == (row["figure"], row["published"])
        if row.get("top"):
            name, group = weighted(row["figure"])
            of_group = exact.filter((pl.col("TRUST_UID") == trust) & (pl.col("group") == group))
            expected = Fraction(row["top"]) / Fraction(row["bottom"])
            percent = 100 if name.startswith("rwm") else 1
            assert of_group[name].item() == pytest.approx(float(percent * expected), abs=1e-12)


def weighted(figure: str) -> tuple[str, str]:
    """The measure and pupil group of a field of the trust file."""
    group = WHOLE
    for suffix, name in (("_NOTFSM6CLA1A", "other"), ("_FSM6CLA1A", "disadvantaged")):
        if figure.endswith(suffix):
            figure, group = figure.removesuffix(suffix), name
    subjects = {"PRWM": "rwm_expected", "READ": "reading_progress"}
    measure = subjects[figure.split("_")[0]]
    return (measure if figure.endswith("WGTAVG") else f"{measure}_unweighted"), group


def write(path: Path, rows: Rows) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def succeeded(result: Result) -> Any:
    if result.exception is not None:
        raise result.exception
    assert result.exit_code == 0
    return json.loads(result.stdout)
