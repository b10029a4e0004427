"""The assessments of a pupil, from elements to plain rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from keystage.formats.ctf.batch import PARTS, Slots, Text
from keystage.formats.ctf.element import TWICE, Element, OnePupil, Values, too_many
from keystage.formats.ctf.layouts import LAYOUT

YEAR = re.compile(r"[0-9]{4}", re.ASCII)
NO_YEAR = "it is not a year such as 2026"
_REMEMBERED = 16_384
_TAG, _TEXT = attrgetter("tag"), attrgetter("text")
_JOIN = "\0".join  # a character that no XML file can hold
#: The names of the elements of a row, and their texts; the second is None where one has no text.
_Written = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class _Rare:
    """What few rows have: the place of a date, and places of values that are not kept."""

    date_at: int | None
    odd: tuple[tuple[int, str], ...]


#: What a row is: its slot, its result, and the place of the element of that.
_Seen = tuple[int, Text, int | None, _Rare | None]


class Assessments:
    """Reads assessments, and remembers what rows of the same texts are about."""

    def __init__(self, values: Values, slots: Slots) -> None:
        """Begin with the slots that are known already."""
        self._values, self._names, self.slots = values, values.names, slots
        self._seen: dict[Text, dict[_Written, _Seen]] = {}
        self._remembered = 0
        self._slots_before = 0

    def begin(self) -> None:
        """Count the slots of another file."""
        self._slots_before = len(self.slots.keys)

    def read(self, section: Element, one: OnePupil) -> None:
        """Read the assessments of a pupil.

        Raises:
            CtfRefusedError: a value is too long, or there are too many kinds of result.
        """
        for child in section:
            name = self._names[child.tag]
            if name == LAYOUT.group:
                self._group(child, one)
            elif name in LAYOUT.rows:
                self._rows([child], None, one)

    def _group(self, group: Element, one: OnePupil) -> None:
        """The assessments of one stage, whose name may stand anywhere among them."""
        stage: Text = None
        rows = []
        for child in group:
            tag = child.tag
            if tag in LAYOUT.rows or (name := self._names[tag]) in LAYOUT.rows:
                rows.append(child)
            elif name == LAYOUT.stage:
                text = self._values.text(child, one.into.padded)
                if stage is None:
                    stage = text
                elif text is not None:
                    one.odd(child, name, TWICE)
        self._rows(rows, stage, one)

    def _rows(self, rows: Sequence[Element], stage: Text, one: OnePupil) -> None:
        into = one.into
        seen = self._seen.setdefault(stage, {})
        add_line, add_slot = into.result_lines.append, into.result_slots.append
        add_result = into.results.append
        for row in rows:
            parts = row[:]
            written: _Written
            try:
                written = _JOIN(map(_TAG, parts)), _JOIN(map(_TEXT, parts))
            except TypeError:  # an element has no text
                written = "", None
            slot, result, at, rare = seen.get(written) or self._recognise(
                written, stage, row, parts
            )
            add_line(row.sourceline if at is None else parts[at].sourceline)
            add_slot(slot)
            add_result(result)
            if rare is not None:
                self._keep_rare(rare, parts, one)
        into.result_pupils += [one.number] * len(rows)

    def _recognise(
        self, written: _Written, stage: Text, row: Element, parts: Sequence[Element]
    ) -> _Seen:
        """What a row of these elements and texts is; remembered for the next one like it."""
        texts = [self._values.text(element, []) for element in parts]
        places: dict[str, int] = {}
        odd: list[tuple[int, str]] = []
        for at, element in enumerate(parts):
            part = LAYOUT.parts.get(self._names[element.tag])
            if part is None:
                continue
            if part not in places or texts[places[part]] is None:
                places[part] = at
            elif texts[at] is not None:
                odd.append((at, TWICE))
        values = {part: texts[at] for part, at in places.items()}
        year = values.get("year")
        if year is not None and not YEAR.fullmatch(year):
            odd.append((places["year"], NO_YEAR))
        slot = self.slots.number((stage, *(values.get(part) for part in PARTS[1:])))
        if len(self.slots.keys) - self._slots_before > self._values.limits.slots:
            raise too_many(f"{self._values.limits.slots:,} kinds of result", row.sourceline)
        dated = places["result_date"] if values.get("result_date") else None
        at_result = places.get("result")
        result = None if at_result is None else parts[at_result].text
        rare = _Rare(dated, tuple(odd)) if odd or dated is not None else None
        self._remember(stage, written, (slot, result, at_result, rare))
        return slot, result, at_result, rare

    def _remember(self, stage: Text, written: _Written, found: _Seen) -> None:
        if written[1] is None:
            return
        self._remembered += 1
        if self._remembered > _REMEMBERED:
            self._remembered = 0
            self._seen.clear()
        self._seen.setdefault(stage, {})[written] = found

    def _keep_rare(self, rare: _Rare, parts: Sequence[Element], one: OnePupil) -> None:
        for at, reason in rare.odd:
            one.odd(parts[at], self._names[parts[at].tag], reason)
        if rare.date_at is not None:
            date = parts[rare.date_at]
            text = (date.text or "").strip()
            one.into.dates.append((len(one.into.results) - 1, text, date.sourceline))
