"""Measure Keystage's speed and memory side by side with pandas and with the floor.

    python benchmarks/run.py [--quick] [--only P1 --only P2] [--pupils N] [--times N]

Invented national files are written to ``benchmarks/data`` once for each size. Results go to
``benchmarks/data/results.json``, and to the terminal as markdown.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Container
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from measure import Command, Ratio, Run, describe, measure, middle, python, ratio

HERE = Path(__file__).parent
DATA = HERE / "data"
PUPILS, QUICK_PUPILS = 670_000, 60_000
COHORTS = 10
PACKAGES = ("keystage", "polars", "pandas", "numpy", "pyarrow")


@dataclass(frozen=True)
class Goal:
    """What is promised: a figure at most or at least so large."""

    name: str
    what: str
    limit: float
    unit: str
    most: bool

    @property
    def sentence(self) -> str:
        """The goal for people, such as ``at most 4x``."""
        return f"at {'most' if self.most else 'least'} {self.limit:g}{self.unit}"

    def met_by(self, value: float) -> bool:
        """Whether a measured value keeps the promise."""
        return value <= self.limit if self.most else value >= self.limit


GOALS = {
    goal.name: goal
    for goal in (
        Goal("P1", "all measures of one cohort, against reading the columns", 4, "x", most=True),
        Goal("P2", "faster than pandas with the same strategy", 3, "x", most=False),
        Goal("P3", "faster than pandas, group-by after group-by", 6, "x", most=False),
        Goal("P6", "peak memory of one cohort", 600, " MiB", most=True),
        Goal("P7", "peak memory of ten cohorts, against one", 1.4, "x", most=True),
        Goal("P8", "time of ten cohorts, against one", 8, "x", most=True),
        Goal("P9a", "one school in a warm process", 25, " ms", most=True),
        Goal("P9b", "one school, faster than pandas", 6, "x", most=False),
        Goal("P10", "keystage --help, against import polars", 0.5, "x", most=True),
    )
}


@dataclass
class Results:
    """What was measured: a value and its wording for each goal, and every run behind it."""

    values: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    runs: dict[str, list[Run]] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    def put(self, goal: str, value: float, words: str) -> None:
        """Note the measured value of a goal."""
        self.values[goal], self.words[goal] = value, words


@dataclass(frozen=True)
class Plan:
    """Where the files are, and how often to measure."""

    folder: Path
    pupils: int
    times: int

    @property
    def schools(self) -> Path:
        """The schools file."""
        return self.folder / "schools.parquet"

    def cohort(self, number: int) -> Path:
        """One cohort's pupil file, from 1."""
        return self.folder / f"pupils-{number:02}.parquet"

    def out(self, name: str) -> Path:
        """An empty folder for what a process writes."""
        folder = self.folder / "out" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def make(self, cohorts: int) -> None:
        """Write the files that are not there yet."""
        if not self.cohort(cohorts).exists():
            options = ["--pupils", str(self.pupils), "--cohorts", str(cohorts)]
            subprocess.run(
                python(HERE / "national_file.py", *options, "--to", self.folder),
                check=True,
                stdout=sys.stderr,
            )


def engine(plan: Plan, out: Path) -> Command:
    """The command that is measured: the whole measure set, Parquet to Parquet."""
    files: list[str | Path] = [plan.cohort(1), "--schools", plan.schools, "-o", out]
    year = ["--year", "2022", "--release", "provisional", "--outputs", "analyst"]
    return python("-m", "keystage.cli.main", "measures", *files, *year)


def baseline(plan: Plan, name: str, out: Path) -> Command:
    """A pandas baseline over the same files."""
    return python(HERE / "baselines" / f"{name}.py", plan.cohort(1), plan.schools, out)


def one_cohort(plan: Plan, results: Results) -> None:
    """P1, P2, P3 and P6, all in the same turns; then the outputs must agree."""
    plan.make(1)
    out = {name: plan.out(name) for name in ("engine", "same_strategy", "group_by")}
    runs = measure(
        {
            "floor: read the columns": python(HERE / "floor.py", plan.cohort(1)),
            "keystage": engine(plan, out["engine"]),
            "pandas, same strategy": baseline(plan, "pandas_same_strategy", out["same_strategy"]),
            "pandas, group-bys": baseline(plan, "pandas_group_by", out["group_by"]),
        },
        plan.times,
    )
    floor, ours, same, usual = runs.values()
    for goal, found in (
        ("P1", ratio(ours, floor)),
        ("P2", ratio(same, ours)),
        ("P3", ratio(usual, ours)),
    ):
        results.put(goal, found.middle, str(found))
    peak = max(run.peak for run in ours)
    results.put("P6", peak, f"{peak:.0f} MiB (floor {max(run.peak for run in floor):.0f})")
    results.runs |= runs
    results.tables += describe(runs, "floor: read the columns")
    for name in ("same_strategy", "group_by"):
        done = subprocess.run(
            python(HERE / "agree.py", out[name], out["engine"] / "analyst"),
            capture_output=True,
            text=True,
            check=False,
        )
        results.tables += ["", f"Agreement with pandas {name}:", "", done.stdout + done.stderr]
        if done.returncode:
            results.failures["P1"] = f"the outputs of {name} and the engine differ"


def ten_cohorts(plan: Plan, results: Results) -> None:
    """P7 and P8: ten cohorts in one process against one."""
    plan.make(COHORTS)
    script: list[str | Path] = [HERE / "ten_cohorts.py", plan.schools]
    files = [plan.cohort(number) for number in range(1, COHORTS + 1)]
    runs = measure(
        {
            "one cohort": python(*script, plan.out("one"), files[0]),
            "ten cohorts": python(*script, plan.out("ten"), *files),
        },
        max(1, plan.times // 2),
    )
    one, ten = runs.values()
    memory, time = ratio(ten, one, "peak"), ratio(ten, one)
    results.put("P7", memory.middle, str(memory))
    results.put("P8", time.middle, f"{time}, CPU {ratio(ten, one, 'cpu').middle:.2f}x")
    results.runs |= runs
    results.tables += ["", *describe(runs, "one cohort")]


def one_school(plan: Plan, results: Results) -> None:
    """P9: one school in a warm process."""
    plan.make(1)
    done = subprocess.run(
        python(HERE / "one_school.py", plan.cohort(1), plan.schools),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found = json.loads(done.stdout)
    taken, usual = found["milliseconds"], Ratio(*found["ratios"]["pandas"])
    results.put("P9a", taken["engine"], f"{taken['engine']:.1f} ms, {found['pupils']} pupils")
    results.put("P9b", usual.middle, str(usual))
    results.tables += [
        "",
        "One school, warm: " + ", ".join(f"{k} {v:.1f} ms" for k, v in taken.items()),
    ]


def start_up(plan: Plan, results: Results) -> None:
    """P10: the time to the first help, against importing the engine alone."""
    command = Path(sys.executable).with_name("keystage")
    runs = measure(
        {
            "keystage --help": [str(command), "--help"],
            "import polars": python("-c", "import polars"),
        },
        3 * plan.times,
    )
    ours, engine_alone = runs.values()
    found = ratio(ours, engine_alone)
    results.put("P10", found.middle, f"{found}, {middle(ours) * 1000:.0f} ms")
    results.runs |= runs
    results.tables += ["", *describe(runs, "import polars")]


PARTS: tuple[tuple[tuple[str, ...], Callable[[Plan, Results], None]], ...] = (
    (("P1", "P2", "P3", "P6"), one_cohort),
    (("P7", "P8"), ten_cohorts),
    (("P9a", "P9b"), one_school),
    (("P10",), start_up),
)


def run(plan: Plan, wanted: Container[str]) -> Results:
    """Measure the parts that hold a wanted goal; a part that fails is noted, not hidden."""
    results = Results()
    for goals, part in PARTS:
        if any(goal in wanted or goal.rstrip("ab") in wanted for goal in goals):
            try:
                part(plan, results)
            except RuntimeError as failure:
                results.failures |= dict.fromkeys(goals, str(failure))
    return results


def report(plan: Plan, results: Results) -> str:
    """The results as markdown."""
    size = plan.cohort(1).stat().st_size / 2**20 if plan.cohort(1).exists() else 0.0
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    file = f"{plan.pupils:,} pupils, {size:.1f} MiB"
    lines = [
        f"{file}; {machine}; load {results.load:.1f}; {packages}; median of {plan.times} pairs.",
        "",
        "| goal | what | promised | measured (lowest\N{EN DASH}highest) | |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, goal in GOALS.items():
        if name in results.values:
            verdict = "met" if goal.met_by(results.values[name]) else "**not met**"
            if name in results.failures:
                verdict = f"**not met**: {results.failures[name]}"
            lines.append(
                f"| {name} | {goal.what} | {goal.sentence} | {results.words[name]} | {verdict} |"
            )
        elif name in results.failures:
            reason = results.failures[name].strip().splitlines()[-1]
            lines.append(f"| {name} | {goal.what} | {goal.sentence} | not measured: {reason} | |")
    return "\n".join([*lines, "", *results.tables])


def main() -> None:
    """Read the options, measure, write and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small file, two runs each")
    parser.add_argument("--only", action="append", metavar="GOAL", help="P1, P9, ...; repeatable")
    parser.add_argument("--pupils", type=int)
    parser.add_argument("--times", type=int)
    options = parser.parse_args()
    pupils = options.pupils or (QUICK_PUPILS if options.quick else PUPILS)
    plan = Plan(DATA / str(pupils), pupils, options.times or (2 if options.quick else 5))
    plan.folder.mkdir(parents=True, exist_ok=True)
    results = run(plan, set(options.only or GOALS))
    saved = {
        "pupils": pupils,
        "load": results.load,
        "values": results.values,
        "words": results.words,
        "failures": results.failures,
        "met": {name: GOALS[name].met_by(value) for name, value in results.values.items()},
        "runs": {name: [asdict(taken) for taken in runs] for name, runs in results.runs.items()},
    }
    (DATA / "results.json").write_text(json.dumps(saved, indent=2), encoding="utf-8")
    print(report(plan, results))


if __name__ == "__main__":
    main()
