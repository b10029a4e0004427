"""How tests are shared out among processes: those on Spark stay together.

Starting Java takes longer than most tests, and two of them do not fit beside each other on a small
machine.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/spark/",)


class Sharing(LoadScopeScheduling):
    """Each test goes to the next free process; those of a folder that stays whole to one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    """What pytest-xdist asks for when it begins."""
    return Sharing(config, log)
