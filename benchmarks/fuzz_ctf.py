"""Look for files that crash the reader of transfer files, or make its two ways disagree.

    python benchmarks/fuzz_ctf.py [FOLDER] [-max_total_time=600] [other options of libFuzzer]

Coverage-guided (atheris): inputs that reach new code are kept in FOLDER, benchmarks/data/fuzz
unless another is named, which begins as the corpus of broken files. An input that raises anything
but a refusal, or is read differently whole and streamed, ends the run and is written to a file.
"""

import shutil
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import atheris

HERE = Path(__file__).parent
CORPUS = HERE.parent / "tests" / "examples" / "returns" / "broken"

with atheris.instrument_imports(include=["keystage.formats.ctf"]):
    from keystage.formats.ctf.archive import Archive
    from keystage.formats.ctf.batch import Batch, Header, Slots
    from keystage.formats.ctf.given import NamedBytes
    from keystage.formats.ctf.limits import Limits
    from keystage.formats.ctf.names import parse_name
    from keystage.formats.ctf.refusal import CtfRefusedError
    from keystage.formats.ctf.rows import read_rows
    from keystage.formats.ctf.sniffing import sniff
    from keystage.formats.ctf.stream import stream_rows
    from keystage.formats.ctf.typed_rows import Gathering

LIMITS = Limits(
    file_bytes=2**20, archive_bytes=2**21, archive_members=2**6, pupils=2**8, results=2**8,
    slots=2**7, text=2**9,
)  # fmt: skip
#: Typing the rows costs a hundred times as much as making them: only some inputs are typed too.
TYPED = 16
ROWS = ("identities", "results", "result_slots", "result_pupils")
runs = 0


def one(data: bytes) -> None:
    """Read an input as an upload would be: an archive by its members, all else as a file."""
    global runs  # noqa: PLW0603  # libFuzzer calls this function and no other
    runs += 1
    parse_name(data[:80].decode("latin-1"))
    if sniff(data) == "zip":
        for job in Archive("fuzz.zip", data, LIMITS):
            if isinstance(job, NamedBytes):
                file(job.data)
    else:
        file(data)


def file(data: bytes) -> None:
    """Read a file both ways; they must agree, or refuse it alike."""
    whole, streamed = by_whole(data), by_stream(data)
    assert whole == streamed, f"{whole!r:.400} is not {streamed!r:.400}"
    if runs % TYPED == 0:
        gathering = Gathering()
        header = Header()
        try:
            batches = read_rows(data, header, gathering.slots, LIMITS)
            gathering.add({"name": "fuzz.xml"}, header, batches)
        except CtfRefusedError:
            return
        found = gathering.finish()
        assert found.pupils.height == found.lines.height


def by_whole(data: bytes) -> object:
    """All that the reader of files in memory says."""
    header, slots = Header(), Slots()
    try:
        return header, flat(read_rows(data, header, slots, LIMITS)), slots.keys
    except CtfRefusedError as refused:
        return refused.fault


def by_stream(data: bytes) -> object:
    """All that the streaming reader says."""
    header, slots = Header(), Slots()
    try:
        return header, flat(stream_rows(BytesIO(data), header, slots, LIMITS)), slots.keys
    except CtfRefusedError as refused:
        return refused.fault


def flat(batches: Iterable[Batch]) -> dict[str, list[object]]:
    """The rows of all batches, without the lines: a start tag over several lines has two."""
    rows: dict[str, list[object]] = {name: [] for name in (*ROWS, "odd")}
    for batch in batches:
        for name in ROWS:
            rows[name] += getattr(batch, name)
        rows["odd"] += [(odd.pupil, odd.field, odd.text, odd.reason) for odd in batch.odd]
    return rows


def main() -> None:
    """Begin with the corpus and run until the time is over."""
    named = [item for item in sys.argv[1:] if not item.startswith("-")]
    options = [item for item in sys.argv[1:] if item.startswith("-")]
    folder = Path(named[0]) if named else HERE / "data" / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    for path in CORPUS.iterdir():
        if path.suffix in {".xml", ".zip"}:
            shutil.copy(path, folder)
    prefix = f"-artifact_prefix={folder.parent}/"
    atheris.Setup([sys.argv[0], str(folder), "-max_len=20000", prefix, *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
