"""Every check of returns has an example that fails it, and one that passes."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.registry import ReturnCheck, check
from keystage.checks.returns.run import return_checks
from keystage.checks.returns.severity import CHANNELS, Severity, ratings

Look = Callable[..., ReturnFindings]

_BY_CODE = {one.code: one for one in return_checks()}
_FOLDER = Path(__file__).parents[2] / "examples" / "returns"
_EDGES = sorted(folder.name for folder in (_FOLDER / "pass").iterdir())
_OUTCOMES = {code for code in _BY_CODE if code.startswith("TA-9")}
#: What cannot but be found beside a fault of these codes: the value is red by itself as well.
_BESIDE = {
    "TA-103": set(),
    "TA-412": {"TA-401"},
    "TA-902": {"TA-408"},
    "TA-903": {"TA-403"},
    "TA-905": {"TA-403"},
}


@pytest.mark.parametrize("code", _BY_CODE)
def test_every_check_has_an_example_that_fails_it_and_nothing_worse(
    code: str, look: Look, examples: Path
) -> None:
    found = look(examples / "fail" / code)

    assert code in set(found.counts["code"])
    red = set(found.counts.filter(severity="red")["code"]) - _OUTCOMES
    assert red <= {code, *_BESIDE.get(code, set())}


@pytest.mark.parametrize("code", _EDGES)
def test_every_example_of_an_edge_passes_it_without_a_fault(
    code: str, look: Look, examples: Path
) -> None:
    found = look(examples / "pass" / code)

    assert code not in set(found.counts["code"])
    assert found.count(Severity.RED) == 0
    assert code not in set(found.not_run["code"])


def test_the_clean_return_passes_every_check_there_is(look: Look, examples: Path) -> None:
    found = look(examples / "pass" / "shared")

    assert found.not_run.is_empty()
    assert set(found.counts["code"]) == {"TA-309", "TA-901", "TA-904"}
    assert found.verdict == Severity.GREEN


def test_no_example_is_left_of_a_check_that_is_gone(examples: Path) -> None:
    assert {folder.name for folder in (examples / "fail").iterdir()} == set(_BY_CODE)
    assert {*_EDGES} <= {*_BY_CODE, "shared"}


def test_the_examples_are_those_their_maker_writes(examples: Path) -> None:
    made = runpy.run_path(str(examples / "make_examples.py"))["made"]()

    there = {
        path.relative_to(examples): path.read_bytes()
        for kind in ("fail", "pass")
        for path in (examples / kind).rglob("*")
        if path.is_file()
    }
    assert made == there


@pytest.mark.parametrize("one", return_checks(), ids=lambda one: one.code)
def test_every_check_says_what_is_wrong_why_and_what_to_do(one: ReturnCheck) -> None:
    assert one.name.count("_") >= 2
    assert one.sentence.endswith(".")
    assert one.message.endswith((".", "}"))
    assert one.why.endswith(".")
    assert one.todo.endswith((".", "}"))
    assert one.source
    assert "name}" not in one.message.replace("surname}", "").replace("forename}", "") or (
        one.code == "TA-010"
    )


def test_every_check_has_a_severity_and_every_severity_a_check() -> None:
    assert set(ratings()) == set(_BY_CODE)
    for code, rating in ratings().items():
        assert rating.basis, code
        assert all(override.basis for override in rating.overrides), code
        assert any(rating.of(channel, 2026, closed=False) for channel in CHANNELS), code


def test_a_code_of_a_return_is_never_given_twice() -> None:
    first = _BY_CODE["TA-001"]
    declare = check("TA-001", view="faults", fields={}, message="", why="", todo="", source="")

    with pytest.raises(ValueError, match="TA-001 is a_file_is_chosen already"):
        declare(first.rule)


def test_no_sentence_has_an_empty_or_unfilled_place(look: Look, examples: Path) -> None:
    for code in _BY_CODE:
        found: ReturnFindings = look(examples / "fail" / code)
        for column in ("message", "todo"):
            assert found.frame[column].null_count() == 0, code
            assert not found.frame[column].str.contains(r"[{}]").any(), code
