"""Reading a transfer file that is in memory: parsed whole where that is safe, which is quickest.

Both ways give the same rows. The whole file is parsed by libxml2, whose elements know their line up
to 65,535, in bytes that hold ASCII as it is. Whatever is larger, otherwise encoded or not
well-formed, or has a document type, a comment, a CDATA section or an instruction, is left to
`stream`. (Of a start tag written over several lines one parser names the last line and the other
the first.)
"""

import re
from collections.abc import Iterable
from io import BytesIO

from lxml import etree

from keystage.formats.ctf.batch import Batch, Header, Slots
from keystage.formats.ctf.element import Element
from keystage.formats.ctf.extract import Extractor
from keystage.formats.ctf.layouts import LAYOUT
from keystage.formats.ctf.limits import LOCAL, MIB, Limits
from keystage.formats.ctf.stream import stream_rows, too_large

_WHOLE = 4 * MIB
_LAST_LINE = 65_534
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^?]*\?>")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})


def read_rows(data: bytes, header: Header, slots: Slots, limits: Limits = LOCAL) -> Iterable[Batch]:
    """The pupils of a file, in one batch or several.

    Args:
        data: the file.
        header: filled with the header.
        slots: what results are about; the batches speak of its numbers.
        limits: how large the file may be.

    Raises:
        CtfRefusedError: the file is refused, at once or while batches are taken.
    """
    return FileReader(slots, limits).read(data, header)


class FileReader:
    """Reads one file after another, remembering what rows are about."""

    def __init__(self, slots: Slots, limits: Limits = LOCAL) -> None:
        """Begin with the slots that are known already."""
        self._extractor, self._slots, self._limits = Extractor(limits, slots), slots, limits
        # what no transfer file needs is off; blanks between elements make no nodes
        self._parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_blank_text=True,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )

    def read(self, data: bytes, header: Header) -> Iterable[Batch]:
        """The pupils of a file, in one batch or several; see `read_rows`."""
        if len(data) > self._limits.file_bytes:
            raise too_large(self._limits)
        root = self._parse(data) if _is_plain(data) else None
        if root is None:
            return stream_rows(BytesIO(data), header, self._slots, self._limits)
        return [self._rows(root, header)]

    def _parse(self, data: bytes) -> etree._Element | None:
        """The file's own element; None where the other reader must have its say."""
        try:
            root = etree.fromstring(data, self._parser)
        except etree.XMLSyntaxError:
            return None
        about = root.getroottree().docinfo
        usual = (
            self._extractor.names[root.tag] == LAYOUT.root
            and about.internalDTD is None
            and (about.encoding or "utf-8").lower() in _ENCODINGS
            and _last_line(root) <= _LAST_LINE
        )
        return root if usual else None

    def _rows(self, root: etree._Element, header: Header) -> Batch:
        batch = Batch()
        extractor = self._extractor
        names = extractor.names
        extractor.begin()
        for section in _elements(root):
            name = names[section.tag]
            if name == LAYOUT.header:
                extractor.header(section, header)
            elif name == LAYOUT.pupil:
                extractor.pupil(section, batch)
            elif name == LAYOUT.pupils:
                for pupil in section:
                    if names[pupil.tag] == LAYOUT.pupil:
                        extractor.pupil(pupil, batch)
        return batch


def _is_plain(data: bytes) -> bool:
    """Whether the file may be parsed whole with every line right and nothing unusual in it."""
    return (
        len(data) <= _WHOLE
        and not data.startswith(_WIDE)
        and b"\0" not in data[:4]
        and (b"\r" not in data or data.count(b"\r") == data.count(b"\r\n"))
        and (b"!" not in data or b"<!" not in data)
        and not _has_instruction(data)
    )


def _has_instruction(data: bytes) -> bool:
    declared = _DECLARATION.match(data)
    start = declared.end() if declared else 0
    # question marks are few, and one is found faster than two signs
    return data.find(b"?", start) >= 0 and data.find(b"<?", start) >= 0


def _last_line(element: etree._Element) -> int:
    """The line of the last element in an element."""
    while len(element):
        element = element[-1]
    line: int = element.sourceline  # type: ignore[assignment]  # the stubs have no type for it
    return line


def _elements(root: etree._Element) -> Iterable[Element]:
    """The sections of a file; lxml's elements are what `Element` asks for."""
    return root  # type: ignore[return-value]  # sourceline is None only in trees made by hand
