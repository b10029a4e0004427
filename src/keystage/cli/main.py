"""The ``keystage`` command: arguments in, sentences and exit codes out."""

import sys
from typing import Annotated

import typer

import keystage
from keystage.cli import (
    checking,
    cohort,
    ctf,
    difference,
    explain,
    from_pupil_file,
    measures,
    receipt,
    season,
    submit,
    verify,
    years,
)
from keystage.core.errors import KeystageError

app = typer.Typer(
    name="keystage",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
    help="Key stage 2 assessment and accountability for England.\n\n"
    "Start with: keystage measures PUPILS --schools SCHOOLS --year 2022 --release provisional "
    "-o OUT\n\n"
    "Every statutory value has a source (keystage years show 2022), and every figure can be "
    "opened down to the pupil and the rule (keystage explain).",
)
app.add_typer(years.app, name="years")
app.add_typer(ctf.app, name="ctf")
app.add_typer(cohort.app, name="cohort")
app.add_typer(receipt.app, name="receipt")
app.add_typer(checking.app, name="checking")
app.command("measures")(measures.measures_command)
app.command("season")(season.season_command)
app.command("submit")(submit.submit_command)
app.command("explain")(explain.explain_command)
app.command("difference")(difference.difference_command)
app.command("verify")(verify.verify_command)
years.app.command("from-pupil-file")(from_pupil_file.from_pupil_file_command)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"keystage {keystage.__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Take the options every command shares."""


def run() -> None:
    """Run the command line: errors for people become a sentence and an exit code."""
    try:
        app()
    except KeystageError as error:
        typer.echo(f"keystage: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    run()
