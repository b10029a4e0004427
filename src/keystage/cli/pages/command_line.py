"""The page of the command line: the help of every command, as the terminal shows it."""

from collections.abc import Iterator

import typer
from typer.testing import CliRunner

from keystage.cli.main import app
from keystage.cli.pages import markdown
from keystage.core.errors import KeystageError

_WIDTH = 88
_DONE = ("0", "Done.")
_UNFORESEEN = ("1", "An error nobody foresaw; its traceback is shown.")


def command_names() -> tuple[str, ...]:
    """Every command with its group, such as ``years show``, in alphabetical order."""
    return tuple(sorted(_names(typer.main.get_command(app), ())))


def _names(command: object, path: tuple[str, ...]) -> Iterator[str]:
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield " ".join((*path, name))
        yield from _names(inner, (*path, name))


def command_line_page() -> str:
    """The help of every command."""
    return markdown.page(
        "Command line",
        "Errors are sentences, and each kind has its exit code:",
        markdown.table(("code", "meaning"), (_DONE, _UNFORESEEN, *_exit_codes())),
        *(part for name in ("", *command_names()) for part in _help(name)),
    )


def _exit_codes() -> Iterator[tuple[str, str]]:
    for kind in KeystageError.__subclasses__():
        yield str(kind.exit_code), (kind.__doc__ or "").partition("\n")[0]


def _help(name: str) -> tuple[str, str]:
    shown = CliRunner().invoke(
        app, [*name.split(), "--help"], prog_name="keystage", terminal_width=_WIDTH,
        env={"COLUMNS": str(_WIDTH), "NO_COLOR": "1"},
    )  # fmt: skip
    text = "\n".join(line.rstrip() for line in shown.stdout.splitlines())
    return f"## `{f'keystage {name}'.strip()}`", markdown.block(text.strip("\n"))
