"""A finding names the line of the value it is about, where the reader kept it."""

import polars as pl
import pytest

from keystage.checks.returns.places import with_exact_lines
from keystage.records.returns import (
    FILES,
    HEADER_LINES,
    LINES,
    PUPILS,
    RESULTS,
    SLOTS,
    ReturnSet,
)

PUPIL, UPN, WRITING, VERSION = 20, 21, 33, 4


@pytest.fixture
def returns() -> ReturnSet:
    """Two pupils; of the second nothing is known but the line where it starts."""
    frames = {"files": FILES, "pupils": PUPILS}
    slots = [{"slot": 0, "measure": "writing", "kind": "assessment"}]
    results = [{"file": 0, "pupil": 0, "line": WRITING + again, "slot": 0} for again in (0, 8)]
    header = [{"file": 0, "field": "version", "line": VERSION}]
    return ReturnSet(
        **{name: pl.DataFrame(schema=dict(schema)) for name, schema in frames.items()},
        slots=pl.DataFrame(slots, schema=dict(SLOTS)),
        results=pl.DataFrame(results, schema=dict(RESULTS)),
        lines=pl.DataFrame([{"pupil": 0, "upn": UPN}], schema=dict(LINES)),
        header_lines=pl.DataFrame(header, schema=dict(HEADER_LINES)),
    )


def rows(**columns: object) -> pl.DataFrame:
    types = {"file": pl.UInt32, "pupil": pl.UInt32, "line": pl.UInt32}
    return pl.DataFrame(columns, schema={name: types[name] for name in columns})


@pytest.mark.parametrize(
    ("column", "line"), [("upn", UPN), ("writing", WRITING), ("maths", PUPIL), ("judged", PUPIL)]
)
def test_a_pupil_is_found_at_the_value(returns: ReturnSet, column: str, line: int) -> None:
    found = with_exact_lines(rows(pupil=[0, 1], line=[PUPIL, 50]), column, returns)

    assert found.rows() == [(0, line), (1, 50)]


@pytest.mark.parametrize(("column", "line"), [("version", VERSION), ("supplier", None)])
def test_a_header_is_found_at_the_element(
    returns: ReturnSet, column: str, line: int | None
) -> None:
    found = with_exact_lines(rows(file=[0]), column, returns)

    assert (found["line"].item() if "line" in found.columns else None) == line


def test_what_has_no_place_of_its_own_keeps_the_one_it_has(returns: ReturnSet) -> None:
    some = rows(file=[0], line=[7])

    assert with_exact_lines(some, "not a column", returns).equals(some)
