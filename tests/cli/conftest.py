"""The whole command line, run as a person runs it, with its error handling."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from keystage.cli import main


class Ran(NamedTuple):
    """How a run of the command ended, and what it printed to each stream."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run ``keystage`` with arguments."""

    def do(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["keystage", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        told = capsys.readouterr()
        return Ran(int(ended.value.code or 0), told.out, told.err)

    return do


RETURNS = Path(__file__).parents[2] / "data" / "invented" / "returns"
NAME = "9990103_CTF_NAALLLL_001.xml"


@pytest.fixture
def invented() -> Path:
    """The folder of an invented school's mark sheet, return and expected list."""
    return RETURNS


@pytest.fixture
def spoil(tmp_path: Path) -> Callable[..., Path]:
    """Write the invented return with something changed, in all of it or within one pupil.

    A pupil is named by the UPN; without a change to make, the pupil is taken out.
    """

    def do(old: str = "", new: str = "", *, upn: str = "", name: str = NAME) -> Path:
        text = (RETURNS / NAME).read_text(encoding="utf-8")
        found = re.search(rf"    <Pupil>\n      <UPN>{upn}.*?</Pupil>\n", text, re.DOTALL)
        assert found is not None
        part = found[0] if upn else text
        assert old in part
        changed = part.replace(old, new, 1 if upn else -1) if old else ""
        path = tmp_path / name
        path.write_text(text.replace(part, changed), encoding="utf-8")
        return path

    return do


@pytest.fixture
def check(run: Callable[..., Ran], invented: Path) -> Callable[..., Ran]:
    """Check files of 2026 with the invented list of expected pupils."""

    def do(*arguments: object) -> Ran:
        expected = invented / "expected.csv"
        return run("ctf", "check", *arguments, "--year", 2026, "--expected", expected)

    return do


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell is folded."""
    monkeypatch.setenv("COLUMNS", "200")
