"""Reading a transfer file of any size, a batch of pupils at a time, in constant memory.

The parser is expat: it names the line of every element in files of any length (libxml2 keeps 16
bits of it), and hands over a document type, an entity or a stylesheet before anything it could
change. This reader is the measure of what is refused and in which words; the reader of whole files
falls back to it whenever something is out of the ordinary.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from keystage.formats.ctf.batch import Batch, Header, Slots
from keystage.formats.ctf.extract import Extractor
from keystage.formats.ctf.faults_of_xml import damaged
from keystage.formats.ctf.layouts import LAYOUT
from keystage.formats.ctf.limits import DEPTH, KIB, LOCAL, MIB, Limits
from keystage.formats.ctf.refusal import CtfRefusedError

_CHUNK = 256 * KIB
#: One tag or comment: it is looked through again with each chunk, so it may not be of any length.
_TOKEN = 4 * MIB
_PUPILS = 128
_ELEMENTS = 262_144
#: Of these elements only some are kept: by their name, the names of the elements inside.
_INSIDE = {
    LAYOUT.root: frozenset({LAYOUT.header, LAYOUT.pupils, LAYOUT.pupil}),
    LAYOUT.pupils: frozenset({LAYOUT.pupil}),
    LAYOUT.pupil: LAYOUT.sections,
}


class Node(list["Node"]):
    """An element with its name, the text before its first inner element, and its line.

    ``inside`` names the inner elements that are kept, or is None where all are.
    """

    __slots__ = ("inside", "sourceline", "tag", "text")

    def __init__(self, tag: str, line: int, inside: frozenset[str] | None) -> None:
        """Start without text and without inner elements."""
        super().__init__()
        self.tag, self.sourceline, self.inside = tag, line, inside
        self.text: str | None = None


def stream_rows(
    file: BinaryIO, header: Header, slots: Slots, limits: Limits = LOCAL
) -> Iterator[Batch]:
    """The pupils of a file, a batch at a time.

    Args:
        file: the file, at its beginning.
        header: filled as the header is read, which in an odd file may be after the pupils.
        slots: what results are about; the batches speak of its numbers.
        limits: how large the file may be.

    Raises:
        CtfRefusedError: the file is refused; batches handed on before are then not to be believed.
    """
    reader = _Reader(Extractor(limits, slots), header, limits)
    size = 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > limits.file_bytes:
            raise too_large(limits)
        reader.parse(chunk)
        if len(reader.batch.lines) >= _PUPILS:
            yield reader.take()
    reader.parse(b"", last=True)
    yield reader.take()


def too_large(limits: Limits) -> CtfRefusedError:
    """The refusal of a file of too many bytes."""
    return CtfRefusedError(
        f"The file is larger than {limits.file_bytes / MIB:,.0f} MiB.",
        fault="too_big",
        todo="Send one file for each school.",
    )


class _Reader:
    """What is known between two chunks of a file."""

    def __init__(self, extractor: Extractor, header: Header, limits: Limits) -> None:
        self._extractor, self._header, self._limits = extractor, header, limits
        self.batch = Batch()
        self._top: Node | None = None
        self._open: list[Node | None] = []
        self._kept = 0
        self._names = extractor.names
        self._given = 0
        extractor.begin()
        self._parser = parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._document_type
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._root
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def parse(self, chunk: bytes, *, last: bool = False) -> None:
        """Read on."""
        try:
            self._parser.Parse(chunk, last)
            self._given += len(chunk)
        except expat.ExpatError as error:
            raise damaged(error) from None
        except (LookupError, ValueError):
            raise damaged(None, self._parser.CurrentLineNumber) from None
        if self._given - self._parser.CurrentByteIndex > _TOKEN:
            raise CtfRefusedError(
                f"One tag or comment is longer than {_TOKEN // MIB} MiB.",
                fault="too_big",
                line=self._parser.CurrentLineNumber,
            )

    def take(self) -> Batch:
        """Hand the pupils on and begin another batch."""
        full = self.batch
        self.batch = Batch(first=full.next)
        return full

    def _declaration(self, version: str, *_: object) -> None:
        if not version.startswith("1."):
            raise CtfRefusedError(
                "The file says that it is in a version of XML that there is not.",
                fault="damaged",
                line=self._parser.CurrentLineNumber,
            )

    def _document_type(self, *_: object) -> None:
        raise CtfRefusedError(
            "The file has a document type (<!DOCTYPE …>), which no transfer file has.",
            fault="forbidden",
            line=self._parser.CurrentLineNumber,
        )

    def _instruction(self, target: str, _: str) -> None:
        if target == "xml-stylesheet":
            raise CtfRefusedError(
                "The file asks for a stylesheet, which no transfer file does.",
                fault="forbidden",
                line=self._parser.CurrentLineNumber,
            )

    def _root(self, tag: str, _: object) -> None:
        name, line = self._names[tag], self._parser.CurrentLineNumber
        if name != LAYOUT.root:
            raise CtfRefusedError(
                f"This is another kind of document: it begins with <{name[:40]}>, and a Common "
                f"Transfer File with <{LAYOUT.root}>.",
                fault="not_a_ctf",
                line=line,
                todo="Choose the Common Transfer File that your system exported.",
            )
        self._open.append(None)
        self._top = Node(tag, line, _INSIDE[name])
        self._parser.StartElementHandler = self._start

    def _start(self, tag: str, _: object) -> None:
        top = self._top
        self._open.append(top)
        if len(self._open) > DEPTH:
            raise CtfRefusedError(
                f"More than {DEPTH} elements stand inside one another.",
                fault="too_big",
                line=self._parser.CurrentLineNumber,
            )
        if top is None:
            return
        inside = None
        if top.inside is not None:
            name = self._names[tag]
            if name not in top.inside:
                self._top = None
                return
            inside = _INSIDE.get(name)
        self._top = node = Node(tag, self._parser.CurrentLineNumber, inside)
        if top.inside is None or top.inside is LAYOUT.sections:
            self._keep(node, top)

    def _keep(self, node: Node, within: Node) -> None:
        if not within and within.text is not None and within.text.isspace():
            within.text = None  # blanks before an inner element are no value
        within.append(node)
        self._kept += 1
        if self._kept > _ELEMENTS:
            raise CtfRefusedError(
                f"The file holds more than {_ELEMENTS:,} elements of one pupil.",
                fault="too_big",
                line=node.sourceline,
            )

    def _text(self, data: str) -> None:
        top = self._top
        if top is not None and not top:
            if top.text is None:
                top.text = data
            elif len(top.text) <= self._limits.text:
                top.text += data

    def _end(self, _: str) -> None:
        node, self._top = self._top, self._open.pop()
        above = self._top
        if node is None or above is None or above.inside is None:
            return
        name = self._names[node.tag]
        if name == LAYOUT.pupil:
            self._extractor.pupil(node, self.batch)
            self._kept = 0
        elif name == LAYOUT.header:
            self._extractor.header(node, self._header)
            self._kept = 0
