"""What a release holds of a pupil, column by column, with the meaning of each column."""

from collections.abc import Mapping
from typing import Any

from keystage.records.schema import LINE, PUPILS
from keystage.web.figures.reached import Reached

_WHO = frozenset({"URN", "LAESTAB", "UPN", "P_INCL"})
#: The columns that figures are made from, with their meanings.
COLUMNS = {
    column.name: f"{column.meaning[:1].upper()}{column.meaning[1:]}"
    for column in PUPILS
    if not column.comparison_only and column.name not in _WHO
}
#: The columns that are shown beside a pupil's name in a list.
SHORT = {
    "READSCORE": "Reading",
    "MATSCORE": "Maths",
    "GPSSCORE": "Grammar, punctuation and spelling",
    "WRITTAOUTCOME": "Writing",
}
#: Columns of outcomes, told where there is no score.
_OUTCOMES = {"READSCORE": "READOUTCOME", "MATSCORE": "MATOUTCOME", "GPSSCORE": "GPSOUTCOME"}
_NOTHING = "Nothing"

Record = Mapping[str, Any]


def records_of(seen: Reached) -> Mapping[int, Record]:
    """The records that a person sees, by the row of the release."""
    if seen.pupils is None:
        return {}
    return {int(row[LINE]): row for row in seen.pupils.records.pupils.to_dicts()}


def results_of(record: Record) -> tuple[tuple[str, str], ...]:
    """The results of a pupil, each with what it is of; of no score the outcome."""
    return tuple((label, _result(record, name)) for name, label in SHORT.items())


def in_words(record: Record) -> tuple[tuple[str, str], ...]:
    """Every column of a record that figures are made from, and what it holds."""
    return tuple((words, text_of(record.get(name))) for name, words in COLUMNS.items())


def text_of(value: object) -> str:
    """A value of a record, as a page shows it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _NOTHING if value is None else str(value)


def _result(record: Record, name: str) -> str:
    value = record.get(name)
    if value is None and name in _OUTCOMES:
        value = record.get(_OUTCOMES[name])
    return text_of(value)
