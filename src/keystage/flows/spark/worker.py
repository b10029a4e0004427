"""Where a task arrives: the door of the processes that hold the pupils.

Spark makes those processes by forking one that is running, and Polars must not be used before a
fork: so nothing here imports it until a part of the pupils has come.
"""

import os
from collections.abc import Iterator
from typing import Any

from keystage.flows.spark.task import Task


def run(task: Task, batches: Iterator[Any]) -> Iterator[Any]:
    """Take a task's step with the Arrow batches of one part, and give Arrow batches.

    Polars uses as many threads as Spark gives the process cores.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", os.environ.get("OMP_NUM_THREADS", "1"))
    from keystage.flows.spark.parts import taken  # noqa: PLC0415  # after the fork

    return taken(task, batches)
