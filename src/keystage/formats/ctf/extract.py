"""From elements to plain rows, whichever parser made the elements.

Elements are found by their local name. Of a value that is given twice the first is kept and the
other is told; blanks around a value are left out and counted, but a result is kept as written.
"""

from collections.abc import Mapping

from keystage.formats.ctf.assessments import Assessments
from keystage.formats.ctf.batch import IDENTITY, Batch, Header, Odd, Slots
from keystage.formats.ctf.element import TWICE, Element, OnePupil, Values, too_many
from keystage.formats.ctf.layouts import LAYOUT
from keystage.formats.ctf.limits import Limits
from keystage.formats.ctf.refusal import CtfRefusedError

_SEX, _SEX_ELEMENT = IDENTITY.index("sex"), IDENTITY.index("sex_element")
_LEFT_ON = IDENTITY.index("left_on")
_SENDER = next(path[0] for path, name in LAYOUT.header_fields.items() if name == "source_la")
_SENDERS_NUMBER = ("source_la", "source_estab")
_NUMBER = {
    path[-1]: at
    for at, field in enumerate(_SENDERS_NUMBER)
    for path, name in LAYOUT.header_fields.items()
    if name == field
}
_DIRECT = {
    path[0]: IDENTITY.index(name) for path, name in LAYOUT.identity.items() if len(path) == 1
}
_SECTIONS = LAYOUT.sections - _DIRECT.keys()
_INNER = {path: IDENTITY.index(name) for path, name in LAYOUT.identity.items() if len(path) > 1}


class Extractor:
    """Reads headers and pupils of one file after another."""

    def __init__(self, limits: Limits, slots: Slots) -> None:
        """Begin with the slots that are known already."""
        self._limits, self._values = limits, Values(limits)
        self.names = self._values.names
        self._assessments = Assessments(self._values, slots)
        self._sender: dict[int, str | None] = {}

    def begin(self) -> None:
        """Begin another file."""
        self._assessments.begin()
        self._sender = {}

    def header(self, element: Element, into: Header) -> None:
        """Read the header.

        Raises:
            CtfRefusedError: a value is too long, or there is a second sender.
        """
        for child in element:
            name = self.names[child.tag]
            if name == _SENDER:
                into.senders += 1
                if into.senders > 1:
                    raise CtfRefusedError(
                        "The file has two senders, and a file is of one school.",
                        fault="two_schools",
                        line=child.sourceline,
                        todo="Export one file for each school.",
                    )
            self._header_value((name,), child, into)
            for inner in child:
                self._header_value((name, self.names[inner.tag]), inner, into)
        self._sender = {at: into.values.get(name) for at, name in enumerate(_SENDERS_NUMBER)}

    def _header_value(self, path: tuple[str, ...], element: Element, into: Header) -> None:
        field = LAYOUT.header_fields.get(path)
        if field is None:
            return
        text = self._values.text(element, into.padded)
        if field not in into.values:
            into.lines[field] = element.sourceline
            if text is not None:
                into.values[field] = text
        elif text is not None:
            into.odd.append(Odd(None, element.sourceline, path[-1], text, TWICE))

    def pupil(self, element: Element, into: Batch) -> None:
        """Read one pupil and the results.

        Raises:
            CtfRefusedError: a value is too long, or there are too many pupils, results or kinds.
        """
        number, line = into.next, element.sourceline
        if number >= self._limits.pupils:
            raise too_many(f"{self._limits.pupils:,} pupils", line)
        one = OnePupil(number, into)
        values, places = one.values, one.places
        names, longest = self.names, self._values.longest
        first_result = len(into.results)
        for child in element:
            name = names[child.tag]
            at = _DIRECT.get(name)
            if at is None:
                if name in _SECTIONS:
                    self._section(name, child, one)
                continue
            text = child.text
            if text and values[at] is None and len(text) <= longest and text == text.strip():
                values[at], places[at] = text, child.sourceline
            else:
                self._value(at, child, one)
            if at == _SEX and values[_SEX_ELEMENT] is None:
                values[_SEX_ELEMENT] = name
        if len(into.results) - first_result > self._limits.results:
            raise too_many(f"{self._limits.results:,} results of one pupil", line)
        into.lines.append(line)
        into.identities.append(values)
        into.places.append(places)

    def _section(self, name: str, section: Element, one: OnePupil) -> None:
        if name == LAYOUT.section:
            self._assessments.read(section, one)
        elif name == LAYOUT.history:
            self._left_on(section, one)
        else:
            for child in section:
                at = _INNER.get((name, self.names[child.tag]))
                if at is not None:
                    self._value(at, child, one)

    def _value(self, at: int, element: Element, one: OnePupil) -> None:
        text = self._values.text(element, one.into.padded)
        if one.values[at] is None:
            one.values[at] = text
            one.places[at] = element.sourceline
        elif text is not None:
            one.odd(element, self.names[element.tag], TWICE)

    def _left_on(self, history: Element, one: OnePupil) -> None:
        """The leaving date of the school marked as the last, or else of the one written last.

        The date on which a pupil left another school than the sender is none of the sender's.
        """
        marked = False
        for school in history:
            if self.names[school.tag] != LAYOUT.school:
                continue
            inside = {self.names[child.tag]: child for child in school}
            if self._is_another(inside):
                continue
            mark = inside.get(LAYOUT.last_school)
            is_last = mark is not None and (mark.text or "").strip() in {"true", "1"}
            if marked and not is_last:
                continue
            marked = marked or is_last
            date = next((inside[name] for name in LAYOUT.leaving_dates if name in inside), None)
            one.values[_LEFT_ON] = (
                None if date is None else self._values.text(date, one.into.padded)
            )
            one.places[_LEFT_ON] = None if date is None else date.sourceline

    def _is_another(self, school: Mapping[str, Element]) -> bool:
        """Whether a school of a pupil's history has another number than the sender."""
        written = {at: school[name].text for name, at in _NUMBER.items() if name in school}
        return any(
            text and (sender := self._sender.get(at)) and text.strip() != sender
            for at, text in written.items()
        )
