"""``keystage ctf check``: is a return fit to be sent?"""

import re
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.ctf import options
from keystage.core.errors import ReturnRefusedError, UsageError

if TYPE_CHECKING:
    from keystage.flows.returns.preflight import Preflight


class For(StrEnum):
    """For whom findings are as serious as they are."""

    SHEET = "sheet"
    PREFLIGHT = "preflight"
    GATEWAY = "gateway"
    IMPORT = "import"


class By(StrEnum):
    """How findings are put together on the screen."""

    RULE = "rule"
    PUPIL = "pupil"


def check_command(
    files: Annotated[
        list[Path],
        typer.Argument(help="CTF files, zips and folders of them; or one CSV or Excel mark sheet."),
    ],
    *,
    year: options.Year,
    expected: options.Expected = None,
    profile: options.Profile = None,
    school: Annotated[
        str | None,
        typer.Option("--school", help="The number of your own school, seven digits."),
    ] = None,
    through: Annotated[
        list[str] | None,
        typer.Option(
            "--through-authority",
            help="An authority that asks its schools to send through it, three digits. Give it "
            "again for each.",
        ),
    ] = None,
    sent: Annotated[
        Path | None,
        typer.Option("--sent", help="The file you sent last, to see what is missing now."),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on", formats=["%Y-%m-%d"], help="The day you mean to send it: is that in time?"
        ),
    ] = None,
    channel: Annotated[
        For,
        typer.Option(
            "--channel",
            help="Who asks: the same findings are not as serious to everybody.",
        ),
    ] = For.PREFLIGHT,
    by: Annotated[By, typer.Option("--by", help="Group findings by rule or by pupil.")] = By.RULE,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to hand round.")] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", help="Write every finding to a CSV or Excel file."),
    ] = None,
    names: Annotated[
        bool,
        typer.Option("--names/--no-names", help="Name pupils, or show their UPN only."),
    ] = True,
    replace: options.Replace = False,
    show_all: Annotated[
        bool, typer.Option("--all", help="Of many schools and findings, list every one.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Check a return before you send it.

    keystage ctf check 9990103_CTF_NAALLLL_001.xml --year 2026 --expected expected.csv

    Says red (it would be refused), amber (look again) or green, what was found and what to do,
    how many pupils are in the file, complete, incomplete, missing and unexpected, and which
    checks were not run. The expected list is what most depends on: without it nobody can say who
    is missing. What is shown names pupils, and is for people who may see it.

    Exits 0 for green and amber, 7 for red, 2 when the request is wrong, and 3 when a list cannot
    be read or not one file can.
    """
    from keystage.cli.ctf import findings
    from keystage.flows.returns.folders import superseded
    from keystage.flows.returns.outputs import refuse_existing

    for path in (html, csv):
        if path is not None:
            refuse_existing(path, replace=replace)
    for old in superseded(files):
        typer.echo(f"Not read: {old}, since the folder has a newer export.", err=True)
    done = _check(
        files,
        year=year,
        expected=expected,
        profile=profile,
        school=school,
        through=through,
        sent=sent,
        on=on,
        channel=channel,
    )
    if as_json:
        findings.write_findings_json(done)
    else:
        findings.show_findings(done, by_pupil=by is By.PUPIL, names=names, every=show_all)
    _write(done, html, csv, names=names, replace=replace)
    _end(done, files)


def _check(
    files: list[Path],
    *,
    year: int,
    expected: Path | None,
    profile: Path | None,
    school: str | None,
    through: list[str] | None,
    sent: Path | None,
    on: datetime | None,
    channel: For,
) -> "Preflight":
    from keystage.cli.ctf.progress import counting
    from keystage.flows.returns.known import accepted_before, expected_pupils
    from keystage.flows.returns.preflight import preflight
    from keystage.flows.returns.sources import read_files
    from keystage.formats.ctf.profile import load_profile
    from keystage.records.circumstances import Circumstances
    from keystage.statute.collection_loader import load_collection

    collection, known = load_collection(year), load_profile(profile)
    awaited = None if expected is None else expected_pupils(expected, collection)
    circumstances = Circumstances(
        today=None if on is None else date(on.year, on.month, on.day),
        own_school=school,
        through_authority=None if through is None else _authorities(through),
        accepted=None if sent is None else accepted_before(sent, known, collection),
    )
    with counting("Reading") as progress:
        returns = read_files(files, known, collection=collection, progress=progress)
    return preflight(
        returns,
        collection,
        known,
        channel=channel.value,
        expected=awaited,
        circumstances=circumstances,
    )


def _authorities(numbers: list[str]) -> frozenset[str]:
    """Numbers of authorities.

    Raises:
        UsageError: one of them has not three digits.
    """
    for number in numbers:
        if not re.fullmatch("[0-9]{3}", number):
            raise UsageError(
                "This is not the number of a local authority.",
                where=f"--through-authority {number}",
                todo="Give its three digits.",
            )
    return frozenset(numbers)


def _write(
    done: "Preflight", html: Path | None, csv: Path | None, *, names: bool, replace: bool
) -> None:
    from keystage.flows.returns.outputs import write_bytes, write_frame
    from keystage.flows.returns.page import page
    from keystage.reports.preflight import preflight_html

    if html is not None:
        made = page(done, datetime.now().astimezone(), with_names=names)
        write_bytes(preflight_html(made).encode(), html, replace=replace)
    if csv is not None:
        frame = done.named() if names else done.unnamed()
        write_frame(frame.drop("pupil"), csv, replace=replace)
    for path in (html, csv):
        if path is not None:
            typer.echo(f"Written to {path}. It contains personal data.", err=True)


def _end(done: "Preflight", files: list[Path]) -> None:
    """End with the exit code of the verdict."""
    from keystage.cli.terminal import counted
    from keystage.flows.returns.sources import refuse_unread

    refuse_unread(done.returns, files[0])
    if done.verdict == "red":
        faults = done.count(done.verdict)
        it = "it" if done.files == 1 else "files"
        them = "it" if faults == 1 else "them"
        raise ReturnRefusedError(
            f"{counted(faults, 'fault')} would have {it} refused.",
            where=str(files[0]) if len(files) == 1 else counted(len(files), "file"),
            todo=f"Put {them} right in your own system, make the file again, and check that.",
        )
