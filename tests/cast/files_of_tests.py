"""Files that schools of the tests give to the gateway, and somebody who gives and submits them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cast_of_tests import YEAR

from keystage.actions.by import By
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.taking.submitting import submit
from keystage.store.models import Organisation, Pupil, Receipt, SchoolReturn, Submission

HEAD = ("UPN", "Surname", "Forename", "Date of birth", "Sex", "Former UPN", "Writing", "Science")
Row = dict[str, str]


def row_of(pupil: Pupil, **values: str) -> Row:
    """A pupil's row of a mark sheet with every judgement that is due, and values changed."""
    own = {
        "UPN": pupil.upn,
        "Surname": pupil.surname,
        "Forename": pupil.forename,
        "Date of birth": f"{pupil.birth_date:%d/%m/%Y}",
        "Sex": pupil.sex,
        "Former UPN": "",
        "Writing": "EXS",
        "Science": "EXS",
    }
    return own | values


def sheet_file(rows: Iterable[Mapping[str, str]], head: tuple[str, ...] = HEAD) -> bytes:
    """A mark sheet as CSV."""
    lines = [head, *([row[name] for name in head] for row in rows)]
    return "\n".join(",".join(line) for line in lines).encode()


@dataclass
class Gate:
    """A school at the gateway: ``gate.give(content)``, ``gate.take(content)``."""

    school: Organisation
    first: By
    second: By

    def give(self, content: bytes, name: str = "sheet.csv") -> Submission:
        """Upload a file."""
        return upload(self.school, YEAR, Given(name=name, content=content), by=self.first)

    def take(self, content: bytes, name: str = "sheet.csv") -> Receipt:
        """Upload a file and have the second person submit it."""
        return submit(self.give(content, name), by=self.second)

    @property
    def kept(self) -> SchoolReturn:
        """The return as it is kept."""
        return SchoolReturn.objects.get(school=self.school, year=YEAR)


def codes_of(submission: Submission) -> list[str]:
    """The checks that found something, most serious first."""
    return [one["code"] for one in submission.findings]
