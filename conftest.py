"""How tests are gathered, and shared out among processes: some stay together, long ones begin.

What a folder shares would be made once a process; two of Java do not fit beside each other on a
small machine. A long test that comes last leaves the other processes without work.
"""

import gc
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestModule
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

#: Folders and files whose tests share something that takes long to make; the first that fits.
TOGETHER = (
    "tests/spark/",
    "tests/cli/test_difference_command.py",
    "tests/cli/test_explain_three_years_command.py",
    "tests/cli/test_measures_command.py",
    "tests/cohort/",
    "tests/contracts/",
    "tests/flows/cohort/",
    "tests/flows/cohort_paper/",
    "tests/flows/test_verify_",
    "tests/flows/",
    "tests/web/test_a_school_does_its_summer.py",
)
#: A file that needs what another folder has made goes where its tests go.
WITH = {"tests/web/test_what_readers_can_subtract.py": "tests/flows/"}


class Sharing(LoadScopeScheduling):
    """Each test goes to the next free process; those that stay together to one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        place = WITH.get(file, nodeid)
        return next((folder for folder in TOGETHER if place.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    """What pytest-xdist asks for when it begins."""
    return Sharing(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for examples only in modules that have some; to go through all takes a second."""
    found = yield
    if file_path.suffix == ".py" and b">>> " not in file_path.read_bytes():
        return [one for one in found if not isinstance(one, DoctestModule)]
    return found


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Gather the tests, which all stay: to search them for waste finds none, again and again."""
    gc.disable()
    found = yield
    gc.freeze()
    gc.enable()
    return found


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any],
) -> Generator[None, object, object]:
    """Make the database without a search for waste: each migration makes every model again."""
    if fixturedef.argname != "django_db_setup":
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow tests first, each sort in the order it had."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
