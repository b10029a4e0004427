"""``keystage ctf show``: what a file says, in words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.ctf import options
from keystage.cli.terminal import add_row, console, counted, table, write_json

if TYPE_CHECKING:
    from rich.console import Console

    from keystage.flows.returns.contents import Contents

#: Pupils and files shown without --all.
FIRST = 60
_HEADER = {
    "name": "file",
    "document": "document",
    "version": "version",
    "made_at": "made",
    "supplier": "made with",
    "academic_year": "academic year from",
    "source_name": "school",
}

#: What a row is told by, besides stage and year.
_ROW = ("subject", "method", "component", "qualifier")


def show_command(
    file: Annotated[Path, typer.Argument(help="A CTF, a zip of them, or a CSV or Excel sheet.")],
    *,
    pupil: Annotated[
        str | None, typer.Option("--pupil", metavar="UPN", help="Every row of one pupil.")
    ] = None,
    year: options.YearIfGiven = None,
    profile: options.Profile = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="List every pupil, not only the first.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show what a file says.

    keystage ctf show 9990103_CTF_NAALLLL_001.xml

    Shown are the header, counts, and the pupils with their teacher assessments and test results
    of the year, with what each code means. Nothing is checked: keystage ctf check does that. Exits
    2 when there is no such pupil or year, and 3 when the file cannot be read.
    """
    from keystage.flows.returns.contents import contents
    from keystage.flows.returns.folders import superseded
    from keystage.formats.ctf.profile import load_profile

    for old in superseded([file]):
        typer.echo(f"Not read: {old}, since the folder has a newer export.", err=True)
    found = contents(file, year, load_profile(profile))
    if pupil is not None:
        _one_pupil(found, pupil, as_json=as_json)
    elif as_json:
        write_json(_as_json(found))
    else:
        _show(found, None if show_all else FIRST)


def _show(found: "Contents", most: int | None) -> None:
    terminal = console()
    _headers(terminal, found, most)
    kinds = table("Results in the file", "stage", "year", "what", "number", right=("number",))
    for stage, year, what, count in found.kinds().iter_rows():
        add_row(kinds, stage or "none", str(year or "none"), what, f"{count:,}")
    terminal.print(kinds)
    _pupils(terminal, found, most)
    if found.meanings:
        codes = table("What the codes mean", "code", "in", "meaning")
        for code, subjects, meaning in found.meanings:
            add_row(codes, code, ", ".join(subjects), meaning)
        terminal.print(codes)
    typer.echo("Nothing was checked. To check it: keystage ctf check FILE --year YEAR")


def _headers(terminal: "Console", found: "Contents", most: int | None) -> None:
    files = found.returns.files
    if files.height == 1:
        row = files.row(0, named=True)
        header = table("", "", "", header=False)
        for name, label in _HEADER.items():
            if row[name] is not None:
                add_row(header, label, str(row[name]))
        for label, side in (("from", "source"), ("to", "destination")):
            number = f"{row[f'{side}_la'] or ''}{row[f'{side}_estab'] or ''}"
            if number:
                add_row(header, label, number)
        terminal.print(header)
        return
    listed = table(counted(files.height, "file"), "file", "school", "version", "pupils",
                   right=("pupils",))  # fmt: skip
    numbers = dict(found.returns.pupils.group_by("file").len().iter_rows())
    for row in files.head(most or files.height).rows(named=True):
        school = f"{row['source_la'] or ''}{row['source_estab'] or ''} {row['source_name'] or ''}"
        pupils = f"{numbers.get(row['file'], 0):,}"
        add_row(listed, row["name"], school.strip(), row["version"] or "", pupils)
    terminal.print(listed)


def _pupils(terminal: "Console", found: "Contents", most: int | None) -> None:
    pupils = found.pupils
    if found.collection is None:
        typer.echo(f"{counted(pupils.height, 'pupil')}, and no key stage 2 results of any year "
                   "that had a collection.")  # fmt: skip
        return
    subjects = [name for name in pupils.columns[8:] if (pupils[name] != "").any()]
    shown = table(
        f"{counted(pupils.height, 'pupil')}, key stage 2 results of {found.collection.name}",
        "UPN", "pupil", *(name.replace("_", " ") for name in subjects),
    )  # fmt: skip
    if found.nothing_shown:
        typer.echo(found.nothing_shown)
    for row in pupils.head(most or pupils.height).rows(named=True):
        name = f"{row['surname'] or ''}, {row['forename'] or ''}"
        add_row(shown, row["upn"] or "none", name, *(row[subject] for subject in subjects))
    terminal.print(shown)
    if most is not None and pupils.height > most:
        typer.echo(f"… and {pupils.height - most:,} more (--all lists every one).")


def _one_pupil(found: "Contents", upn: str, *, as_json: bool) -> None:
    rows = found.of(upn)
    if as_json:
        write_json(rows.drop("pupil").to_dicts())
        return
    shown = table(
        f"Pupil {upn.strip().upper()}: {counted(rows.height, 'result')}",
        "line", "what", "result", "meaning", "row", right=("line",),
    )  # fmt: skip
    for row in rows.rows(named=True):
        of = f"{row['stage'] or 'no stage'} {row['year'] or 'no year'} {row['is']}"
        told = " ".join(row[name] or "(blank)" for name in _ROW)
        add_row(shown, str(row["line"]), of, row["result"] or "", row["meaning"] or "", told)
    console().print(shown)


def _as_json(found: "Contents") -> dict[str, object]:
    return {
        "year": None if found.collection is None else found.collection.year.id,
        "files": found.returns.files.to_dicts(),
        "results": found.kinds().to_dicts(),
        "pupils": found.pupils.drop("pupil", "surname", "forename", "birth_date").to_dicts(),
        "meanings": [
            {"code": code, "subjects": subjects, "meaning": meaning}
            for code, subjects, meaning in found.meanings
        ],
    }
