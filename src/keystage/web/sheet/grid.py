"""The mark sheet as rows and cells for the page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from keystage.actions.returns import cohort_of
from keystage.actions.sheets.asked import Asked, asked_of
from keystage.actions.sheets.cells import Key
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Judgement, Sheet
from keystage.web.doors import Here
from keystage.web.sheet.found import (
    Finding,
    entered_by,
    faults_by_cell,
    findings_for,
    visible,
)
from keystage.web.wording import as_date

#: What the address calls pupils without a class.
NO_CLASS = "(none)"
NO_REGISTRATION = "Nobody has said how the pupil is registered for the tests."
SHORT = {Subject.GPS: "GPS"}


@dataclass(frozen=True)
class Option:
    """A code of a year with its plain meaning."""

    value: str
    text: str
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """A cell of the page.

    Attributes:
        name: what the form calls it.
        label: what it is, for people who do not see the table.
        state: missing, fault or none, as the sheet component has them.
        message: what is wrong.
        options: the codes to choose from; none in a cell one may only look at.
        reason: why no judgement is asked for; empty where one may be entered.
    """

    name: str
    subject: str
    label: str
    code: str
    version: int
    meaning: str = ""
    state: str | None = None
    message: str = ""
    options: Sequence[Option] | None = None
    reason: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """What the script needs to know of the cell."""
        return {"data-cell": self.name, "autocomplete": "off"}


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """A pupil's line."""

    member: CohortPupil
    name: str
    note: str
    tests: str
    cells: tuple[GridCell, ...]

    @property
    def missing(self) -> int:
        """How many judgements are missing."""
        return sum(cell.state == "missing" for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The sheet as one person sees it."""

    sheet: Sheet
    collection: Collection
    rows: tuple[GridRow, ...]
    classes: tuple[str, ...]
    chosen: str | None
    findings: tuple[Finding, ...] = field(repr=False)
    editable: bool

    @property
    def missing(self) -> int:
        """How many judgements are missing."""
        return sum(row.missing for row in self.rows)

    @property
    def found(self) -> list[Finding]:
        """The findings, without those that only say that a judgement is missing."""
        missing = {
            (row.member.pk, cell.subject)
            for row in self.rows
            for cell in row.cells
            if cell.state == "missing"
        }
        return [
            one
            for one in self.findings
            if one.member is None or (one.member.pk, one.subject) not in missing
        ]

    @property
    def complete(self) -> int:
        """How many pupils lack none."""
        return sum(not row.missing for row in self.rows)

    @property
    def seen(self) -> dict[str, tuple[int, str]]:
        """Of each cell one may fill the version and the code it was shown with."""
        return {
            cell.name: (cell.version, cell.code)
            for row in self.rows
            for cell in row.cells
            if cell.options is not None
        }


def grid_of(here: Here, sheet: Sheet, chosen: str | None = None) -> Grid:
    """The sheet as a person sees it.

    Args:
        here: who looks, and where.
        sheet: the sheet.
        chosen: show this class only; None for all.
    """
    everybody = cohort_of(sheet)
    mine = visible(here, everybody)
    findings = findings_for(sheet, everybody)
    shown = [one for one in mine if chosen is None or one.pupil.class_name == chosen]
    entered = entered_by(here)
    make = _Rows(
        collection=load_collection(sheet.year),
        asked=asked_of(sheet, shown),
        faults=faults_by_cell(findings),
        names=Counter(one.pupil.full_name for one in mine),
    )
    rows = tuple(
        make.row(one, editable=entered is None or one.pupil.class_name in entered) for one in shown
    )
    seen = {one.pk for one in shown}
    return Grid(
        sheet=sheet,
        collection=make.collection,
        rows=rows,
        classes=classes_of(mine),
        chosen=chosen,
        findings=tuple(one for one in findings if one.member is None or one.member.pk in seen),
        editable=any(cell.options is not None for row in rows for cell in row.cells),
    )


def classes_of(members: Sequence[CohortPupil]) -> tuple[str, ...]:
    """The classes of some pupils in their order."""
    return tuple(sorted({one.pupil.class_name for one in members}))


def class_label(name: str) -> str:
    """A class for people."""
    return f"Class {name}" if name else "No class"


def class_words(name: str) -> str:
    """A class for people, within a sentence."""
    return f"class {name}" if name else "no class"


def name_of(key: Key) -> str:
    """What forms and anchors call a cell."""
    pupil, subject = key
    return f"{pupil}-{subject}"


def options_of(collection: Collection, subject: Subject) -> tuple[Option, ...]:
    """The codes of a subject and year to choose from, the empty one first."""
    codes = collection.judgements.of(subject).items()
    listed = (Option(code, f"{code} – {one.meaning}", one.meaning) for code, one in codes)
    return Option("", "Blank"), *listed


def tests_of(member: CohortPupil, collection: Collection) -> str:
    """How a pupil is registered for the tests, in words."""
    codes = {test: getattr(member, str(test)) for test in TESTED}
    words = {
        test: collection.registrations.codes[code].label if code else "Not known"
        for test, code in codes.items()
    }
    if len(set(words.values())) == 1:
        return f"All tests: {words[Subject.READING]}"
    return "; ".join(
        f"{SHORT.get(test, str(test).capitalize())}: {word}" for test, word in words.items()
    )


@dataclass(kw_only=True)
class _Rows:
    """Makes the rows of a year's sheet."""

    collection: Collection
    asked: Mapping[int, Mapping[str, Asked]]
    faults: Mapping[Key, Finding]
    names: Mapping[str, int]

    def __post_init__(self) -> None:
        """Make the lists of codes once."""
        self.options = {one: options_of(self.collection, one) for one in ASSESSED}
        self.meanings = {
            one: {option.value: option.meaning for option in options}
            for one, options in self.options.items()
        }

    def row(self, member: CohortPupil, *, editable: bool) -> GridRow:
        """A pupil's line."""
        kept = {one.subject: one for one in member.judgements.all()}
        pupil = member.pupil
        notes = [pupil.class_name, self._telling_apart(member)]
        if pupil.left_on:
            notes.append(f"left {as_date(pupil.left_on)}")
        return GridRow(
            member=member,
            name=pupil.full_name,
            note=", ".join(note for note in notes if note),
            tests=tests_of(member, self.collection),
            cells=tuple(
                self._cell(member, subject, kept.get(str(subject)), editable=editable)
                for subject in ASSESSED
            ),
        )

    def _telling_apart(self, member: CohortPupil) -> str:
        """The UPN of a pupil whose name another pupil has too."""
        return member.pupil.upn if self.names[member.pupil.full_name] > 1 else ""

    def _cell(
        self, member: CohortPupil, subject: Subject, kept: Judgement | None, *, editable: bool
    ) -> GridCell:
        asked = self.asked[member.pk][str(subject)]
        code = kept.code if kept else ""
        named = (subject.label.capitalize(), member.pupil.full_name, self._telling_apart(member))
        cell = GridCell(
            name=name_of((member.pk, str(subject))),
            subject=str(subject),
            label=", ".join(part for part in named if part),
            code=code,
            version=kept.version if kept else 0,
            meaning=self.meanings[subject].get(code, ""),
            reason=self._reason(asked),
        )
        fault = self.faults.get((member.pk, str(subject)))
        if asked.due and not code:
            cell = replace(cell, state="missing")
        elif fault is not None:
            cell = replace(cell, state="fault", message=fault.what)
        if editable and (code or not cell.reason):
            cell = replace(cell, options=self._with(self.options[subject], code), reason="")
        return cell

    def _with(self, options: tuple[Option, ...], code: str) -> tuple[Option, ...]:
        """The codes and, if it is none of them, the one that stands there."""
        if any(one.value == code for one in options):
            return options
        return *options, Option(code, f"{code} – not a code of this year")

    def _reason(self, asked: Asked) -> str:
        """Why no judgement is asked for; empty where one is, or where nobody knows."""
        if asked.due or asked.decided is None:
            return ""
        meaning = self.collection.registrations.codes[asked.decided].meaning
        return f"{meaning[:1].upper()}{meaning[1:]}"
