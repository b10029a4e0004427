"""The pupils of a transfer file as texts: identity, names in use, year group, dates at the school.

The rows of results are read by `formats.ctf`; what a roll needs besides is found in the file kept
whole, by the same names of elements. Nothing else of a pupil is looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from keystage.flows.roll.files.columns import roll_columns
from keystage.flows.roll.files.quotation_marks import Repair, shortened
from keystage.flows.roll.files.values import Raw
from keystage.flows.roll.pupils import Unread
from keystage.formats.ctf.document import read_document
from keystage.formats.ctf.element import TWICE
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.layouts import LAYOUT
from keystage.formats.ctf.limits import UPLOAD
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.ctf.tree import Element, child, children, local_name, text_of
from keystage.records.returns import Fault, ReturnSet

_DETAILS = "BasicDetails"
_ENTRY = "EntryDate"
_NUMBER = ("LEA", "Estab")
_SEX = {"sex_element"}
_FIRST_STAGE = "KS1"
_LEFT = min(LAYOUT.leaving_dates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """What was read.

    Attributes:
        school: the number of the sender, if the header says it.
        pupils: the pupils as texts.
        elements: the element of each field.
        unread: values that were given twice, and dates of leaving that are none.
        repairs: what was put right.
        others: elements of pupils that were not looked at.
        notes: what a person must know, as sentences.
    """

    school: str | None
    pupils: tuple[Raw, ...]
    elements: Mapping[str, str]
    unread: tuple[Unread, ...]
    repairs: tuple[Repair, ...]
    others: frozenset[str]
    notes: tuple[str, ...]


def read_transfer(
    given: NamedBytes, profile: AssessmentProfile, school: str | None = None
) -> Transferred:
    """Read the pupils of a transfer file; see `reading.read_roll`.

    Raises:
        CtfRefusedError: it is no well-formed transfer file.
    """
    returns = returns_of(given, profile)
    root = read_document(given.data, given.name, UPLOAD).root
    sender = sender_of(returns)
    foreign = school is not None and sender is not None and sender != school
    own = school or sender
    first = _first_stage(returns)
    left = dict(returns.pupils.select("pupil", pl.col("left_on").cast(pl.String)).iter_rows())
    walker = _Walker(own)
    pupils = []
    for number, element in enumerate(_pupils(root)):
        raw = walker.pupil(element)
        texts = {**raw.texts, **first.get(number, {})}
        if not foreign and left.get(number):
            texts["left_on"] = left[number]
        pupils.append(Raw(line=raw.line, texts=texts, lines=raw.lines))
    note = (
        f"The file comes from another school ({sender}): the dates on which pupils left that "
        "school are not taken."
    )
    return Transferred(
        school=sender,
        pupils=tuple(pupils),
        elements=walker.elements,
        unread=_unread(returns, foreign=foreign),
        repairs=repairs_of(returns),
        others=frozenset(walker.others),
        notes=(note,) if foreign else (),
    )


def returns_of(given: NamedBytes, profile: AssessmentProfile) -> ReturnSet:
    """The rows of a transfer file, refused as a whole if it cannot be read.

    Raises:
        CtfRefusedError: so it is.
    """
    returns = read_returns([given], profile, limits=UPLOAD)
    for _, line, fault, reason in returns.faults.iter_rows():
        if fault != "repaired":
            kind: Fault = fault
            raise CtfRefusedError(reason, fault=kind, line=line, name=given.name)
    return returns


def sender_of(returns: ReturnSet) -> str | None:
    """The number of the school that sends, if the header says it."""
    number: str | None = returns.files.select(
        pl.concat_str("source_la", "source_estab", ignore_nulls=False)
    ).item()
    return number


def repairs_of(returns: ReturnSet) -> tuple[Repair, ...]:
    """What the reader of transfer files put right."""
    told = returns.faults.filter(fault="repaired").select("line", "reason")
    return tuple(Repair(line, reason) for line, reason in told.iter_rows())


def _pupils(root: Element) -> Iterator[Element]:
    """The pupils, in the order in which rows are numbered."""
    for section in root:
        if local_name(section) == LAYOUT.pupil:
            yield section
        elif local_name(section) == LAYOUT.pupils:
            yield from children(section, LAYOUT.pupil)


class _Walker:
    """Takes what a roll needs from one pupil after another."""

    def __init__(self, own: str | None) -> None:
        self._own = own
        self._paths = {path: name for path, name in LAYOUT.identity.items() if name not in _SEX} | {
            (_DETAILS, element): name for name, element in roll_columns().transfer.items()
        }
        self.elements = {name: path[-1] for path, name in self._paths.items()}
        self.elements |= {"entered_on": _ENTRY, "left_on": _LEFT}
        self.others: set[str] = set()

    def pupil(self, element: Element) -> Raw:
        """One pupil."""
        texts: dict[str, str] = {}
        lines: dict[str, int] = {}
        read = {path[0] for path in self._paths} | {LAYOUT.section, LAYOUT.history}
        for part in element:
            name = local_name(part)
            if name not in read:
                self.others.add(name)
            inner: list[tuple[tuple[str, ...], Element]] = [((name,), part)]
            if name == _DETAILS:
                inner = [((name, local_name(each)), each) for each in part]
                self.others |= {path[-1] for path, _ in inner if path not in self._paths}
            elif name == LAYOUT.history:
                inner = self._entry(part)
            for path, found in inner:
                self._take(path, found, texts, lines)
        return Raw(line=_line(element), texts=texts, lines=lines)

    def _take(
        self, path: tuple[str, ...], found: Element, texts: dict[str, str], lines: dict[str, int]
    ) -> None:
        field = "entered_on" if path == (_ENTRY,) else self._paths.get(path)
        if field is not None and field not in texts and (found.text or "").strip():
            texts[field] = found.text or ""
            lines[field] = _line(found)
            self.elements[field] = path[-1]

    def _entry(self, history: Element) -> list[tuple[tuple[str, ...], Element]]:
        """The last day on which the pupil entered one's own school."""
        days = [
            day
            for school in children(history, LAYOUT.school)
            if "".join(text_of(school, part) for part in _NUMBER) == self._own
            and (day := child(school, _ENTRY)) is not None
        ]
        return [((_ENTRY,), days[-1])] if days else []


def _line(element: Element) -> int:
    line: int = element.sourceline  # type: ignore[assignment]  # the stubs have no type for it
    return line


def _first_stage(returns: ReturnSet) -> dict[int, dict[str, str]]:
    """Outcomes at key stage 1 by pupil, the first of each subject."""
    slots = returns.slots.filter(
        (pl.col("stage") == _FIRST_STAGE)
        & (pl.col("kind") == "assessment")
        & pl.col("measure").is_in(["reading", "writing", "maths"])
    )
    rows = (
        returns.results.join(slots.select("slot", "measure"), on="slot", maintain_order="left")
        .filter(pl.col("result").str.strip_chars() != "")
        .unique(["pupil", "measure"], keep="first", maintain_order=True)
    )
    found: dict[int, dict[str, str]] = {}
    for pupil, measure, result in rows.select("pupil", "measure", "result").iter_rows():
        found.setdefault(pupil, {})[f"ks1_{measure}"] = result
    return found


def _unread(returns: ReturnSet, *, foreign: bool) -> tuple[Unread, ...]:
    identity = [path[-1] for path in LAYOUT.identity]
    of_roll = (pl.col("field").is_in(identity) & (pl.col("reason") == TWICE)) | (
        (pl.col("field") == _LEFT) & (not foreign)
    )
    rows = returns.unreadable.filter(pl.col("pupil").is_not_null() & of_roll)
    return tuple(
        Unread(row=pupil, line=line, field=field, text=shortened(text), reason=reason)
        for pupil, line, field, text, reason in rows.select(
            "pupil", "line", "field", "text", "reason"
        ).iter_rows()
    )
