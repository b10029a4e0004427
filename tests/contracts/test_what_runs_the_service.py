"""The container files, the page for operators and the settings say the same."""

import json
import re
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class

NAME = re.compile(r"\b(?:KEYSTAGE(?:_[A-Z]+)+|DATABASE_URL|POSTGRES_PASSWORD)\b")
#: What only the containers are told: where they listen, and the password of their database.
OF_CONTAINERS = {"KEYSTAGE_PORT", "POSTGRES_PASSWORD"}
OWN = ("prepare", "server", "worker", "upkeep")


@pytest.fixture(scope="module")
def settings(sources: Mapping[str, str]) -> set[str]:
    """The names of all settings of the service."""
    texts = [text for name, text in sources.items() if name.startswith("web/")]
    names = {name for text in texts for name in re.findall(r'"(KEYSTAGE(?:_[A-Z]+)+)"', text)}
    return names | {"DATABASE_URL"}


@pytest.fixture(scope="module")
def composed(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((root / "compose.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def image(root: Path) -> list[tuple[str, str]]:
    """The steps of the image: what is done, and with what."""
    text = (root / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_the_page_for_operators_tells_of_every_setting(root: Path, settings: set[str]) -> None:
    page = (root / "docs" / "guide" / "running.md").read_text(encoding="utf-8")

    assert set(NAME.findall(page)) == settings | OF_CONTAINERS


def test_the_containers_are_told_every_setting(
    composed: dict[str, Any], image: list[tuple[str, str]], settings: set[str]
) -> None:
    fixed = {name for what, rest in image if what == "ENV" for name in NAME.findall(rest)}

    for service in OWN:
        assert set(composed["services"][service]["environment"]) == settings - fixed
    text = json.dumps(composed)
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= settings | OF_CONTAINERS


@pytest.mark.parametrize("service", OWN)
def test_each_container_runs_a_command_there_is(composed: dict[str, Any], service: str) -> None:
    parsed(composed["services"][service]["command"])


def test_the_image_runs_a_command_there_is_and_not_as_root(image: list[tuple[str, str]]) -> None:
    steps = dict(image)

    assert json.loads(steps["ENTRYPOINT"]) == ["python", "-m", "keystage.web"]
    parsed(json.loads(steps["CMD"]))
    assert int(steps["USER"]) > 0
    assert any(what == "RUN" and "--require-hashes" in rest for what, rest in image)


def parsed(command: list[str]) -> None:
    """Read a command as it would be; argparse ends the process where it cannot."""
    name, *arguments = command
    parser: ArgumentParser = load_command_class(get_commands()[name], name).create_parser("", name)
    parser.parse_args(arguments)


def test_what_waits_for_health_waits_for_something_that_tells_of_it(
    composed: dict[str, Any],
) -> None:
    services = composed["services"]
    waits = [
        (other, told["condition"])
        for service in services.values()
        for other, told in service.get("depends_on", {}).items()
    ]

    assert ("database", "service_healthy") in waits
    assert ("prepare", "service_completed_successfully") in waits
    assert all("test" in services[one]["healthcheck"] for one, how in waits if "healthy" in how)


def test_what_the_image_copies_is_let_in(root: Path, image: list[tuple[str, str]]) -> None:
    ignore = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    copied = [rest.split()[:-1] for what, rest in image if what == "COPY" and "--from" not in rest]

    assert {source for sources in copied for source in sources} == let_in
    assert all((root / source).exists() for source in let_in)
