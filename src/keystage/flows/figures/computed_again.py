"""One school of a release computed again, from its pupils and the rules that the release keeps."""

from dataclasses import dataclass

import msgspec

from keystage.flows.figures.school_pupils import SchoolPupils, rebuilt
from keystage.flows.figures.states import no_progress
from keystage.measures.compute import Computed, compute
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year


@dataclass(frozen=True, kw_only=True, eq=False)
class Again:
    """A school as a release computed it.

    Attributes:
        records: its pupils as they were.
        computed: what the engine makes of them, by the rules and the reference of the release.
    """

    records: RecordSet
    computed: Computed


def computed_again(pupils: SchoolPupils, year: Year) -> Again:
    """Compute one school of a release again; nothing of the other schools is read.

    A year whose progress could not be scored is computed without it, as the release was.

    Args:
        pupils: the school's pupils.
        year: the year with the tables that the release used.

    Raises:
        InputError: what is kept of the pupils is damaged.
        AbsentValueError: the year lacks a value its attainment needs.
    """
    rules = year
    if no_progress(year) is not None:
        identity = msgspec.structs.replace(year.year, progress=False)
        rules = msgspec.structs.replace(year, year=identity)
    records = rebuilt([pupils])
    return Again(records=records, computed=compute(records, rules))
