"""Worked examples: a rule in plain words, pupils drawn as a table, and the figures they give.

The tests under ``tests/spec`` call what is declared here. Run as tests, they go through the real
command line; run by `worked_examples`, they print the methodology page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from keystage.statute.loader import load_year

#: The year and release of an example that names no other: the only one whose tables are complete.
COMPLETE = (2022, "provisional")
#: What a pupil is, apart from what an example says.
PLAIN: Mapping[str, str] = {
    "URN": "900001",
    "P_INCL": "201",
    "KS1READ": "EXS",
    "KS1WRIT": "EXS",
    "KS1MAT": "EXS",
    "READOUTCOME": "AS",
    "READSCORE": "105",
    "MATOUTCOME": "AS",
    "MATSCORE": "105",
    "WRITTAOUTCOME": "EXS",
}
#: What a school is, apart from what an example says.
PLAIN_SCHOOL: Mapping[str, str] = {"NFTYPE": "CY", "RECTYPE": "1"}
#: Columns of a drawn table that are about the drawing: a pupil's name, and how many are alike.
NAME, ALIKE = "pupil", "pupils"


@dataclass(frozen=True, kw_only=True)
class Example:
    """One worked example; every table is text, drawn with bars.

    Attributes:
        pupils: a row a pupil, or a row for several alike with their number in ``pupils``. Columns
            are those of a pupil file; those left out hold what `PLAIN` says.
        figures: ``figure``, its ``top`` over its ``bottom``, how it is ``printed`` and, where it
            matters, what is ``published``; ``school`` where there are several.
        progress: for each ``pupil`` any of ``average``, ``group``, ``subject``, ``points``,
            ``national``, ``minimum``, ``unadjusted`` and ``progress``; blank where there is none.
        schools: a row a school, in the columns of a school file.
        trusts: ``figure`` of the trust file, its exact ``top`` over ``bottom``, and ``published``.
        findings: codes of the findings the file gives, apart.
        refused: the exit code and a part of the sentence with which the file is refused.
        statute: a statute file given with ``--statute``.
        year: the statutory year.
        release: the release.
    """

    pupils: str
    figures: str = ""
    progress: str = ""
    schools: str = ""
    trusts: str = ""
    findings: str = ""
    refused: tuple[int, str] | None = None
    statute: str = ""
    year: int = COMPLETE[0]
    release: str = COMPLETE[1]


class Spec(Protocol):
    """What a specification test calls: it runs the example, or keeps it for the page."""

    def __call__(self, example: Example) -> None:
        """Take one example."""


def drawn(table: str) -> list[dict[str, str]]:
    """The rows of a drawn table, by heading; cells are text without blanks around it.

    >>> drawn('''
    ...     pupil | READSCORE
    ...     ------+----------
    ...     Asha  |       104
    ...     Ben   |
    ... ''')
    [{'pupil': 'Asha', 'READSCORE': '104'}, {'pupil': 'Ben', 'READSCORE': ''}]
    """
    lines = [line for line in table.splitlines() if line.strip()]
    if not lines:
        return []
    heading = _cells(lines[0])
    return [dict(zip(heading, _cells(line), strict=True)) for line in lines[2:]]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def pupil_rows(example: Example) -> list[dict[str, str]]:
    """The rows of the pupil file of an example: one a pupil, every column it needs.

    A scaled score without an outcome beside it is AS or NS as the year's standard says; an outcome
    without a score has none; a key stage 1 average stands instead of results.
    """
    rows: list[dict[str, str]] = []
    expected = load_year(example.year, example.release).key_stage_2.expected_score
    for drawn_row in drawn(example.pupils):
        row = {key: value for key, value in drawn_row.items() if key not in {NAME, ALIKE}}
        for _ in range(int(drawn_row.get(ALIKE, "1"))):
            whole = _whole(row, expected)
            name = {"FORENAME": drawn_row[NAME]} if NAME in drawn_row else {}
            rows.append({"UPN": f"A999{len(rows) + 1:09}"} | name | whole)
    return rows


def _whole(row: Mapping[str, str], expected: int) -> dict[str, str]:
    plain = dict(PLAIN)
    if "KS1AVERAGEPS" in row:
        plain |= {"KS1READ": "", "KS1WRIT": "", "KS1MAT": ""}
    for subject in ("READ", "MAT", "GPS"):
        outcome, score = f"{subject}OUTCOME", f"{subject}SCORE"
        if outcome in row:
            plain[score] = ""
        elif score in row:
            value = row[score]
            reached = value.isdigit() and int(value) >= expected
            plain[outcome] = "" if value == "" else "AS" if reached else "NS"
    return plain | dict(row)


def school_rows(example: Example) -> list[dict[str, str]]:
    """The rows of the school file of an example."""
    given = drawn(example.schools) or [
        {"URN": urn} for urn in dict.fromkeys(row["URN"] for row in pupil_rows(example))
    ]
    return [dict(PLAIN_SCHOOL) | {"SCHNAME": f"School {row['URN']}"} | row for row in given]
