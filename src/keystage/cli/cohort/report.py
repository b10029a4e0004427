"""``keystage cohort report``: an invented cohort beside what was published of the real one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from keystage.cli.cohort import options
from keystage.core.errors import DisagreementError, InputError, UsageError


def report_command(
    folder: options.Cohort,
    *,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The page to write, HTML in one file.")
    ] = None,
    replace: options.Replace = False,
    as_json: options.AsJson = False,
) -> None:
    """Compare an invented cohort with published figures.

    keystage cohort report cohort -o report.html

    Computes the measures of a cohort that keystage cohort make has written, and sets them beside
    published figures, what must hold by the rules of the guide, and the truth about its schools.
    A cohort of 1,000 schools or more is scored with the reference derived from it, a smaller one
    with the published reference. What cannot be told of a year is said, with the reason.

    Exits 0 when it was compared, 2 when the request is wrong, 3 when the folder or a file of it
    cannot be read or the page cannot be written, and 6 when a national cohort of the year of the
    published figures has one outside its tolerance. Other years and parts of England exit 0
    whatever was found: years and authorities differ.
    """
    from keystage.flows.cohort.installed import see_what_is_installed

    if out is None and not as_json:
        raise UsageError("Nothing is to be written.", todo="Give -o report.html, or --json.")
    see_what_is_installed()
    from keystage.cli.terminal import write_json
    from keystage.flows.cohort.calibration import calibrate
    from keystage.flows.cohort.page import calibration_page, calibration_told, headline, notes
    from keystage.reports.calibration import calibration_html
    from keystage.reports.files import write_text

    if out is not None and out.exists() and not replace:
        raise InputError(
            "There is such a file already.",
            where=str(out),
            todo="Choose another name with -o, or add --replace to write over it.",
        )
    with _said() as step:
        done = calibrate(folder, step)
    if out is not None:
        write_text(calibration_html(calibration_page(done)), out)
    if as_json:
        write_json(calibration_told(done))
    else:
        typer.echo(f"{headline(done)}.")
        for label in done.outside:
            typer.echo(f"  {label}")
        for note in notes(done):
            typer.echo(f"Note: {note}")
        typer.echo(f"Written to {out}.")
    if done.faulty:
        raise DisagreementError(
            f"{headline(done)}.",
            where=str(folder),
            todo="Look at the report: the cohort does not look like England.",
        )


@contextmanager
def _said() -> Iterator[Callable[[str], None]]:
    """A function to be told what is being done; nothing is drawn into a file."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as status:
        yield status.update
