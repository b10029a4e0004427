"""Which figures a pupil file can give, from the columns it has."""

from keystage.measures.fields import fields
from keystage.measures.table import MeasureTable

_NEEDS = {
    "gps": ("GPSOUTCOME", "GPSSCORE"),
    "science": ("SCITAOUTCOME",),
}
_GROUP_NEEDS = {"FSM6CLA1A": ("FSM6CLA1A", "FSM6_P")}


def unavailable(table: MeasureTable) -> frozenset[str]:
    """The fields that need a pupil column the file lacks: neither zero nor empty, but unknown."""
    groups = {
        name
        for name, group in table.year.pupil_groups.groups.items()
        if table.missing.issuperset(_GROUP_NEEDS.get(group.column, (group.column,)))
    }
    subjects = {name for name, needs in _NEEDS.items() if not table.missing.isdisjoint(needs)}
    return frozenset(
        field.name
        for field in fields(table.year)
        if field.group in groups or (field.measure and field.measure.subject in subjects)
    )
