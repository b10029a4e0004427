"""The attendance register as rows and cells for its pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.attendance import Cell, registration_of
from keystage.actions.register.entering import Conflict
from keystage.actions.register.register import Register, Row
from keystage.core.subjects import TESTED, Subject
from keystage.flows.register.contradictions import Contradiction
from keystage.web.doors import KEPT_BELOW, Here
from keystage.web.register.forms import name_of

NOT_REGISTERED = "Not registered"


@dataclass(frozen=True)
class Option:
    """A code to choose."""

    value: str
    text: str


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """A cell of the page; ``options`` are none where one may only look."""

    name: str
    label: str
    code: str
    words: str
    version: int
    options: tuple[Option, ...] | None
    state: str | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """A pupil's line."""

    member: int
    name: str
    note: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, kw_only=True)
class Shows:
    """Which part of the register a page shows: a class, the papers of a test, or all."""

    class_name: str = ""
    test: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Shows":
        """What an address asks for; an unknown test shows all."""
        test = given.get("test", "")
        return cls(class_name=given.get("class", ""), test=test if test in set(TESTED) else "")

    def papers(self, register: Register) -> tuple[str, ...]:
        """The papers that are shown."""
        if self.test:
            return register.book.papers_of(Subject(self.test))
        return tuple(register.papers)

    def pupils(self, register: Register) -> list[Row]:
        """The pupils who are shown."""
        return [
            row
            for row in register.rows
            if not self.class_name or row.member.pupil.class_name == self.class_name
        ]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The register as one person sees it."""

    register: Register
    papers: tuple[str, ...]
    rows: tuple[GridRow, ...]
    classes: tuple[str, ...]
    shows: Shows

    @property
    def headings(self) -> list[str]:
        """The papers as columns are headed."""
        return [self.register.papers[paper].short for paper in self.papers]

    @property
    def editable(self) -> bool:
        """Whether there is a cell to fill."""
        return any(cell.options is not None for row in self.rows for cell in row.cells)

    @property
    def seen(self) -> dict[str, tuple[int, str]]:
        """Of each cell one may fill the version and the code it holds."""
        stored = {
            name_of(row.member.pk, paper): "" if cell.implied else cell.code
            for row in self.register.rows
            for paper, cell in row.cells.items()
        }
        return {
            cell.name: (cell.version, stored[cell.name])
            for row in self.rows
            for cell in row.cells
            if cell.options is not None
        }


def entered_by(here: Here) -> frozenset[str] | None:
    """The classes whose codes the person may enter; None for all, empty for none."""
    return here.on(Permission.EDIT_ATTENDANCE).classes_at(Level.NAMED, KEPT_BELOW)


def grid_of(
    here: Here,
    register: Register,
    shows: Shows,
    *,
    wanted: Mapping[str, str] | None = None,
    conflicts: Mapping[str, Conflict] | None = None,
) -> Grid:
    """The register for its page.

    Args:
        here: who looks.
        register: the pupils the person may see.
        shows: which part is shown.
        wanted: what a person chose that is not saved, by the name of the cell.
        conflicts: the cells that somebody else changed meanwhile, likewise.
    """
    make = _Rows(
        register=register,
        papers=shows.papers(register),
        entered=entered_by(here),
        wanted=wanted or {},
        conflicts=conflicts or {},
        found=_by_cell(register),
    )
    return Grid(
        register=register,
        papers=make.papers,
        rows=tuple(make.row(row) for row in shows.pupils(register)),
        classes=tuple(sorted({row.member.pupil.class_name for row in register.rows})),
        shows=shows,
    )


def words_of(register: Register, code: str) -> str:
    """A code for people: the code and what it is called."""
    known = register.book.attendance.codes.get(code)
    if known is None:
        return code
    return known.label if known.script else f"{code} – {known.label}"


def _by_cell(register: Register) -> dict[tuple[int, str], Contradiction]:
    """What is wrong with single cells; that a code is missing one sees."""
    return {
        (one.who, one.paper): one
        for one in reversed(register.found)
        if one.paper and one.kind != "no_code"
    }


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """Makes the rows of the page."""

    register: Register
    papers: tuple[str, ...]
    entered: frozenset[str] | None
    wanted: Mapping[str, str]
    conflicts: Mapping[str, Conflict]
    found: Mapping[tuple[int, str], Contradiction]

    def row(self, row: Row) -> GridRow:
        """A pupil's line."""
        pupil = row.member.pupil
        return GridRow(
            member=row.member.pk,
            name=pupil.full_name,
            note=", ".join(part for part in (pupil.class_name, pupil.upn) if part),
            cells=tuple(self._cell(row, paper, row.cells[paper]) for paper in self.papers),
        )

    def _cell(self, row: Row, paper: str, cell: Cell) -> GridCell:
        pupil, one = row.member.pupil, self.register.papers[paper]
        name = name_of(row.member.pk, paper)
        entered = "" if cell.implied else cell.code
        may = self.entered is None or pupil.class_name in self.entered
        conflict = self.conflicts.get(name)
        wrong = self.found.get((row.member.pk, paper))
        state, message = None, ""
        if conflict is not None:
            stored = words_of(self.register, conflict.stored) or "nothing"
            state, message = "conflict", f"{conflict.by} entered {stored}"
        elif name in self.wanted:
            state = "unsaved"
        elif cell.needed and not cell.code:
            state = "missing"
        elif wrong is not None and wrong.is_wrong:
            state, message = "fault", wrong.what
        return GridCell(
            name=name,
            label=f"{one.label}, {pupil.full_name}, {pupil.upn}",
            code=self.wanted.get(name, entered),
            words=self._words(row, paper, cell),
            version=cell.version,
            options=self._options(entered) if may and (cell.needed or entered) else None,
            state=state,
            message=message,
        )

    def _words(self, row: Row, paper: str, cell: Cell) -> str:
        if cell.implied:
            return f"{words_of(self.register, cell.code)} (as registered)"
        if cell.code:
            return words_of(self.register, cell.code)
        if cell.needed:
            return ""
        code = registration_of(row.member, self.register.papers[paper].subject)
        known = self.register.collection.registrations.codes.get(code)
        return known.label if known else NOT_REGISTERED

    def _options(self, entered: str) -> tuple[Option, ...]:
        codes = self.register.book.attendance.codes
        listed = [
            Option("", "Blank"),
            *(Option(key, words_of(self.register, key)) for key in codes),
        ]
        if entered and entered not in codes:
            listed.append(Option(entered, f"{entered} – not a code of this year"))
        return tuple(listed)
