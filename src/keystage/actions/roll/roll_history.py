"""History of what the roll says of pupils, whether a person typed it or a file brought it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from keystage.actions.by import By
from keystage.flows.roll.pupils import Value
from keystage.store.models import Import, RollChange

#: The field under which a pupil comes onto the roll.
ROLL = "roll"
ON = "on"


@dataclass(kw_only=True)
class RollHistory:
    """Rows on their way into the table."""

    by: By
    import_file: Import | None = None
    reason: str = ""
    at: datetime = field(default_factory=timezone.now)
    rows: list[RollChange] = field(default_factory=list)

    def came(self, pupil: UUID) -> None:
        """Note that a pupil came onto the roll."""
        self._note(pupil, ROLL, "", ON)

    def changed(self, pupil: UUID, before: Mapping[str, Value], after: Mapping[str, Value]) -> None:
        """Note the values of a pupil that are others than before."""
        for name, value in after.items():
            was, became = _text(before.get(name)), _text(value)
            if was != became:
                self._note(pupil, name, was, became)

    def write(self) -> None:
        """Put the rows into the table."""
        RollChange.objects.bulk_create(self.rows)

    def _note(self, pupil: UUID, name: str, before: str, after: str) -> None:
        self.rows.append(
            RollChange(
                pupil_id=pupil,
                field=name,
                before=before,
                after=after,
                reason=self.reason,
                at=self.at,
                by=self.by.who,
                import_file=self.import_file,
            )
        )


def _text(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""
