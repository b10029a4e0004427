"""Mark sheets that lie among returns: in a folder, or in an archive that was sent together.

A folder holds other sheets too: lists, logs, results. What is no mark sheet is passed over with the
reason, and so is the sheet of a school whose transfer file is read: the one is made of the other.
"""

from collections.abc import Collection as Group
from dataclasses import replace
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.sheets.grid import whole
from keystage.formats.sheets.headings import Columns, read_table, sheets
from keystage.formats.sheets.reading import read_sheet
from keystage.formats.sheets.template_reading import is_template
from keystage.records.returns import FAULTS, ReturnSet
from keystage.statute.collection import Collection

#: A file of these faults is of another kind; one with others may be a mark sheet that went wrong.
_OF_ANOTHER_KIND = ("wrong_type", "not_the_template")


def read_found_sheet(
    source: Path | NamedBytes, profile: AssessmentProfile, collection: Collection
) -> ReturnSet:
    """A sheet that was found, not named: read, or passed over where it is no mark sheet.

    Args:
        source: the sheet.
        profile: the tuple each judgement would have in a transfer file.
        collection: the year the judgements are of.
    """
    returns = read_sheet(source, profile, collection)
    reason = _why_not(source, returns)
    return returns if reason is None else passed_over(returns, reason)


def read_sheet_beside(
    path: Path, profile: AssessmentProfile, collection: Collection, schools: Group[str]
) -> ReturnSet:
    """A sheet of a folder, passed over where a transfer file of the school is read.

    Args:
        path: the sheet.
        profile: the tuple each judgement would have in a transfer file.
        collection: the year the judgements are of.
        schools: the numbers of the schools whose transfer files are read.
    """
    returns = read_found_sheet(path, profile, collection)
    named = returns.files.with_columns(name=pl.lit(str(path)))
    returns = replace(returns, files=named)
    school = named.select(pl.concat_str("source_la", "source_estab")).item()
    if not schools or not returns.pupils.height or (school and school not in schools):
        return returns
    reason = (
        "A transfer file of the school is read."
        if school
        else "Transfer files are read, and this sheet names no school."
    )
    return passed_over(returns, reason)


def passed_over(returns: ReturnSet, reason: str) -> ReturnSet:
    """A reading of one sheet without what was read, and with the reason."""
    fault = pl.DataFrame([(0, None, "ignored", reason)], schema=dict(FAULTS), orient="row")
    return ReturnSet(
        files=returns.files,
        pupils=returns.pupils.clear(),
        results=returns.results.clear(),
        slots=returns.slots.clear(),
        faults=fault,
    )


def _why_not(source: Path | NamedBytes, returns: ReturnSet) -> str | None:
    """Why a sheet is no mark sheet; None if it is one, or may be meant for one."""
    fits = sheets()
    if _reads_as(source, fits.expected, fits.expected.needed):
        return "It is a list of expected pupils."
    refused = returns.faults.filter(pl.col("fault") != "repaired")
    if refused.is_empty():
        return None
    fault, reason = refused.select("fault", "reason").row(0)
    if fault in _OF_ANOTHER_KIND and not is_template(whole(source)):
        return f"It is no mark sheet. {reason}"
    if fault == "too_few_columns" and not _reads_as(source, fits.mark_sheet, ()):
        return "It has no column of judgements."
    return None


def _reads_as(source: Path | NamedBytes, columns: Columns, needed: tuple[str, ...]) -> bool:
    try:
        read_table(source, columns, needed=needed)
    except InputError:
        return False
    return True
