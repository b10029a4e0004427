"""Every check has an example that fails it, and only it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from keystage.checks.registry import Check, Severity, check
from keystage.checks.run import checks, run
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

Example = Callable[[str], tuple[RecordSet, Year]]

_BY_CODE = {one.code: one for one in checks()}


@pytest.mark.parametrize("code", _BY_CODE)
def test_every_check_has_an_example_that_trips_it_and_nothing_worse(
    code: str, example: Example
) -> None:
    records, year = example(f"fail/{code}")

    found = run(records, year)

    serious = {*found.errors["code"], *found.warnings["code"]}
    assert serious | {code} == {code}
    assert set(found.frame.filter(code=code)["severity"]) == {str(_BY_CODE[code].severity)}


def test_no_example_is_left_of_a_check_that_is_gone(examples_folder: Path) -> None:
    assert {folder.name for folder in (examples_folder / "fail").iterdir()} == set(_BY_CODE)


def test_the_example_that_passes_has_nothing_but_notes(example: Example) -> None:
    records, year = example("pass")

    found = run(records, year)

    assert found.errors.is_empty()
    assert found.warnings.is_empty()
    found.raise_if_errors()


@pytest.mark.parametrize("one", checks(), ids=lambda one: one.code)
def test_every_check_says_what_it_is_for(one: Check) -> None:
    assert one.name.count("_") >= 2
    assert one.sentence.endswith(".")
    assert one.source
    assert isinstance(one.severity, Severity)
    assert one.message.endswith((".", "]."))


def test_a_code_is_never_given_twice() -> None:
    declare = check(
        "PUP-101", table="pupils", fields=[], severity=Severity.NOTE, source="", message=""
    )

    with pytest.raises(ValueError, match="PUP-101 is counted_pupil_has_a_school already"):
        declare(_BY_CODE["PUP-101"].rule)
