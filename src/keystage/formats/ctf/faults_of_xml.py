"""What a parser complains of, in plain words."""

from typing import TYPE_CHECKING
from xml.parsers.expat import ErrorString, ExpatError

from keystage.formats.ctf.refusal import CtfRefusedError

if TYPE_CHECKING:
    from keystage.records.returns import Fault

_ENTITIES = {
    "undefined entity",
    "recursive entity reference",
    "asynchronous entity",
    "reference to binary entity",
    "reference to external entity in attribute",
}
_CUT_SHORT = {"no element found", "unclosed token", "unclosed CDATA section", "partial character"}
_PLAIN = {
    "mismatched tag": "An element is closed here that is not the one opened last.",
    "not well-formed (invalid token)": "Something here is not XML: a stray < or &, or a character "
    "that no XML file may hold.",
    "reference to invalid character number": "A character is written by a number that stands for "
    "none.",
    "duplicate attribute": "An attribute is given twice.",
    "junk after document element": "Something follows the end of the file's own element.",
    "syntax error": "This is not XML.",
    "unknown encoding": "The file says it is in an encoding that is not known.",
    "encoding specified in XML declaration is incorrect": "The file is not in the encoding it says "
    "it is in.",
    "XML or text declaration not at start of entity": "Something stands before the XML "
    "declaration, or it comes twice.",
    "XML declaration not well-formed": "The XML declaration in the first line is not right.",
    "unbound prefix": "An element has a prefix that no namespace was given for.",
}
_EXPORT = "Export the file again, and send it as your system wrote it."


def damaged(error: ExpatError | None, line: int | None = None) -> CtfRefusedError:
    """The refusal of a file that is no well-formed XML; no error means an unknown encoding."""
    name = "unknown encoding" if error is None else ErrorString(error.code) or ""
    fault: Fault = "damaged"
    if name in _ENTITIES:
        what = "The file uses an entity (&…;), which no transfer file has but &amp; and its like."
        fault = "forbidden"
    elif name in _CUT_SHORT:
        what = "The file ends before its own element is closed: it was cut short."
    else:
        what = _PLAIN.get(name, "The file is not well-formed XML.")
    return CtfRefusedError(
        what, fault=fault, line=line if error is None else error.lineno, todo=_EXPORT
    )
