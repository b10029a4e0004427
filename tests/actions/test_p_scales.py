"""P scales beside judgements, in the years whose collection had them: kept, checked, sent."""

import pytest
from lxml import etree

from keystage.actions import packs
from keystage.actions.by import By
from keystage.actions.returns import findings_of
from keystage.actions.sending import exporting
from keystage.actions.sheets.cells import Change, Saved
from keystage.actions.sheets.filling import undo
from keystage.actions.sheets.saving import save_cells
from keystage.actions.sheets.scales import scaled_of
from keystage.store.models import CohortPupil, Judgement, Organisation, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_2018(school: Organisation, pupils: list[Pupil], lead: Person) -> Sheet:
    """A sheet of a year with P scales; its first pupil works below the tests."""
    sheet = packs.load(school=school, year=2018, by=By(lead))
    sheet.cohort.update(reading="registered", gps="registered", maths="registered")
    first = sheet.cohort.get(pupil=pupils[0])
    first.reading = first.maths = first.gps = "below"
    first.save()
    return sheet


@pytest.fixture
def first(of_2018: Sheet) -> CohortPupil:
    return of_2018.cohort.get(reading="below")


def save(sheet: Sheet, member: CohortPupil, code: str, scale: str | None, by: Person) -> Saved:
    kept = Judgement.objects.filter(cohort_pupil=member, subject="reading").first()
    seen = kept.version if kept else 0
    change = Change(pupil=member.pk, subject="reading", code=code, seen=seen, p_scale=scale)
    return save_cells(sheet, [change], by=By(by), classes=None)


def scale_of(member: CohortPupil) -> str:
    return member.judgements.get(subject="reading").p_scale


def test_a_p_scale_is_kept_as_the_lists_write_it_and_has_a_history(
    of_2018: Sheet, first: CohortPupil, lead: Person
) -> None:
    assert save(of_2018, first, "BLW", None, lead).whole
    assert save(of_2018, first, "BLW", " p3II ", lead).whole

    assert scale_of(first) == "P3ii"
    last = first.judgements.get(subject="reading").changes.last()
    assert last is not None
    assert (last.before, last.after, last.p_scale_before, last.p_scale_after) == (
        "BLW", "BLW", "", "P3ii",
    )  # fmt: skip
    assert [one.judgement.p_scale for one in scaled_of(of_2018)] == ["P3ii"]


def test_another_code_takes_the_p_scale_away_and_undoing_brings_it_back(
    of_2018: Sheet, first: CohortPupil, lead: Person
) -> None:
    save(of_2018, first, "BLW", "P4", lead)
    assert save(of_2018, first, "BLW", None, lead).unchanged

    changed = save(of_2018, first, "PKF", None, lead)
    assert scale_of(first) == ""
    assert changed.batch is not None
    undo(of_2018, changed.batch, by=By(lead), classes=None)

    assert scale_of(first) == "P4"


def test_what_is_no_p_scale_of_the_year_is_refused(
    of_2018: Sheet, first: CohortPupil, lead: Person
) -> None:
    (refused,) = save(of_2018, first, "BLW", "P9", lead).refused

    assert refused.what == "P9 is no P scale of 2018."
    assert "NOTSEN" in refused.todo
    assert not Judgement.objects.exists()


def test_the_check_asks_for_the_p_scale_and_is_content_with_it(
    of_2018: Sheet, first: CohortPupil, lead: Person
) -> None:
    save(of_2018, first, "BLW", None, lead)
    assert "TA-402" in findings_of(of_2018).frame["code"].to_list()

    save(of_2018, first, "BLW", "P1i", lead)

    found = findings_of(of_2018).frame.filter(upn=first.pupil.upn)["code"].to_list()
    assert "TA-402" not in found
    assert "TA-401" not in found


def test_the_p_scale_is_sent_as_a_row_behind_its_judgement(
    of_2018: Sheet, first: CohortPupil, lead: Person
) -> None:
    save(of_2018, first, "BLW", "P2ii", lead)

    made = exporting.draft(of_2018).made

    rows = etree.fromstring(made.content).iterfind(".//StageAssessment")
    assert [row.findtext("Result") for row in rows] == ["BLW", "P2ii"]
    assert made.check is not None
    codes = made.check.findings.frame["code"].to_list()
    assert "TA-402" not in codes


def test_a_year_without_p_scales_keeps_none(sheet: Sheet, lead: Person) -> None:
    member = sheet.cohort.earliest("pk")
    change = Change(pupil=member.pk, subject="writing", code="PK2", seen=0, p_scale="P4")

    assert save_cells(sheet, [change], by=By(lead), classes=None).whole
    assert member.judgements.get().p_scale == ""
    assert scaled_of(sheet) == []
