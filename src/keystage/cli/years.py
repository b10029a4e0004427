"""``keystage years``: the statutory years, their values, their sources, and how years differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from keystage.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.table import Table as RichTable

    from keystage.statute.outline import Grid
    from keystage.statute.year import Year

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    help="Show the statutory years: every value with its source, or absent with a reason.",
)


@app.callback(invoke_without_command=True)
def list_years(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List the statutory years and releases Keystage ships.

    Args:
        context: tells whether a command was named.
        as_json: write JSON instead of a table.
    """
    if context.invoked_subcommand is not None:
        return
    from keystage.statute.loader import available, load_year  # only when run

    years = [load_year(year, release) for year, release in available()]
    if as_json:
        _write_json([_summary(year) for year in years])
        return
    table = _table("Statutory years", "year", "release", "status", "progress", "absent")
    for year in years:
        summary = _summary(year)
        table.add_row(
            str(summary["year"]),
            str(summary["release"]),
            str(summary["status"]),
            "yes" if summary["progress"] else "no",
            ", ".join(year.absent) if year.year.progress else "everything behind progress",
        )
    console = _console()
    console.print(table)
    console.print("See a year with: keystage years show 2022")


@app.command()
def show(
    year: Annotated[int, typer.Argument(help="The year of the results, such as 2022.")],
    *,
    release: Annotated[
        str, typer.Option(help="provisional, revised or final; all the year has if left out.")
    ] = "",
    table: Annotated[str, typer.Option(help="Show this table only.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Show the tables of a year, each with its source and confidence.

    Args:
        year: the year of the results.
        release: the release; every one the year has if left out.
        table: the name of one table.
        as_json: write JSON instead of tables.

    Raises:
        UsageError: no such year, release or table.
    """
    found = _load(year, release)
    names = _table_names(found[0], table)
    if as_json:
        every = [_all_of(item, names) for item in found]
        _write_json(every[0] if len(every) == 1 else every)
        return
    console = _console()
    for item in found:
        summary = _summary(item)
        console.print(f"{item.name}: {summary['label']}, {summary['status']}", style="bold")
        for name in names:
            _show_table(console, item, name)
        console.print()


@app.command()
def diff(
    first: Annotated[int, typer.Argument(help="The first year, such as 2019.")],
    second: Annotated[int, typer.Argument(help="The second year, such as 2022.")],
    *,
    releases: Annotated[
        tuple[str, str] | None,
        typer.Option(help="The release of each, such as: final provisional."),
    ] = None,
    table: Annotated[str, typer.Option(help="Compare this table only.")] = "",
) -> None:
    """Show what differs between two years, table by table.

    Args:
        first: the first year.
        second: the second year.
        releases: the release of each; every pair of releases if left out.
        table: the name of one table.

    Raises:
        UsageError: no such year, release or table.
    """
    one, two = releases or ("", "")
    for before in _load(first, one):
        for after in _load(second, two):
            _show_differences(before, after, table)


def _show_differences(one: Year, two: Year, table: str) -> None:
    console = _console()
    console.print(f"From {one.name} to {two.name}", style="bold")
    found = False
    for name in _table_names(one, table):
        changes = list(_changes(one, two, name))
        if changes:
            found = True
            rows = _table(name, "", one.name, two.name)
            for path, before, after in changes:
                rows.add_row(path, before or "(none)", after or "(none)")
            console.print(rows)
    if not found:
        console.print(f"No value differs between {one.name} and {two.name}.")


def _all_of(year: Year, names: list[str]) -> dict[str, object]:
    """A year with its tables, for JSON."""
    return {
        **_summary(year),
        "sources": year.sources,
        "tables": {name: getattr(year, name) for name in names if name not in year.absent},
        "absent": {name: year.absent[name].absent for name in names if name in year.absent},
    }


def _load(year: int, release: str) -> list[Year]:
    """A year at the release that is asked for, or at every one it has."""
    from keystage.statute.loader import load_year, releases_of  # only when run

    return [load_year(year, name) for name in ([release] if release else releases_of(year))]


def _table_names(year: Year, table: str) -> list[str]:
    from keystage.statute.loader import table_types  # only when run

    names = list(table_types())
    if table and table not in names:
        raise UsageError(
            f"There is no statutory table {table} in {year.name}.",
            todo=f"Choose one of {', '.join(names)}.",
        )
    return [table] if table else names


def _summary(year: Year) -> dict[str, object]:
    about = year.year
    return {
        "year": about.id,
        "release": about.release,
        "label": about.label,
        "status": about.status,
        "progress": about.progress,
        "school_tables_published": about.school_tables_published,
        "absent": {name: item.absent for name, item in year.absent.items()},
    }


def _changes(one: Year, two: Year, name: str) -> Iterable[tuple[str, str, str]]:
    from keystage.statute.outline import differences  # only when run

    before, after = getattr(one, name), getattr(two, name)
    if before is None or after is None:
        states = _state(one, name), _state(two, name)
        return [("", *states)] if states[0] != states[1] else []
    return differences(before, after)


def _state(year: Year, name: str) -> str:
    return f"absent: {year.absent[name].absent}" if name in year.absent else "given"


def _show_table(console: Console, year: Year, name: str) -> None:
    from keystage.statute.outline import grids  # only when run

    console.print()
    console.print(name, style="bold")
    if name in year.absent:
        console.print(f"absent: {year.absent[name].absent}")
        return
    values = getattr(year, name)
    source = year.sources[values.source]
    section = f", {values.section}" if values.section else ""
    console.print(f"Source: {source.title}{section}; read {source.read_on}.")
    console.print(f"Confidence: {values.confidence}.")
    if values.note:
        console.print(values.note)
    for grid in grids(values):
        console.print(_grid(grid))


def _grid(grid: Grid) -> RichTable:
    table = _table(grid.heading, *grid.columns, header=any(grid.columns))
    for row in grid.rows:
        table.add_row(*row)
    return table


def _table(title: str, *columns: str, header: bool = True) -> RichTable:
    from rich.box import SIMPLE  # rich is slow to import
    from rich.table import Table  # same

    table = Table(title=title or None, title_justify="left", box=SIMPLE, show_header=header)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _console() -> Console:
    from rich.console import Console  # rich is slow to import

    return Console(markup=False, highlight=False)


def _write_json(value: object) -> None:
    import msgspec  # only when run

    text = msgspec.json.Encoder(decimal_format="number").encode(value)
    typer.echo(msgspec.json.format(text, indent=2).decode())
