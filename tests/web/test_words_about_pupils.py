"""Free words, in which a pupil may be named, are shown to those who may see pupils."""

from datetime import timedelta

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.utils import timezone

from keystage.store.models import Organisation, Person, ReturnFile, Sheet

pytestmark = pytest.mark.django_db
REASON = "Chidi Okonkwo joined after the tests"


@pytest.fixture
def page_of_file(sheet: Sheet, headteacher: Person) -> str:
    """The page of a file of which somebody was left out, for a reason."""
    made = ReturnFile.objects.create(
        sheet=sheet,
        profile="return",
        serial=1,
        name="9990301_CTF_NAALLLL_001.xml",
        sha256="0" * 64,
        content=b"<CTfile/>",
        counts={"in_file": 5, "processed": 5, "not_exported": 0, "left_out": 1},
        content_version=1,
        made_at=timezone.now(),
        made_by=headteacher,
        accepted_by=headteacher,
        accepted_because=REASON,
    )
    return f"/school/900003/2026/files/{made.pk}/"


def test_why_somebody_was_left_out_of_a_file_is_told_to_those_who_make_files(
    as_person: AsPerson, office: Person, page_of_file: str
) -> None:
    assert REASON in as_person(office).get(page_of_file).text


@pytest.mark.parametrize("role", ["trust_analyst", "auditor", "authority_officer"])
def test_why_somebody_was_left_out_of_a_file_is_not_told_to_those_who_only_count_files(
    as_person: AsPerson,
    person: MakePerson,
    school: Organisation,
    trust: Organisation,
    authority: Organisation,
    page_of_file: str,
    role: str,
) -> None:
    where = {"trust_analyst": trust, "authority_officer": authority}.get(role, school)
    who = person(role, where, ends_on=timezone.localdate() + timedelta(days=1))
    page = as_person(who).get(page_of_file)

    assert page.status_code == 200
    assert "Left out because" in page.text
    assert REASON not in page.text


def test_dates_of_the_exception_log_are_written_as_on_every_page(
    as_person: AsPerson, office: Person, page_of_file: str
) -> None:
    line = {"surname": "Okonkwo", "forename": "Chidi", "birth_date": "2015-01-03", "matters": True}
    rest = {"upn": "", "sex": "M", "message": "Not sent.", "file": "x.xml", "accepted": ""}
    ReturnFile.objects.update(exceptions=[line | rest, line | rest | {"birth_date": None}])
    text = as_person(office).get(page_of_file).text

    assert "3 January 2015" in text
    assert "2015-01-03" not in text
