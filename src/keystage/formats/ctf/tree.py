"""Elements by their local names, in whatever namespace a file has them."""

from collections.abc import Iterator

from lxml import etree

Element = etree._Element  # noqa: SLF001  # the only name the library has for it


def local_name(element: Element) -> str:
    """The name without its namespace; empty for a comment or a processing instruction."""
    tag: object = element.tag  # a function, for what is no element
    return etree.QName(element).localname if isinstance(tag, str) else ""


def children(parent: Element, *names: str) -> Iterator[Element]:
    """The children of a name, or of any of several, in order."""
    return (child for child in parent if local_name(child) in names)


def child(parent: Element, name: str) -> Element | None:
    """The first child of a name."""
    return next(children(parent, name), None)


def text_of(parent: Element, name: str) -> str:
    """The text of the first child of a name, without blanks around it; empty if there is none."""
    found = child(parent, name)
    return "" if found is None else (found.text or "").strip()


def insert(parent: Element, place: int, name: str, text: str | None = None) -> Element:
    """Add a child of a name in the parent's namespace, indented as its neighbours are."""
    namespace = etree.QName(parent).namespace
    made = etree.Element(etree.QName(namespace, name))
    made.text = text
    inner, outer = _indents(parent)
    made.tail = inner
    if place == len(parent):
        made.tail = outer
        if place:
            parent[place - 1].tail = inner
    if not place:
        parent.text = inner
    parent.insert(place, made)
    return made


def _indents(parent: Element) -> tuple[str | None, str | None]:
    """The blanks before a child of this element, and before its end."""
    if len(parent):
        return parent.text, parent[-1].tail
    before = parent.getprevious()
    around = getattr(parent.getparent(), "text", None) if before is None else before.tail
    if around is None or "\n" not in around:
        return None, None
    return around + ("\t" if around.endswith("\t") else "  "), around
