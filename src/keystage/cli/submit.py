"""``keystage submit``: check a return, send it to a gateway, and keep the receipt."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from keystage.cli import submit_queue, terminal
from keystage.core.errors import InputError, ReturnRefusedError, UsageError

if TYPE_CHECKING:
    from keystage.flows.returns.gateway import Checked, Gateway
    from keystage.flows.returns.preflight import Preflight

T = TypeVar("T")
_TOKEN, _SECRET = "KEYSTAGE_TOKEN", "KEYSTAGE_SECRET"
_FIRST = 20


def submit_command(
    file: Annotated[Path | None, typer.Argument(help="One school's CTF or mark sheet.")] = None,
    *,
    to: Annotated[
        str | None, typer.Option("--to", help="The address of the service, with https://.")
    ] = None,
    school: Annotated[str | None, typer.Option("--school", help="URN of the school.")] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="The summer the key stage ends, such as 2026.")
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check-only", help="Have it checked there, and send nothing.")
    ] = False,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", help=f"A file with a token; or put one into {_TOKEN}."),
    ] = None,
    client: Annotated[
        str | None,
        typer.Option(
            "--client",
            help="The client identifier of your system; its secret is read from --secret-file, "
            f"or from {_SECRET}.",
        ),
    ] = None,
    secret_file: Annotated[
        Path | None, typer.Option("--secret-file", help="A file with the secret.")
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option("--receipt", help="Where the receipt is kept; beside the file without it."),
    ] = None,
    queue: Annotated[
        Path | None,
        typer.Option(
            "--queue",
            help="Put the checked file into this folder, with a proof of readiness, and send "
            "nothing; without a file, show what is in it.",
        ),
    ] = None,
    number: Annotated[
        str,
        typer.Option(
            "--number",
            help="With --queue: the school's number, seven digits; the service gives it otherwise.",
        ),
    ] = "",
    send_queue: Annotated[
        Path | None,
        typer.Option("--send-queue", help="Send what waits in this folder, in order."),
    ] = None,
) -> None:
    """Check a return, send it to a gateway, and keep the receipt.

    keystage submit RETURN.xml --to https://keystage.example.org --school 900103 --year 2026

    The file is checked here first, and a red one is not sent. The gateway checks it again, with
    what only it knows. Running the command again sends and submits nothing twice. Your system
    needs leave of the school for it.

    When the service does not answer, put the file into a queue, and send the queue later:

    keystage submit RETURN.xml --queue FOLDER --school 900103 --number 9990103 --year 2026
    keystage submit --send-queue FOLDER --to https://keystage.example.org

    The proof that is kept in the queue says when the file was ready. It is not a receipt.

    Exits 0 where it was submitted (with --check-only: green and amber), 7 where it is refused,
    2 when the request is wrong or not allowed, 3 when the file cannot be read, 10 when the
    service cannot be reached or asks to be asked later, and 11 where it was submitted, but the
    receipt could not be written: what is printed says where it can be fetched again.
    """
    if queue is not None and file is None:
        submit_queue.show(queue)
        return
    if send_queue is not None:
        address = _given(to, "--to")
        _refuse_address(address)
        if file is not None or queue is not None:
            raise UsageError(
                "A queue is sent as it is, without a file beside it.",
                todo="Put the file into the queue first, then send the queue.",
            )
        token = _token(address, token_file, client, secret_file)
        submit_queue.send(send_queue, to=address, token=token)
        return
    if file is None:
        raise UsageError("There is no file to submit.", todo="Give the file of a return.")
    at, of = _given(school, "--school"), _given(year, "--year")
    if queue is not None:
        done = _check_here(file, of, number)
        submit_queue.put(queue, file.name, _content(file), done=done, school=at, year=of)
        return
    from keystage.flows.returns.gateway import Gateway, keep_receipt

    address = _given(to, "--to")
    _refuse_address(address)
    content, kept = _content(file), receipt or file.with_name(f"{file.name}.receipt.json")
    token = _token(address, token_file, client, secret_file)
    gateway = Gateway(url=address, school=at, year=of, token=token)
    _check_here(file, of, gateway.number())
    if check_only:
        _end(gateway.check(file.name, content), file)
        return
    sent = gateway.upload(file.name, content)
    _end(sent, file)
    receipted = gateway.submit(sent)
    _say_standing(gateway, keep_receipt(receipted, kept, again=gateway.receipt_of(sent)))


def _refuse_address(address: str) -> None:
    from keystage.flows.returns.asking import refuse_address

    refuse_address(address)


def _given(value: T | None, option: str) -> T:
    """What was given for an option that is needed here."""
    if value is None:
        raise UsageError(f"{option} is missing.", todo=f"Give {option}.")
    return value


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            f"It cannot be read: {error.strerror}.", where=str(file), todo="Choose a file."
        ) from None


def _check_here(file: Path, year: int, number: str = "") -> "Preflight":
    """Refuse a file that the gateway would refuse, before any of it leaves this computer.

    The checks are those of the gateway. ``number``: of the school; '' where nobody can be asked.
    """
    from keystage.cli.ctf.findings import show_findings
    from keystage.flows.returns.preflight import preflight
    from keystage.flows.returns.sources import read_files, refuse_unread
    from keystage.formats.ctf.profile import load_profile
    from keystage.records.circumstances import Circumstances
    from keystage.statute.collection_loader import load_collection

    collection, profile = load_collection(year), load_profile()
    returns = read_files([file], profile, collection=collection)
    known = Circumstances(own_school=number or None)
    done = preflight(returns, collection, profile, channel="gateway", circumstances=known)
    if done.verdict == "red":
        show_findings(done, by_pupil=False, names=True, every=False)
        refuse_unread(returns, file)
        raise ReturnRefusedError(
            f"{terminal.counted(done.count(done.verdict), 'fault')} would have it refused, so "
            "nothing was sent.",
            where=str(file),
            todo="Put it right in your own system, make the file again, and submit that.",
        )
    terminal.say(f"Checked here: {done.verdict}.")
    return done


def _token(to: str, token_file: Path | None, client: str | None, secret_file: Path | None) -> str:
    from keystage.flows.returns.gateway import token_for

    if client is not None:
        return token_for(to, client, _word(secret_file, _SECRET, "--secret-file"))
    return _word(token_file, _TOKEN, "--token-file or --client")


def _word(file: Path | None, variable: str, option: str) -> str:
    word = (os.environ.get(variable, "") if file is None else _text(file)).strip()
    if not word:
        raise UsageError(
            "There is nothing that opens the gateway.", todo=f"Give {option}, or set {variable}."
        )
    if not (word.isascii() and word.isprintable()) or " " in word:
        raise UsageError(
            "What should open the gateway is not one word.", todo=f"Look at {option} or {variable}."
        )
    return word


def _text(file: Path) -> str:
    return _content(file).decode("utf-8", "replace")


def _end(found: "Checked", file: Path) -> None:
    """Show what the gateway said, and end where it refuses."""
    _show(found)
    if found.verdict == "red":
        raise ReturnRefusedError(
            f"The gateway refuses it for {terminal.counted(found.red, 'fault')}.",
            where=str(file),
            todo="Put them right in your own system, make the file again, and submit that.",
        )


def _show(found: "Checked") -> None:
    terminal.say(f"The gateway says: {found.verdict}.")
    numbers = {name: count for name, count in found.counts.items() if count is not None}
    terminal.say(", ".join(f"{count:,} {name}" for name, count in numbers.items()))
    shown = terminal.table("", "Check", "Severity", "Line", "UPN", "Pupil", "What", right=["Line"])
    for one in found.findings[:_FIRST]:
        what = f"{one.message} {one.todo}"
        terminal.add_row(shown, one.code, one.severity, one.line, one.upn, one.name, what)
    if found.findings:
        terminal.console().print(shown)
    if (rest := len(found.findings) - _FIRST) > 0:
        terminal.say(f"And {terminal.counted(rest, 'finding')} more.")


def _say_standing(gateway: "Gateway", kept: Path) -> None:
    terminal.say(f"Submitted. The receipt is in {kept}: keep it.")
    terminal.say(gateway.standing().not_yet or "The return is accepted.")
