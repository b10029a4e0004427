"""``keystage verify``: published tables against the engine's rules, cell by cell."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.terminal import console, counted, table, write_json
from keystage.core.errors import DisagreementError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from keystage.flows.verify.run import Verification, YearResult

#: Disagreements shown without --all.
FIRST = 20


def verify_command(
    directory: Annotated[
        Path,
        typer.Argument(help="A folder of published tables (ks2final), .csv or .csv.gz."),
    ],
    *,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            help="The results year of every table, such as 2019. Left out, it is read from file "
            "and folder names (2018-2019), or from columns of earlier years.",
        ),
    ] = None,
    release: Annotated[
        str,
        typer.Option(
            "--release",
            help="The release whose constants are used: final, since ks2final is the final table.",
        ),
    ] = "final",
    statute: Annotated[
        Path | None, typer.Option("--statute", help="A file with constants of your own.")
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="List every disagreement, not only the first.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Check published school tables with the engine's own rules.

    keystage verify data/published

    Confidence intervals, bands, suppression codes, percentages, authority roll-ups, three-year
    pools and gaps are worked out again from the other printed cells. A cell agrees when some
    unrounded values print it; there is no tolerance. Cells that the tables do not hold enough to
    work out are counted as not reproducible, with the reason. The exit code is 0 when nothing
    disagrees and 6 when something does.
    """
    from keystage.flows.verify.run import verify

    def say(sentence: str) -> None:
        typer.echo(sentence, err=True)

    found = verify(directory, year=year, release=release, statute=statute, say=say)
    if as_json:
        write_json(_as_json(found))
    else:
        _show(found, release, None if show_all else FIRST)
    if found.disagreed:
        raise DisagreementError(
            f"{counted(found.disagreed, 'published cell')} {_disagree(found.disagreed)} "
            "with the rules.",
            where=str(directory),
            todo="Each is listed with what is printed and what was expected."
            if show_all or as_json
            else "Add --all to list every one.",
        )


def _show(found: "Verification", release: str, most: int | None) -> None:
    terminal = console()
    for skipped in found.skipped:
        if not skipped.metadata:
            terminal.print(f"Skipped {skipped.path}: {skipped.reason}.", soft_wrap=True)
    metadata = sum(skipped.metadata for skipped in found.skipped)
    if metadata:
        terminal.print(f"{counted(metadata, 'file')} of metadata beside the tables passed over.")
    for result in found.years:
        _show_year(terminal, result, release, most)
    cells = sum(line.checked for result in found.years for line in result.tally.lines)
    terminal.print(
        f"{counted(cells, 'check')} of cells, {found.disagreed:,} {_disagree(found.disagreed)}.",
        style="bold",
        soft_wrap=True,
    )


def _disagree(count: int) -> str:
    return "disagrees" if count == 1 else "disagree"


def _show_year(terminal: "Console", result: "YearResult", release: str, most: int | None) -> None:
    numbered = ("checked", "agreed", "not reproducible", "disagree")
    checks = table(
        f"{result.year.year.id}, constants of the {release} release: "
        f"{counted(result.rows, 'row')} of {counted(len(result.files), 'table')}",
        "check",
        *numbered,
        right=numbered,
    )
    for line in result.tally.lines:
        numbers = (line.checked, line.agreed, line.undecided, line.disagreed)
        style = "bold red" if line.disagreed else None
        checks.add_row(line.check, *(f"{number:,}" for number in numbers), style=style)
    terminal.print(checks)
    for note in result.tally.notes:
        terminal.print(f"Note: {note}", soft_wrap=True)
    for (check, reason), number in result.tally.reasons.items():
        terminal.print(f"Not reproducible: {number:,} of {check}: {reason}.", soft_wrap=True)
    rows = result.disagreements.rows(named=True)
    for row in rows[:most]:
        terminal.print(_sentence(row), soft_wrap=True)
    if most is not None and len(rows) > most:
        terminal.print(f"… and {len(rows) - most:,} more (--all lists every one).")


def _sentence(row: "Mapping[str, object]") -> str:
    school = f"{row.get('SCHOOL') or ''}".strip()
    place = f"URN {row['URN']}" if row["URN"] else f"LA {row.get('LEA') or 'England'}"
    return (
        f"{row['FILE']}, line {row['LINE']}: {place}{f' {school}' if school else ''}, "
        f"{row['COLUMN']}: printed {row['PRINTED'] or 'blank'}, expected {row['EXPECTED']} "
        f"({row['CHECK']})"
    )


def _as_json(found: "Verification") -> dict[str, object]:
    names = ("FILE", "LINE", "URN", "LEA", "SCHOOL", "COLUMN", "PRINTED", "EXPECTED", "CHECK")
    return {
        "disagree": found.disagreed,
        "years": [
            {
                "year": result.year.year.id,
                "release": result.year.year.release,
                "files": [str(path) for path in result.files],
                "rows": result.rows,
                "checks": [
                    {
                        "check": line.check,
                        "checked": line.checked,
                        "agreed": line.agreed,
                        "not_reproducible": line.undecided,
                        "disagree": line.disagreed,
                    }
                    for line in result.tally.lines
                ],
                "notes": result.tally.notes,
                "not_reproducible": [
                    {"check": check, "reason": reason, "cells": number}
                    for (check, reason), number in result.tally.reasons.items()
                ],
                "disagreements": [
                    {name.lower(): row.get(name) for name in names}
                    for row in result.disagreements.iter_rows(named=True)
                ],
            }
            for result in found.years
        ],
        "skipped": [
            {"path": str(skipped.path), "reason": skipped.reason} for skipped in found.skipped
        ],
    }
