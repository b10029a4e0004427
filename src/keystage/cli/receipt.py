"""``keystage receipt``: look at the receipt of a file, and verify it without the service."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli import terminal

if TYPE_CHECKING:
    from keystage.flows.receipts import Verified

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Verify the receipts that a gateway gives for the files it takes.\n\n"
    "keystage receipt verify RECEIPT.json FILE --keys keys.json\n\n"
    "Nothing is sent anywhere: a receipt is checked from itself and the published keys.",
)
_WORDS = {
    "receipt": "receipt",
    "school": "school",
    "school_number": "school number",
    "year": "year",
    "file": "file",
    "sha256": "SHA-256",
    "bytes": "bytes",
    "serial": "serial number",
    "verdict": "verdict",
    "state": "state of the return",
    "submitted_at": "submitted",
    "by": "by",
    "key": "key",
}
_Receipt = Annotated[Path, typer.Argument(help="The receipt, as it was given.")]


@app.command("show")
def show_command(
    receipt: _Receipt,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Show what a receipt says.

    keystage receipt show RECEIPT.json

    Whether it may be believed is not asked: keystage receipt verify does that. Exits 3 when the
    file is no receipt.
    """
    from keystage.core.errors import InputError
    from keystage.flows.receipts import verify

    found = verify(_content(receipt), None, {})
    if not found.document:
        raise InputError(found.faults[0], where=str(receipt))
    if as_json:
        terminal.write_json(found.document)
        return
    _show(found)


@app.command("verify")
def verify_command(
    receipt: _Receipt,
    file: Annotated[
        Path | None, typer.Argument(help="The file it was given for, to compare the two.")
    ] = None,
    *,
    keys: Annotated[
        Path,
        typer.Option(help="The public keys: the service has them at receipts/keys.json."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Verify a receipt, and the file it was given for.

    keystage receipt verify RECEIPT.json 9990301_CTF_NAALLLL_001.xml --keys keys.json

    It says whether the service gave the receipt, whether it was changed since, and whether the file
    is the one it was given for. Fetch the keys once from the service and keep them: old keys stay
    in the list. Exits 3 when a file cannot be read, and 9 when the receipt is not to be believed or
    is another file's.
    """
    from keystage.core.errors import ReceiptError
    from keystage.flows.receipts import read_keys, verify

    content = None if file is None else _content(file)
    found = verify(_content(receipt), content, read_keys(_content(keys)))
    if as_json:
        terminal.write_json(
            {
                "holds": found.holds,
                "same_file": found.same_file,
                "faults": found.faults,
                "receipt": found.document,
            }
        )
    else:
        _show(found)
    if not found.holds:
        raise ReceiptError(" ".join(found.faults), where=str(receipt))
    if not as_json:
        same = ", and the file is the one it was given for" if found.same_file else ""
        terminal.say(f"The receipt is genuine{same}.")


def _show(found: "Verified") -> None:
    told = terminal.table("", "what", "value", header=False)
    for name, words in _WORDS.items():
        if found.document.get(name) is not None:
            terminal.add_row(told, words, found.document[name])
    counts = found.document.get("counts")
    if isinstance(counts, dict):
        for name, count in counts.items():
            terminal.add_row(told, name, "not known" if count is None else count)
    terminal.console().print(told)


def _content(path: Path) -> bytes:
    """The content of a file a person named.

    Raises:
        InputError: it cannot be opened.
    """
    from keystage.core.errors import InputError

    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The file cannot be opened ({error.strerror}).",
            where=str(path),
            todo="Check its name and folder, and that you may read it.",
        ) from error
