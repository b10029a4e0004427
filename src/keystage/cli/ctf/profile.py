"""``keystage ctf profile``: what the result rows of one's own files are about."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.ctf import options
from keystage.cli.terminal import add_row, console, counted, table, write_json

if TYPE_CHECKING:
    from keystage.flows.returns.learning import Learnt

_UNKNOWN = (
    "What is not known stands at the end of it under [[unknown]]. Where you know what it is, write "
    'rows in place of unknown, and in place of found and examples four lines: kind = "assessment", '
    'measure = "writing" (or reading, maths, science), evidence = "our own export", and '
    "verified = true."
)
#: What a row is told by, in the order of the file.
_TUPLE = ("stage", "subject", "method", "component", "qualifier")


def profile_command(
    files: Annotated[
        list[Path],
        typer.Argument(help="Files your own system exported: CTF, zip or folder."),
    ],
    *,
    year: options.YearIfGiven = None,
    profile: options.Profile = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write a profile with what was found.")
    ] = None,
    replace: options.Replace = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what the result rows of your own files are about.

    keystage ctf profile 9990103_CTF_NAALLLL_001.xml -o profile.toml

    Each sort of row is listed with its number of results, some values, what Keystage takes it to
    be, and whether anybody has verified that. When a row is right, set verified = true in the
    profile written; correct it when it is not. The profile names no pupil. Other commands take it
    with --profile. Exits 3 when a file cannot be read.
    """
    from keystage.flows.returns.learning import learnt
    from keystage.flows.returns.outputs import write_bytes
    from keystage.formats.ctf.profile import load_profile, save_profile

    found = learnt(files, year, load_profile(profile), out.stem if out is not None else "learnt")
    if out is not None:
        write_bytes(save_profile(found.profile).encode(), out, replace=replace)
    if as_json:
        write_json(found.rows.to_dicts())
        return
    _show(found, out)


def _show(found: "Learnt", out: Path | None) -> None:
    shown = table(
        "Sorts of result rows", "row", "results", "values", "taken to be", "verified",
        right=("results",),
    )  # fmt: skip
    unknown = 0
    for row in found.rows.rows(named=True):
        unknown += row["meaning"] is None
        add_row(
            shown,
            " ".join(row[name] or "(blank)" for name in _TUPLE),
            f"{row['results']:,}",
            ", ".join(row["values"]),
            row["meaning"] or "not known",
            "yes" if row["verified"] else "no",
        )
    console().print(shown)
    doubtful = found.rows.filter(~found.rows["verified"]).height
    typer.echo(
        f"{counted(found.rows.height, 'sort')} of rows: {unknown:,} not known, "
        f"{doubtful:,} not verified by anybody."
    )
    if out is None:
        typer.echo("To write this down and correct it: add -o profile.toml")
    else:
        typer.echo(
            f"Written to {out}. Look at each row, and set verified = true where it is right."
        )
        if unknown:
            typer.echo(_UNKNOWN)
