"""Numbers of the department's school tables: what a row stands for, and how LAESTAB is made."""

from enum import IntEnum

#: LAESTAB is the local authority's number times this, plus the establishment's.
ESTABLISHMENTS = 10_000


class RecordType(IntEnum):
    """What a row of a published table stands for (``RECTYPE``).

    Source: Key stage 2 performance tables, list of fields and abbreviations.
    """

    MAINSTREAM = 1
    SPECIAL = 2
    AUTHORITY = 3
    ENGLAND_ALL = 4
    ENGLAND_STATE_FUNDED = 5


#: The record types of schools.
SCHOOL_RECORDS = (RecordType.MAINSTREAM, RecordType.SPECIAL)
