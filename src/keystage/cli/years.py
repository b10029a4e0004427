"""``keystage years``: the statutory years, their values, their sources, and how years differ."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli import terminal
from keystage.core.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from keystage.cli.outline import Grid
    from keystage.statute.collection import Collection
    from keystage.statute.year import Year

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
)


@app.callback(invoke_without_command=True)
def list_years(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Show the statutory years, each value with its source.

    keystage years

    Without a command the years and releases Keystage ships are listed, with what is absent.
    """
    if context.invoked_subcommand is not None:
        return
    from keystage.statute.loader import available, load_year

    years = [load_year(year, release) for year, release in available()]
    if as_json:
        terminal.write_json([_summary(year) for year in years])
        return
    listed = terminal.table("Statutory years", "year", "release", "status", "progress", "absent")
    for year in years:
        summary = _summary(year)
        listed.add_row(
            str(summary["year"]),
            str(summary["release"]),
            str(summary["status"]),
            "yes" if summary["progress"] else "no",
            ", ".join(year.absent) if year.year.progress else "everything behind progress",
        )
    console = terminal.console()
    console.print(listed)
    console.print("See a year with: keystage years show 2022")


@app.command()
def show(
    year: Annotated[int, typer.Argument(help="The year of the results, such as 2022.")],
    *,
    release: Annotated[
        str, typer.Option(help="provisional, revised or final; all the year has if left out.")
    ] = "",
    table: Annotated[str, typer.Option(help="Show this table only.")] = "",
    collection: Annotated[
        bool, typer.Option("--collection", help="Show what schools send, and what comes back.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Show the tables of a year with their sources.

    keystage years show 2022 --release provisional --table prior_attainment_groups

    keystage years show 2026 --collection --table judgements

    Each table has its source and confidence; one that nobody has published has the reason. Exits 2
    when there is no such year, release or table.
    """
    if collection:
        _show_collection(year, table, as_json=as_json)
        return
    found = _load(year, release)
    names = _table_names(found[0], table)
    if as_json:
        every = [_all_of(item, names) for item in found]
        terminal.write_json(every[0] if len(every) == 1 else every, decimals="number")
        return
    console = terminal.console()
    for item in found:
        summary = _summary(item)
        console.print(f"{item.name}: {summary['label']}, {summary['status']}", style="bold")
        for name in names:
            _show_table(console, item, name)
        console.print()
    console.print(f"What schools send that year: keystage years show {year} --collection")


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

    keystage years diff 2019 2022 --releases final provisional

    Without --releases every release of one year is compared with every release of the other.
    Exits 2 when there is no such year, release or table.
    """
    one, two = releases or ("", "")
    for before in _load(first, one):
        for after in _load(second, two):
            _show_differences(before, after, table)


def _show_collection(year: int, table: str, *, as_json: bool) -> None:
    from keystage.statute.collection_loader import load_collection

    found = load_collection(year)
    names = _table_names(found, table)
    if as_json:
        about = {"year": found.year.id, "label": found.year.label}
        terminal.write_json({**about, **_tables_of(found, names)}, decimals="number")
        return
    console = terminal.console()
    console.print(f"Collection of {found.name}: {found.year.label}", style="bold")
    for name in names:
        _show_table(console, found, name)


def _show_differences(one: "Year", two: "Year", table: str) -> None:
    console = terminal.console()
    console.print(f"From {one.name} to {two.name}", style="bold")
    found = False
    for name in _table_names(one, table):
        changes = list(_changes(one, two, name))
        if changes:
            found = True
            rows = terminal.table(name, "", one.name, two.name)
            for path, before, after in changes:
                rows.add_row(path, before or "(none)", after or "(none)")
            console.print(rows)
    if not found:
        console.print(f"No value differs between {one.name} and {two.name}.")


def _all_of(year: "Year", names: list[str]) -> dict[str, object]:
    """A year with its tables, for JSON."""
    return {**_summary(year), **_tables_of(year, names)}


def _tables_of(whole: "Year | Collection", names: list[str]) -> dict[str, object]:
    return {
        "sources": whole.sources,
        "tables": {name: getattr(whole, name) for name in names if name not in whole.absent},
        "absent": {name: whole.absent[name].absent for name in names if name in whole.absent},
    }


def _load(year: int, release: str) -> "list[Year]":
    """A year at the release that is asked for, or at every one it has."""
    from keystage.statute.loader import load_year, releases_of

    return [load_year(year, name) for name in ([release] if release else releases_of(year))]


def _table_names(year: "Year | Collection", table: str) -> list[str]:
    from keystage.statute.assembly import tables_of

    names = list(tables_of(type(year)))
    if table and table not in names:
        raise UsageError(
            f"There is no statutory table {table} in {year.name}.",
            todo=f"Choose one of {', '.join(names)}.",
        )
    return [table] if table else names


def _summary(year: "Year") -> dict[str, object]:
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


def _changes(one: "Year", two: "Year", name: str) -> Iterable[tuple[str, str, str]]:
    from keystage.cli.outline import differences

    before, after = getattr(one, name), getattr(two, name)
    if before is None or after is None:
        states = _state(one, name), _state(two, name)
        return [("", *states)] if states[0] != states[1] else []
    return differences(before, after)


def _state(year: "Year", name: str) -> str:
    return f"absent: {year.absent[name].absent}" if name in year.absent else "given"


def _show_table(console: "Console", year: "Year | Collection", name: str) -> None:
    from keystage.cli.outline import grids

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


def _grid(grid: "Grid") -> "Table":
    made = terminal.table(grid.heading, *grid.columns, header=any(grid.columns))
    for row in grid.rows:
        made.add_row(*row)
    return made
