"""How tests are shared out among processes: some stay together, and long ones begin.

What a folder shares would be made once a process; two of Java do not fit beside each other on a
small machine. A long test that comes last leaves the other processes without work.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

#: Folders and files whose tests share something that takes long to make.
TOGETHER = (
    "tests/spark/",
    "tests/cli/test_explain_three_years_command.py",
    "tests/cohort/",
    "tests/flows/cohort/",
    "tests/flows/cohort_paper/",
    "tests/flows/test_verify_2019.py",
    "tests/flows/test_verify_wrong_cells.py",
    "tests/web/test_a_school_does_its_summer.py",
)


class Sharing(LoadScopeScheduling):
    """Each test goes to the next free process; those that stay together to one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    """What pytest-xdist asks for when it begins."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow tests first, each sort in the order it had."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
