"""Whether a code may stand in a cell: asked of the checks, so that every door says the same."""

from collections.abc import Mapping, Sequence

import polars as pl
from django.utils import timezone

from keystage.actions.sheets.cells import Change, Key, Refused
from keystage.checks.returns.run import run_returns
from keystage.checks.returns.severity import Severity
from keystage.core.subjects import ASSESSED, Subject
from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.held import held_returns
from keystage.records.circumstances import Circumstances
from keystage.records.returns import EXPECTED
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Sheet

#: The checks that speak of one cell alone, whatever stands in the others.
OF_A_CELL = ("TA-401", "TA-405", "TA-419", "TA-425")
NOT_YOURS = "This pupil is not on the sheet you may change."


def spelled(text: str, subject: str, collection: Collection) -> str:
    """The code a person means: blanks around it and small letters do not matter."""
    typed = text.strip().upper()
    codes = {code.upper(): code for code in collection.codes(Subject(subject))}
    return codes.get(typed, typed)


def refusals(
    sheet: Sheet, members: Mapping[int, CohortPupil], changes: Sequence[Change]
) -> dict[Key, Refused]:
    """The changes that the year's codes or a pupil's registration forbid, each with its reason.

    What a check calls an error of the cell itself is refused. Taking a judgement out never is.

    Args:
        sheet: the sheet, with its school.
        members: the pupils the changes are about.
        changes: what is wanted, spelled as codes are.
    """
    asked = [change for change in changes if change.code]
    if not asked:
        return {}
    collection = load_collection(sheet.year)
    found = run_returns(
        held_returns(
            (_row(number, change) for number, change in enumerate(asked)),
            load_profile(),
            collection,
            school=sheet.school.number,
            name="mark sheet",
        ),
        collection,
        channel="sheet",
        expected=_expected(sheet, members, asked),
        circumstances=Circumstances(
            today=timezone.localdate(), own_school=sheet.school.number, signed=None
        ),
        listed=len(asked),
    ).frame.filter(
        pl.col("code").is_in(OF_A_CELL)
        & (pl.col("severity") == str(Severity.RED))
        & pl.col("pupil").is_not_null()
    )
    return {
        asked[number].key: Refused(
            pupil=asked[number].pupil,
            subject=asked[number].subject,
            wanted=asked[number].code,
            what=what,
            todo=todo,
            check=code,
        )
        for number, what, todo, code in found.select("pupil", "message", "todo", "code").iter_rows()
    }


def _row(number: int, change: Change) -> dict[str, object]:
    """A pupil with this one judgement, under a number of its own."""
    facts = ("surname", "forename", "birth_date", "sex", "former_upn", "left_on")
    return {
        "upn": str(number),
        **dict.fromkeys(facts),
        **{subject: change.code if subject == change.subject else "" for subject in ASSESSED},
    }


def _expected(
    sheet: Sheet, members: Mapping[int, CohortPupil], changes: Sequence[Change]
) -> pl.DataFrame:
    rows = []
    for number, change in enumerate(changes):
        member = members[change.pupil]
        tests = (member.reading or None, member.gps or None, member.maths or None)
        school = sheet.school.number
        rows.append((number, school, str(number), None, None, None, None, *tests, None, None))
    return pl.DataFrame(rows, schema=dict(EXPECTED), orient="row")
