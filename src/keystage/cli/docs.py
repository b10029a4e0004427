"""``python -m keystage.cli.docs``: write the pages made from the code, or see that they are fresh.

A command for people who change Keystage, run from the root of a checkout (``make docs``).
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

FOLDER = Path("docs/generated")
_STALE = 1


def pages() -> Mapping[str, Callable[[], str]]:
    """Each page by its file name, with what makes it."""
    from keystage.cli.pages import (
        access,
        checking,
        command_line,
        files,
        measures,
        return_checks,
        seasons,
        statute,
        valid_values,
        worked_examples,
    )

    return {
        "access.md": access.access_page,
        "checking-exercise.md": checking.checking_page,
        "checks.md": files.checks_page,
        "command-line.md": command_line.command_line_page,
        "fields.md": measures.fields_page,
        "input.md": files.input_page,
        "measures.md": measures.measures_page,
        "return-checks.md": return_checks.return_checks_page,
        "seasons.md": seasons.seasons_page,
        "valid-values.md": valid_values.valid_values_page,
        "worked-examples.md": worked_examples.worked_examples,
        "years.md": statute.years_page,
    }


def stale(folder: Path, made: Mapping[str, str]) -> list[str]:
    """The files of the folder that differ from the pages, are missing, or are no page."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in {*made, *there} if made.get(name) != there.get(name))


def docs_command(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a page is stale.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="The folder of the pages.")] = FOLDER,
) -> None:
    """Write the generated pages, or check that they are fresh.

    python -m keystage.cli.docs --check
    """
    made = {name: make() for name, make in pages().items()}
    old = stale(folder, made)
    if check:
        for name in old:
            typer.echo(f"{folder / name} is stale. Run: make docs", err=True)
        if old:
            sys.exit(_STALE)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in old:
        if name in made:
            (folder / name).write_text(made[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    typer.echo(f"{len(made)} pages in {folder}, {len(old)} changed.")


if __name__ == "__main__":
    typer.run(docs_command)
