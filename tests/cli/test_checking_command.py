"""keystage checking: rules shown and looked through, requests tried, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from keystage.statute.checking_loader import checking_document

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def answers(tmp_path: Path) -> Callable[[str], Path]:
    """A file of answers."""

    def write(text: str) -> Path:
        path = tmp_path / "answers.json"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def rules(tmp_path: Path) -> Callable[[str, str], Path]:
    """The rules of 2026 with one thing changed."""

    def write(old: str, new: str) -> Path:
        path = tmp_path / "checking.toml"
        text = checking_document(2026).text
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_the_rules_of_a_year_are_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    code, told, _ = run("checking", "rules", "--year", 2026)

    assert code == 0
    assert "windows not known: the service has a window in September 2026" in told
    assert "left_after_tests_began" in told
    assert "looked at by a person" in told


def test_a_year_of_which_only_the_window_is_known_is_shown(run: Run) -> None:
    code, told, _ = run("checking", "rules", "--year", 2023)

    assert code == 0
    assert "September checking exercise: 11 September 2023 to 22 September 2023, 17:00 (B)." in told
    assert "rules not known" in told


def test_rules_are_written_as_json(run: Run) -> None:
    _, told, _ = run("checking", "rules", "--year", 2026, "--json")

    assert json.loads(told)["rules"]["version"] == "2026-1"


def test_a_sound_file_tells_what_differs_and_what_to_look_at(
    run: Run, rules: Callable[[str, str], Path]
) -> None:
    path = rules('event = "tests_first"', 'event = "declaration_due"')
    code, told, _ = run("checking", "rules", "--year", 2026, "--file", path)

    assert code == 0
    assert "To look at: [rules.days.tests_first]: The first day of the tests is not known" in told
    assert "Differs: Day tests_first, event: was “tests_first” and is “declaration_due”." in told
    assert told.endswith("The rules are sound.\n")


def test_a_file_with_faults_is_told_in_full_and_ends_with_4(
    run: Run, rules: Callable[[str, str], Path]
) -> None:
    path = rules("{left_on}. That is", "{gone_on}. That is")
    code, told, wrong = run("checking", "rules", "--year", 2026, "--file", path)

    assert code == 4
    assert "To correct:" in told
    assert "unknown field {gone_on}" in told
    assert wrong == "keystage: 1 fault to correct. The rules may not be published before.\n"


def test_a_file_that_is_no_text_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(b"\xff\xfe")

    assert run("checking", "rules", "--year", 2026, "--file", path)[0] == 3
    assert run("checking", "rules", "--year", 2026, "--file", tmp_path / "none.toml")[0] == 3


@pytest.mark.parametrize("how", ["--file", "answers"])
def test_a_file_that_is_none_is_told_plainly(run: Run, tmp_path: Path, how: str) -> None:
    for path, words in (
        (tmp_path, "This is a folder"),
        (tmp_path / "none", "There is no such file"),
    ):
        asked = (
            ("rules", "--year", 2026, "--file", path)
            if how == "--file"
            else ("try", path, "--year", 2026, "--reason", "died")
        )
        ended, _, errors = run("checking", *asked)
        assert ended == 3
        assert f"{path}: {words}" in errors
        assert "Errno" not in errors


def test_a_request_is_tried_with_every_step(run: Run, answers: Callable[[str], Path]) -> None:
    path = answers('{"answers": {"terminal_illness": "no", "sat_tests": "yes"}}')
    code, told, _ = run("checking", "try", path, "--year", 2026, "--reason", "illness")

    assert code == 0
    assert "ILL-1: no\n  no: The illness is terminal: No.\n" in told
    assert "The request would be refused." in told
    assert "To be answered before sending: Has the pupil been critically ill" in told
    assert "Good evidence: a letter of the doctor" in told


def test_what_is_not_known_is_named(run: Run, answers: Callable[[str], Path]) -> None:
    code, told, _ = run(
        "checking", "try", answers("{}"), "--year", 2026, "--reason", "home_education"
    )

    assert code == 0
    assert "The request would be looked at by a person." in told
    assert "Not known: Left the roll." in told


def test_a_request_is_tried_by_edited_rules_and_told_as_json(
    run: Run, answers: Callable[[str], Path], rules: Callable[[str, str], Path]
) -> None:
    given = answers('{"answers": {"joined_on": "2026-04-07"}, "facts": {"EALGRP": null}}')
    edited = rules("on = 2026-04-01", "on = 2026-04-13")
    asked = ("checking", "try", given, "--year", 2026, "--reason", "summer_term", "--json")

    assert json.loads(run(*asked)[1])["outcome"] == "scrutiny"
    assert json.loads(run(*asked, "--file", edited)[1])["branch"] == "SUM-1"


@pytest.mark.parametrize(
    ("text", "year", "reason", "code", "said"),
    [
        ("{}", 2026, "holiday", 2, "There is no reason holiday"),
        ("{}", 2017, "died", 2, "Nothing is known of the checking exercise of 2017"),
        ("{}", 2023, "died", 5, "The rules of 2023 are absent"),
        ("[]", 2026, "died", 3, "The answers cannot be read"),
        ('{"answer": {}}', 2026, "died", 3, "unknown field `answer`"),
    ],
)
def test_what_cannot_be_tried_says_why(
    run: Run, answers: Callable[[str], Path], text: str, year: int, reason: str, code: int,
    said: str,
) -> None:  # fmt: skip
    found = run("checking", "try", answers(text), "--year", year, "--reason", reason)

    assert found[0] == code
    assert said in found[2]
