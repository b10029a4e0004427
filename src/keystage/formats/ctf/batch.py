"""Plain rows of one transfer file, before they are typed: values as text, each with its line."""

from dataclasses import dataclass, field

#: The values of a pupil that are kept, in the order of `Batch.identities`.
IDENTITY = (
    "upn", "surname", "forename", "birth_date", "sex", "former_upn", "left_on", "sex_element",
)  # fmt: skip
#: The parts of a slot, in the order of `Slots.keys`.
PARTS = ("stage", "locale", "year", "subject", "method", "component", "status", "qualifier")

Text = str | None
Slot = tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Odd:
    """A value that is not kept and must not vanish: whose it is, where, what, and why."""

    pupil: int | None
    line: int
    field: str
    text: str
    reason: str


@dataclass(slots=True)
class Slots:
    """What results are about, each kept once: many files may share one."""

    keys: dict[Slot, int] = field(default_factory=dict)

    def number(self, key: Slot) -> int:
        """The number of a slot, from 0; a new one if it was not met before."""
        return self.keys.setdefault(key, len(self.keys))


@dataclass(slots=True)
class Batch:
    """Some pupils of one file, in their order, with their results.

    Attributes:
        first: the number of the first pupil within the file.
        lines: the line of each pupil.
        identities: the values of each pupil, in the order of `IDENTITY`.
        places: the lines of those values.
        result_pupils: whose each result is, by number within the file.
        result_lines: the line of each result.
        result_slots: what each result is about, by its number in `Slots`.
        results: each result as written; None where there is none.
        dates: the place of a result in this batch, the text of its date, and the line of that.
        odd: values that were not kept.
        padded: lines of values that had blanks around them, which were left out.
    """

    first: int = 0
    lines: list[int] = field(default_factory=list)
    identities: list[list[Text]] = field(default_factory=list)
    places: list[list[int | None]] = field(default_factory=list)
    result_pupils: list[int] = field(default_factory=list)
    result_lines: list[int] = field(default_factory=list)
    result_slots: list[int] = field(default_factory=list)
    results: list[Text] = field(default_factory=list)
    dates: list[tuple[int, str, int]] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    padded: list[int] = field(default_factory=list)

    @property
    def next(self) -> int:
        """The number of the pupil that would follow."""
        return self.first + len(self.lines)


@dataclass(slots=True)
class Header:
    """The header of one file: values as text and their lines, by fields of the table of files."""

    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    odd: list[Odd] = field(default_factory=list)
    padded: list[int] = field(default_factory=list)
    senders: int = 0
