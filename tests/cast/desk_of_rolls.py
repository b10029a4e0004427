"""Somebody who brings rolls in, and all that a roll may change."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keystage.actions.by import By
from keystage.actions.imports import applying, matching, uploads
from keystage.actions.imports.matching import Choice
from keystage.flows.roll.plans import Mode
from keystage.store.models import (
    CohortPupil,
    Import,
    ImportRow,
    Organisation,
    Pupil,
    RegistrationChange,
)

What = ImportRow.Decision
HEAD = "UPN,Surname,Forename,DOB,Sex,Year,Class"
NEW = ",Newman,Bo,05/02/2015,M,6,6A"


@dataclass
class Desk:
    """Somebody at work with rolls: ``desk.bring(text)``, ``desk.apply(file)``."""

    school: Organisation
    by: By

    def bring(self, text: str | bytes, name: str = "roll.csv", year: int = 2026) -> Import:
        """Bring a roll in."""
        data = text.encode() if isinstance(text, str) else text
        return uploads.bring_in(
            school=self.school, year=year, kind="roll", data=data, name=name, by=self.by
        )

    def apply(self, file: Import, mode: Mode = "everything") -> Import:
        """Apply it as it is seen."""
        seal = applying.preview(file, mode).seal
        return applying.apply(file=file, mode=mode, seal=seal, by=self.by)

    def decide(self, file: Import, line: int, what: What, pupil: UUID | None = None) -> int:
        """Decide on the row of a line; returns how many rows are decided."""
        key = file.rows.get(line=line).pk
        return matching.decide(file=file, choices={key: Choice(what=what, pupil=pupil)}, by=self.by)


def kept() -> dict[str, list[Any]]:
    """All that an import may change, without versions and moments."""
    pupil = [one.name for one in Pupil._meta.fields if one.name not in {"version", "changed_at"}]
    return {
        "pupils": list(Pupil.objects.order_by("pk").values_list(*pupil)),
        "cohort": list(
            CohortPupil.objects.order_by("pupil").values_list(
                "sheet", "pupil", "how", "removed", "reading", "gps", "maths", "on_register"
            )
        ),
        "history": list(RegistrationChange.objects.order_by("pk").values_list("pk")),
    }
