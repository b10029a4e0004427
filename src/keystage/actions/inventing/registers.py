"""Test week of invented schools: some are done, some in the middle, some contradict themselves."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import cycle

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.register import arrangements, confirming, declaring, entering
from keystage.actions.register.entering import Entry
from keystage.actions.register.register import Register, register_of
from keystage.actions.season.dates import season_of
from keystage.statute.register import TestRegister
from keystage.statute.register_loader import load_register
from keystage.statute.season import Event
from keystage.store.models import Declaration, Person, Sheet

ADDRESS = "invented"
#: Of so many pupils one has an access arrangement.
_EACH = 8


class Filled(StrEnum):
    """How far a school is with its attendance register."""

    DONE = "done"
    CONTRADICTION = "contradiction"
    ENTERED = "entered"
    BEGUN = "begun"


def fill(sheet: Sheet, people: Mapping[str, Person], how: Filled = Filled.DONE) -> None:
    """Fill the register in, as far as wanted; nothing happens before the tests are over.

    Where nothing else is wanted, every pupil was there. A register that contradicts itself has a
    pupil who was absent from one paper of a test alone. One that is done is confirmed by the head,
    who signs the declaration too.
    """
    if not season_of(sheet.school, sheet.year).passed(Event.TESTS_LAST):
        return
    register = register_of(sheet)
    office, head = By(people["office"], ADDRESS), By(people["headteacher"], ADDRESS)
    entering.set_codes(sheet, _entries(register, how), by=office)
    if how is not Filled.DONE:
        return
    try:
        confirming.confirm(sheet, by=head)
    except RefusedError:  # the invented pupils have something left to be looked at
        return
    outcome = Declaration.Outcome.CONFIRMED
    draft = declaring.draft(sheet, outcome=outcome, for_authority=True, by=office)
    declaring.sign(sheet, declaration=draft.pk, by=head)


def arrange(sheet: Sheet, people: Mapping[str, Person]) -> None:
    """Enter an access arrangement of every eighth pupil, of each class in its turn."""
    classes: dict[str, str] = {}
    for key, sort in load_register(sheet.year).arrangements.sorts.items():
        classes.setdefault(sort.kind, key)
    turns = cycle(classes.values())
    for member in sheet.cohort.filter(removed=False).order_by("pk")[::_EACH]:
        arrangements.propose(
            sheet,
            member=member.pk,
            sort=next(turns),
            evidence="The pupil works so in class.",
            by=By(people["office"], ADDRESS),
        )


def _entries(register: Register, how: Filled) -> list[Entry]:
    codes = register.book.attendance.codes
    there = next(key for key, one in codes.items() if one.script)
    absent = next(key for key, one in codes.items() if not one.script and not one.whole_test)
    part = _part_of_a_test(register.book)
    found, told = [], how is not Filled.CONTRADICTION
    for row in register.rows:
        for paper, cell in row.cells.items():
            if not cell.needed or (how is Filled.BEGUN and paper != next(iter(row.cells))):
                continue
            code = there
            if not told and paper == part:
                code, told = absent, True
            found.append(Entry(member=row.member.pk, paper=paper, code=code, seen=cell.version))
    return found


def _part_of_a_test(book: TestRegister) -> str:
    """The last paper of a test that has several."""
    return next(papers[-1] for _, papers in book.tests() if len(papers) > 1)
