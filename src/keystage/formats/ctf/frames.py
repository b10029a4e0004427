"""Reading transfer files into one return set: files, folders, archives, uploads.

    returns = read_returns([Path("9990301_CTF_NAALLLL_001.xml")], load_profile())

A file that is refused never stops the others: it has its row in the table of files, and the reason
in the table of faults.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from hashlib import file_digest, sha256
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from keystage.core.errors import InputError
from keystage.formats.ctf.batch import Header
from keystage.formats.ctf.combining import combine
from keystage.formats.ctf.given import FileFault, Job, NamedBytes, Source
from keystage.formats.ctf.limits import KIB, LOCAL, MIB, Limits
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.ctf.rows import FileReader
from keystage.formats.ctf.sniffing import sniff
from keystage.formats.ctf.sources import find
from keystage.formats.ctf.stream import stream_rows, too_large
from keystage.formats.ctf.typed_rows import Gathering
from keystage.records.returns import ReturnSet

ReadSheet = Callable[[NamedBytes], ReturnSet]
Progress = Callable[[int, int], None]

_CHUNK = 64
_IN_MEMORY = 8 * MIB
_HEAD = KIB
_SLOTS = 32_768
_BLANK = b" \t\r\n"
_WORKBOOK_97 = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read_returns(  # noqa: PLR0913  # what to read, how much of it, and whom to tell
    sources: Sequence[Source],
    profile: AssessmentProfile,
    *,
    limits: Limits = LOCAL,
    read_sheet: ReadSheet | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> ReturnSet:
    """All that some files say.

    Args:
        sources: files, folders, zip archives, or bytes with a name.
        profile: what result rows are about.
        limits: how large a file or an archive may be.
        read_sheet: reads a CSV or Excel mark sheet; without it these are refused.
        progress: told after each file, or some, how many are done, of how many.
        workers: processes to read with. They are started afresh, so that more than one pays off
            from about a thousand files; ``read_sheet`` then must be a function they can import.

    Raises:
        InputError: the files together hold more kinds of result than can be told apart.
    """
    found = find(sources, limits)
    read = partial(_read_all, profile=profile, limits=limits, read_sheet=read_sheet)
    told = progress or _tell_nobody
    if workers > 1 and found.total > _CHUNK:
        sets = _by_processes(read, found.jobs, workers, partial(_tell, told, found.total))
    else:
        sets = read(_counted(found.jobs, partial(_tell, told, found.total)))
    told(found.total, found.total)
    return combine(sets)


def _tell_nobody(_: int, __: int) -> None:
    """Nobody asked."""


def _tell(told: Progress, total: int, done: int) -> None:
    told(min(done, total), total)


def _counted(jobs: Iterable[Job], tell: Callable[[int], None]) -> Iterator[Job]:
    for done, job in enumerate(jobs):
        yield job
        tell(done + 1)


def _by_processes(
    read: Callable[[Sequence[Job]], list[ReturnSet]],
    jobs: Iterator[Job],
    workers: int,
    tell: Callable[[int], None],
) -> list[ReturnSet]:
    """Read in chunks, a few of them in hand at a time, and keep their order."""
    sets: list[ReturnSet] = []
    waiting: deque[tuple[int, Future[list[ReturnSet]]]] = deque()
    done = 0
    # an engine that has threads must not be forked: the copies of its locks are never released
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        while True:
            chunk = list(islice(jobs, _CHUNK))
            if chunk:
                waiting.append((len(chunk), pool.submit(read, chunk)))
            if not waiting:
                return sets
            if not chunk or len(waiting) > 2 * workers:
                size, future = waiting.popleft()
                sets += future.result()
                done += size
                tell(done)


def _read_all(
    jobs: Iterable[Job],
    *,
    profile: AssessmentProfile,
    limits: Limits,
    read_sheet: ReadSheet | None,
) -> list[ReturnSet]:
    """The return sets of some files, in order: transfer files together, each sheet by itself."""
    sets: list[ReturnSet] = []
    gathering = Gathering()
    reader = FileReader(gathering.slots, limits)
    for job in jobs:
        sheet = _read(job, gathering, reader, limits, read_sheet)
        if sheet is not None or len(gathering.slots.keys) > _SLOTS:
            sets.append(_finished(gathering, profile))
            gathering = Gathering()
            reader = FileReader(gathering.slots, limits)
        if sheet is not None:
            sets.append(sheet)
    return [*sets, _finished(gathering, profile)]


def _finished(gathering: Gathering, profile: AssessmentProfile) -> ReturnSet:
    found = gathering.finish()
    return replace(found, slots=profile.classify(found.slots))


def _read(
    job: Job,
    gathering: Gathering,
    reader: FileReader,
    limits: Limits,
    read_sheet: ReadSheet | None,
) -> ReturnSet | None:
    """Gather a transfer file, or give the return set of a sheet."""
    if isinstance(job, FileFault):
        gathering.refuse(job)
        return None
    name = job.name if isinstance(job, NamedBytes) else str(job)
    try:
        if isinstance(job, Path):
            if _size(job) > limits.file_bytes:
                raise too_large(limits)
            if job.stat().st_size > _IN_MEMORY:
                _gather_large(job, gathering, limits)
                return None
            job = NamedBytes(name, job.read_bytes())
        if read_sheet is not None and sniff(job.data) in {"csv", "xlsx"}:
            return read_sheet(job)
        _gather(job, gathering, reader)
    except CtfRefusedError as refused:
        gathering.refuse(FileFault(name, refused.fault, refused.what, refused.line))
    except InputError as refused:
        gathering.refuse(FileFault(name, "not_the_template", refused.what))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        gathering.refuse(FileFault(name, "transfer", f"The file cannot be opened ({reason})."))
    return None


def _size(path: Path) -> int:
    if path.exists() and not path.is_file():
        raise CtfRefusedError("This is a stream, not a file.", fault="wrong_type")
    return path.stat().st_size


def _gather(given: NamedBytes, gathering: Gathering, reader: FileReader) -> None:
    _check_content(given.data)
    data, notes = given.data, []
    start = data.lstrip(_BLANK)
    if len(start) < len(data) and start.startswith(b"<?xml"):
        # blanks moved to after the declaration: every line keeps its number
        end = start.find(b"?>") + 2
        data = start[:end] + data[: len(data) - len(start)] + start[end:]
        notes = [FileFault(given.name, "repaired", "Blanks at the beginning were left out.", 1)]
    facts = _facts(given.name, len(given.data), sha256(given.data).hexdigest())
    header = Header()
    gathering.add(facts, header, reader.read(data, header), notes)


def _gather_large(path: Path, gathering: Gathering, limits: Limits) -> None:
    with path.open("rb") as file:
        _check_content(file.read(_HEAD))
        file.seek(0)
        digest = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        header = Header()
        facts = _facts(str(path), path.stat().st_size, digest)
        gathering.add(facts, header, stream_rows(file, header, gathering.slots, limits))


def _facts(name: str, size: int, digest: str) -> dict[str, object]:
    return {"name": name, "form": "ctf", "bytes": size, "sha256": digest}


def _check_content(data: bytes) -> None:
    """Refuse what is no XML.

    Raises:
        CtfRefusedError: it is not; the sentence says what it is.
    """
    content = sniff(data)
    if content == "xml":
        return
    if content == "empty":
        raise CtfRefusedError("The file is empty.", fault="empty")
    if data.startswith(_WORKBOOK_97) and _LOCKED in data:
        raise CtfRefusedError(
            "The workbook is protected by a password.",
            fault="password",
            todo="Save it without a password.",
        )
    what = {
        "csv": "The file is a sheet of text (CSV), not a Common Transfer File.",
        "xlsx": "The file is a workbook, not a Common Transfer File.",
    }.get(content, "The file is no XML, zip archive or sheet.")
    raise CtfRefusedError(
        what, fault="wrong_type", todo="Choose the file that your system exported."
    )
