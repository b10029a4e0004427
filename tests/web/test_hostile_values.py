"""Values no page of ours sends are refused in words, and never break a page."""

from typing import Any

import pytest
from cast_of_tests import AsPerson

from keystage.store.models import Job, Judgement, Person, ReturnFile, Sheet
from keystage.web.fields import whole

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/"
LARGE, HUGE = "9" * 30, "9" * 5000


@pytest.mark.parametrize("number", [LARGE, HUGE, "-1", "٣", ""])
def test_a_report_is_asked_for_by_a_number_a_row_can_have(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet, number: str
) -> None:
    answer = as_person(office).post(f"{HERE}reports/", {"pupil": [number]})

    assert "Select at least one pupil" in answer.text
    assert not Job.objects.exists()


@pytest.mark.parametrize("number", [LARGE, HUGE, "-1", "x"])
def test_a_file_for_the_next_school_is_asked_for_by_numbers_rows_can_have(
    as_person: AsPerson, office: Person, sheet: Sheet, number: str
) -> None:
    assert as_person(office).post(f"{HERE}files/transfer/", {"pupil": [number]}).status_code == 200
    assert not ReturnFile.objects.exists()


@pytest.mark.parametrize("number", [LARGE, HUGE, "-1"])
def test_a_registration_of_no_version_changes_nothing(
    as_person: AsPerson, office: Person, sheet: Sheet, number: str
) -> None:
    key = sheet.cohort.earliest("pk").pk
    given = {f"seen-{key}": number, f"reading-{key}": ""}
    answer = as_person(office).post(f"{HERE}pupils/registration/", given)

    assert answer.status_code in {302, 409}
    assert sheet.cohort.get(pk=key).reading == "registered"


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_record_is_read_from_the_first_day_to_the_last(
    as_person: AsPerson, headteacher: Person, sheet: Sheet, year: str
) -> None:
    dates = {
        f"{name}_{part}": value
        for name, day, month in (("since", "1", "1"), ("until", "31", "12"))
        for part, value in (("day", day), ("month", month), ("year", year))
    }

    assert as_person(headteacher).get(f"{HERE}oversight/", dates).status_code == 200


@pytest.mark.parametrize("code", ["\\ud800", "\\u0000", "x" * 5000, "<b>"])
def test_a_code_that_is_none_is_refused_in_words(
    as_person: AsPerson, office: Person, sheet: Sheet, code: str
) -> None:
    cell = f"{sheet.cohort.earliest('pk').pk}-writing"
    body = f'{{"changes": [{{"cell": "{cell}", "code": "{code}", "seen": 0}}]}}'
    answer: Any = as_person(office).post(
        f"{HERE}sheet/cells/", body, content_type="application/json"
    )

    assert len(answer.json()["refused"]) == 1
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("whose", ['"{other}"', "{own}", "[]", '"x"'])
def test_what_another_persons_page_holds_is_not_saved(
    as_person: AsPerson, office: Person, lead: Person, sheet: Sheet, whose: str
) -> None:
    cell = f"{sheet.cohort.earliest('pk').pk}-writing"
    said = whose.format(other=lead.pk, own=office.pk)
    body = f'{{"changes": [{{"cell": "{cell}", "code": "EXS", "seen": 0}}], "person": {said}}}'
    path = f"{HERE}sheet/cells/"
    answer = as_person(office).post(path, body, content_type="application/json")

    assert answer.status_code == 403
    assert not Judgement.objects.exists()


@pytest.mark.parametrize(
    "path", ["/school/%00/2026/", f"{HERE}sheet/sign/class/?class=%00", "/invitation/a%00/"]
)
def test_an_address_with_a_sign_that_no_text_has_is_refused(
    as_person: AsPerson, headteacher: Person, sheet: Sheet, path: str
) -> None:
    answer = as_person(headteacher).get(path)

    assert answer.status_code == 400
    assert "We could not read what was sent" in answer.text


def test_a_number_that_no_row_has_is_none() -> None:
    assert [whole(text) for text in ("0", "12", LARGE, HUGE, "", "-1", "1.0", "²")] == [
        0, 12, None, None, None, None, None, None
    ]  # fmt: skip
