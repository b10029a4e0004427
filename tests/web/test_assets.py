"""What browsers are sent: nothing licensed to others, and only what the provenance names."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import keystage.web

WEB = Path(keystage.web.__file__).parent
STATIC = WEB / "static" / "keystage"
LICENCE = "LICENCE-govuk-frontend.txt"
#: Licensed to the government's own domain alone.
BRAND = re.compile(
    r"GDS ?Transport|govuk-crest|govuk-logo|logotype|Crown copyright|licence-logo|royal-arms"
    r"|\.woff|@font-face|@import url",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"https?://[\w.-]+")
#: Links that a person may follow; a page fetches nothing from them.
FOLLOWED = {
    "https://www.equalityadvisoryservice.com",
    "https://ico.org.uk",
}
NAMESPACES = {"http://www.w3.org"}
SHIPPED = sorted(
    path
    for folder in ("static", "templates", "assets")
    for path in (WEB / folder).rglob("*")
    if path.is_file()
)


@pytest.fixture(scope="module")
def provenance() -> dict[str, Any]:
    return tomllib.loads((STATIC / "provenance.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_shipped_file_holds_what_is_licensed_to_government_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = {match.group().lower() for match in BRAND.finditer(text)}
    # The licence of the design system names its owner, and has to be kept as it is.
    assert found <= ({"crown copyright"} if path.name == LICENCE else set())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_shipped_file_fetches_from_elsewhere(path: Path) -> None:
    assert set(ADDRESS.findall(path.read_text(encoding="utf-8"))) <= NAMESPACES | FOLLOWED


@pytest.mark.parametrize(
    "sample", ['font-family:"GDS Transport"', "url(/fonts/a.woff2)", "© Crown Copyright"]
)
def test_the_search_for_licensed_things_finds_them(sample: str) -> None:
    assert BRAND.search(sample)


def test_every_static_file_is_in_the_provenance_with_its_hash(provenance: dict[str, Any]) -> None:
    hashes = {
        path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in STATIC.rglob("*")
        if path.is_file() and path.name != "provenance.toml"
    }
    assert {name: entry["sha256"] for name, entry in provenance["files"].items()} == hashes


def test_every_part_names_its_licence_and_how_it_was_made(provenance: dict[str, Any]) -> None:
    assert all(entry["made"] and entry["licence"] for entry in provenance["files"].values())
    assert all(entry["version"] and entry["licence"] for entry in provenance["packages"].values())


def test_the_recipe_makes_the_versions_that_the_provenance_names(
    provenance: dict[str, Any],
) -> None:
    recipe = (WEB / "assets" / "build.sh").read_text(encoding="utf-8")
    fixed = dict(re.findall(r"^([A-Z]+)=([0-9.]+)$", recipe, re.MULTILINE))
    packages = provenance["packages"]
    assert fixed == {
        "FRONTEND": packages["govuk-frontend"]["version"],
        "SASS": packages["sass"]["version"],
        "ESBUILD": packages["esbuild"]["version"],
    }


def test_what_is_copied_is_what_is_served() -> None:
    copied = ("enabled.js", "favicon.svg", LICENCE)
    assert all(
        (WEB / "assets" / name).read_bytes() == (STATIC / name).read_bytes() for name in copied
    )
