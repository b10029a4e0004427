"""Published tables as rows, for the tests of ``keystage verify``."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def rows_of() -> Callable[[str], Rows]:
    """Read a published table of the repository, given its path from the root."""

    def read(name: str) -> Rows:
        content = (ROOT / name).read_bytes()
        text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), restval=""))

    return read


@pytest.fixture(scope="session")
def write() -> Callable[[Path, Rows], None]:
    """Write rows as a table."""

    def to(path: Path, rows: Rows) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)

    return to
