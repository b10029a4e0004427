"""Write the examples of the checks of returns: one folder for each code, that fails or passes it.

    python tests/examples/returns/make_examples.py

Every example is one clean return of an invented school with one thing changed. ``school()`` is the
clean one; ``failing.py`` and ``passing.py`` say what is changed for each code.
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from failing import FAILING  # noqa: E402
from passing import PASSING  # noqa: E402


def made() -> dict[Path, bytes]:
    """Every file of every example, by its path below this folder."""
    return {
        Path(kind) / code / name: data
        for kind, examples in (("fail", FAILING), ("pass", PASSING))
        for code, example in examples.items()
        for name, data in example().files().items()
    }


if __name__ == "__main__":
    for kind in ("fail", "pass"):
        shutil.rmtree(HERE / kind, ignore_errors=True)
    for path, data in made().items():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_bytes(data)
