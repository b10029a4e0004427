"""``keystage ctf export``: a return from a mark sheet."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.ctf import options
from keystage.cli.terminal import add_row, console, counted, say, table, write_json
from keystage.core.errors import ReturnRefusedError, UsageError

if TYPE_CHECKING:
    import polars as pl

    from keystage.flows.returns.export import Export

_AUTO = "auto"
#: Rows of the log shown; a file given with --log has all.
FIRST = 100


def export_command(
    sheet: Annotated[
        Path,
        typer.Argument(help="The mark sheet, CSV or Excel; headings may stand in any order."),
    ],
    *,
    year: options.Year,
    school: Annotated[
        str,
        typer.Option(
            "--school",
            help="The school's number, seven digits, such as 9990103.",
            envvar="KEYSTAGE_SCHOOL",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar="FOLDER",
            help="The folder to write in.",
            envvar="KEYSTAGE_OUTBOX",
        ),
    ],
    serial: Annotated[
        str,
        typer.Option(
            "--serial",
            help="The number at the end of the file's name; auto is one more than the highest in "
            "the folder.",
        ),
    ] = _AUTO,
    expected: options.Expected = None,
    urn: Annotated[str | None, typer.Option("--urn", help="The school's URN.")] = None,
    school_name: Annotated[
        str | None, typer.Option("--school-name", help="The school's name.")
    ] = None,
    profile: options.Profile = None,
    log: Annotated[
        Path | None,
        typer.Option("--log", help="Write the exception log to a CSV or Excel file."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over a log that is there already.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Make a return from a mark sheet.

    keystage ctf export marks.csv --year 2026 --school 9990103 -o outbox

    The file is named as the collection asks (9990103_CTF_NAALLLL_001.xml), holds identity and
    teacher assessments and nothing else, and is checked before it is written. Shown are the
    exception log, with what matters for key stage 2 apart from what can be ignored, and the
    numbers of pupils in the file, processed and not exported. Always export the whole cohort: a
    file with some pupils does not add to the one before.

    Exits 7, and leaves no file, when a pupil cannot be exported or the file would be refused; 2
    when the request is wrong; 3 when the sheet cannot be read or the folder not be written.
    """
    from keystage.flows.returns.export import Job, export
    from keystage.flows.returns.known import expected_pupils
    from keystage.flows.returns.made import LOG
    from keystage.flows.returns.outputs import refuse_existing, write_frame
    from keystage.formats.ctf.profile import load_profile
    from keystage.statute.collection_loader import load_collection

    if log is not None:
        refuse_existing(log, replace=replace)
    collection = load_collection(year)
    job = Job(
        sheet=sheet,
        collection=collection,
        profile=load_profile(profile),
        school=school.strip(),
        folder=out,
        made_at=datetime.now().astimezone(),  # the file says the school's own time
        serial=_serial(serial),
        urn=urn,
        school_name=school_name,
        expected=None if expected is None else expected_pupils(expected, collection),
    )
    done = export(job)
    if log is not None:
        write_frame(done.log.select(*LOG), log, replace=replace)
    if as_json:
        write_json(_as_json(done))
    else:
        _show(done, sheet)
    if not done.written:
        raise ReturnRefusedError(
            "No file was written: what is listed first would have it refused.",
            where=str(sheet),
            todo="Put it right in the mark sheet, and export again.",
        )


def _serial(text: str) -> int | None:
    if text == _AUTO:
        return None
    if not (text.isascii() and text.isdigit()):
        raise UsageError(
            f"{text!r} is not a serial number.", todo="Give --serial a number, or auto."
        )
    return int(text)


def _show(done: "Export", sheet: Path) -> None:
    from keystage.flows.returns.words import UNVERIFIED

    matters = done.log["matters"]
    title = f"Exception log of {done.path.name}: this"
    _log(f"{title} matters for key stage 2", done.log.filter(matters))
    _log(f"{title} can be ignored for key stage 2", done.log.filter(~matters))
    if done.log.is_empty():
        typer.echo(f"The exception log of {done.path.name} is empty.")
    numbers = table("", "", "pupils", right=("pupils",), header=False)
    for label, number in (
        ("Number in file", done.in_file),
        ("Number processed", done.processed),
        ("Not exported", done.not_exported),
    ):
        add_row(numbers, label, f"{number:,}")
    terminal = console()
    terminal.print(numbers)
    if done.gone.height:
        say(
            f"Since {done.earlier.name if done.earlier else ''}, "
            f"{counted(done.gone.height, 'pupil')} went out of the file: "
            f"{', '.join(upn or 'no UPN' for upn in done.gone['upn'])}. An upload never removes "
            f"a pupil; if one should be there, add the pupil to {sheet}."
        )
    if done.check is not None and done.check.unverified:
        say(UNVERIFIED)
    if done.written:
        say(f"Written: {done.path}")
        if done.earlier is not None:
            say(f"It takes the place of {done.earlier.name}.")
        typer.echo("It is not sent yet. Upload it, and see that it was accepted.")


def _log(title: str, rows: "pl.DataFrame") -> None:
    if rows.is_empty():
        return
    shown = table(title, "UPN", "Surname", "Forename", "Sex", "Date of birth", "Message")
    for row in rows.drop("file", "matters").head(FIRST).iter_rows():
        add_row(shown, *("" if cell is None else str(cell) for cell in row))
    console().print(shown)
    if rows.height > FIRST:
        typer.echo(f"… and {rows.height - FIRST:,} more (--log FILE writes every one).")


def _as_json(done: "Export") -> dict[str, object]:
    return {
        "file": str(done.path),
        "written": done.written,
        "number_in_file": done.in_file,
        "number_processed": done.processed,
        "not_exported": done.not_exported,
        "verdict": None if done.check is None else done.check.verdict,
        "gone_since_last": done.gone["upn"].to_list(),
        "log": done.log.select("upn", "message", "file", "matters").to_dicts(),
    }
