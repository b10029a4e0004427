"""The command itself: help that teaches, its version, and errors as sentences."""

import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import keystage
from keystage.cli import main

COMMANDS = ("measures", "explain", "years", "verify")


def helped(*arguments: str) -> str:
    ran = CliRunner().invoke(main.app, [*arguments, "--help"], env={"COLUMNS": "100"})
    assert ran.exit_code == 0
    return ran.output


def test_help_names_every_command_and_where_to_start() -> None:
    told = helped()
    assert "Start with: keystage measures PUPILS" in told
    for command in COMMANDS:
        assert re.search(rf"^\s*│?\s*{command}\s+\w", told, re.MULTILINE), command


@pytest.mark.parametrize(
    "command", [*COMMANDS, "years show", "years diff", "years from-pupil-file"]
)
def test_every_command_teaches(command: str) -> None:
    told = helped(*command.split())
    assert len(told.split()) > 20
    assert "TODO" not in told


def test_no_arguments_show_the_help() -> None:
    ran = CliRunner().invoke(main.app, [])
    assert "Usage: " in ran.output


def test_the_version_is_printed() -> None:
    ran = CliRunner().invoke(main.app, ["--version"])
    assert (ran.exit_code, ran.output) == (0, f"keystage {keystage.__version__}\n")


def test_the_command_runs_as_a_process_and_its_errors_go_to_the_error_stream() -> None:
    plain = ("none.csv", "--year", "2021", "--release", "final", "-o", "out")
    ran = process("-m", "keystage.cli.main", "measures", *plain)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("keystage: There is no statutory year 2021.")


def test_help_needs_no_engine() -> None:
    """The engine takes longer to import than help may take."""
    code = (
        "import sys; from keystage.cli import main\n"
        "assert not {'polars', 'rich.table'} & set(sys.modules), sys.modules.keys()"
    )
    ran = process("-c", code)
    assert ran.returncode == 0, ran.stderr


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
