"""The way of working depends on how many pupils there are; what is found does not."""

from dataclasses import replace

import pytest
from made_returns import PLAIN, listed, returns, run
from polars.testing import assert_frame_equal

from keystage.checks.returns import lookup
from keystage.records.returns import ReturnSet

_JUDGEMENTS: tuple[dict[str, object], ...] = (
    PLAIN,
    {"writing": "GD"},
    {"science": "EXS"},
    PLAIN | {"reading": "PK6"},
    {},
)


@pytest.fixture
def some() -> ReturnSet:
    return returns(*_JUDGEMENTS, {"upn": "A999030120001", "writing": "BLW", "science": "gds"})


@pytest.mark.parametrize("reverse", [False, True])
def test_many_pupils_are_looked_at_as_few_are(
    some: ReturnSet, monkeypatch: pytest.MonkeyPatch, *, reverse: bool
) -> None:
    results = some.results.reverse() if reverse else some.results
    given, expected = replace(some, results=results), listed(some, *[{}] * some.pupils.height)
    few = run(given, expected)
    monkeypatch.setattr(lookup, "_MANY", 0)
    many = run(given, expected)

    assert {"TA-401", "TA-403", "TA-404", "TA-411"} - set(few.counts["code"]) == {
        "TA-404",
        "TA-411",
    }
    for name in ("frame", "counts", "not_run", "numbers"):
        assert_frame_equal(getattr(many, name), getattr(few, name))
