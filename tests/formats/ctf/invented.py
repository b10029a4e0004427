"""Invented transfer files for tests: one school, a few pupils, each element on its own line."""

from collections.abc import Mapping

from keystage.core.upn import make_upn

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
HEADER = {
    "DocumentName": "Common Transfer File",
    "CTFversion": "25.0",
    "DateTime": "2026-06-15T10:30:00",
    "DocumentQualifier": "partial",
    "SupplierID": "Keystage",
}
SOURCE = {
    "LEA": "999",
    "Estab": "0301",
    "URN": "900003",
    "SchoolName": "Storybook Lane Primary School",
    "AcademicYear": "2025",
}
DESTINATION = {"LEA": "NAA", "Estab": "LLLL"}
UPNS = tuple(make_upn(999, 301, 2020, serial) for serial in range(1, 100))


def elements(values: Mapping[str, str | None], depth: int = 0) -> str:
    """Elements of single values; a value of None is left out."""
    return "".join(
        f"{'  ' * depth}<{name}>{text}</{name}>\n"
        for name, text in values.items()
        if text is not None
    )


def wrap(name: str, inside: str, depth: int = 0) -> str:
    """An element around others."""
    return f"{'  ' * depth}<{name}>\n{inside}{'  ' * depth}</{name}>\n"


def header(
    source: Mapping[str, str | None] | None = None,
    destination: Mapping[str, str | None] | None = None,
    **values: str | None,
) -> str:
    """The header, with some values changed; None leaves one out."""
    return wrap(
        "Header",
        elements({**HEADER, **values}, 2)
        + wrap("SourceSchool", elements({**SOURCE, **(source or {})}, 3), 2)
        + wrap("DestSchool", elements({**DESTINATION, **(destination or {})}, 3), 2),
        1,
    )


def row(
    subject: str | None, component: str | None, result: str | None, **values: str | None
) -> str:
    """One assessment."""
    parts: dict[str, str | None] = {
        "Locale": "ENG",
        "Year": "2026",
        "Subject": subject,
        "Method": "TA",
        "Component": component,
        "ResultStatus": "R",
        "ResultQualifier": "NL",
        "Result": result,
    }
    return wrap("StageAssessment", elements({**parts, **values}, 6), 5)


def judgements(writing: str = "EXS", science: str = "EXS") -> str:
    """The two assessments every pupil has."""
    return row("ENG", "WRI", writing) + row("SCI", "SUB", science)


def stage(rows: str, name: str | None = "KS2") -> str:
    """The assessments of one stage."""
    return wrap("KeyStage", elements({"Stage": name}, 5) + rows, 4)


def pupil(
    serial: int = 1,
    rows: str | None = None,
    more: str = "",
    stages: str | None = None,
    **values: str | None,
) -> str:
    """One pupil; ``more`` goes before the assessments."""
    parts = {
        "UPN": UPNS[serial - 1],
        "Surname": f"Ash{'abcdefghij'[serial % 10]}",
        "Forename": "Mabel",
        "DOB": f"2015-01-{serial % 28 + 1:02}",
        "Sex": "F",
    }
    inside = stage(judgements() if rows is None else rows) if stages is None else stages
    return wrap(
        "Pupil", elements({**parts, **values}, 3) + more + wrap("StageAssessments", inside, 3), 2
    )


def document(*pupils: str, head: str | None = None, after: str = "") -> str:
    """A whole file; ``after`` goes after the declaration."""
    inside = wrap("CTFpupilData", "".join(pupils), 1)
    whole = wrap("CTfile", (header() if head is None else head) + inside)
    return DECLARATION + after + whole


def clean() -> str:
    """A file with nothing wrong: three pupils."""
    return document(pupil(1), pupil(2), pupil(3))
