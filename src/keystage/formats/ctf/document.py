"""A transfer file kept whole: every element, comment and attribute stays where it is.

Rows forget what they do not know; a document does not. It is for files that must be written again:
with judgements set, or on their way to another program.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from lxml import etree

from keystage.core.errors import InputError
from keystage.core.subjects import Subject
from keystage.formats.ctf.batch import Header, Slots
from keystage.formats.ctf.contents import contents
from keystage.formats.ctf.layouts import LAYOUT
from keystage.formats.ctf.limits import LOCAL, Limits
from keystage.formats.ctf.profile import TUPLE, AssessmentProfile
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.ctf.rows import read_rows
from keystage.formats.ctf.tree import Element, child, children, insert, local_name, text_of
from keystage.formats.ctf.xml_text import DECLARATION, FORBIDDEN
from keystage.records.returns import SLOTS
from keystage.statute.collection import Collection

#: The elements of a result row in their order, by the name of the slot's column.
_ROW = {
    "locale": "Locale",
    "year": "Year",
    "subject": "Subject",
    "method": "Method",
    "component": "Component",
    "status": "ResultStatus",
    "qualifier": "ResultQualifier",
}
#: What a row is about: measure, kind and year as it is written.
_Meaning = tuple[str | None, str | None, str]


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A transfer file as a tree.

    Attributes:
        name: the name of the file, for messages.
        root: the ``CTfile`` element.
    """

    name: str
    root: Element

    @property
    def version(self) -> str:
        """The version the header states; empty where it states none."""
        header = child(self.root, LAYOUT.header)
        return "" if header is None else text_of(header, "CTFversion")

    def pupils(self) -> tuple[Element, ...]:
        """The pupils in their order."""
        return tuple(
            pupil
            for data in children(self.root, LAYOUT.pupils)
            for pupil in children(data, LAYOUT.pupil)
        )

    def pupil(self, upn: str) -> Element:
        """The pupil with a number, compared without case and without blanks around it.

        Raises:
            InputError: there is none, or there are two.
        """
        wanted = upn.strip().upper()
        found = [each for each in self.pupils() if text_of(each, "UPN").upper() == wanted]
        if len(found) != 1:
            what = "There is no pupil" if not found else f"There are {len(found)} pupils"
            raise InputError(
                f"{what} with the UPN {upn}.",
                where=self.name,
                todo="Check the number, and that the file is the one you mean.",
            )
        return found[0]

    def write(self) -> bytes:
        """The file again: the same bytes for the same tree, in UTF-8."""
        text = etree.tostring(self.root.getroottree(), encoding="utf-8", xml_declaration=False)
        return DECLARATION.encode() + text + b"\n"


def read_document(data: bytes, name: str, limits: Limits = LOCAL) -> Document:
    """Read a whole file, keeping everything in it.

    Raises:
        CtfRefusedError: it is no well-formed transfer file, or it has a document type; naming the
            line.
    """
    try:
        for _ in read_rows(data, Header(), Slots(), limits):
            pass  # whatever a reader of rows refuses is refused here, in the same words
        return Document(name, etree.fromstring(data, _parser()))
    except CtfRefusedError as refusal:
        raise CtfRefusedError(
            refusal.what, fault=refusal.fault, line=refusal.line, name=name, todo=refusal.todo
        ) from None
    except etree.XMLSyntaxError as error:
        raise CtfRefusedError(
            f"The file cannot be kept whole ({error.msg.partition(', line')[0]}).",
            fault="damaged",
            line=error.lineno,
            name=name,
        ) from None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, strip_cdata=False
    )


class Assessments:
    """Sets results in a document, knowing what its rows are about.

    Args:
        document: the file, which changes.
        collection: the year whose results are set.
        profile: what rows are about, and the tuple of a new one.
    """

    def __init__(
        self, document: Document, collection: Collection, profile: AssessmentProfile
    ) -> None:
        """Find out once what each sort of row in the document is about."""
        self._document, self._collection, self._profile = document, collection, profile
        self._meaning = _meanings(document, profile)

    def set_judgements(
        self, pupil: Element, values: Mapping[Subject, str]
    ) -> dict[Subject, str | None]:
        """Set a pupil's teacher assessments of the year; subjects that are not given stay.

        A row about the same assessment has its result replaced and keeps its tuple; else a row is
        added after those there are. A result date beside a changed result goes, as it was the
        other's. No other part of the file is touched.

        Returns:
            What each subject had before, None where it had nothing.

        Raises:
            InputError: a value is blank, as a judgement is not taken away, or has control
                characters.
        """
        before: dict[Subject, str | None] = {}
        for subject, value in values.items():
            if not value.strip() or re.search(FORBIDDEN, value):
                raise InputError(
                    f"The {subject.label} judgement to set is blank or no plain text.",
                    where=f"{self._document.name}, line {pupil.sourceline}",
                    todo="Leave the subject out to keep what there is.",
                )
            row = self._row(pupil, subject)
            if row is None:
                self._add(pupil, subject, value.strip())
                before[subject] = None
            else:
                before[subject] = _replace(row, value.strip())
        return before

    def _row(self, pupil: Element, subject: Subject) -> Element | None:
        wanted = self._about(subject)
        rows = (row for slot, row in _rows(pupil) if self._meaning.get(slot) == wanted)
        return next(rows, None)

    def _add(self, pupil: Element, subject: Subject, value: str) -> None:
        made = self._profile.row_of(subject, "assessment")
        format_ = self._collection.format
        values = {name: str(getattr(made, name)) for name in TUPLE}
        values |= {"locale": format_.locale, "year": str(self._collection.year.id)}
        values |= {"status": format_.result_status}
        stages = child(pupil, LAYOUT.section)
        if stages is None:
            stages = insert(pupil, _place_of_stages(pupil), LAYOUT.section)
        stage = next(
            (
                each
                for each in children(stages, LAYOUT.group)
                if text_of(each, LAYOUT.stage) == made.stage
            ),
            None,
        )
        if stage is None:
            stage = insert(stages, len(stages), LAYOUT.group)
            insert(stage, 0, LAYOUT.stage, made.stage)
        row = insert(stage, len(stage), "StageAssessment")
        for column, name in _ROW.items():
            insert(row, len(row), name, values[column])
        insert(row, len(row), "Result", value)
        slot = (made.stage, *(values[column] for column in _ROW))
        self._meaning[slot] = self._about(subject)

    def _about(self, subject: Subject) -> _Meaning:
        return str(subject), "assessment", str(self._collection.year.id)


def _replace(row: Element, value: str) -> str | None:
    """Set a row's result; gives what it was."""
    result = child(row, "Result")
    if result is None:
        date = child(row, "ResultDate")
        insert(row, len(row) if date is None else row.index(date), "Result", value)
        return None
    before = result.text
    if (before or "").strip() != value:
        result.text = value
        for date in list(children(row, "ResultDate")):
            result.tail = date.tail
            row.remove(date)
    return before


def _place_of_stages(pupil: Element) -> int:
    """Where the assessments go: before the first part that follows them in the format."""
    transfer = contents().transfer
    order = [*transfer.sections, *transfer.never]
    later = set(order[order.index(LAYOUT.section) :])
    return next((at for at, part in enumerate(pupil) if local_name(part) in later), len(pupil))


def _rows(pupil: Element) -> Iterator[tuple[tuple[str, ...], Element]]:
    """The result rows of a pupil, each with its slot: stage, then the columns of `_ROW`."""
    for stages in children(pupil, LAYOUT.section):
        for stage in children(stages, LAYOUT.group):
            name = text_of(stage, LAYOUT.stage)
            for row in children(stage, *LAYOUT.rows):
                yield (name, *(text_of(row, each) for each in _ROW.values())), row


def _meanings(document: Document, profile: AssessmentProfile) -> dict[tuple[str, ...], _Meaning]:
    """What each slot is about."""
    found = sorted({slot for pupil in document.pupils() for slot, _ in _rows(pupil)})
    columns = ("stage", *_ROW)
    slots = pl.DataFrame(
        found, schema=dict.fromkeys(columns, pl.String), orient="row"
    ).with_columns(slot=pl.int_range(pl.len(), dtype=pl.UInt16), year=pl.lit(None, SLOTS["year"]))
    about = profile.classify(slots).select("measure", "kind").rows()
    year = columns.index("year")
    return {slot: (*what, slot[year]) for slot, what in zip(found, about, strict=True)}
