"""A file of a mark sheet read back by heading and UPN, and looked at before it is saved."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from django.db import transaction

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.sheets.cells import Cell, Change, Refused
from keystage.actions.sheets.gate import refusals, spelled
from keystage.actions.sheets.saving import kept_cells, members_of
from keystage.flows.roll.likeness.evidence import compared
from keystage.flows.roll.pupils import NAMES, Facts
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.reading import read_sheet
from keystage.records.returns import ReturnSet
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Sheet


@dataclass(frozen=True, kw_only=True)
class Unmatched:
    """A line of a file that is of no pupil one may change: ``why`` says so as a sentence."""

    line: int
    upn: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """What a file says and what would become of it. Nothing is changed yet.

    Attributes:
        fault: why the file cannot be read at all; empty if it can.
        change: cells that would change: ``before`` is what they hold, ``version`` what was seen.
        refused: cells in which the value may not stand.
        same: how many cells hold the value already.
        unmatched: lines that belong to nobody on the sheet.
        repaired: what was put right to read the file, as sentences.
    """

    fault: str = ""
    change: tuple[Cell, ...] = ()
    refused: tuple[Refused, ...] = ()
    same: int = 0
    unmatched: tuple[Unmatched, ...] = ()
    repaired: tuple[str, ...] = ()


def read_back(sheet: Sheet, source: NamedBytes, *, classes: frozenset[str] | None) -> ReadBack:
    """Read a mark sheet, CSV, Excel or OpenDocument, and say what saving it would do.

    Columns are found by their headings and pupils by their UPN; a blank never takes a judgement
    out. A line with quite another name than the pupil of its UPN is nobody's: where some columns
    are sorted and others are not, judgements slip to other pupils.

    Args:
        sheet: the sheet it is of.
        source: the file's bytes, and the name it was given.
        classes: the classes the person may change; None for all.
    """
    collection = load_collection(sheet.year)
    read = read_sheet(source, load_profile(), collection, judgements_only=True)
    refused = read.faults.filter(pl.col("fault") != "repaired")
    if refused.height:
        return ReadBack(fault=" ".join(refused["reason"]))
    members = members_of(sheet, sheet.cohort.values_list("pk", flat=True), classes)
    by_upn = {one.pupil.upn: one for one in members.values() if one.pupil.upn}
    kept = kept_cells(members)
    matched, unmatched = _matched(read, by_upn)
    change, same = [], 0
    for number, subject, text in _judgements(read):
        if number not in matched:
            continue
        stored = kept.get((matched[number], subject))
        cell = Cell(
            pupil=matched[number],
            subject=subject,
            code=spelled(text, subject, collection),
            version=stored.version if stored else 0,
            before=stored.code if stored else "",
        )
        if cell.code == cell.before:
            same += 1
        else:
            change.append(cell)
    wanted = [
        Change(pupil=one.pupil, subject=one.subject, code=one.code, seen=one.version)
        for one in change
    ]
    forbidden = refusals(sheet, members, wanted)
    return ReadBack(
        change=tuple(one for one in change if one.key not in forbidden),
        refused=tuple(forbidden.values()),
        same=same,
        unmatched=unmatched,
        repaired=tuple(read.faults["reason"]),
    )


@transaction.atomic
def note_copy(sheet: Sheet, *, form: str, pupils: int, by: By) -> None:
    """Write that a copy of a sheet left the service, as a file or on paper."""
    record(
        "sheet copied",
        by=by,
        organisation=sheet.school,
        year=sheet.year,
        after={"form": form, "pupils": pupils, "version": sheet.content_version},
    )


def _matched(
    read: ReturnSet, by_upn: dict[str, CohortPupil]
) -> tuple[dict[int, int], tuple[Unmatched, ...]]:
    """The cohort pupil of each pupil of the file, and the lines of nobody."""
    rows = [
        (number, line, (upn or "").strip().upper(), Facts(surname=surname, forename=forename))
        for number, line, upn, surname, forename in read.pupils.select(
            "pupil", "line", "upn", "surname", "forename"
        ).iter_rows()
    ]
    often = Counter(upn for _, _, upn, _ in rows)
    matched, unmatched = {}, []
    for number, line, upn, named in rows:
        if not upn:
            why = "The line has no UPN."
        elif often[upn] > 1:
            why = "The UPN is in the file more than once."
        elif upn not in by_upn:
            why = "No pupil you may change has this UPN."
        elif _is_anothers(named, by_upn[upn]):
            why = "The name beside this UPN is another pupil's: columns may have slipped."
        else:
            matched[number] = by_upn[upn].pk
            continue
        unmatched.append(Unmatched(line=line, upn=upn, why=why))
    return matched, tuple(unmatched)


def _is_anothers(named: Facts, member: CohortPupil) -> bool:
    """Whether the name of a line is quite another than that of the pupil with its UPN."""
    kept = Facts().changed({name: getattr(member.pupil, name) or None for name in NAMES})
    found = compared(named, kept)
    alike = found.surname_alike or found.forename_alike
    return "other" in {found.surname, found.forename} and not alike


def _judgements(read: ReturnSet) -> Iterator[tuple[int, str, str]]:
    rows = read.results.join(read.slots.select("slot", "measure"), on="slot")
    kept = rows.filter(pl.col("result").str.strip_chars() != "")
    yield from kept.select("pupil", "measure", "result").iter_rows()
