"""A file for another school, made of a document: what a transfer may carry, and nothing more."""

from lxml import etree

from keystage.formats.ctf.contents import Contents, contents
from keystage.formats.ctf.document import Document
from keystage.formats.ctf.header import Header
from keystage.formats.ctf.layouts import LAYOUT
from keystage.formats.ctf.tree import Element, local_name
from keystage.formats.ctf.xml_text import DECLARATION, element_lines


def write_transfer(document: Document, header: Header) -> bytes:
    """The pupils of a document as a school-to-school file.

    The parts of a pupil that may go to another school go as they came, in the order of the format;
    all others stay behind, and so do extras of a supplier, attachments and comments at any depth.
    A pupil's sex is named as the header's version names it. The file has no namespace.

    Raises:
        InputError: a value of the header is blank or has control characters.
    """
    allowed = contents()
    pupils = etree.Element(LAYOUT.pupils)
    for pupil in document.pupils():
        pupils.append(_pupil(pupil, allowed, header.number))
    outer = etree.Element(LAYOUT.root)
    outer.append(pupils)
    etree.indent(outer)
    text = etree.tostring(pupils, encoding="unicode").rstrip()
    lines = element_lines({LAYOUT.header: header.values()}, 1)
    return f"{DECLARATION}<{LAYOUT.root}>\n{lines}  {text}\n</{LAYOUT.root}>\n".encode()


def _pupil(pupil: Element, allowed: Contents, version: int) -> Element:
    made = etree.Element(LAYOUT.pupil)
    order = allowed.transfer.sections
    parts = [part for part in pupil if local_name(part) in order]
    for part in sorted(parts, key=lambda part: order.index(local_name(part))):
        copied = _copy(part, allowed.transfer.never)
        if copied.tag in {allowed.sex.element, allowed.sex.before}:
            copied.tag = allowed.sex_element(version)
        made.append(copied)
    return made


def _copy(element: Element, never: tuple[str, ...]) -> Element:
    """An element with what is in it, without namespaces, comments, and names never sent."""
    made = etree.Element(local_name(element))
    for key, value in element.attrib.items():
        if etree.QName(key).namespace is None:
            made.set(key, value)
    inside = [part for part in element if local_name(part) not in {"", *never}]
    made.extend(_copy(part, never) for part in inside)
    if not inside:
        made.text = "".join([element.text or "", *(part.tail or "" for part in element)]) or None
    return made
