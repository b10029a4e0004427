"""Settings from the environment: empty says nothing, what cannot be read stops the start."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from keystage.web.environment import database, flag, listed, number, secret


@pytest.mark.parametrize(
    ("text", "says"), [("yes", True), ("On", True), (" 0 ", False), ("no", False), ("", True)]
)
def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch, text: str, *, says: bool) -> None:
    monkeypatch.setenv("KEYSTAGE_SECOND_FACTOR", text)

    assert flag("KEYSTAGE_SECOND_FACTOR", default=True) is says


def test_a_flag_that_is_neither_is_no_silent_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYSTAGE_SECOND_FACTOR", "yes please")

    with pytest.raises(ImproperlyConfigured, match="KEYSTAGE_SECOND_FACTOR is yes or no"):
        flag("KEYSTAGE_SECOND_FACTOR", default=True)


@pytest.mark.parametrize(("text", "says"), [("60", 60), ("", 1800)])
def test_a_number_is_whole(monkeypatch: pytest.MonkeyPatch, text: str, says: int) -> None:
    monkeypatch.setenv("KEYSTAGE_SESSION_IDLE", text)

    assert number("KEYSTAGE_SESSION_IDLE", 1800) == says


@pytest.mark.parametrize("text", ["-1", "1.5", "an hour"])
def test_a_number_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("KEYSTAGE_SESSION_IDLE", text)

    with pytest.raises(ImproperlyConfigured, match="whole number"):
        number("KEYSTAGE_SESSION_IDLE", 1800)


def test_a_list_stands_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYSTAGE_HOSTS", "a.example.org, b.example.org,")

    assert listed("KEYSTAGE_HOSTS") == ["a.example.org", "b.example.org"]


@pytest.mark.parametrize("text", [None, "", "  "])
def test_an_empty_address_of_a_database_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if text is not None:
        monkeypatch.setenv("DATABASE_URL", text)

    assert database(tmp_path)["NAME"] == str(tmp_path / "keystage.sqlite3")


def test_a_database_is_found_by_its_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://someone:word@db.example.org/keystage")

    found = database(tmp_path)

    assert (found["HOST"], found["NAME"]) == ("db.example.org", "keystage")


def test_production_makes_no_secret_by_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KEYSTAGE_SECRET_KEY", raising=False)

    with pytest.raises(ImproperlyConfigured, match="KEYSTAGE_SECRET_KEY"):
        secret(tmp_path, production=True)
    assert list(tmp_path.iterdir()) == []


def test_those_who_start_together_have_one_secret_that_nobody_else_reads(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KEYSTAGE_SECRET_KEY", raising=False)
    folder = tmp_path / "service"

    with ThreadPoolExecutor(4) as pool:
        found = {one.result() for one in [pool.submit(_secret, folder) for _ in range(4)]}

    assert len(found) == 1
    assert [one.name for one in folder.iterdir()] == ["secret-key"]
    assert (folder / "secret-key").stat().st_mode & 0o077 == 0


def _secret(folder: Path) -> str:
    return secret(folder, production=False)
