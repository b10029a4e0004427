"""``keystage ctf expected``: an empty list of expected pupils, to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from keystage.cli.ctf import options


def expected_command(
    out: Annotated[Path, typer.Option("-o", "--out", help="The CSV or Excel file to write.")],
    *,
    year: options.Year,
    replace: options.Replace = False,
) -> None:
    """Write an empty list of expected pupils.

    keystage ctf expected --year 2026 -o expected.csv

    Fill in every pupil on your test attendance register and every pupil registered as working
    below the tests, leavers after test week included, one line a pupil. Then keystage ctf check
    can say who is missing from a return, and whose reading and maths assessment is due.
    """
    import polars as pl

    from keystage.flows.returns.outputs import write_frame
    from keystage.formats.sheets.headings import sheets
    from keystage.statute.collection_loader import load_collection

    collection = load_collection(year)
    headings = [spellings[0] for spellings in sheets().expected.columns.values()]
    write_frame(pl.DataFrame(schema=dict.fromkeys(headings, pl.String)), out, replace=replace)
    typer.echo(f"Written to {out}. The status of each test is one of:")
    for registration in collection.registrations.codes.values():
        typer.echo(f"  {registration.label}: {registration.meaning}")
