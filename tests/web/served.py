"""The service as people run it: a server, a worker, and an invented authority in a folder."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

YEAR = 2026
_FREE = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
_KEYSTAGE = "from keystage.cli.main import run; run()"


@dataclass(frozen=True, kw_only=True)
class Served:
    """A service that answers.

    Attributes:
        address: where.
        password: of every account.
        school: the name of the school that begins with nothing but its files.
        files: the folder of these files.
        trail: the folder of everything that was invented on paper.
    """

    address: str
    password: str
    school: str
    files: Path
    trail: Path


def invent(folder: Path) -> str:
    """Fill a folder with an invented authority of three small schools; returns what was said."""
    _manage(folder, "prepare")
    asked = ("--year", str(YEAR), "--schools", "3", "--seed", "1")
    return _manage(folder, "invent_authority", *asked)


@contextmanager
def serve(invented: Path, folder: Path) -> Iterator[Served]:
    """Serve a copy of what was invented, until the block ends."""
    shutil.copytree(invented, folder)
    said = (folder / "said.txt").read_text(encoding="utf-8")
    found = re.search(r"^(.*): nothing yet\. Its files are in .*/(\d+)$", said, re.MULTILINE)
    assert found is not None, said
    port = subprocess.check_output([sys.executable, "-c", _FREE], text=True).strip()  # noqa: S603  # ours
    try:
        _manage(folder, "serve", "--background", "--port", port)
        yield Served(
            address=f"http://127.0.0.1:{port}/",
            password=(folder / "invented-password").read_text(encoding="utf-8"),
            school=found[1],
            files=folder / "files" / found[2],
            trail=folder / "files" / "trail",
        )
    finally:
        _manage(folder, "serve", "--stop")


def command(*arguments: object) -> str:
    """What the command line says; it must end well."""
    return _said([sys.executable, "-c", _KEYSTAGE, *map(str, arguments)], dict(os.environ))


def _manage(folder: Path, *arguments: str) -> str:
    own = {"KEYSTAGE_FOLDER": str(folder), "COLUMNS": "500"}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return _said([sys.executable, "-m", "keystage.web", *arguments], {**kept, **own})


def _said(arguments: list[str], environment: dict[str, str]) -> str:
    ran = subprocess.run(  # noqa: S603  # this interpreter
        arguments, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
