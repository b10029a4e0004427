"""The queue of ``keystage submit``: what waits on this computer, and sending it."""

from pathlib import Path
from typing import TYPE_CHECKING

import keystage
from keystage.cli import terminal
from keystage.core.errors import (
    InputError,
    KeystageError,
    ReceiptNotKeptError,
    ReturnRefusedError,
    UnreachableError,
)

if TYPE_CHECKING:
    from keystage.flows.returns.gateway import Checked
    from keystage.flows.returns.preflight import Preflight
    from keystage.flows.returns.queue import Entry


def put(
    queue: Path, name: str, content: bytes, *, done: "Preflight", school: str, year: int
) -> None:
    """Put a file that was checked into a queue, and say what that is and is not."""
    from keystage.flows.returns.groups import said
    from keystage.flows.returns.proofs import Found
    from keystage.flows.returns.queue import put as put_there

    counts = said(done.findings.counts).select("code", "severity", "count").sort("code")
    found = [
        Found(code=code, severity=severity, findings=count)
        for code, severity, count in counts.iter_rows()
    ]
    kept = put_there(
        queue,
        name,
        content,
        school=school,
        year=year,
        verdict=str(done.verdict),
        found=found,
        program=f"keystage {keystage.__version__}",
    )
    proof = kept.proof
    at = proof.ready_at if proof is not None else ""
    terminal.say(f"It waits in {kept.folder}, ready since {at} by this computer's clock.")
    if kept.begun:
        terminal.say(f"It was put there before: {_unknown(kept.begun)} Send the queue to learn it.")
        return
    terminal.say(
        "Nothing was sent. The proof beside it is not a receipt: the return is not yet submitted."
    )


def show(queue: Path) -> None:
    """Say what is in a queue, and what became of it."""
    from keystage.flows.returns.queue import entries_of

    entries = entries_of(queue)
    for one in entries:
        terminal.say(_told(one, entries))
    if not entries:
        terminal.say("Nothing is in this queue.")


def send(queue: Path, *, to: str, token: str) -> None:
    """Send what waits in a queue, in order, and say of each return what became of it.

    Raises:
        UnreachableError: the service did not answer; what was not sent waits.
        ReturnRefusedError: it refused one.
        InputError: one is not what it was when it was checked.
    """
    from keystage.flows.returns.queue import TO_SEND, State, entries_of, state_of

    failed: KeystageError | None = None
    entries = entries_of(queue)
    for one in entries:
        if state_of(one, entries) not in TO_SEND:
            terminal.say(_told(one, entries))
            if state_of(one, entries) == State.BROKEN:
                failed = failed or _broken(one)
            continue
        try:
            _send(one, to, token)
        except UnreachableError:
            terminal.say(f"{_name(one)}: {_left(one)} It waits, and so does what is after it.")
            raise
        except KeystageError as error:
            terminal.say(f"{_name(one)}: {_left(one)} {error}")
            failed = failed or error
    if failed is not None:
        raise failed
    terminal.say("Everything in the queue was dealt with.")


def _send(entry: "Entry", to: str, token: str) -> None:
    """Send one return, submit it and keep its receipt.

    The gateway knows a file that was sent before by its content, and a file that was submitted by
    its receipt: whatever was done when the computer stopped is not done twice.
    """
    from keystage.flows.returns.answers import begin, keep_answer
    from keystage.flows.returns.gateway import Gateway, keep_receipt

    proof = entry.proof
    if proof is None:
        raise _broken(entry)
    gateway = Gateway(url=to, school=proof.school, year=proof.year, token=token)
    attempt = entry.answer.at if entry.answer is not None else ""
    try:
        sent = _taken(gateway.upload(proof.file, entry.content(), attempt=attempt))
        begin(entry.folder)
        receipt = gateway.submit(sent)
    except ReturnRefusedError as error:
        keep_answer(entry.folder, str(error))
        raise
    try:
        kept = keep_receipt(receipt, entry.receipt)
        terminal.say(f"{_name(entry)}: submitted. The receipt is in {kept}: keep it.")
        terminal.say(gateway.standing().not_yet or "The return is accepted.")
    except ReceiptNotKeptError as error:
        terminal.say(f"{_name(entry)}: submitted. {error}")
    except UnreachableError as error:
        terminal.say(f"It is submitted all the same. {error}")


def _left(entry: "Entry") -> str:
    """What is known of a return to which no answer came, as it is in its folder by then."""
    from keystage.flows.returns.answers import begun_in

    begun = begun_in(entry.folder)
    return _unknown(begun) if begun else "not submitted."


def _unknown(begun: str) -> str:
    return f"it is not known whether it was submitted: no answer came since {begun}."


def _taken(sent: "Checked") -> "Checked":
    """What the gateway took.

    Raises:
        ReturnRefusedError: it refuses the file; only checks are named.
    """
    if sent.verdict == "red":
        codes = ", ".join(dict.fromkeys(one.code for one in sent.findings))
        raise ReturnRefusedError(
            f"The gateway refuses it for {terminal.counted(sent.red, 'fault')}: {codes}.",
            todo="Put them right in your own system, and put the new file into the queue.",
        )
    return sent


def _told(entry: "Entry", entries: list["Entry"]) -> str:
    """What became of a return, in a sentence or two."""
    from keystage.flows.returns.queue import State, state_of

    said = entry.answer.said if entry.answer else ""
    at, begun = entry.proof.ready_at if entry.proof else "", entry.begun
    again = " again" if begun else ""
    words = {
        State.WAITS: f"not yet submitted. Ready since {at}",
        State.BEGUN: f"{_unknown(begun)} Send the queue again to learn it",
        State.SUBMITTED: f"submitted. Its receipt is in {entry.receipt}",
        State.REFUSED: f"not submitted. The service said: {said}",
        State.OVERTAKEN: f"not sent{again}: a later file of this school was submitted already, or "
        "may have been",
        State.BROKEN: f"not sent: {entry.fault}",
    }[state_of(entry, entries)]
    gap = " A proof before it was changed or taken away." if entry.gap else ""
    return f"{_name(entry)}: {words.rstrip('.')}.{gap}"


def _broken(entry: "Entry") -> InputError:
    return InputError(
        f"It was not sent: {entry.fault}.",
        where=str(entry.folder),
        todo="Check the file again with keystage submit --queue.",
    )


def _name(entry: "Entry") -> str:
    number = entry.folder.name
    if entry.proof is None:
        return number
    return f"{number} {entry.proof.file} (school {entry.proof.school}, {entry.proof.year})"
