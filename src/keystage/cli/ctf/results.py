"""``keystage ctf results``: test results as columns of a pupil file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.ctf import options
from keystage.cli.terminal import add_row, console, counted, say, table, write_json

if TYPE_CHECKING:
    from keystage.flows.returns.results import Results

#: Pupils shown without --all.
FIRST = 60
_NOT_SHOWN = ("LAESTAB", "URN", "SURNAME", "FORENAME", "SEX", "DOB")


def results_command(
    file: Annotated[Path, typer.Argument(help="A results file: CTF, zip, CSV or Excel.")],
    *,
    year: options.YearIfGiven = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Write them to a CSV, Excel or Parquet file."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            help="For a CSV or Excel file: which heading is which, as TOML. Left out, headings "
            "that are known are taken.",
        ),
    ] = None,
    save_mapping: Annotated[
        Path | None,
        typer.Option("--save-mapping", help="Write down which heading was taken for what."),
    ] = None,
    conversion: Annotated[
        Path | None,
        typer.Option(
            "--conversion",
            help="The year's scaled scores, CSV or Excel with the columns mark, reading, GPS and "
            "maths, or some of them: scores that are blank are looked up.",
        ),
    ] = None,
    judged: Annotated[
        Path | None,
        typer.Option(
            "--judgements",
            help="The mark sheet or return of the same pupils: with it pupils with like names are "
            "told of whose scripts may be swapped.",
        ),
    ] = None,
    profile: options.Profile = None,
    replace: options.Replace = False,
    show_all: Annotated[
        bool, typer.Option("--all", help="List every pupil, not only the first.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Take marks, scaled scores and outcomes out of a file.

    keystage ctf results 9990103_KS2_9990103_001.xml -o results.csv

    The columns have the names keystage measures reads: READOUTCOME, READSCORE and so on, and raw
    marks as READMRK. A number that could be a mark or a scaled score is refused, not guessed, and
    what was not taken is listed. --year is needed for CSV and Excel. With the teacher assessments,
    in the file or by --judgements, two pupils with like names are told of whose results fit the
    other better (RES-101): look at their marked scripts. Exits 3 when a file cannot be
    read or has no results.
    """
    from keystage.flows.returns.outputs import refuse_existing, write_bytes, write_frame
    from keystage.flows.returns.results import results
    from keystage.formats.ctf.profile import load_profile
    from keystage.formats.marks_mapping import save_mapping as mapping_text

    for path in (out, save_mapping):
        if path is not None:
            refuse_existing(path, replace=replace)
    found = results(
        file, year, load_profile(profile), mapping=mapping, conversion=conversion, judged=judged
    )
    if out is not None:
        write_frame(found.frame, out, replace=replace)
    if save_mapping is not None and found.mapping is not None:
        write_bytes(mapping_text(found.mapping).encode(), save_mapping, replace=replace)
    if as_json:
        write_json(_as_json(found))
        return
    _show(found, None if show_all else FIRST)
    if out is not None:
        typer.echo(f"Written to {out}. It contains personal data.")


def _show(found: "Results", most: int | None) -> None:
    terminal, pupils = console(), found.frame.height
    said = [name for name in found.frame.columns if found.frame[name].null_count() < pupils]
    columns = [name for name in said if name not in _NOT_SHOWN]
    shown = table(f"Test results of {found.year}", *columns)
    for cells in found.frame.select(columns).head(most or found.frame.height).iter_rows():
        add_row(shown, *("" if cell is None else str(cell) for cell in cells))
    terminal.print(shown)
    if most is not None and found.frame.height > most:
        typer.echo(f"… and {found.frame.height - most:,} more (--all lists every one).")
    if found.mapping is not None:
        taken = ", ".join(f"{field} from {name}" for field, name in found.mapping.columns.items())
        say(f"Taken: {taken}.")
    if found.unknown:
        say(f"Not taken: {', '.join(found.unknown)}.")
    if found.looked_up:
        typer.echo(f"{counted(found.looked_up, 'scaled score')} looked up by the raw mark.")
    if found.without_table:
        tests = ", ".join(
            f"{test.label} ({counted(number, 'result')})"
            for test, number in found.without_table.items()
        )
        say(
            f"Marks without a scaled score, and no table of {found.year} to look it up in: {tests}."
            " Give the table with --conversion."
        )
    for row in found.differing.rows(named=True):
        say(
            f"{row['upn']}, {row['subject']}: the scaled score is {row['score']}, and the table "
            f"gives {row['from_mark']} for the mark {row['mark']}. It was left as it is."
        )
    if found.unreadable.height:
        refused = table("Not taken", "line", "what", "value", "why", right=("line",))
        for row in found.unreadable.rows(named=True):
            add_row(refused, str(row["line"]), row["field"], row["text"], row["reason"])
        terminal.print(refused)
    _show_swapped(found)
    not_taken = counted(found.unreadable.height, "value")
    typer.echo(f"{counted(pupils, 'pupil')} with results, {not_taken} not taken.")


def _show_swapped(found: "Results") -> None:
    if found.asked != "asked":
        lacking = {
            "no names": "names and teacher assessments",
            "no judgements": "teacher assessments",
        }
        say(
            "Whether scripts of pupils with like names may be swapped was not looked at: there are "
            f"no {lacking[found.asked]} in the file. Give the mark sheet with --judgements."
        )
    for row in found.swapped.rows(named=True):
        say(f"{row['code']}: {row['upn']} and {row['other_upn']}. {row['message']} {row['todo']}")


def _as_json(found: "Results") -> dict[str, object]:
    return {
        "year": found.year,
        "results": found.frame.drop("SURNAME", "FORENAME", "DOB", strict=False).to_dicts(),
        "not_taken": found.unreadable.select("line", "field", "text", "reason").to_dicts(),
        "looked_up": found.looked_up,
        "without_table": dict(found.without_table),
        "differing": found.differing.to_dicts(),
        "swapped": found.swapped.drop("message").to_dicts(),
        "swapped_asked": found.asked,
    }
