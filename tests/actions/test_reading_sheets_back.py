"""A sheet that was filled in elsewhere: matched by heading and UPN, and looked at first."""

import pytest

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.reading_back import note_copy, read_back
from keystage.actions.sheets.saving import save_cells
from keystage.formats.ctf.given import NamedBytes
from keystage.store.models import AuditEvent, Judgement, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db


def csv(*lines: str) -> NamedBytes:
    return NamedBytes("filled.csv", "\n".join(lines).encode())


@pytest.fixture
def upn(pupils: list[Pupil]) -> dict[str, str]:
    """The UPN of each pupil by surname."""
    return {pupil.surname: pupil.upn for pupil in pupils}


def test_columns_and_lines_may_be_in_any_order(
    sheet: Sheet, upn: dict[str, str], lead: Person
) -> None:
    first = sheet.cohort.get(pupil__surname="Ashby")
    same = Change(pupil=first.pk, subject="science", code="EXS", seen=0)
    save_cells(sheet, [same], by=By(lead), classes=None)
    source = csv(
        "Science,Notes,KS2 writing,UPN",
        f"hnm,=1+1,wts,{upn['Zhang']}",
        f"EXS,,,{upn['Ashby']}",
    )

    read = read_back(sheet, source, classes=None)

    found = {(cell.subject, cell.code, cell.before) for cell in read.change}
    assert found == {("science", "HNM", ""), ("writing", "WTS", "")}
    assert (read.same, read.fault, read.unmatched) == (1, "", ())
    assert Judgement.objects.count() == 1


def test_lines_of_nobody_are_listed_with_a_reason(sheet: Sheet, upn: dict[str, str]) -> None:
    source = csv(
        "UPN,Writing",
        "Z999030129999,EXS",
        f"{upn['Zhang']},EXS",
        f"{upn['Ashby']},EXS",
        f"{upn['Ashby']},WTS",
        ",EXS",
    )

    read = read_back(sheet, source, classes=frozenset({"6A"}))

    assert read.change == ()
    whys = sorted(one.why for one in read.unmatched)
    assert whys == [
        "No pupil you may change has this UPN.",
        "No pupil you may change has this UPN.",
        "The UPN is in the file more than once.",
        "The UPN is in the file more than once.",
        "The line has no UPN.",
    ]


def test_a_line_with_the_name_of_another_pupil_is_of_nobody(
    sheet: Sheet, upn: dict[str, str]
) -> None:
    source = csv(
        "UPN,Surname,Forename,Writing",
        f"{upn['Ashby']},Patel,Anika,WTS",
        f"{upn['Patel']},Ashby,,WTS",
        f"{upn['Okonkwo']},Okonkwo,Chidiebere,EXS",
        f"{upn['Smith']},SMITH,Jo,EXS",
        f"{upn['Zhang']},,,EXS",
    )

    read = read_back(sheet, source, classes=None)

    assert [one.line for one in read.unmatched] == [2, 3]
    assert {one.why for one in read.unmatched} == {
        "The name beside this UPN is another pupil's: columns may have slipped."
    }
    assert len(read.change) == 3


def test_codes_the_checks_forbid_are_told_before(sheet: Sheet, upn: dict[str, str]) -> None:
    read = read_back(sheet, csv("UPN,Reading,Writing", f"{upn['Patel']},PK3,XX"), classes=None)

    assert sorted(one.check for one in read.refused) == ["TA-401", "TA-405"]
    assert read.change == ()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04nonsense", b"no,headings\n1,2", b"UPN,Notes\nA1,x", b"\x00\xff\xfe"]
)
def test_what_is_no_mark_sheet_is_refused_with_a_sentence(sheet: Sheet, data: bytes) -> None:
    assert read_back(sheet, NamedBytes("x.csv", data), classes=None).fault


def test_a_copy_is_recorded_without_a_pupil(sheet: Sheet, lead: Person) -> None:
    note_copy(sheet, form="xlsx", pupils=6, by=By(lead))

    event = AuditEvent.objects.get(action="sheet copied")
    assert event.after == {"form": "xlsx", "pupils": 6, "version": 1}
