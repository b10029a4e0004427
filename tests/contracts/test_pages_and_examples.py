"""What is promised in prose exists: examples of measures, commands, targets, invented pupils."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from keystage.cli.main import app
from keystage.cli.pages.command_line import command_names
from keystage.cli.pages.example import COMPLETE, drawn
from keystage.cli.pages.worked_examples import Chapter, chapters
from keystage.measures.catalogue import measures
from keystage.measures.fields import fields
from keystage.statute.loader import load_year

PROSE = ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md")
FIRST_INVENTED_URN = 900000
#: Folders of one machine, and addresses packages are fetched from.
FORBIDDEN = re.compile(
    r"(?<![\w.~])/(?:home|root|Users|tmp|var/tmp)/\w+"
    r"|\b[A-Z]:[\\/]+Users\b"
    r"|\bhttps?://[\w.-]*(?:pypi|pythonhosted|registry|artifactory|nexus|mirror)[\w.-]*"
)
KEPT = {".md", ".py", ".toml", ".ini", ".txt", ".in", ".csv", ".cfg", ""}


@pytest.fixture(scope="session")
def book(root: Path) -> tuple[Chapter, ...]:
    return chapters(root / "tests" / "spec")


def test_every_measure_has_a_worked_example(book: tuple[Chapter, ...]) -> None:
    year = load_year(*COMPLETE)
    measure_of = {field.name: field.measure for field in fields(year) if field.measure}
    shown = {
        measure_of[row["figure"]].name
        for chapter in book
        for rule in chapter.rules
        for example in rule.examples
        for row in drawn(example.figures)
        if row["figure"] in measure_of and (row.get("printed") or row.get("published"))
    }
    assert {measure.name for measure in measures(progress=True)} - shown == set()


def test_every_rule_is_told_in_words_and_shown(book: tuple[Chapter, ...]) -> None:
    assert len(book) >= 10
    for chapter in book:
        assert chapter.words, chapter.title
        assert all(rule.words and rule.examples for rule in chapter.rules), chapter.title


def test_commands_in_prose_exist(root: Path) -> None:
    known = {name.split()[0] for name in command_names()}
    for name in prose(root):
        for line in code_lines((root / name).read_text(encoding="utf-8")):
            for command in re.findall(r"\bkeystage ([a-z][a-z-]*)", line):
                assert command in known, f"{name}: {line}"


def test_options_in_prose_exist(root: Path) -> None:
    helped = (root / "docs" / "generated" / "command-line.md").read_text(encoding="utf-8")
    known = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", helped)) | {"--check"}
    for name in prose(root):
        for line in code_lines((root / name).read_text(encoding="utf-8")):
            if re.search(r"\bkeystage [a-z]", line):
                used = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", line))
                assert used <= known, f"{name}: {line}"


def test_help_is_written_for_people() -> None:
    """No help shows a docstring's sections, and no command's summary is cut short."""
    for name in ("", *command_names()):
        ran = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "80"})
        assert not re.search(r"\b(Args|Raises|Returns):", ran.output), name
        assert "..." not in ran.output.partition("\nCommands:")[2], name
        assert not name or f"\n  keystage {name}" in ran.output, name


def test_targets_in_prose_exist(root: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE))
    for name in prose(root):
        for line in code_lines((root / name).read_text(encoding="utf-8")):
            for target in re.findall(r"\bmake ([a-z][a-z-]*)", line):
                assert target in known, f"{name}: {line}"


def test_links_in_prose_lead_somewhere(root: Path) -> None:
    for name in prose(root):
        page = root / name
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if not link.startswith("http"):
                assert (page.parent / link).exists(), f"{name}: {link}"


def prose(root: Path) -> list[str]:
    pages = [path.relative_to(root).as_posix() for path in sorted((root / "docs").rglob("*.md"))]
    return [*PROSE, *(name for name in pages if "generated" not in name)]


def code_lines(text: str) -> Iterator[str]:
    """Lines of code blocks, and code within sentences."""
    for number, part in enumerate(text.split("```")):
        if number % 2:
            yield from part.replace("\\\n", " ").splitlines()
        else:
            yield from re.findall(r"`([^`]+)`", part)


def test_nothing_names_the_place_it_was_made(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}: {place}"
        for path in kept_files(root)
        for place in FORBIDDEN.findall(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("in {}home/ann/pupils.csv", True),
        ("in {}tmp/out", True),
        ("file:{}{}{}Users/ann", True),
        ("C:{}Users", True),
        ("https:{}{}pypi.invalid", True),
        ("https:{}{}mirror.school.invalid{}simple", True),
        ("data{}home{}here", False),
        ("https:{}{}www.gov.uk{}home", False),
    ],
)
def test_places_are_known_by_their_pattern(text: str, forbidden: bool) -> None:  # noqa: FBT001  # an example's answer
    """Slashes are put in here, so that this file names no place itself."""
    assert bool(FORBIDDEN.search(text.replace("{}", "/"))) is forbidden


def kept_files(root: Path) -> Iterator[Path]:
    for top in ("src", "tests", "docs", "data", "requirements", ".ci", "benchmarks"):
        for path in sorted((root / top).rglob("*")):
            if path.is_file() and path.suffix in KEPT and "__pycache__" not in path.parts:
                yield path
    for path in sorted(root.glob("*")):
        if path.is_file() and path.suffix in KEPT and not path.name.startswith(".coverage"):
            yield path


def test_pupils_and_schools_in_the_repository_are_invented(root: Path) -> None:
    real = [
        f"{path.relative_to(root)}: {urn}"
        for path in kept_files(root)
        if path.suffix == ".csv" and "published" not in path.parts
        for urn in urns(path)
        if not urn.isdigit() or int(urn) < FIRST_INVENTED_URN
    ]
    assert real == []


def urns(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield from told({**row})


def told(row: Mapping[str | None, object]) -> Iterator[str]:
    for name, value in row.items():
        if name is not None and name.strip().upper() == "URN" and value:
            yield str(value)
