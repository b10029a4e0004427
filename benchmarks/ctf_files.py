"""Write invented transfer files like those of a school: 45 pupils, 12 results each, other details.

python benchmarks/ctf_files.py FOLDER [--files N] [--large MiB]
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

PUPILS = 45
DISTINCT = 400  # files; any others are the same again under other names
RESULTS = (
    ("KS1", "2022", "ENG", "TA", "REA", "NL"), ("KS1", "2022", "ENG", "TA", "WRI", "NL"),
    ("KS1", "2022", "MAT", "TA", "SUB", "NL"), ("KS1", "2022", "SCI", "TA", "SUB", "NL"),
    ("KS1", "2021", "PHO", "TT", "PHO", "NM"), ("KS2", "2025", "MAT", "TT", "MTC", "MT"),
    ("KS2", "2026", "ENG", "TA", "WRI", "NL"), ("KS2", "2026", "SCI", "TA", "SUB", "NL"),
    ("KS2", "2026", "ENG", "TT", "REA", "SS"), ("KS2", "2026", "ENG", "TT", "GPS", "SS"),
    ("KS2", "2026", "MAT", "TT", "SUB", "SS"), ("KS2", "2026", "MAT", "TT", "SUB", "NM"),
)  # fmt: skip
CODES = ("EXS", "GDS", "WTS", "HNM", "PK4")
HEAD = """\
<?xml version="1.0" encoding="utf-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName>
    <CTFversion>25.0</CTFversion>
    <DateTime>2026-06-15T10:30:00</DateTime>
    <DocumentQualifier>partial</DocumentQualifier>
    <SupplierID>Keystage</SupplierID>
    <SourceSchool>
      <LEA>999</LEA>
      <Estab>{estab:04}</Estab>
      <AcademicYear>2025</AcademicYear>
    </SourceSchool>
    <DestSchool>
      <LEA>NAA</LEA>
      <Estab>LLLL</Estab>
    </DestSchool>
  </Header>
  <CTFpupilData>
"""
TAIL = "  </CTFpupilData>\n</CTfile>\n"
DETAILS = (
    ("BasicDetails", ("PreferredSurname", "NCyearActual", "Ethnicity", "MedicalFlag")),
    ("FSMhistory", ("FSMreviewDate",)),
    ("Address", ("PAON", "Street", "Town", "PostCode")),
    ("Attendance", ("SessionsPossible", "SessionsAuthorised", "SessionsAttended")),
)
ROW = ("Locale", "Year", "Subject", "Method", "Component", "ResultStatus", "ResultQualifier")


def leaf(depth: int, name: str, text: str) -> str:
    """One element on a line of its own."""
    return f"{'  ' * depth}<{name}>{text}</{name}>\n"


def pupil(number: int, draw: random.Random) -> str:
    """One pupil with some details and all results."""
    lines = ["    <Pupil>\n"]
    values = {
        "UPN": f"A9990301{number % 10**5:05}",
        "Surname": f"Ash{number}",
        "Forename": draw.choice(("Mabel", "Siân", "Idris", "Priya")),
        "DOB": f"2015-0{draw.randint(1, 8)}-1{draw.randint(0, 9)}",
        "Sex": draw.choice("FM"),
    }
    lines += [leaf(3, name, text) for name, text in values.items()]
    for section, names in DETAILS:
        inside = "".join(leaf(4, name, draw.choice(CODES)) for name in names)
        lines.append(f"      <{section}>\n{inside}      </{section}>\n")
    lines.append("      <StageAssessments>\n")
    for stage in ("KS1", "KS2"):
        lines.append(f"        <KeyStage>\n          <Stage>{stage}</Stage>\n")
        for _, *parts in (row for row in RESULTS if row[0] == stage):
            year, subject, method, component, qualifier = parts
            texts = ("ENG", year, subject, method, component, "R", qualifier)
            result = draw.choice(CODES) if qualifier == "NL" else str(draw.randint(10, 120))
            lines.append("          <StageAssessment>\n")
            lines += [leaf(6, name, text) for name, text in zip(ROW, texts, strict=True)]
            lines.append(leaf(6, "Result", result) + "          </StageAssessment>\n")
        lines.append("        </KeyStage>\n")
    lines.append("      </StageAssessments>\n    </Pupil>\n")
    return "".join(lines)


def school(number: int, pupils: int = PUPILS) -> str:
    """The file of one school."""
    draw = random.Random(number)
    inside = "".join(pupil(pupils * number + at, draw) for at in range(pupils))
    return HEAD.format(estab=number % 1000) + inside + TAIL


def large(size: int) -> Iterator[str]:
    """One file of about so many bytes, in pieces."""
    draw = random.Random(0)
    yield HEAD.format(estab=301)
    written = number = 0
    while written < size:
        piece = "".join(pupil(number + at, draw) for at in range(100))
        written, number = written + len(piece), number + 100
        yield piece
    yield TAIL


def file_name(number: int) -> str:
    """The name of a school's file."""
    return f"999{number % 1000:04}_CTF_NAALLLL_{number // 1000 + 1:03}.xml"


def main() -> None:
    """Read the options and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--large", type=int, default=0, metavar="MiB")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for number in range(options.files):
        path = options.folder / file_name(number)
        if number < DISTINCT:
            path.write_text(school(number), encoding="utf-8")
        else:
            path.hardlink_to(options.folder / file_name(number % DISTINCT))
    if options.large:
        with (options.folder / "large.xml").open("w", encoding="utf-8") as file:
            file.writelines(large(options.large * 2**20))


if __name__ == "__main__":
    main()
