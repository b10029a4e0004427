"""What a PDF says of itself: its pages, and what in it runs, is hidden or cannot be looked into.

Names are read in the clear, by their escapes, and in the packed objects that later versions of the
format have. Pages, pictures and fonts are not unpacked. This finds what a document says openly to
every reader; it is no search for malware.
"""

import re
import string
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

#: How much may be unpacked of one document.
LARGEST = 20_000_000
#: A table of packed objects that is longer is not read: its objects are taken as one.
_LONGEST_TABLE = 20_000
_LONGEST_NUMBER = 10
_ESCAPED = re.compile(rb"#(4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])")
_LETTERS = {
    form % ord(letter): letter.encode()
    for letter in string.ascii_letters
    for form in (b"%02x", b"%02X")
}
_PACKED, _ODD = b"/ObjStm", b"/DecodeParms"
_FILTER = re.compile(rb"/Filter(?![a-zA-Z])")
#: One filter that is undone here, or none of a stream: what a signature is made with.
_USUAL = re.compile(
    rb"/Filter\s*(?:/FlateDecode(?![a-zA-Z])|\[\s*/FlateDecode\s*\]|/Adobe\.[a-zA-Z]+)"
)
_STREAM, _STREAM_ENDS, _OBJECT_ENDS = re.compile(rb"stream\r?\n"), b"endstream", b"endobj"
_FIRST = re.compile(rb"/First\s+([0-9]{1,9})(?![0-9])")
_ENCRYPTED = re.compile(rb"/Encrypt(?![a-zA-Z])")
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
#: Where an object begins, with its number, or a page.
_OBJECT_OR_PAGE = re.compile(
    rb"(?<![0-9])([0-9]{1,10})\s+[0-9]{1,5}\s+obj(?![a-zA-Z])|" + _PAGE.pattern
)
_TREE = re.compile(rb"/Type\s*/Pages(?![a-zA-Z])")
_COUNT = re.compile(rb"/Count\s+([0-9]{1,6})(?![0-9])")
#: What runs or is carried along when a document is opened or clicked on, and what it is.
_ACTIVE: Mapping[str, re.Pattern[bytes]] = {
    "a program": re.compile(rb"/JavaScript(?![a-zA-Z])|/Launch(?![a-zA-Z])|/XFA\s*[\[0-9]"),
    "another file": re.compile(rb"/EmbeddedFiles?(?![a-zA-Z])"),
    "film, sound or another medium": re.compile(
        rb"/RichMedia|/(?:Movie|Rendition|Sound)(?![a-zA-Z0-9])"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a PDF has in it.

    Attributes:
        pages: how many pages it says it has; None where it says so nowhere.
        active: what it has in it besides pages: in words; empty for nothing.
        encrypted: whether it is locked, and nothing else is known of it.
        whole: whether all its objects could be looked into.
    """

    pages: int | None
    active: str = ""
    encrypted: bool = False
    whole: bool = True


def inside(content: bytes) -> Inside:
    """What a PDF has in it, as far as its objects say.

    >>> inside(b"%PDF-1.4 /Type /Pages /Count 2 /Type /Page /Type /Page %%EOF").pages
    2
    """
    plain = _unescaped(content)
    if _ENCRYPTED.search(plain):
        return Inside(pages=None, encrypted=True)
    packed = _unpacked(content)
    if packed is None:
        return Inside(pages=None, whole=False)
    texts = [plain, *(_unescaped(text) for _, text in packed)]
    active = (words for words, names in _ACTIVE.items() if any(map(names.search, texts)))
    inner = [one for first, text in packed for one in _objects(first, text)]
    leaves = _leaves(chain(_in_clear(plain), ((key, _pages_in(text)) for key, text in inner)))
    trees = _in_trees(chain(plain.split(_OBJECT_ENDS), (text for _, text in inner)))
    return Inside(pages=max(leaves, trees) or None, active=next(active, ""))


def _leaves(objects: Iterable[tuple[int | None, int]]) -> int:
    """The pages of objects: one that was written again, as when a document is signed, counts once.

    Args:
        objects: the number of each and how many pages are in it; None for what is in no object.
    """
    most: dict[int, int] = {}
    apart = 0
    for number, pages in objects:
        if number is None:
            apart += pages
        elif pages:
            most[number] = max(most.get(number, 0), pages)
    return apart + sum(most.values())


def _in_clear(plain: bytes) -> Iterator[tuple[int | None, int]]:
    """The objects that are in the clear, and how many pages are in each."""
    number, pages = None, 0
    for found in _OBJECT_OR_PAGE.finditer(plain):
        if found[1] is None:
            pages += 1
        else:
            yield number, pages
            number, pages = int(found[1]), 0
    yield number, pages


def _pages_in(text: bytes) -> int:
    return sum(1 for _ in _PAGE.finditer(_unescaped(text)))


def _in_trees(objects: Iterable[bytes]) -> int:
    """The most pages that a tree of pages says it has."""
    trees = (one for one in map(_unescaped, objects) if _TREE.search(one))
    return max((int(found[1]) for one in trees for found in _COUNT.finditer(one)), default=0)


def _unescaped(content: bytes) -> bytes:
    """The letters that names are written with, where they are written by their numbers."""
    made, done = bytearray(), 0
    for found in _ESCAPED.finditer(content):
        made += content[done : found.start()]
        made += _LETTERS[found[1]]
        done = found.end()
    made += content[done:]
    return bytes(made)


def _unpacked(content: bytes) -> list[tuple[int, bytes]] | None:
    """What streams of objects hold, and where the first object of each begins.

    Returns:
        Nothing of streams that are in the clear; None where there is one that is packed and cannot
        be unpacked, or of which it is not plain where it begins and how it is packed.
    """
    found: list[tuple[int, bytes]] = []
    left = LARGEST
    for part in content.split(_STREAM_ENDS):
        if _PACKED not in _unescaped(part):
            continue
        begins = _STREAM.search(part)
        if begins is None or _STREAM.search(part, begins.end()):
            return None
        head = _unescaped(part[: begins.start()])
        filters = sum(1 for _ in _FILTER.finditer(head))
        if not filters:
            continue
        if _ODD in head or sum(1 for _ in _USUAL.finditer(head)) != filters:
            return None
        text = _inflated(part[begins.end() :], left)
        if text is None:
            return None
        left -= len(text)
        first = _FIRST.search(head)
        found.append((int(first[1]) if first else 0, text))
    return found


def _inflated(packed: bytes, most: int) -> bytes | None:
    """What was packed; None where it is not packed in the usual way, or is too much."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(packed, max(most, 1))
    except zlib.error:
        return None
    return text if reader.eof else None


def _objects(first: int, text: bytes) -> Iterator[tuple[int | None, bytes]]:
    """The objects of a stream by number, as its table has them; all of it where that is odd."""
    table = text[:first].split() if first <= _LONGEST_TABLE else []
    if not all(one.isdigit() and len(one) <= _LONGEST_NUMBER for one in table):
        table = []
    numbers, places = [*map(int, table[::2])], [first + int(one) for one in table[1::2]]
    if not places or places != sorted(places) or len(numbers) != len(places):
        yield None, text
        return
    yield None, text[: places[0]]
    for number, start, end in zip(numbers, places, [*places[1:], len(text)], strict=True):
        yield number, text[start:end]
