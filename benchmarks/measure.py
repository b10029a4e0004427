"""Measure whole processes in turn: wall time, CPU time and peak memory.

Only the standard library is imported: a child's peak memory counts from its parent's at the moment
it starts, so the measuring process must stay small.

Children may keep the bytecode of what they import, as Python does by default: without it every
process compiles its packages anew, and it is the compiler that is measured.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Command = Sequence[str]
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}


@dataclass(frozen=True)
class Run:
    """One run of a process: seconds of wall clock, seconds of CPU, peak memory in MiB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Ratio:
    """The median of ratios of runs taken next to each other, with the lowest and highest."""

    middle: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        """The ratio for people: ``3.31x (3.20-3.52)``."""
        return f"{self.middle:.2f}x ({self.lowest:.2f}\N{EN DASH}{self.highest:.2f})"


def run_once(command: Command, *, log: Path | None = None) -> Run:
    """Run a command to its end.

    Raises:
        RuntimeError: it failed; its last words are in the message.
    """
    with (log or Path(os.devnull)).open("wb") as out:
        start = time.perf_counter()
        child = subprocess.Popen(command, env=_ENVIRONMENT, stdout=out, stderr=subprocess.PIPE)
        assert child.stderr is not None
        words = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stderr.close()
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{words.decode(errors='replace')[-2000:]}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measure(commands: Mapping[str, Command], times: int, *, warm: int = 1) -> dict[str, list[Run]]:
    """Run the commands in turn (A B C A B C ...), after ``warm`` rounds that do not count."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(warm + times):
        for name, command in commands.items():
            done = run_once(command)
            if turn >= warm:
                runs[name].append(done)
    return runs


def ratio(over: Sequence[Run], under: Sequence[Run], what: str = "wall") -> Ratio:
    """The ratios of runs of the same turn."""
    pairs = [getattr(a, what) / getattr(b, what) for a, b in zip(over, under, strict=True)]
    return Ratio(median(pairs), min(pairs), max(pairs))


def middle(runs: Sequence[Run], what: str = "wall") -> float:
    """The median of one figure of the runs."""
    return float(median(getattr(run, what) for run in runs))


def describe(runs: Mapping[str, Sequence[Run]], floor: str | None = None) -> list[str]:
    """A markdown table of the runs, and how many times the floor of the same turns each took."""
    lines = [
        "| process | wall s (min\N{EN DASH}max) | CPU s | peak MiB | x floor |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, taken in runs.items():
        walls = [run.wall for run in taken]
        times = "" if floor is None else f"{ratio(taken, runs[floor]).middle:.2f}"
        lines.append(
            f"| {name} | {median(walls):.2f} ({min(walls):.2f}\N{EN DASH}{max(walls):.2f}) "
            f"| {middle(taken, 'cpu'):.2f} | {max(run.peak for run in taken):.0f} | {times} |"
        )
    return lines


def python(*arguments: str | Path) -> list[str]:
    """A command of this very interpreter."""
    return [sys.executable, *map(str, arguments)]
