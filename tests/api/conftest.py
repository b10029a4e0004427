"""A system with leave, what speaks for it in tests, and the command that sends files."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from cast_of_tests import MakePerson
from django.test import Client
from files_of_tests import row_of, sheet_file
from pytest_django import Settings
from submitting_of_tests import HERE, Opener, Run
from systems_of_tests import EVERY, Let, Speaker, let_act, token_of

from keystage.cli import main
from keystage.flows.returns import asking
from keystage.store.models import Organisation, Person, Pupil, Sheet


@pytest.fixture
def deputy(person: MakePerson, school: Organisation) -> Person:
    """The second person, who confirms."""
    return person("delegated_senior", school, name="Devi Patel", given=["submit"])


@pytest.fixture
def let(school: Organisation, headteacher: Person, deputy: Person) -> Let:
    """Lets a system act for the school, confirmed and with a token."""

    def make(
        *scopes: str, organisation: Organisation | None = None, by: Person | None = None
    ) -> Speaker:
        system = let_act(organisation or school, by or headteacher, deputy, scopes or EVERY)
        return Speaker(system, token_of(system))

    return make


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command with the arguments; its exit code, and all that it says."""

    def do(*arguments: object, here: Sequence[str] = HERE) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["keystage", "submit", *map(str, arguments), *here])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        told = capsys.readouterr()
        return int(ended.value.code or 0), " ".join((told.out + told.err).split())

    return do


@pytest.fixture
def speaker(let: Let) -> Speaker:
    return let("returns:upload", "returns:submit", "returns:read")


@pytest.fixture
def opener(monkeypatch: pytest.MonkeyPatch, settings: Settings, speaker: Speaker) -> Opener:
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setenv("KEYSTAGE_TOKEN", speaker.token)
    made = Opener(Client())
    monkeypatch.setattr(asking, "_opener", lambda: made)
    return made


@pytest.fixture
def file(tmp_path: Path, judged_sheet: Sheet, pupils: Sequence[Pupil], gateway_open: date) -> Path:
    """A return of everybody."""
    path = tmp_path / "return.csv"
    path.write_bytes(sheet_file([row_of(one) for one in pupils]))
    return path
