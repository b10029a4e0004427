"""What a rule may ask beside the rows it looks at: the year, and who sends when."""

from dataclasses import dataclass, field
from datetime import date

from keystage.records.circumstances import Circumstances
from keystage.statute.collection import Collection
from keystage.statute.collection_rules import Phase


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The year and the circumstances of a run that are no lists.

    Two settings are the same for the same `Collection` object, day and phase, so that the rules of
    a run can be kept for the next one, of whatever school: what differs from school to school is a
    column of the views.

    Attributes:
        collection: codes, requirements and dates of the year.
        today: the day of sending, or None.
        phase: how far the collection is at the moment of sending; None where either is not known.
    """

    collection: Collection = field(compare=False)
    today: date | None = None
    phase: Phase | None = None
    which: int = field(init=False)

    def __post_init__(self) -> None:
        """Tell collections apart by being another object: they are too large to compare."""
        object.__setattr__(self, "which", id(self.collection))

    @property
    def closed(self) -> bool:
        """Whether the collection is known to have closed."""
        return self.phase == "over"


def year_alone(collection: Collection) -> Setting:
    """The setting of which the year is known and no more, to keep what depends on that alone."""
    return Setting(collection=collection)


def setting_of(collection: Collection, circumstances: Circumstances) -> Setting:
    """The setting of a run."""
    window, today = collection.window, circumstances.today
    phase = None
    if window is not None and today is not None:
        phase = window.phase(today, circumstances.clock)
    return Setting(
        collection=collection,
        today=today,
        phase=phase,
    )
