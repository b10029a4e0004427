"""Results of invented pupils and a table they are held against, for the tests of results day."""

from collections.abc import Iterable
from datetime import date
from itertools import count

import polars as pl

from keystage.core.upn import check_letter
from keystage.flows.results_day.integrity import RESULTS
from keystage.statute.collection_loader import load_collection
from keystage.statute.collection_rules import Conversion

COLLECTION = load_collection(2026)
#: A table in which the scaled score climbs by steps: invented, and like no real one.
TABLE = Conversion(
    source="invented",
    confidence="C",
    reading=tuple((mark, 80 + (mark - 3) * 40 // 47) for mark in range(3, 51)),
    gps=tuple((mark, 80 + (mark - 3) * 40 // 67) for mark in range(3, 71)),
    maths=tuple((mark, 80 + (mark - 3) * 40 // 107) for mark in range(3, 111)),
)
SCHOOL = "9990301"
_numbers = count(1)


def upn() -> str:
    """A number nobody else has."""
    rest = f"99903012{next(_numbers):04d}"
    return check_letter(rest) + rest


def result(subject: str = "reading", **values: object) -> dict[str, object]:
    """A result that holds: 30 marks in reading, with their score."""
    row: dict[str, object] = {
        **dict.fromkeys(RESULTS),
        "school": SCHOOL,
        "upn": upn(),
        "surname": "Ashby",
        "forename": "Mabel",
        "birth_date": date(2015, 1, 1),
        "subject": subject,
        "mark": 30,
        "score": dict(getattr(TABLE, subject))[30],
    }
    row["outcome"] = "AS" if int(str(row["score"])) >= 100 else "NS"
    return {**row, **values}


def results(rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    """Rows as a frame."""
    return pl.DataFrame(list(rows), schema=dict(RESULTS), orient="row")
