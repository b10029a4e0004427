"""What Spark sends to the processes that hold the pupils."""

from collections.abc import Mapping
from dataclasses import dataclass

from keystage.statute.year import Year


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One step for every part of the pupils, with all that it needs to know.

    Attributes:
        step: the name of a function of `parts.STEPS`.
        year: the statutory year.
        address: where the pupils are, for what cannot be read.
        missing: pupil columns that the file lacks.
        tables: the schools, and values of the whole file, as Arrow files.
        at_once: a part may not be cut in pieces.
    """

    step: str
    year: Year
    address: str
    missing: tuple[str, ...]
    tables: Mapping[str, bytes]
    at_once: bool = False
