"""The engine that figures are made by: its version, and what it is made of."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import keystage

#: Whatever figures, their words and what is withheld come from.
_ROOMS = ("core", "statute", "records", "measures", "reports", "flows/figures")
_ENDINGS = frozenset({".py", ".toml"})
_DIGITS = 12


def engine() -> str:
    """The version of Keystage, and the first digits of a hash over the files figures are made by.

    A version that is not out yet changes from day to day, and figures may with it.
    """
    return f"{keystage.__version__}+{_digits(Path(keystage.__file__).parent)}"


@cache
def _digits(package: Path) -> str:
    whole = sha256()
    for path in sorted(_files(package)):
        text = path.read_text(encoding="utf-8")
        whole.update(f"{path.relative_to(package).as_posix()}\0{text}\0".encode())
    return whole.hexdigest()[:_DIGITS]


def _files(package: Path) -> Iterator[Path]:
    for room in _ROOMS:
        yield from (path for path in (package / room).rglob("*") if path.suffix in _ENDINGS)
    yield from (package / "flows").glob("*.py")
