"""What a proof yields when a statutory year is not sound."""

from dataclasses import dataclass

from keystage.statute.reading import Step


@dataclass(frozen=True)
class Fault:
    """Something wrong: a sentence, where it is (the table first), and what to do."""

    what: str
    path: tuple[Step, ...]
    todo: str
