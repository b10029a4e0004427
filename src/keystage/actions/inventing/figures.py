"""What was found of a rehearsed season, and when it shows first."""

from dataclasses import dataclass, field
from enum import StrEnum


class When(StrEnum):
    """Where in the season a mistake shows first."""

    REGISTRATION = "registration"
    UPLOAD = "upload"
    NUMBERS = "expected numbers"
    RESULTS = "results"


@dataclass(frozen=True, kw_only=True)
class Found:
    """Mistakes of one kind: how many there are, and how many were found where they show first."""

    kind: str
    when: When
    seeded: int
    found: int


@dataclass(kw_only=True)
class Played:
    """What became of the season.

    Attributes:
        schools: how many there are.
        found: by kind of mistake.
        false_red: files without a mistake that were refused; and what was said of them.
        false_differences: schools whose lists agree and were said not to.
        refused: files that were refused at first.
        accepted_first: returns that were accepted with the first file.
        accepted: returns that are accepted at the end.
        false_pairs: pairs of pupils whose results were said to be exchanged and are not.
        false_results: other things that were said of results, all of which are right.
        expected: pupils expected at the end.
        received: pupils received whole at the end.
    """

    schools: int
    found: list[Found] = field(default_factory=list)
    false_red: list[str] = field(default_factory=list)
    false_differences: int = 0
    refused: int = 0
    accepted_first: int = 0
    accepted: int = 0
    false_pairs: int = 0
    false_results: int = 0
    expected: int = 0
    received: int = 0
