"""``keystage years from-pupil-file``: read a year's tables from the department's own working."""

from pathlib import Path
from typing import Annotated

import typer

from keystage.cli.terminal import counted


def from_pupil_file_command(
    pupils: Annotated[
        Path,
        typer.Argument(help="A pupil file with the department's working (KS1AVERAGE_GRP_P, …)."),
    ],
    *,
    year: Annotated[int, typer.Option("--year", help="The summer the tests were sat.")],
    release: Annotated[str, typer.Option("--release", help="provisional, revised or final.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The statute file to write.")],
) -> None:
    """Read a year's groups and minimums from a pupil file.

    keystage years from-pupil-file pupils.csv --year 2026 --release provisional -o mine.toml

    Prior attainment groups and minimum scores are written as a statute file. The file a school
    downloads prints each pupil's group and its national average, and the points of writing. What
    is read covers the groups of the file's own pupils; use it with --statute.
    """
    from keystage.flows.statute_from_pupils import statute_from_pupils
    from keystage.statute.loader import load_year

    read = statute_from_pupils(pupils, load_year(year, release), out)
    typer.echo(
        f"{counted(read.groups, 'prior attainment group')} and "
        f"{counted(read.minimums, 'minimum score')} written to {out}."
    )
    for table, reason in read.still_absent.items():
        typer.echo(f"Measures also need [{table}], which the pupil file does not show: {reason}.")
    if read.still_absent:
        typer.echo(f"Add what is missing to {out}; keystage years show 2022 has the form.")
    typer.echo(
        f"Use it with: keystage measures … --year {year} --release {release} --statute {out}"
    )
