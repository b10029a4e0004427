"""The fields of the trust table, read off a table of one invented trust."""

from datetime import date

from keystage.measures.compute import compute
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.reports.trust_disclosure import publish_trusts
from keystage.statute.code_lists import code_lists
from keystage.statute.year import Year

_SCHOOLS = range(900001, 900004)


def trust_fields(year: Year) -> tuple[str, ...]:
    """The columns of the trust table of a year that has trust measures."""
    codes = code_lists(year)
    pupils = [{"URN": urn, "P_INCL": year.inclusion.included[0]} for urn in _SCHOOLS]
    schools = [
        {"URN": urn, "RECTYPE": 1, "TRUST_UID": "9001", "DATE_JOINED_TRUST": date(2000, 1, 1)}
        for urn in _SCHOOLS
    ]
    records = RecordSet(pupils=pupils_frame(pupils, codes), schools=schools_frame(schools, codes))
    return tuple(publish_trusts(compute(records, year).table).frame.columns)
