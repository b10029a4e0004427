"""Start the service: the server and a worker for long work, watched together."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import URLError

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

_PATIENCE = 30.0
_BETWEEN = 0.2
_BETWEEN_SWEEPS = 60.0


class Command(BaseCommand):
    """Start server and worker; with ``--background`` return once they answer."""

    help = "Start the service: the server and a worker for long work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and whether to stay."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1)
        parser.add_argument("--no-worker", action="store_true", help="workers are started apart")
        parser.add_argument("--background", action="store_true", help="return once it answers")
        parser.add_argument("--stop", action="store_true", help="stop the one in the background")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, or stop."""
        del args
        if options["stop"]:
            self.stdout.write(_stop())
            return
        _refuse_taken(options["host"], options["port"])
        if options["no_worker"]:
            server, _ = _commands(options)
            os.execv(server[0], server)  # noqa: S606  # ours
        elif options["background"]:
            self.stdout.write(_in_background(options["host"], options["port"]))
        else:
            self.stdout.write(f"The service is at http://{options['host']}:{options['port']}/")
            sys.exit(_together(*_commands(options)))


def _commands(options: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The server and the worker."""
    server = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", options["host"], "--port", str(options["port"])),
        *("--workers", str(options["workers"]), "--blocking-threads", str(_threads())),
        *("--respawn-failed-workers", "--log-level", "warning"),
        "keystage.web.wsgi:application",
    ]
    return server, [sys.executable, "-m", "keystage.web", "db_worker", "--no-startup-delay"]


def _threads() -> int:
    """As many as the server holds to be of use on so many cores, and at most eight."""
    return min(8, 2 * multiprocessing.cpu_count() + 1)


def _together(server: Sequence[str], worker: Sequence[str]) -> int:
    """Run the server, and a worker that is started again when it dies, until the server ends."""
    serving = subprocess.Popen(server)  # noqa: S603  # ours
    working = subprocess.Popen(worker)  # noqa: S603  # ours

    def end(*_: object) -> None:
        serving.terminate()

    signal.signal(signal.SIGTERM, end)
    swept = time.monotonic()
    try:
        while serving.poll() is None:
            time.sleep(_BETWEEN)
            if working.poll() is not None:
                working = subprocess.Popen(worker)  # noqa: S603  # ours
            if time.monotonic() - swept > _BETWEEN_SWEEPS:
                _sweep()
                swept = time.monotonic()
    except KeyboardInterrupt:
        end()
    working.terminate()
    working.wait()
    return max(serving.wait(), 0)


def _sweep() -> None:
    """Sweep once; a database that is busy is no reason to stop serving."""
    try:
        call_command("sweep", verbosity=0)
    except DatabaseError as error:
        sys.stderr.write(f"Sweeping failed and is tried again in a while: {error}\n")


def _pid_file() -> Path:
    return Path(settings.FOLDER) / "service.pid"


def _in_background(host: str, port: int) -> str:
    log = Path(settings.FOLDER) / "service.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "keystage.web", "serve", "--host", host, "--port", str(port)]
    with log.open("ab") as out:
        started = subprocess.Popen(  # noqa: S603  # ourselves
            command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
    _pid_file().write_text(str(started.pid), encoding="ascii")
    address = f"http://{host}:{port}/"
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and started.poll() is None:
        if _answers(f"{address}readyz"):
            return f"The service is at {address}"
        time.sleep(_BETWEEN)
    raise CommandError(f"The service did not start. {log} says why.")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  # our own address
            return bool(answer.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as tried:
        if tried.connect_ex((host, port)) == 0:
            raise CommandError(
                f"Something answers at port {port} already. Stop it, or choose another --port."
            )


def _stop() -> str:
    file = _pid_file()
    if not file.exists():
        return "No service was started in the background."
    try:
        os.kill(int(file.read_text(encoding="ascii")), signal.SIGTERM)
    except ProcessLookupError:
        said = "The service had stopped already."
    else:
        said = "The service was stopped."
    file.unlink()
    return said
