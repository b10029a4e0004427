"""How large a file may be."""

from dataclasses import dataclass

KIB = 1024
MIB = KIB * KIB
#: Elements inside one another; the limit of the parser of whole files, kept by both readers.
DEPTH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one reading may hold, so that no file can fill the memory or take the day.

    Attributes:
        file_bytes: of one file, or of one member of an archive when it is unpacked.
        archive_bytes: of all members of one archive together, unpacked.
        archive_members: files in one archive.
        unpacking: how many times larger a member may be than it is packed.
        pupils: in one file.
        results: of one pupil in one file.
        slots: different kinds of result in one file.
        text: characters in one value.
    """

    file_bytes: int = 512 * MIB
    archive_bytes: int = 4096 * MIB
    archive_members: int = 32_768
    unpacking: int = 256
    pupils: int = 1_048_576
    results: int = 4096
    slots: int = 2048
    text: int = 4096


#: For one's own files: as large as a nation in one file.
LOCAL = Limits()
#: For files from outside: as large as an authority's schools in one archive.
UPLOAD = Limits(
    file_bytes=10 * MIB, archive_bytes=256 * MIB, archive_members=2048, unpacking=128, pupils=8192
)
