"""``keystage cohort paper``: everything schools would send and be sent."""

from enum import StrEnum
from typing import Annotated

import typer

from keystage.cli.cohort import options


class Sheets(StrEnum):
    """The forms of mark sheets."""

    CSV = "csv"
    XLSX = "xlsx"


def paper_command(
    folder: options.Cohort,
    *,
    out: options.NewFolder,
    sheets: Annotated[
        Sheets | None, typer.Option("--sheets", help="Write mark sheets too, in this form.")
    ] = None,
    results: Annotated[
        bool, typer.Option("--results", help="Write a file of test results for each school too.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, help="How many processes write.")] = 1,
    as_json: options.AsJson = False,
) -> None:
    """Write the paper trail of an invented cohort.

    keystage cohort paper cohort -o trail --results

    Written are the return of each school as a Common Transfer File, named and addressed as the
    collection asks, and the expected list of each school, of each authority and of all; on request
    mark sheets and results files. keystage ctf check trail/returns --expected trail/expected.csv
    finds nothing red in them, from 2022 on.

    Exits 0 when the folder was written, 2 when the request is wrong, and 3 when the cohort cannot
    be read or the folder has something in it.
    """
    from keystage.flows.cohort.installed import see_what_is_installed

    see_what_is_installed()
    from keystage.cli.ctf.progress import counting
    from keystage.cli.terminal import counted, write_json
    from keystage.flows.cohort.paper import write_paper

    with counting("Authorities") as progress:
        told = write_paper(
            folder,
            out,
            sheets=None if sheets is None else sheets.value,
            results=results,
            workers=workers,
            progress=progress,
        )
    if as_json:
        write_json(told)
        return
    typer.echo(
        f"The papers of {counted(told['schools'], 'school')} with "
        f"{counted(told['pupils'], 'pupil')}. Nobody in them exists."
    )
    typer.echo(f"Written to {out}.")
