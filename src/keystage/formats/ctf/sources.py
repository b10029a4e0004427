"""What is to be read: files, folders, archives, and bytes that came with a name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from keystage.formats.ctf.archive import Archive
from keystage.formats.ctf.given import FileFault, Job, NamedBytes, Source
from keystage.formats.ctf.limits import Limits
from keystage.formats.ctf.sniffing import is_zip

_ENDINGS = frozenset({".xml", ".zip", ".csv", ".xlsx"})
_MAGIC = 4


@dataclass(frozen=True, slots=True)
class Found:
    """The files of some sources, and how many there are."""

    total: int
    jobs: Iterator[Job]


def find(sources: Sequence[Source], limits: Limits) -> Found:
    """Every file of the sources, in order; the members of an archive are unpacked one by one.

    In a folder, and in those within it, files ending in xml, zip, csv and xlsx are taken, by name.
    """
    found = [_opened(job, limits) for source in sources for job in _within(source)]
    if not found:
        found = [FileFault("", "nothing", "There is no file to read.")]
    total = sum(len(item) if isinstance(item, Archive) else 1 for item in found)
    return Found(total, _unpacked(found))


def _unpacked(found: Sequence[Job | Archive]) -> Iterator[Job]:
    for item in found:
        if isinstance(item, Archive):
            yield from item
        else:
            yield item


def _within(source: Source) -> Iterator[Job]:
    """The source itself, or the files of a folder."""
    if not isinstance(source, Path) or not source.is_dir():
        yield source
        return
    visible = sorted(
        path
        for path in source.rglob("[!.]*")
        if path.is_file() and not any(part[0] == "." for part in path.relative_to(source).parts)
    )
    returns = [path for path in visible if path.suffix.lower() in _ENDINGS]
    yield from returns
    others = len(visible) - len(returns)
    if not returns:
        yield FileFault(str(source), "nothing", "The folder holds no file to read.")
    elif others:
        files = "file was" if others == 1 else "files were"
        yield FileFault(
            str(source), "ignored", f"{others:,} other {files} passed over: no XML, zip or sheet."
        )


def _opened(job: Job, limits: Limits) -> Job | Archive:
    """An archive in place of its file; a workbook is an archive too, and stays as it is."""
    if isinstance(job, FileFault):
        return job
    try:
        if not is_zip(_head(job)):
            return job
        content = job.data if isinstance(job, NamedBytes) else job
        archive = Archive(job.name if isinstance(job, NamedBytes) else str(job), content, limits)
    except OSError:
        return job  # what is wrong is said when the file is read
    return job if archive.is_workbook else archive


def _head(source: Source) -> bytes:
    """The first bytes; none of what is no file."""
    if isinstance(source, NamedBytes):
        return source.data[:_MAGIC]
    if not source.is_file():
        return b""
    with source.open("rb") as file:
        return file.read(_MAGIC)
