"""Archives: what may hide in them, and what may be wrong with them."""

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

import invented
from corpus_case import Case

_GOOD = invented.clean().encode()
_OTHER = invented.document(
    invented.pupil(4), head=invented.header(source={"Estab": "0302"})
).encode()
_DATE = (2026, 6, 15, 10, 30, 0)
_LINK, _FOLDER, _DEVICE = 0o120777, 0o040755, 0o020666


def member(name: str, mode: int = 0o100644, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """The entry of a member with a fixed date."""
    info = zipfile.ZipInfo("x", _DATE)
    info.filename = name
    info.create_system, info.external_attr = 3, mode << 16
    info.compress_type = method
    return info


def archive(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """An archive of (name or entry, content) pairs."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members:
            written.writestr(member(name) if isinstance(name, str) else name, content)
    return file.getvalue()


def cases() -> Iterator[Case]:
    """Every case."""
    yield from good()
    yield from paths()
    yield from nested()
    yield from bombs()
    yield from damaged()
    yield from mixed()


def good() -> Iterator[Case]:
    """Archives that are read whole."""
    yield Case("zip_two_schools.zip", "two schools, a file each",
        archive(("9990301_CTF_NAALLLL_001.xml", _GOOD), ("9990302_CTF_NAALLLL_001.xml", _OTHER)),
        read=2,
    )  # fmt: skip
    yield Case("zip_folders.zip", "files in folders",
        archive((member("2026/", _FOLDER), b""), ("2026/a/9990301_CTF_NAALLLL_001.xml", _GOOD)),
        read=1,
    )  # fmt: skip
    yield Case("zip_backslashes.zip", "folders divided by backslashes, as Windows does",
        archive(("2026\\a.xml", _GOOD)), read=1,
    )  # fmt: skip
    yield Case("zip_stored.zip", "a member that is not compressed",
        archive((member("a.xml", method=zipfile.ZIP_STORED), _GOOD)), read=1,
    )  # fmt: skip
    yield Case("zip_named_xml.xml", "an archive named as if it were XML",
        archive(("a.xml", _GOOD)), read=1,
    )  # fmt: skip
    yield Case("zip_added_by_macos.zip", "what macOS adds to archives",
        archive(("a.xml", _GOOD), ("__MACOSX/._a.xml", b"\0\5\x16\7"), (".DS_Store", b"\0\0\0\1")),
        read=1, faults=("ignored",),
    )  # fmt: skip
    yield Case("zip_accents.zip", "names with accents",
        archive(("école/Siân.xml", _GOOD)), read=1,
    )  # fmt: skip


def paths() -> Iterator[Case]:
    """Names that lead out of the archive, and things that are no files."""
    names = {
        "up": "../a.xml",
        "up_inside": "a/../../b.xml",
        "up_backslash": "..\\a.xml",
        "up_mixed": "a\\..\\..\\b.xml",
        "root": "/etc/cron.d/a.xml",
        "root_backslash": "\\windows\\a.xml",
        "share": "\\\\server\\share\\a.xml",
        "drive": "C:\\a.xml",
        "drive_relative": "c:a.xml",
        "newline": "a\nb.xml",
        "escape": "a\x1b[2Jb.xml",
    }
    for name, path in names.items():
        yield Case(
            f"zip_path_{name}.zip", f"a name that is a trick: {name.replace('_', ' ')}",
            archive(("good.xml", _OTHER), (path, _GOOD)), read=1, faults=("path",),
        )  # fmt: skip
    for name, mode in {"link": _LINK, "device": _DEVICE}.items():
        yield Case(
            f"zip_{name}.zip", f"a {name} in place of a file",
            archive((member("a.xml", mode), b"/etc/passwd"), ("good.xml", _GOOD)),
            read=1, faults=("path",),
        )  # fmt: skip
    null = archive(("aQb.xml", _GOOD)).replace(b"aQb.xml", b"a\0b.xml")
    yield Case("zip_path_null.zip", "a null in a name", null, faults=("path",))
    nameless = archive(("", _GOOD), ("good.xml", _OTHER))
    yield Case("zip_path_none.zip", "a file without a name", nameless,
        read=1, faults=("path",),
    )  # fmt: skip
    twice = archive(("a.xml", _GOOD), ("b.xml", _OTHER)).replace(b"b.xml", b"a.xml")
    yield Case("zip_same_name.zip", "two files of one name", twice, faults=("path", "path"))


def nested() -> Iterator[Case]:
    """Archives within archives."""
    inner = archive(("a.xml", _GOOD))
    yield Case("zip_nested.zip", "an archive within the archive",
        archive(("inner.zip", inner), ("good.xml", _OTHER)), read=1, faults=("nested",),
    )  # fmt: skip
    yield Case("zip_nested_named_xml.zip", "an archive within, named as if it were XML",
        archive(("inner.xml", inner)), faults=("nested",),
    )  # fmt: skip
    for _ in range(5):
        inner = archive(("inner.zip", inner))
    yield Case("zip_nested_deep.zip", "archives in archives, six deep", inner, faults=("nested",))
    empty = archive()
    yield Case("zip_nested_empty.zip", "an empty archive within",
        archive(("inner.zip", empty)), faults=("nested",),
    )  # fmt: skip


def bombs() -> Iterator[Case]:
    """Small archives that unpack to very much."""
    zeros = archive(("bomb.xml", bytes(3 * 2**20)), ("good.xml", _GOOD))
    yield Case("zip_bomb_zeros.zip", "nothing but noughts", zeros, read=1, faults=("too_big",))
    blanks = b"<CTfile>" + b" " * (3 * 2**20) + b"</CTfile>"
    yield Case("zip_bomb_blanks.zip", "nothing but blanks between two tags",
        archive(("bomb.xml", blanks)), faults=("too_big",),
    )  # fmt: skip
    lying = bytearray(archive(("bomb.xml", bytes(3 * 2**20))))
    for signature, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = lying.find(signature) + offset
        lying[at : at + 4] = struct.pack("<I", 100)
    yield Case("zip_size_too_small.zip", "a size that is a lie: too small", bytes(lying),
        faults=("damaged",),
    )  # fmt: skip
    yield Case("zip_overlapping.zip", "many names for the same bytes", overlapping(),
        faults=("damaged",) * 19 + ("too_big",),
    )  # fmt: skip


def overlapping(names: int = 20) -> bytes:
    """An archive whose members all share the bytes of one."""
    whole = archive(("bomb00.xml", bytes(2 * 2**20)))
    start = whole.find(b"PK\1\2")
    end = whole.find(b"PK\5\6")
    entry = whole[start:end]
    entries = b"".join(entry.replace(b"bomb00", b"bomb%02d" % at) for at in range(names))
    tail = bytearray(whole[end:])
    tail[8:10] = tail[10:12] = struct.pack("<H", names)
    tail[12:16] = struct.pack("<I", len(entries))
    # one local header serves all: its name is right for the first only, so none is checked
    return whole[:start] + entries + bytes(tail)


def damaged() -> Iterator[Case]:
    """Archives that are not right."""
    whole = archive(("a.xml", _GOOD), ("b.xml", _OTHER))
    yield Case("zip_cut.zip", "cut short", whole[: len(whole) // 2], faults=("damaged",))
    yield Case(
        "zip_only_start.zip", "nothing after the first bytes", whole[:4], faults=("damaged",)
    )
    yield Case("zip_empty.zip", "no files", archive(), faults=("empty",))
    yield Case("zip_only_folders.zip", "only folders",
        archive((member("a/", _FOLDER), b"")), faults=("empty",),
    )  # fmt: skip
    at = whole.find(b"PK\3\4") + 14
    yield Case("zip_wrong_sum.zip", "a check sum that is wrong",
        whole[:at] + b"\0\0\0\0" + whole[at + 4 :], read=2,
    )  # fmt: skip
    at = whole.find(b"PK\1\2") + 16
    yield Case("zip_wrong_sum_listed.zip", "a check sum that is wrong in the list",
        whole[:at] + b"\0\0\0\0" + whole[at + 4 :], read=1, faults=("damaged",),
    )  # fmt: skip
    at = whole.find(b"PK\3\4") + 60
    yield Case("zip_wrong_bytes.zip", "bytes that cannot be unpacked",
        whole[:at] + b"\xff" * 30 + whole[at + 30 :], read=1, faults=("damaged",),
    )  # fmt: skip
    yield Case("zip_local_header_gone.zip", "a member whose beginning is overwritten",
        b"PK\3\4" + b"\0" * 26 + whole[30:], read=1, faults=("damaged",),
    )  # fmt: skip
    locked = bytearray(whole)
    for signature, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        at = locked.find(signature) + offset
        locked[at] |= 1
    yield Case("zip_locked_member.zip", "a file protected by a password", bytes(locked),
        read=1, faults=("password",),
    )  # fmt: skip
    for name, method in {"bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}.items():
        yield Case(f"zip_{name}.zip", f"packed with {name}",
            archive((member("a.xml", method=method), _GOOD)), faults=("damaged",),
        )  # fmt: skip
    unknown = bytearray(whole)
    for signature, offset in ((b"PK\1\2", 10), (b"PK\3\4", 8)):
        at = unknown.find(signature) + offset
        unknown[at : at + 2] = struct.pack("<H", 99)
    yield Case("zip_unknown_packing.zip", "packed in an unknown way", bytes(unknown),
        read=1, faults=("damaged",),
    )  # fmt: skip
    far = bytearray(whole)
    at = far.find(b"PK\5\6") + 16
    far[at : at + 4] = b"\xff\xff\xff\x7f"
    yield Case("zip_list_elsewhere.zip", "a list that is said to be far away", bytes(far),
        faults=("damaged", "damaged"),
    )  # fmt: skip


def mixed() -> Iterator[Case]:
    """One bad member never stops the others."""
    yield Case("zip_mixed.zip", "a good file, an empty one, a cut one, text, and a web page",
        archive(
            ("good.xml", _GOOD), ("empty.xml", b""), ("cut.xml", _GOOD[:800]),
            ("notes.txt", b"see attached"), ("page.xml", b"<html/>"), ("last.xml", _OTHER),
        ),
        read=2, faults=("damaged", "empty", "not_a_ctf", "wrong_type"),
    )  # fmt: skip
    yield Case("zip_document_type.zip", "a member with a document type",
        archive(("good.xml", _GOOD), ("bad.xml", b"<!DOCTYPE CTfile>\n" + _GOOD[39:])),
        read=1, faults=("forbidden",),
    )  # fmt: skip
    yield Case("zip_two_senders.zip", "a member with two schools",
        archive(
            ("good.xml", _GOOD),
            ("two.xml", invented.document(head=invented.header() * 2).encode()),
        ),
        read=1, faults=("two_schools",),
    )  # fmt: skip
    workbook = archive(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"))
    yield Case("workbook.xml", "an Excel workbook named as if it were XML", workbook,
        faults=("wrong_type",),
    )  # fmt: skip
    yield Case("zip_workbook.zip", "an Excel workbook within an archive",
        archive(("good.xml", _GOOD), ("marks.xlsx", workbook)), read=1, faults=("wrong_type",),
    )  # fmt: skip
    yield Case("document.docx", "a text document, which is an archive too",
        archive(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")),
        faults=("not_a_ctf", "not_a_ctf"),
    )  # fmt: skip
