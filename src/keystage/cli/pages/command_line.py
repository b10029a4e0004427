"""The page of the command line: the help of every command, as the terminal shows it."""

from collections.abc import Iterator

import typer
from typer.testing import CliRunner

from keystage.cli.main import app
from keystage.cli.pages import markdown

_WIDTH = 88
_EXIT_CODES = (
    ("0", "Done."),
    ("1", "An error nobody foresaw; the traceback is shown."),
    ("2", "What was asked cannot be asked: an unknown year, figure, school or option."),
    ("3", "A file cannot be read or breaks a rule."),
    ("4", "A statutory file is refused."),
    ("5", "A value is needed that nobody has published."),
    ("6", "Published figures and the engine's rules disagree."),
)


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
        markdown.table(("code", "meaning"), _EXIT_CODES),
        *(part for name in ("", *command_names()) for part in _help(name)),
    )


def _help(name: str) -> tuple[str, str]:
    shown = CliRunner().invoke(
        app, [*name.split(), "--help"], prog_name="keystage", terminal_width=_WIDTH,
        env={"COLUMNS": str(_WIDTH), "NO_COLOR": "1"},
    )  # fmt: skip
    text = "\n".join(line.rstrip() for line in shown.stdout.splitlines())
    return f"## `{f'keystage {name}'.strip()}`", markdown.block(text.strip("\n"))
