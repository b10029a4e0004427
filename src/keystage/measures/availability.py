"""Which figures a pupil file can give, from the columns it has."""

from keystage.measures.fields import Field, fields
from keystage.measures.table import MeasureTable

_NEEDS = {
    "gps": ("GPSOUTCOME", "GPSSCORE"),
    "science": ("SCITAOUTCOME",),
}
_GROUP_NEEDS = {"FSM6CLA1A": ("FSM6CLA1A", "FSM6_P")}


def unavailable(table: MeasureTable) -> frozenset[str]:
    """The fields that need a pupil column the file lacks: neither zero nor empty, but unknown."""
    return frozenset(field.name for field in fields(table.year) if _lacks(field, table))


def _lacks(field: Field, table: MeasureTable) -> bool:
    column = table.year.pupil_groups.groups[field.group].column
    alternatives = _GROUP_NEEDS.get(column, (column,))
    if all(name in table.missing for name in alternatives):
        return True
    measure = field.measure
    if measure is None or measure.subject is None:
        return False
    return any(name in table.missing for name in _NEEDS.get(measure.subject, ()))
