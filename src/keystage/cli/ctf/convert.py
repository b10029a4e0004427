"""``keystage ctf convert``: a return as a table, and back."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from keystage.cli.ctf import options
from keystage.cli.terminal import counted, say
from keystage.core.errors import UsageError

_XML = ".xml"


def convert_command(
    file: Annotated[
        Path, typer.Argument(help="A CTF, zip or folder; or a CSV or Excel mark sheet.")
    ],
    *,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", help="The file to write: .csv, .xlsx, .ods, .parquet or .xml."),
    ],
    year: options.YearIfGiven = None,
    school: Annotated[
        str | None,
        typer.Option(
            "--school", help="To write XML: the school's number, if the sheet has no such column."
        ),
    ] = None,
    every: Annotated[
        bool,
        typer.Option(
            "--results", help="A row for each result of any stage and year, not for each pupil."
        ),
    ] = False,
    profile: options.Profile = None,
    replace: options.Replace = False,
) -> None:
    """Turn a return into a table, or a mark sheet into a return.

    keystage ctf convert 9990103_CTF_NAALLLL_001.xml -o marks.xlsx

    The table has a row for each pupil: identity and the year's teacher assessments. Change it, and
    turn it back: columns are found by their headings and pupils by UPN, never by their order. A
    return made this way holds identity and teacher assessments only and is not checked; keystage
    ctf export names, numbers and checks it too. --year is needed to write XML. Exits 2 when the
    request is wrong and 3 when a file cannot be read or written.
    """
    from keystage.flows.returns.convert import every_result, mark_sheet, to_return
    from keystage.flows.returns.outputs import refuse_existing, write_bytes, write_frame
    from keystage.formats.ctf.profile import load_profile
    from keystage.formats.sheets.reading import headings_not_read
    from keystage.statute.collection_loader import load_collection

    refuse_existing(out, replace=replace)
    known = load_profile(profile)
    if out.suffix.lower() == _XML:
        if year is None:
            raise UsageError("A return is of one year.", todo="Give it with --year.")
        made_at = datetime.now().astimezone()  # the file says the school's own time
        content = to_return(file, school, load_collection(year), known, made_at)
        write_bytes(content, out, replace=replace)
        if left := [heading for group in headings_not_read(file) for heading in group]:
            say(f"Not taken from the sheet: {', '.join(left)}.")
        typer.echo(f"Written to {out}. It was not checked: keystage ctf check {out} --year {year}")
        return
    if every:
        frame, lacking = every_result(file, year, known), ""
    else:
        frame, lacking = mark_sheet(file, year, known)
    write_frame(frame, out, replace=replace)
    if lacking:
        typer.echo(lacking)
    noun = "result" if every else "pupil"
    typer.echo(f"{counted(frame.height, noun)} written to {out}. It contains personal data.")
