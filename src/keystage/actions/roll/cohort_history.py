"""The history of a cohort: a row for each change, and the event of each act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.locks import locking
from keystage.core.subjects import TESTED
from keystage.store.models import CohortPupil, Import, RegistrationChange, SchoolReturn, Sheet

#: What is registered of a pupil: a code of the year for each test, and the attendance register.
TESTS = tuple(str(subject) for subject in TESTED)
ON_REGISTER = "on_register"
COHORT, LEFT = "cohort", "left_on"
IN, OUT = "in", "out"
_ANSWERS: Mapping[bool | None, str] = {True: "yes", False: "no", None: ""}


@dataclass(kw_only=True)
class History:
    """Rows of history on their way into the table."""

    by: By
    import_file: Import | None = None
    reason: str = ""
    at: datetime = field(default_factory=timezone.now)
    rows: list[RegistrationChange] = field(default_factory=list)

    def note(self, member: CohortPupil, name: str, before: str, after: str) -> None:
        """Note one change."""
        self.rows.append(
            RegistrationChange(
                cohort_pupil=member,
                field=name,
                before=before,
                after=after,
                reason=self.reason,
                at=self.at,
                by=self.by.who,
                import_file=self.import_file,
            )
        )

    def write(self) -> None:
        """Put the rows into the table."""
        RegistrationChange.objects.bulk_create(self.rows)


def told(action: str, sheet: Sheet, by: By, *, pupil: UUID | None = None, pupils: int = 0) -> None:
    """Write the event of an act about one pupil, or about several."""
    record(
        action,
        by=by,
        organisation=sheet.school,
        year=sheet.year,
        subject=f"pupil {pupil}" if pupil else "",
        after={"pupils": pupils} if pupils else None,
    )


def as_text(value: object) -> str:
    """A value as the history keeps it."""
    if value is None or isinstance(value, bool):
        return _ANSWERS[value]
    return value.isoformat() if isinstance(value, date) else str(value)


def lock(sheet: Sheet) -> Sheet:
    """The sheet, locked: changes of one cohort follow each other.

    Its return is locked with it, whose numbers follow the cohort: who submits a file holds the
    return and waits for the record of acts, so nobody may hold that and wait for the return.
    """
    sheets = locking(Sheet.objects).select_related("school")
    locked = sheets.get(pk=sheet.pk)
    returns = locking(SchoolReturn.objects).order_by("pk")
    returns.filter(school=locked.school_id, year=locked.year).values_list("pk").first()
    return locked


def lock_all(sheets: QuerySet[Sheet]) -> list[Sheet]:
    """Sheets and their returns, locked as by `lock`."""
    locked = list(locking(sheets).select_related("school").order_by("pk"))
    schools, years = {one.school_id for one in locked}, {one.year for one in locked}
    returns = locking(SchoolReturn.objects).filter(school__in=schools, year__in=years)
    list(returns.order_by("pk").values_list("pk"))
    return locked
