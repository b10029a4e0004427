"""``keystage cohort score``: how many seeded mistakes the checks find."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.cohort import options

if TYPE_CHECKING:
    from keystage.flows.cohort.scoring import Score

_BEYOND = "not a mistake that a return shows"
_PERCENT = 100


class Where(StrEnum):
    """Where returns are looked at."""

    PREFLIGHT = "preflight"
    GATEWAY = "gateway"


def score_command(
    folder: options.Trail,
    *,
    channel: Annotated[
        Where, typer.Option("--channel", help="Where the returns are looked at.")
    ] = Where.PREFLIGHT,
    cohort: Annotated[
        Path | None,
        typer.Option(
            "--cohort",
            help="The folder of the cohort: its key stage 1 averages help to find swapped scripts.",
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Check a paper trail with seeded mistakes, and count which are found.

    keystage cohort score faulty

    Runs every check of returns with the expected lists, and what was accepted before. Shown are
    the seeded and the found mistakes of each kind, and the false alarms: red findings in schools
    without a mistake. Amber findings are questions that a right return may raise, and are counted
    apart. Swapped scripts are looked for where the trail has results files.

    Exits 0 whatever is found, and 3 when the folder has no answer key.
    """
    from keystage.flows.cohort.installed import see_what_is_installed

    see_what_is_installed()
    from keystage.cli.ctf.progress import counting
    from keystage.cli.terminal import write_json
    from keystage.flows.cohort.scoring import score
    from keystage.flows.cohort.trail import open_trail

    trail = open_trail(folder)
    with counting("Authorities") as progress:
        done = score(trail, channel=channel.value, cohort=cohort, progress=progress)
    if as_json:
        write_json(_told(done))
    else:
        _show(done)


def _show(done: "Score") -> None:
    from keystage.cli.terminal import add_row, console, counted, table

    shown = table(
        "Seeded mistakes", "Kind", "Told by", "Seeded", "Found", right=("Seeded", "Found")
    )
    for row in done.kinds.iter_rows(named=True):
        found = _BEYOND if row["found"] is None else f"{row['found']:,}"
        add_row(shown, row["meaning"], row["tells"], f"{row['seeded']:,}", found)
    add_row(shown, "together", "", f"{done.seeded:,}", f"{done.found:,}")
    console().print(shown)
    if done.seeded:
        typer.echo(f"Found: {_PERCENT * done.found / done.seeded:.1f}%.")
    typer.echo(
        f"False alarms: {counted(done.count('red'), 'red finding')} in "
        f"{counted(done.clean, 'school')} without a mistake."
    )
    alarms = table(
        "Findings in schools without a mistake",
        "Check",
        "Severity",
        "Findings",
        "Schools",
        right=("Findings", "Schools"),
    )
    for code, severity, findings, schools in done.alarms.iter_rows():
        add_row(alarms, code, severity, f"{findings:,}", f"{schools:,}")
    if done.alarms.height:
        console().print(alarms)


def _told(done: "Score") -> dict[str, object]:
    return {
        "seeded": done.seeded,
        "found": done.found,
        "kinds": done.kinds.to_dicts(),
        "schools": done.schools,
        "schools_without_mistakes": done.clean,
        "false_alarms_red": done.count("red"),
        "findings_amber": done.count("amber"),
        "findings_in_schools_without_mistakes": done.alarms.to_dicts(),
        "missed": done.missed.select("school", "upn", "kind").to_dicts(),
    }
