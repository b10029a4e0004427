"""What the Spark engine needs, looked for before anything of it is imported."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from keystage.core.errors import UsageError


def see_what_is_installed() -> None:
    """See that Spark can start, before anything of it is imported.

    Raises:
        UsageError: a package or Java is missing.
    """
    missing = [name for name in ("pyspark", "pyarrow", "pandas") if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"The Spark engine needs {' and '.join(missing)}, which is not installed.",
            todo="Install the extra: pip install 'keystage[spark]'.",
        )
    elsewhere = "PYSPARK_GATEWAY_PORT" in os.environ or "SPARK_REMOTE" in os.environ
    if not elsewhere and not _java():
        raise UsageError(
            "The Spark engine needs Java 17 or later, and there is no java.",
            todo="Install it (Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME.",
        )


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None
