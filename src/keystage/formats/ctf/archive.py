"""The members of a zip archive, each on its own: one bad member never stops the others.

Nothing is written to disk, and no size the archive states is believed: bytes are counted as they
are unpacked.
"""

import mmap
import re
import stat
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from keystage.formats.ctf.given import FileFault, Job, NamedBytes
from keystage.formats.ctf.limits import KIB, MIB, Limits
from keystage.formats.ctf.sniffing import DAMAGED_ZIP, holds_workbook, is_zip, lists_more, sniff

if TYPE_CHECKING:
    from keystage.records.returns import Fault

_CHUNK = 64 * KIB
_ENCRYPTED = 0x1
_UNIX = 65_536  # above it stands what kind of file a Unix system packed
_DRIVE = re.compile(r"[A-Za-z]:")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_ADDED_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


class Archive:
    """A zip archive: iterating gives each member's bytes, or why it is refused."""

    def __init__(self, name: str, content: Path | bytes, limits: Limits) -> None:
        """Read the list of members, if it is not too long."""
        self.name, self._limits = name, limits
        self._members: list[ZipInfo] = []
        self._refusal: FileFault | None = None
        if _lists_more(content, limits.archive_members):
            self._refusal = self._fault(
                "too_big", f"The archive holds more than {limits.archive_members:,} files."
            )
            return
        try:
            self._zip = ZipFile(content if isinstance(content, Path) else BytesIO(content))
        except DAMAGED_ZIP:
            self._refusal = self._fault("damaged", "The archive is damaged or was cut short.")
            return
        self._members = [
            member for member in self._zip.infolist() if not member.filename.endswith("/")
        ]
        if not self._members:
            self._refusal = self._fault("empty", "The archive holds no file.")

    @property
    def is_workbook(self) -> bool:
        """Whether this is an Excel workbook, which is an archive too."""
        return holds_workbook([member.filename for member in self._members])

    def __len__(self) -> int:
        """How many files there are, at least one: a refused archive is told of too."""
        return max(1, len(self._members))

    def __iter__(self) -> Iterator[Job]:
        """The members in their order; what systems add by themselves is told of at the end."""
        if self._refusal is not None:
            yield self._refusal
            return
        names = Counter(member.filename for member in self._members)
        room = self._limits.archive_bytes
        added = []
        with self._zip:
            for member in self._members:
                if _is_added(member.filename):
                    added.append(member.filename)
                    continue
                job = self._refused(member, names) or self._unpacked(member, room)
                if isinstance(job, NamedBytes):
                    room -= len(job.data)
                yield job
        if added:
            files = "file was" if len(added) == 1 else "files were"
            reason = f"{len(added):,} {files} passed over: systems add such to archives."
            yield self._fault("ignored", reason, added[0])

    def _fault(self, fault: "Fault", reason: str, member: str = "") -> FileFault:
        name = f"{self.name}/{member}" if member else self.name
        return FileFault(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", name), fault, reason)

    def _refused(self, member: ZipInfo, names: Counter[str]) -> FileFault | None:
        """Why a member is refused by what the archive says of it."""
        name = member.filename
        if (reason := _path_trick(member)) is not None:
            return self._fault("path", reason, name)
        if names[name] > 1:
            return self._fault("path", "The archive holds two files of this name.", name)
        if member.flag_bits & _ENCRYPTED:
            return self._fault("password", "The file is protected by a password.", name)
        if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            return self._fault(
                "damaged", "The file is packed in a way that is not read; use ordinary zip.", name
            )
        return None

    def _unpacked(self, member: ZipInfo, room: int) -> Job:
        """The bytes of a member, counted as they come."""
        name, limits = member.filename, self._limits
        parts: list[bytes] = []
        size = 0
        try:
            with self._zip.open(member) as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    if size > limits.file_bytes:
                        most = f"{limits.file_bytes / MIB:,.0f} MiB"
                        return self._fault("too_big", f"The file is larger than {most}.", name)
                    if size > max(MIB, limits.unpacking * member.compress_size):
                        times = f"{limits.unpacking} times its packed size"
                        return self._fault("too_big", f"The file unpacks to over {times}.", name)
                    if size > room:
                        most = f"{limits.archive_bytes / MIB:,.0f} MiB"
                        return self._fault("too_big", f"The archive unpacks to over {most}.", name)
                    parts.append(chunk)
        except DAMAGED_ZIP:
            return self._fault("damaged", "The file is damaged within the archive.", name)
        data = b"".join(parts)
        if is_zip(data) and sniff(data) == "zip":
            return self._fault(
                "nested",
                "This is an archive within the archive; send its files by themselves.",
                name,
            )
        return NamedBytes(f"{self.name}/{name}", data)


def _is_added(name: str) -> bool:
    """Whether a system put this into the archive, and no person did."""
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last in _ADDED_BY_SYSTEMS or last.startswith("._")


def _path_trick(member: ZipInfo) -> str | None:
    """What is wrong with the name or kind of a member."""
    name = member.orig_filename.replace("\\", "/")
    if not name:
        return "The file has no name."
    if name.startswith("/") or _DRIVE.match(name):
        return "The name of the file begins at the root of a disk."
    if ".." in name.split("/"):
        return "The name of the file leads out of the archive (..)."
    if _UNPRINTABLE.search(name):
        return "The name of the file holds a character that no name has."
    kind = stat.S_IFMT(member.external_attr // _UNIX)
    if kind not in {0, stat.S_IFREG}:
        return "This is a link or a device, not a file."
    return None


def _lists_more(content: Path | bytes, most: int) -> bool:
    if isinstance(content, bytes):
        return lists_more(content, most)
    with content.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return lists_more(view, most)
