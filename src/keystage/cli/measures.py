"""``keystage measures``: a pupil file in, every measure of the year out."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.reference import Reference
from keystage.cli.terminal import console, counted, table, write_json

if TYPE_CHECKING:
    from keystage.flows.measures import Engine, Job, Summary

_FEW_SCHOOLS = 30
_ROOMY = 120


class Engines(StrEnum):
    """What reads, checks and computes."""

    EMBEDDED = "embedded"
    SPARK = "spark"


class Outputs(StrEnum):
    """Which tables to write."""

    ALL = "all"
    PUBLISHED = "published"
    ANALYST = "analyst"


def measures_command(
    pupils: Annotated[
        str,
        typer.Argument(
            metavar="PUPILS",
            help="The pupil file, CSV or Parquet, with the field names of the department's "
            "checking exercise; the file a school downloads in September runs as it is.",
        ),
    ],
    *,
    year: Annotated[int, typer.Option("--year", help="The summer the tests were sat.")],
    release: Annotated[
        str, typer.Option("--release", help="provisional, revised or final: constants differ.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write.")],
    schools: Annotated[
        Path | None,
        typer.Option("--schools", help="The school file (URN, SCHNAME, LEA, NFTYPE, RECTYPE, …)."),
    ] = None,
    reference: Annotated[
        Reference,
        typer.Option(
            "--reference",
            help="Use published constants, or derive them: the pupil file must then be national.",
        ),
    ] = Reference.PUBLISHED,
    national: Annotated[
        bool,
        typer.Option(
            "--national",
            help="The pupil file holds all of England: areas are then printed as the department "
            "prints them. In other files an area's figure is withheld too where that of one "
            "school alone is withheld: the others would give it away.",
        ),
    ] = False,
    statute: Annotated[
        Path | None,
        typer.Option("--statute", help="A file with the year's tables that Keystage lacks."),
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            "--earlier",
            metavar="FOLDER",
            help="The output folder of an earlier cohort, for three-year measures; give it twice.",
        ),
    ] = None,
    outputs: Annotated[
        Outputs, typer.Option("--outputs", help="Which tables to write.")
    ] = Outputs.ALL,
    engine: Annotated[
        Engines,
        typer.Option(
            "--engine",
            help="Compute in this process, or on Apache Spark from a Parquet file or a folder of "
            "them, wherever Spark reads it (docs/guide/spark.md).",
        ),
    ] = Engines.EMBEDDED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Compute every measure of a year from a pupil file.

    keystage measures pupils.csv --schools schools.csv --year 2022 --release provisional -o out

    Writes school.csv, la.csv, region.csv, national.csv and trust.csv, rounded and with small
    numbers withheld; unrounded Parquet tables under analyst/, which are not for publication; and
    metadata.json, which says what everything was made from.

    Also written: reference.toml, the derived reference; analyst/differences.parquet, where the
    department's own working differs; and analyst/findings.json, every finding of the checks.

    Exits 0 when the tables were written, 2 when the request is wrong, 3 when a pupil or school
    file is refused, 4 when a --statute file is refused, 5 when the year lacks a value that nobody
    has published. When it fails nothing is written.
    """
    # One arena of memory a core, before the engine asks for any: what one step frees the next uses.
    os.environ.setdefault("_RJEM_MALLOC_CONF", f"narenas:{os.cpu_count() or 1}")
    from keystage.flows.measures import OUTPUTS, Job, embedded, run
    from keystage.flows.metadata import findings_told
    from keystage.statute.loader import load_year

    job = Job(
        pupils=Path(pupils),
        schools=schools,
        year=load_year(year, release, statute),
        out=out,
        derived=reference is Reference.DERIVED,
        national=national,
        outputs=tuple(item for item in OUTPUTS if outputs in {Outputs.ALL, item}),
        earlier=tuple(earlier or ()),
        statute=statute,
    )
    chosen = embedded if engine is Engines.EMBEDDED else _on_spark(pupils)
    if as_json:
        done = run(job, engine=chosen)
        told = {**done.metadata, **findings_told(done.findings, done.differences)}
        write_json(told)
        return
    _report(_with_progress(job, chosen), out)


def _on_spark(address: str) -> "Engine":
    """The Spark engine, for pupils at an address; what it needs is looked for first."""
    from functools import partial

    from keystage.flows.spark.installed import see_what_is_installed

    see_what_is_installed()
    from keystage.flows.spark.engine import on_spark

    return partial(on_spark, address)


def _with_progress(job: "Job", engine: "Engine") -> "Summary":
    if not sys.stderr.isatty():
        from keystage.flows.measures import run

        return run(job, engine=engine)
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from keystage.flows.measures import run

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Starting", total=None)
        return run(job, lambda step: progress.update(task, description=step), engine)


def _report(summary: "Summary", out: Path) -> None:
    """Say in sentences what was done and what the reader should know."""
    from keystage.flows.computing import TOLD

    metadata = summary.metadata
    typer.echo(
        f"{counted(metadata['pupils'], 'pupil')} of {counted(metadata['schools'], 'school')}, "
        f"{metadata['year']} {metadata['release']}, {metadata['reference']} reference."
    )
    warnings = summary.findings.warnings
    total = int(summary.findings.counts.filter(severity="warning")["count"].sum())
    if total:
        typer.echo(f"{counted(total, 'warning')}:")
        for row in warnings.head(TOLD).rows(named=True):
            typer.echo(f"  {row['code']}  {summary.findings.place(row)}: {row['message']}")
        if total > TOLD:
            typer.echo(f"  … and {total - TOLD} more.")
    if summary.differences.height:
        pupils = counted(summary.differences["line"].n_unique(), "pupil")
        typer.echo(
            f"The department's own working differs for {pupils}, listed in "
            f"{out / 'analyst' / 'differences.parquet'}."
        )
    if summary.headlines.height:
        _show_headlines(summary)
    for note in summary.notes:
        typer.echo(f"Note: {note}")
    typer.echo(f"Written to {out}.")


def _show_headlines(summary: "Summary") -> None:
    """The published headline figures of the schools, when they are few enough to read."""
    terminal = console()
    if summary.headlines.height > _FEW_SCHOOLS:
        return
    narrow = terminal.width < _ROOMY
    shown = table("Headline measures, as published")
    shown.padding = (0, int(not narrow))
    for heading in summary.headlines.columns:
        school = heading == "School"
        stacked = heading.replace(" ", "\n") if narrow else heading
        shown.add_column(
            stacked,
            justify="left" if school else "right",
            no_wrap=not school,
            min_width=14 if school else None,
        )
    for row in summary.headlines.iter_rows():
        shown.add_row(*(_stacked(str(cell)) if narrow else str(cell) for cell in row))
    terminal.print(shown)


def _stacked(cell: str) -> str:
    """A score above its limits, so that neither is broken on a narrow screen."""
    score, _, limits = cell.partition(" (")
    return f"{score}\n{limits.removesuffix(')')}" if limits else cell
