"""One process that reads transfer files; bare and stream print their own peak memory, in MiB.

The peak is the kernel's for this program alone: the one the parent sees begins at the parent's own.

python benchmarks/ctf_process.py bare
python benchmarks/ctf_process.py stream FILE
python benchmarks/ctf_process.py many FOLDER WORKERS
"""

import sys
from pathlib import Path


def stream(path: Path) -> None:
    """Make the plain rows of a file of any size, keeping none of them."""
    from keystage.formats.ctf.batch import Header, Slots  # noqa: PLC0415  # the bare run has none
    from keystage.formats.ctf.stream import stream_rows  # noqa: PLC0415  # the same

    pupils = results = 0
    with path.open("rb") as file:
        for batch in stream_rows(file, Header(), Slots()):
            pupils += len(batch.lines)
            results += len(batch.results)
    assert results == 12 * pupils > 0


def many(folder: Path, workers: int) -> None:
    """Read a folder of files into frames."""
    from keystage.formats.ctf.frames import read_returns  # noqa: PLC0415  # the same
    from keystage.formats.ctf.profile import load_profile  # noqa: PLC0415  # the same

    found = read_returns([folder], load_profile(), workers=workers)
    assert found.results.height == 12 * found.pupils.height > 0


def peak() -> float:
    """The most memory this program has held, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        print(peak())
    elif sys.argv[1] == "stream":
        stream(Path(sys.argv[2]))
        print(peak())
    elif sys.argv[1] == "many":
        many(Path(sys.argv[2]), int(sys.argv[3]))
