"""python -m keystage.cli.docs: pages are written, kept fresh, and told stale."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from keystage.cli import docs
from keystage.cli.pages import markdown

Run = Callable[..., Result]
PAGES = {"one.md": lambda: "One\n", "two.md": lambda: "Two\n"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setattr(docs, "pages", lambda: PAGES)
    app = typer.Typer()
    app.command()(docs.docs_command)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--folder", str(tmp_path / "pages"), *arguments])

    return invoke


def test_pages_are_written_once_and_then_fresh(run: Run, tmp_path: Path) -> None:
    assert run("--check").exit_code == 1
    assert "2 pages" in run().output
    assert (tmp_path / "pages" / "two.md").read_text() == "Two\n"
    fresh = run("--check")
    assert (fresh.exit_code, fresh.output) == (0, "")
    assert "0 changed" in run().output


def test_a_stale_page_and_a_page_nobody_writes_are_named(run: Run, tmp_path: Path) -> None:
    run()
    (tmp_path / "pages" / "one.md").write_text("Changed by hand\n")
    (tmp_path / "pages" / "three.md").write_text("Left over\n")
    told = run("--check")
    assert told.exit_code == 1
    assert "one.md is stale" in told.output
    assert "three.md is stale" in told.output
    assert "two.md" not in told.output
    run()
    assert run("--check").exit_code == 0
    assert not (tmp_path / "pages" / "three.md").exists()


def test_every_page_is_made_the_same_way_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent.parent)
    for name, make in docs.pages().items():
        text = make()
        assert text == make(), name
        assert text.startswith(markdown.WRITTEN_BY)
        assert all(line == line.rstrip() for line in text.splitlines() if line), name


def test_pages_tell_of_what_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent.parent)
    made = {name: make() for name, make in docs.pages().items()}
    assert "## `PTRWM_EXP{group}`" in made["measures.md"]
    assert "`reading_expected`" in made["measures.md"]
    assert "| `READPROG_FSM6CLA1A_LOWER` |" in made["fields.md"]
    assert "`PRWM_EXP_WGTAVG`" in made["fields.md"]
    assert "## TST-101" in made["checks.md"]
    assert "| `P_INCL` | `PINCL_FLAG` |" in made["input.md"]
    assert "## `keystage years show`" in made["command-line.md"]
    assert "| `pupil_sd_statistics` |" in made["years.md"]
    assert "### School B with two extremely low scores" in made["worked-examples.md"]


def test_a_bar_within_a_cell_is_escaped() -> None:
    assert markdown.table(["a"], [["one | two"]]).endswith("| one \\| two |")
