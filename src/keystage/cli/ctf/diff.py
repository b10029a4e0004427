"""``keystage ctf diff``: what changed between two returns, by pupil and subject."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.ctf import options
from keystage.cli.terminal import add_row, console, counted, table, write_json

if TYPE_CHECKING:
    import polars as pl

    from keystage.flows.returns.differences import Differences

#: Differences shown without --all.
FIRST = 100
_STAYS = (
    "An upload adds and refreshes, it never removes: what only the older file has stays where you "
    "sent it until it is deleted there."
)


def diff_command(
    old: Annotated[Path, typer.Argument(help="The older file: CTF, zip, CSV or Excel.")],
    new: Annotated[Path, typer.Argument(help="The newer file.")],
    *,
    year: options.YearIfGiven = None,
    profile: options.Profile = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Write the differences to a CSV or Excel file."),
    ] = None,
    replace: options.Replace = False,
    show_all: Annotated[
        bool, typer.Option("--all", help="List every difference, not only the first.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show what changed between two returns.

    keystage ctf diff 9990103_CTF_NAALLLL_001.xml 9990103_CTF_NAALLLL_002.xml

    Pupils are matched by UPN, also by a former one. Listed are pupils added and removed, names,
    dates of birth and sexes that changed, and results added, removed and changed by subject.
    --year is needed for mark sheets only. Exits 0 whether or not anything differs, and 3 when a
    file cannot be read.
    """
    from keystage.flows.returns.differences import differences
    from keystage.flows.returns.outputs import write_frame
    from keystage.flows.returns.sources import read_one
    from keystage.formats.ctf.profile import load_profile

    known = load_profile(profile)
    found = differences(read_one(old, year, known), read_one(new, year, known))
    if out is not None:
        write_frame(found.frame, out, replace=replace)
    if as_json:
        write_json(_as_json(found))
        return
    _show(found, old, new, None if show_all else FIRST)
    if out is not None:
        typer.echo(f"Written to {out}. It contains personal data.")


def _show(found: "Differences", old: Path, new: Path, most: int | None) -> None:
    terminal = console()
    if found.frame.is_empty():
        typer.echo(f"{old} and {new} say the same of {counted(found.pupils_new, 'pupil')}.")
        return
    shown = table("", "UPN", "pupil", "what", "change", "older", "newer")
    for row in found.frame.head(most or found.frame.height).rows(named=True):
        add_row(
            shown,
            row["upn"] or "none",
            f"{row['surname'] or ''}, {row['forename'] or ''}",
            row["what"] or "the pupil",
            row["change"],
            row["old"] or "",
            row["new"] or "",
        )
    terminal.print(shown)
    if most is not None and found.frame.height > most:
        typer.echo(f"… and {found.frame.height - most:,} more (--all lists every one).")
    typer.echo(_summary(found))
    if _removed(found.frame):
        typer.echo(_STAYS)


def _summary(found: "Differences") -> str:
    added, removed = (found.pupils(change).height for change in ("added", "removed"))
    return (
        f"{counted(found.pupils_old, 'pupil')} in the older file, {found.pupils_new:,} in the "
        f"newer: {added:,} added, {removed:,} removed, {found.unchanged:,} unchanged."
    )


def _removed(frame: "pl.DataFrame") -> bool:
    return bool(frame["change"].is_in(["removed"]).any())


def _as_json(found: "Differences") -> dict[str, object]:
    """The differences without names: that one changed is said, and not from what to what."""
    import polars as pl

    named = pl.col("what").is_in(["surname", "forename"]).fill_null(value=False)
    frame = found.frame.drop("surname", "forename").with_columns(
        pl.when(~named).then(pl.col("old", "new"))
    )
    return {
        "pupils_old": found.pupils_old,
        "pupils_new": found.pupils_new,
        "unchanged": found.unchanged,
        "differences": frame.to_dicts(),
    }
