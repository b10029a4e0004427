"""Measure the reader of transfer files side by side with other parsers.

    python benchmarks/ctf_speed.py [--quick] [--times N]

Invented files are written to ``benchmarks/data/ctf`` once. Prints the goals as markdown.
"""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from xml.parsers.expat import EXPAT_VERSION

from measure import Run, describe, measure, python, ratio

HERE = Path(__file__).parent
DATA = HERE / "data" / "ctf"
LARGE, QUICK_LARGE = 200, 20
MANY, QUICK_MANY = 8_000, 400
REFUSAL = 0.2
PACKAGES = ("keystage", "lxml", "xmltodict", "polars")


def turns(over: Sequence[float], under: Sequence[float]) -> tuple[float, str]:
    """The median of ratios of the same turns, and its wording."""
    pairs = sorted(a / b for a, b in zip(over, under, strict=True))
    return median(pairs), f"{median(pairs):.2f}x ({pairs[0]:.2f}\N{EN DASH}{pairs[-1]:.2f})"


def line(goal: str, what: str, promised: str, value: str, *, met: bool) -> str:
    """One line of the table."""
    return f"| {goal} | {what} | {promised} | {value} | {'met' if met else '**not met**'} |"


def parsers(times: int) -> tuple[list[str], list[str]]:
    """X1, X2, X3 and X7, all in one process; lines of goals, and lines of rates."""
    command = python(HERE / "ctf_parsers.py", str(times))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found = json.loads(done.stdout)
    taken: dict[str, list[float]] = found["seconds"]
    ours = taken["keystage"]
    parse, words = turns(ours, taken["lxml, parse only"])
    floor, _ = turns(taken["expat, parse only"], ours)
    tree, tree_words = turns(taken["ElementTree"], ours)
    dicts, dict_words = turns(taken["xmltodict"], ours)
    slowest, name = max((seconds, name) for name, seconds in found["refused"].items())
    goals = [
        line("X1", "file to rows, against lxml's parse alone", "at most 2x", words, met=parse <= 2),
        line("X2", "share of bare expat's rate", "at least 33%", f"{floor:.0%}", met=floor >= 0.33),
        line("X3", "faster than ElementTree, same rows", "at least 2.5x", tree_words,
            met=tree >= 2.5),
        line("X3", "faster than xmltodict, same rows", "at least 5x", dict_words, met=dicts >= 5),
        line("X7", f"slowest refusal of {len(found['refused'])} attacks", f"under {REFUSAL} s",
            f"{slowest:.2f} s ({name})", met=slowest < REFUSAL),
    ]  # fmt: skip
    each = found["size"] / found["files"] / 1000
    rates = [
        f"{found['files']} files of {each:.0f} KB:",
        "",
        "| way | MB/s of CPU |",
        "| --- | --- |",
    ]
    rates += [f"| {name} | {found['size'] / median(s) / 1e6:.0f} |" for name, s in taken.items()]
    return goals, rates


def printed(*options: str) -> float:
    """The peak that a process prints of itself."""
    command = python(HERE / "ctf_process.py", *options)
    return float(subprocess.run(command, capture_output=True, check=True).stdout)


def memory(times: int, size: int) -> list[str]:
    """X5: the peak of a process that streams a large file, above that of a bare interpreter."""
    folder = DATA / f"large-{size}"
    write(folder, "--large", str(size))
    bare = [printed("bare") for _ in range(times)]
    ours = [printed("stream", str(folder / "large.xml")) for _ in range(times)]
    above = max(ours) - min(bare)
    what = f"peak memory of a {size} MiB file, above the interpreter"
    value = f"{above:.1f} MiB ({max(ours):.1f} in all)"
    return [line("X5", what, "at most 32 MiB", value, met=above <= 32)]


def processes(times: int, files: int) -> tuple[list[str], dict[str, list[Run]]]:
    """X6: two processes against one over many files, into frames."""
    folder = DATA / f"many-{files}"
    write(folder, "--files", str(files))
    runs = measure(
        {
            f"{count} process{'es' * (count > 1)}, {files:,} files": python(
                HERE / "ctf_process.py", "many", folder, str(count)
            )
            for count in (1, 2)
        },
        times,
    )
    one, two = runs.values()
    found = ratio(one, two)
    what = f"two processes against one, {files:,} files to frames"
    return [line("X6", what, "at least 1.8x", str(found), met=found.middle >= 1.8)], runs


def write(folder: Path, *options: str) -> None:
    """Write invented files, unless they are there."""
    if not folder.exists():
        subprocess.run(python(HERE / "ctf_files.py", folder, *options), check=True)


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller files, fewer turns")
    parser.add_argument("--times", type=int)
    options = parser.parse_args()
    times = options.times or (5 if options.quick else 15)
    few = max(2, times // 5)
    load = os.getloadavg()[0]
    goals, rates = parsers(times)
    memory_goals = memory(few, QUICK_LARGE if options.quick else LARGE)
    process_goals, process_runs = processes(few, QUICK_MANY if options.quick else MANY)
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"{EXPAT_VERSION.replace('_', ' ')}; load {load:.1f}; {packages}; median of {times} turns "
        f"({few} of whole processes).\n"
    )
    print("| goal | what | promised | measured (lowest\N{EN DASH}highest) | |")
    print("| --- | --- | --- | --- | --- |")
    print("\n".join([*goals, *memory_goals, *process_goals, "", *rates, ""]))
    print("\n".join(describe(process_runs)))


if __name__ == "__main__":
    main()
