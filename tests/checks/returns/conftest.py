"""The examples of the checks of returns, read and looked at."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.run import run_returns
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.limits import LOCAL
from keystage.formats.ctf.profile import load_profile
from keystage.formats.expected import read_expected
from keystage.formats.sheets.reading import read_sheet
from keystage.records.circumstances import (
    ACCEPTED,
    DELETIONS,
    MODERATION,
    SCHOOLS_KNOWN,
    VALUES,
    Circumstances,
)
from keystage.records.returns import FAULTS, ReturnSet
from keystage.statute.collection_loader import load_collection

EXAMPLES = Path(__file__).parents[2] / "examples" / "returns"
_BESIDE = ("expected.csv", "circumstances.toml")
_TABLES = {
    "schools": SCHOOLS_KNOWN,
    "accepted": ACCEPTED,
    "moderation": MODERATION,
    "moderated": VALUES,
    "signed": VALUES,
    "deletions": DELETIONS,
}
Look = Callable[..., ReturnFindings]


def look_at(folder: Path, **more: Any) -> ReturnFindings:
    """Read the example in a folder, with what is told beside it and more, and run every check."""
    told = folder / "circumstances.toml"
    known: dict[str, Any] = tomllib.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    known |= more
    collection = load_collection(known.get("year", 2026))
    profile = load_profile()
    listing = folder / "expected.csv"

    def sheet(given: NamedBytes) -> ReturnSet:
        with TemporaryDirectory() as place:
            path = Path(place) / given.name
            path.write_bytes(given.data)
            return read_sheet(path, profile, collection)

    sources = [
        NamedBytes(path.name, path.read_bytes())
        for path in sorted(folder.iterdir())
        if path.name not in _BESIDE
    ]
    returns = read_returns(
        [] if known.get("nothing") else sources,
        profile,
        limits=replace(LOCAL, file_bytes=known.get("file_bytes", LOCAL.file_bytes)),
        read_sheet=sheet,
    )
    expected = read_expected(listing, collection)[0] if listing.exists() else None
    return run_returns(
        with_faults(returns, known.get("faults", [])),
        collection,
        channel=known.get("channel", "preflight"),
        listed=known.get("listed", 1000),
        expected=expected,
        circumstances=circumstances(known, returns),
    )


def with_faults(returns: ReturnSet, faults: list[dict[str, str]]) -> ReturnSet:
    """The returns with faults that only whoever received the file can know."""
    more = pl.DataFrame(
        [{"file": 0, "line": None, **fault} for fault in faults], schema=dict(FAULTS)
    )
    return replace(returns, faults=pl.concat([returns.faults, more]))


def circumstances(known: dict[str, Any], returns: ReturnSet) -> Circumstances:
    """The circumstances told beside an example; ``same`` stands for the hash of its file."""
    tables = {
        name: pl.DataFrame(
            [dict.fromkeys(schema) | row for row in known[name]], schema=dict(schema)
        )
        for name, schema in _TABLES.items()
        if name in known
    }
    if "accepted" in tables:
        same = returns.files["sha256"][0]
        tables["accepted"] = tables["accepted"].with_columns(pl.col("sha256").replace("same", same))
    authorities = known.get("through_authority")
    return Circumstances(
        today=known.get("today"),
        own_school=known.get("own_school"),
        through_authority=None if authorities is None else frozenset(authorities),
        **tables,
    )


@pytest.fixture(scope="session")
def examples() -> Path:
    return EXAMPLES


@pytest.fixture(scope="session")
def look() -> Look:
    return look_at
