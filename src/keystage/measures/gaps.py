"""National comparators of the gap fields: other pupils in state-funded schools."""

from collections.abc import Mapping

from keystage.measures import figures
from keystage.measures.fields import GAPS, OTHER
from keystage.measures.printing import printed_units
from keystage.measures.table import STATE_FUNDED, MeasureTable


def comparators(table: MeasureTable) -> Mapping[str, int]:
    """Printed national figures of other pupils, by measure name, in units of the last decimal.

    Where the pupil file holds England its own state-funded row is the nation; otherwise the year's
    published figures are used, where it has them.

    Source: the published tables: a gap is the printed school figure minus the printed national one.
    """
    measures = [measure for measure in table.measures if measure.name in GAPS]
    if table.national:
        other = table.of_group(OTHER).filter(table.units["kind"] == STATE_FUNDED)
        values = other.select(figures.printed(m, table.year).alias(m.name) for m in measures)
        return {
            name: value
            for row in values.to_dicts()
            for name, value in row.items()
            if value is not None
        }
    published = table.year.national_figures
    suffix = table.year.pupil_groups.groups[OTHER].suffix
    found = {}
    for measure in measures:
        name = measure.field.format(group=suffix)
        if published is not None and name in published.values:
            places = figures.decimals(measure, table.year)
            found[measure.name] = printed_units(published.values[name], places)
    return found
