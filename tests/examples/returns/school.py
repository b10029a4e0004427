"""A clean return of an invented school, and how to write it and its expected list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

SCHOOL = "9990301"
NAME = "9990301_CTF_NAALLLL_001.xml"
TODAY = "2026-06-15"
_SLOTS = {
    "reading": ("ENG", "REA"),
    "writing": ("ENG", "WRI"),
    "maths": ("MAT", "SUB"),
    "science": ("SCI", "SUB"),
}
_LIST = (
    "School number", "UPN", "Surname", "Forename", "Date of birth", "Sex",
    "Reading status", "GPS status", "Maths status", "On register", "Left on",
)  # fmt: skip


@dataclass
class Pupil:
    """A pupil: who, what judgements, and how registered."""

    upn: str | None
    surname: str | None
    forename: str | None
    born: str | None
    sex: str | None
    judgements: dict[str, str | None]
    registered: str = "Registered"
    on_register: str = "yes"
    left_on: str = ""
    former_upn: str | None = None
    sex_element: str = "Sex"
    more: list[str] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)

    def identity(self) -> dict[str, str | None]:
        """The values of the pupil in a file, by element."""
        return {
            "UPN": self.upn,
            "Surname": self.surname,
            "Forename": self.forename,
            "DOB": self.born,
            self.sex_element: self.sex,
        }


def everyone() -> list[Pupil]:
    """Six pupils: three take the tests, one is below two, one on the engagement model, one left."""
    return [
        Pupil("A999030120001", "Ashdown", "Mabel", "2014-11-03", "F",
              {"writing": "EXS", "science": "EXS"}),
        Pupil("P999030120002", "Birchall", "Tomas", "2015-01-20", "M",
              {"writing": "GDS", "science": "EXS"}),
        Pupil("D999030120003", "Cawley", "Priya", "2015-04-30", "F",
              {"reading": "PK4", "writing": "PK3", "maths": "PK5", "science": "HNM"}, "Below"),
        Pupil("T999030120004", "Dunmore", "Idris", "2015-06-12", "M",
              {"reading": "EM", "writing": "EM", "maths": "EM", "science": "HNM"}, "Below"),
        Pupil("G999030120005", "Eccles", "Ruby-May", "2014-09-17", "F",
              {"writing": "L", "science": "L"}, "Left", left_on="2026-03-27"),
        Pupil("W999030120006", "O'Farrell", "Siân", "2015-08-02", "F",
              {"writing": "WTS", "science": "HNM"}),
    ]  # fmt: skip


@dataclass
class Example:
    """A return and what is known beside it; anything may be changed before it is written.

    Attributes:
        header: elements of the header, in order; None leaves one out.
        source: elements of the sending school.
        destination: elements of the receiving school.
        pupils: the pupils of the file.
        listed: the pupils of the expected list, or None for no list.
        name: the file's name.
        row: elements of every result row that are not those of the subject.
        known: lines of the file of circumstances.
        raw: files that stand in place of the return.
        list_school: the school of the expected list.
    """

    header: dict[str, str | None] = field(
        default_factory=lambda: {
            "DocumentName": "Common Transfer File",
            "CTFversion": "25.0",
            "DateTime": "2026-06-15T10:30:00",
            "DocumentQualifier": "partial",
            "SupplierID": "Keystage",
        }
    )
    source: dict[str, str | None] = field(
        default_factory=lambda: {
            "LEA": "999",
            "Estab": "0301",
            "URN": "900003",
            "SchoolName": "Storybook Lane Primary School",
            "AcademicYear": "2025",
        }
    )
    destination: dict[str, str | None] = field(
        default_factory=lambda: {"LEA": "NAA", "Estab": "LLLL"}
    )
    pupils: list[Pupil] = field(default_factory=everyone)
    listed: list[Pupil] | None = field(default_factory=everyone)
    name: str = NAME
    row: dict[str, str | None] = field(
        default_factory=lambda: {
            "Locale": "ENG",
            "Year": "2026",
            "Method": "TA",
            "ResultStatus": "R",
            "ResultQualifier": "NL",
        }
    )
    known: list[str] = field(default_factory=list)
    raw: dict[str, bytes] = field(default_factory=dict)
    list_school: str = SCHOOL

    def files(self) -> dict[str, bytes]:
        """The files of the example by name."""
        files = self.raw or {self.name: self.text().encode()}
        if self.listed is not None:
            files = files | {"expected.csv": self.list_text().encode()}
        known = "".join(f"{line}\n" for line in self.known)
        return files | ({"circumstances.toml": known.encode()} if known else {})

    def text(self) -> str:
        """The return."""
        inside = "".join(f"    <Pupil>\n{self._pupil(one)}    </Pupil>\n" for one in self.pupils)
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<CTfile>\n  <Header>\n'
            f"{_elements(self.header, 4)}"
            f"    <SourceSchool>\n{_elements(self.source, 6)}    </SourceSchool>\n"
            f"    <DestSchool>\n{_elements(self.destination, 6)}    </DestSchool>\n"
            f"  </Header>\n  <CTFpupilData>\n{inside}  </CTFpupilData>\n</CTfile>\n"
        )

    def _pupil(self, one: Pupil) -> str:
        rows = [
            result(
                self.row | {"Subject": _SLOTS[at][0], "Component": _SLOTS[at][1]},
                code,
                one.dates.get(at),
            )
            for at, code in one.judgements.items()
        ]
        former = (
            f"      <BasicDetails>\n        <FormerUPN>{one.former_upn}</FormerUPN>\n"
            "      </BasicDetails>\n"
            if one.former_upn
            else ""
        )
        results = "".join([*rows, *one.more])
        stage = (
            "      <StageAssessments>\n        <KeyStage>\n          <Stage>KS2</Stage>\n"
            f"{results}        </KeyStage>\n      </StageAssessments>\n"
        )
        return _elements(one.identity(), 6) + former + (stage if results else "")

    def list_text(self) -> str:
        """The expected list."""
        rows = [
            (self.list_school, one.upn, one.surname, one.forename, one.born, one.sex,
             one.registered, one.registered, one.registered, one.on_register, one.left_on)
            for one in self.listed or ()
        ]  # fmt: skip
        return "".join(",".join(value or "" for value in row) + "\n" for row in (_LIST, *rows))

    def sheet(self) -> bytes:
        """The pupils as a mark sheet."""
        subjects = ("reading", "writing", "maths", "science")
        head = ["UPN", "Surname", "Forename", "Date of birth", "Sex", *map(str.title, subjects)]
        rows: list[list[str | None]] = [
            [*one.identity().values(), *(one.judgements.get(at) for at in subjects)]
            for one in self.pupils
        ]
        lines = [head, *([value or "" for value in row] for row in rows)]
        return "".join(",".join(line) + "\n" for line in lines).encode()


def result(values: Mapping[str, str | None], code: str | None, date: str | None = None) -> str:
    """A result row; a value of None leaves the element out, and so does a code of None."""
    order = (
        "Locale", "Year", "Subject", "Method", "Component", "ResultStatus", "ResultQualifier",
    )  # fmt: skip
    inside = {name: values.get(name) for name in order} | {"Result": code, "ResultDate": date}
    return f"          <StageAssessment>\n{_elements(inside, 12)}          </StageAssessment>\n"


def _elements(values: Mapping[str, str | None], depth: int) -> str:
    return "".join(
        f"{' ' * depth}<{name}>{escape(value)}</{name}>\n"
        for name, value in values.items()
        if value is not None
    )


def table(name: str, rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Lines of a list of tables; dates stand without quotation marks."""
    return [
        line
        for row in rows
        for line in (f"[[{name}]]", *(f"{key} = {value}" for key, value in row.items()))
    ]
