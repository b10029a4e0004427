"""The whole command line, run as a person runs it, with its error handling."""

from collections.abc import Callable
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
