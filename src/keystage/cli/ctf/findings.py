"""The findings of a check on the screen: the verdict, the counts, then what is wrong."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from keystage.cli.terminal import add_row, console, counted, say, table, write_json

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from keystage.flows.returns.groups import Group
    from keystage.flows.returns.preflight import Preflight
    from keystage.flows.returns.words import Lack

#: Findings of one check, and schools, shown without --all.
FIRST = 20
_STYLES = {"red": "bold red", "amber": "bold yellow", "green": "bold green", "grey": "bold"}


def show_findings(done: "Preflight", *, by_pupil: bool, names: bool, every: bool) -> None:
    """Show a check: details of one school, one line each of several unless ``every`` is asked.

    Args:
        done: the check.
        by_pupil: whether findings are put together by pupil, not by rule.
        names: whether pupils are named besides their UPN.
        every: whether every school and finding is listed.
    """
    from keystage.flows.returns.groups import by_check, last_words, said
    from keystage.flows.returns.words import lacks, notes

    terminal = console()
    most = None if every else FIRST
    say(f"{done.headline}.", _STYLES[done.verdict])
    say(f"{done.verdict.capitalize()}: {done.summary}")
    if not done.unread:
        _schools(terminal, done, most)
    groups = by_check(done.named(names=names), done.findings.counts)
    if done.schools.height > 1 and not every:
        _counted_rules(terminal, groups)
    elif by_pupil:
        _by_pupil(said(done.named(names=names)), names=names)
    else:
        for group in groups:
            _group(terminal, group, most, names=names, several=done.files > 1)
    _passed_over(done.passed_over, most)
    if done.unread:
        return
    terminal.print()
    _not_run(lacks(done.findings.not_run))
    for note in notes(expects=done.expected is not None, unverified=done.unverified):
        say(note)
    for sentence in last_words(done.findings):
        say(sentence)


def _schools(terminal: "Console", done: "Preflight", most: int | None) -> None:
    from keystage.flows.returns.schools import HEADINGS

    several = done.schools.height > 1
    known = {
        heading: name
        for name, heading in HEADINGS.items()
        if done.schools[name].null_count() < done.schools.height
    }
    numbers = (*(("Red", "Amber") if several else ()), *known)
    shown = table("", "School", *(("Verdict",) if several else ()), *numbers, right=numbers)
    shown.padding = (0, 1, 0, 0)
    for row in done.schools.head(most or done.schools.height).rows(named=True):
        school = " ".join(filter(None, (row["school"], row["name"]))) or "not known"
        verdict = [row["verdict"], f"{row['red']:,}", f"{row['amber']:,}"] if several else []
        cells = ["" if row[name] is None else f"{row[name]:,}" for name in known.values()]
        add_row(shown, school, *verdict, *cells)
    terminal.print(shown)
    if several:
        verdicts = done.schools["verdict"].to_list()
        told = (f"{verdicts.count(one):,} {one}" for one in ("red", "amber", "green"))
        say(f"{counted(done.schools.height, 'school')}: {', '.join(told)}.")
    if most is not None and done.schools.height > most:
        typer.echo(f"… and {done.schools.height - most:,} more schools (--all lists every one).")


def _counted_rules(terminal: "Console", groups: Sequence["Group"]) -> None:
    """One line a check, over all schools."""
    if groups:
        shown = table("Rules that are not kept", "", "check", "rule", "by", right=("by",))
        for group in groups:
            add_row(shown, group.severity.upper(), group.code, group.rule, group.about)
        terminal.print(shown)
    typer.echo("For every finding add --all; for a file of them, --csv FILE.")


def _group(
    terminal: "Console", group: "Group", most: int | None, *, names: bool, several: bool
) -> None:
    say(f"{group.severity.upper()} {group.code}, {group.about}", _STYLES[group.severity])
    say(f"  {group.text}")
    if group.todo:
        say(f"  What to do: {group.todo}")
    rows = group.rows.head(most or group.rows.height)
    if group.needs_rows(several=several):
        _rows(terminal, group, rows, names=names, several=several)
    more = group.more + group.rows.height - rows.height
    if more:
        typer.echo(f"  … and {counted(more, 'finding')} more (--all lists them, or --csv FILE).")


def _rows(
    terminal: "Console", group: "Group", rows: "pl.DataFrame", *, names: bool, several: bool
) -> None:
    from keystage.flows.returns.words import full_name

    columns = group.columns(several=several)
    who = ("UPN", "Pupil")[: group.of_pupils + (group.of_pupils and names)]
    shown = table("", *who, *columns.values(), right=("Line",))
    shown.padding = (0, 2, 0, 0)
    for row in rows.rows(named=True):
        person = (row["upn"] or "", full_name(row))[: len(who)]
        add_row(shown, *person, *("" if row[name] is None else str(row[name]) for name in columns))
    terminal.print(shown)


def _by_pupil(frame: "pl.DataFrame", *, names: bool) -> None:
    """Every finding under the pupil it is about, those about none first."""
    from keystage.flows.returns.words import full_name, place

    ordered = frame.sort("upn", nulls_last=False, maintain_order=True)
    for rows in ordered.partition_by("upn", maintain_order=True):
        first = rows.row(0, named=True)
        name = f" {full_name(first)}" if names else ""
        pupil = f"{first['upn']}{name}" if first["upn"] else "About no one pupil"
        say(pupil, "bold")
        for row in rows.rows(named=True):
            where = place(row, file=not row["upn"])
            head = ", ".join(filter(None, (f"{row['severity'].upper()} {row['code']}", where)))
            say(f"  {head}: {row['message']} {row['todo'] or ''}".rstrip())


def _passed_over(files: Sequence[tuple[str, str]], most: int | None) -> None:
    for name, reason in files[:most]:
        say(f"Not read: {name}. {reason}")
    if most is not None and len(files) > most:
        typer.echo(f"… and {counted(len(files) - most, 'file')} more not read (--all lists them).")


def _not_run(lacking: Iterable["Lack"]) -> None:
    """What was not checked: what a person can give, each with its option, then the rest."""
    others: list[str] = []
    for lack in lacking:
        if lack.option:
            checks = counted(len(lack.codes), "check")
            say(f"Not run: {checks} without {lack.needs} ({lack.option}).")
        else:
            others += lack.codes
    if others:
        checks = counted(len(others), "check")
        say(f"Not run: {checks} that only the collection or your authority can make.")


def write_findings_json(done: "Preflight") -> None:
    """Print a check as JSON; pupils by UPN only."""
    from keystage.flows.returns.words import lacks

    write_json(
        {
            "verdict": done.verdict,
            "year": done.collection.year.id,
            "channel": done.channel,
            "profile_verified": not done.unverified,
            "schools": done.schools.to_dicts(),
            "counts": done.findings.counts.to_dicts(),
            "findings": done.unnamed().drop("pupil").to_dicts(),
            "not_run": [
                {"needs": lack.needs, "option": lack.option or None, "codes": lack.codes}
                for lack in lacks(done.findings.not_run)
            ],
            "files": done.returns.files.select("name", "form", "bytes", "sha256").to_dicts(),
            "passed_over": [{"file": name, "reason": reason} for name, reason in done.passed_over],
        }
    )
