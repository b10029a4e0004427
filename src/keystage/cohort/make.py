"""Making a cohort: authority by authority, by one process or several, always the same.

    for authority in make(Plan(year=2022, release="provisional", seed=1), workers=2):
        ...

No more than a few authorities are held at once, so that a national cohort needs little memory. New
processes are started afresh (spawn): a fork of a process that has used Polars may hang.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import polars as pl

from keystage.cohort.authority import Authority, make_authority
from keystage.cohort.plan import Plan
from keystage.cohort.schools import Schools, make_schools
from keystage.cohort.task import Task
from keystage.statute.table import Release

#: Authorities in the hands of each process: one being made, one waiting.
_IN_HAND = 2


def make(
    plan: Plan, *, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> Iterator[Authority]:
    """Make every authority of a plan, in order of number.

    Args:
        plan: what is made.
        workers: how many processes make it; 1 makes it in this one.
        progress: told the schools made so far and the schools of the plan, after each authority.
    """
    tasks = tasks_of(plan)
    done, total = 0, sum(task.settings.height for task in tasks)
    for authority in _made(tasks, workers):
        done += authority.schools.height
        if progress is not None:
            progress(done, total)
        yield authority


def sample_authority(year: int, release: Release, *, seed: int, schools: int = 60) -> Authority:
    """One authority that is nowhere (number 999), mixed as the country is."""
    plan = Plan(year=year, release=release, seed=seed, schools=schools, nowhere=True)
    return next(make(plan))


def tasks_of(plan: Plan) -> list[Task]:
    """The authorities of a plan with their schools, in order of number."""
    schools = make_schools(plan)
    numbers = schools.table["LEA"].unique(maintain_order=True).to_list()
    return [
        Task(
            plan,
            number,
            Schools(
                schools.table.filter(pl.col("LEA") == number),
                schools.settings.filter(pl.col("LEA") == number),
            ),
        )
        for number in numbers
    ]


def _made(tasks: list[Task], workers: int) -> Iterator[Authority]:
    if workers == 1 or len(tasks) == 1:
        yield from map(make_authority, tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[Authority]] = deque()
        for task in tasks:
            waiting.append(pool.submit(make_authority, task))
            if len(waiting) >= workers * _IN_HAND:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
