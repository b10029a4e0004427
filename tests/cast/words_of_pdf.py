"""The text of a PDF file, read back without the program that wrote it."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_SIGN = re.compile(rb"\\[0-7]{3}|\\.|[^\\]", re.DOTALL)
_STEP = re.compile(
    rb"/(?P<font>\w+) [\d.]+ Tf|(?P<begin>\bBT\b)|(?P<end>\bEMC\b)|"
    rb"(?P<instead>/ActualText ?)?(?P<lang>/Lang ?)?"
    rb"(?:(?P<opened>\()|<(?P<numbers>[0-9A-Fa-f]+)>)"
)
_PAIR = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words_of(content: bytes) -> list[str]:
    """The text of each page, with single spaces between what stands apart."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(content)}
    pages = [body for body in objects.values() if body.startswith(b"<</Type/Page/")]
    return [page_text(page, objects) for page in pages]


def page_text(page: bytes, objects: dict[int, bytes]) -> str:
    resources = objects[reference(page, b"Resources")]
    named = re.search(rb"/Font<<(.*?)>>|/Font (\d+) 0 R", resources, re.DOTALL)
    assert named is not None
    listed = named[1] or objects[int(named[2])]
    fonts = {
        name.decode(): letters(objects[int(number)], objects)
        for name, number in re.findall(rb"/(\w+) (\d+) 0 R", listed)
    }
    content = stream(objects[reference(page, b"Contents")])
    content = stream(objects[reference(page, b"Contents")])
    text, font, at, told = "", {}, 0, False
    while step := _STEP.search(content, at):
        at = step.end()
        if step["font"]:
            font = fonts[step["font"].decode()]
        elif step["begin"]:
            text += "" if told else " "
        elif step["end"]:
            told = False
        else:
            shown = bytes.fromhex((step["numbers"] or b"").decode())
            if step["opened"]:
                shown, at = literal(content, at)
            if step["instead"]:
                text, told = text + in_words(shown), True
            elif not (told or step["lang"]):
                pairs = zip(shown[::2], shown[1::2], strict=True)
                text += "".join(font.get(256 * high + low, "") for high, low in pairs)
    return " ".join(text.replace("\u200b", "").split())


def in_words(shown: bytes) -> str:
    """What is to be read in place of the signs that follow."""
    wide = shown.startswith(b"\xfe\xff")
    return shown[2:].decode("utf-16-be") if wide else shown.decode("latin-1")


def literal(content: bytes, at: int) -> tuple[bytes, int]:
    """The string that begins here, in which brackets may stand in pairs, and where it ends."""
    depth, found = 1, b""
    while True:
        sign = _SIGN.match(content, at)
        assert sign is not None
        at = sign.end()
        depth += {b"(": 1, b")": -1}.get(sign[0], 0)
        if not depth:
            return found, at
        found += _ESCAPE.sub(unescaped, sign[0])


def reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found is not None
    return int(found[1])


def stream(body: bytes) -> bytes:
    return zlib.decompress(body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0])


def letters(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    """What each sign of a font stands for."""
    table = stream(objects[reference(font, b"ToUnicode")])
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in _PAIR.findall(table)
    }


def unescaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8)]) if sign.isdigit() else _LETTERS.get(sign, sign)
