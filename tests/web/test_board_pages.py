"""The board of an authority: returns, deadlines, moderation, reminders, and files of the table."""

import csv
import io
from datetime import timedelta
from time import process_time

import openpyxl
import pytest
from cast_of_tests import YEAR, AsPerson, MakePerson
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pages_of_tests import hidden
from returns_of_tests import with_return

from keystage.actions import jobs
from keystage.actions.stages import Stage, State, schools_of, stages_of
from keystage.store.models import (
    Attendance,
    DateChange,
    Declaration,
    Job,
    Message,
    Moderation,
    Organisation,
    Person,
    RegisterConfirmation,
    SchoolReturn,
    Sheet,
)

pytestmark = pytest.mark.django_db
THERE = "/authority/999/2026/"


def received(school: Organisation) -> SchoolReturn:
    return with_return(
        school, "received", expected=6, complete=4, incomplete=1, unexpected=0, missing=1
    )


def body(text: str) -> str:
    return text.partition("<tbody")[2].partition("</tbody")[0]


def test_the_return_is_told_with_its_expected_numbers(
    as_person: AsPerson, person: MakePerson, officer: Person, signed_sheet: Sheet,
    authority: Organisation,
) -> None:  # fmt: skip
    received(signed_sheet.school)
    text = body(as_person(officer).get(THERE).text)
    assert "Received: 4 of 6" in text
    moderator = person("authority_moderator", authority)
    without = body(as_person(moderator).get(THERE).text)
    assert "4 of 6" not in without
    assert "Received" in without


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("sent=not_submitted", "Riddle Road", ""),
        ("sent=received", "Storybook", "Riddle Road"),
        ("sent=not_started", "Riddle Road", "Storybook"),
        ("sent=overdue", "Storybook", ""),
        ("moderation=held", "Riddle Road", "Storybook"),
        ("moderation=moderated", "Riddle Road", "Storybook"),
        ("waits=roll", "Riddle Road", "Storybook"),
    ],
)
def test_filters_find_who_is_to_be_chased(
    as_person: AsPerson, officer: Person, judged_sheet: Sheet, other_school: Organisation,
    query: str, shown: str, hidden: str,
) -> None:  # fmt: skip
    received(judged_sheet.school)
    now = timezone.now()
    Moderation.objects.create(
        school=other_school, year=YEAR, chosen_at=now, chosen_by=officer, told_at=now
    )
    text = body(as_person(officer).get(f"{THERE}?{query}").text)

    assert shown in text
    assert not hidden or hidden not in text


def test_an_authoritys_own_earlier_day_makes_its_schools_overdue(
    as_person: AsPerson, officer: Person, authority: Organisation, trust: Organisation,
    person: MakePerson, sheet: Sheet, other_school: Organisation,
) -> None:  # fmt: skip
    nation = Organisation.objects.create(kind="national", code="N1", name="Agency")
    now = timezone.now()
    elsewhere = Organisation.objects.create(kind="authority", code="998", name="Riddleshire")
    Organisation.objects.filter(pk=other_school.pk).update(authority=elsewhere, trust=trust)
    for body_of, moment in (
        (nation, now + timedelta(days=9)),
        (authority, now - timedelta(days=1)),
    ):
        DateChange.objects.create(
            organisation=body_of, year=YEAR, event="ta_closes", moment=moment, reason="A reason",
            at=now, by=officer,
        )  # fmt: skip
    found = {one.school.code: one for one in stages_of(schools_of(trust), YEAR)}
    assert {code: one.overdue for code, one in found.items()} == {"900003": True, "900004": False}

    text = as_person(officer).get(THERE).text
    assert "Returns were due on" in text
    assert "Overdue" in body(text)
    analyst = person("trust_analyst", trust)
    both = as_person(analyst).get("/trust/T001/2026/").text
    assert "Returns were due" not in both
    assert body(both).count("<br>Due ") == 2


def test_the_register_and_the_declaration_are_steps(sheet: Sheet, headteacher: Person) -> None:
    def states() -> tuple[State, State]:
        (one,) = stages_of(schools_of(sheet.school.authority), YEAR)  # type: ignore[arg-type]
        return one.states[Stage.REGISTER], one.states[Stage.DECLARED]

    now = timezone.now()
    assert states() == (State.NOT_YET, State.NOT_YET)
    Attendance.objects.create(
        cohort_pupil=sheet.cohort.all()[0], paper="reading", code="P", changed_at=now,
        changed_by=headteacher,
    )  # fmt: skip
    assert states() == (State.BEGUN, State.NOT_YET)
    confirmed = RegisterConfirmation.objects.create(sheet=sheet, seal="a", at=now, by=headteacher)
    declaration = Declaration.objects.create(
        sheet=sheet, outcome="confirmed", drafted_at=now, drafted_by=headteacher, seal="a"
    )
    assert states() == (State.DONE, State.BEGUN)
    Declaration.objects.filter(pk=declaration.pk).update(signed_at=now, signed_by=headteacher)
    assert states() == (State.DONE, State.DONE)
    RegisterConfirmation.objects.filter(pk=confirmed.pk).update(seal="b")
    assert states() == (State.DONE, State.BEGUN)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_the_table_is_taken_along_as_a_file(
    as_person: AsPerson, officer: Person, sheet: Sheet, form: str
) -> None:
    received(sheet.school)
    response = as_person(officer).get(f"{THERE}schools.{form}")
    assert response["Content-Disposition"].endswith(f'schools-999-2026.{form}"')
    if form == "csv":
        rows = list(csv.reader(io.StringIO(response.text)))
        assert rows[1][rows[0].index("Pupils missing")] == "1"
    elif form == "xlsx":
        cells = [
            [cell.value for cell in row]
            for row in openpyxl.load_workbook(io.BytesIO(response.content)).active.rows
        ]
        assert cells[1][cells[0].index("Pupils expected")] == 6
    else:
        assert response.content.startswith(b"PK")


def test_there_is_no_other_form_of_file(as_person: AsPerson, officer: Person) -> None:
    assert as_person(officer).get(f"{THERE}schools.pdf").status_code == 404


def test_one_press_reminds_one_school_and_its_line_says_so(
    as_person: AsPerson, officer: Person, sheet: Sheet
) -> None:
    client = as_person(officer)
    answer = client.post(f"{THERE}remind/one/", {"school": "900003"}, follow=True)
    assert "was reminded of what is left to do" in answer.text
    again = client.post(
        f"{THERE}remind/one/", {"school": "900003", "from_school": "1"}, follow=True
    )
    assert "was not reminded: reminded today already" in again.text
    assert "Otto Officer" in again.text
    assert Message.objects.filter(kind="nudge").count() == 1
    assert client.post(f"{THERE}remind/one/", {"school": "999999"}).status_code == 422


def test_all_that_are_shown_are_reminded_after_a_look_at_who_gets_what(
    as_person: AsPerson, officer: Person, sheet: Sheet, other_school: Organisation
) -> None:
    with_return(other_school, "accepted")
    client = as_person(officer)
    text = client.get(f"{THERE}remind/").text
    assert "Storybook Lane Primary School has still to do" in text
    assert "Nothing is left to do" in text
    assert not Message.objects.exists()

    key = hidden(text, "key")
    for _ in range(2):
        client.post(f"{THERE}remind/", {"key": key, "school": ["900003", "900004"]})
    job = Job.objects.get()
    jobs.run_job.call(str(job.pk))
    assert [one.receiver.code for one in Message.objects.all()] == ["900003"]
    assert "Nobody would be reminded" in client.get(f"{THERE}remind/?name=storybook").text


def test_a_school_of_nobody_here_has_no_line(
    as_person: AsPerson, officer: Person, sheet: Sheet
) -> None:
    client = as_person(officer)
    assert client.get(f"{THERE}schools/900003/").status_code == 200
    assert client.get(f"{THERE}schools/900004/").status_code == 404


def test_moderation_is_shown_to_who_may_see_it(
    as_person: AsPerson, person: MakePerson, officer: Person, sheet: Sheet, trust: Organisation
) -> None:
    now = timezone.now()
    Moderation.objects.create(
        school=sheet.school, year=YEAR, chosen_at=now, chosen_by=officer, told_at=now
    )
    with_return(sheet.school, "uploaded")
    assert "return held" in body(as_person(officer).get(THERE).text)
    assert "waits for the moderation visit" in body(as_person(officer).get(THERE).text)
    client = as_person(person("trust_analyst", trust))
    for place in ("", "schools.csv", "schools/900003/", "remind/"):
        assert "moderation" not in client.get(f"/trust/T001/2026/{place}").text.lower()


def test_six_hundred_schools_ask_as_little_as_ten_and_take_under_a_second(
    as_person: AsPerson, officer: Person, authority: Organisation
) -> None:
    def more(first: int, count: int) -> None:
        made = Organisation.objects.bulk_create(
            Organisation(
                kind="school", code=str(910000 + at), name=f"School {at}", number=f"999{at:04d}",
                authority=authority,
            )
            for at in range(first, first + count)
        )  # fmt: skip
        SchoolReturn.objects.bulk_create(
            SchoolReturn(school=one, year=YEAR, state="received", changed_at=timezone.now(),
                         expected=30, complete=20, incomplete=5, unexpected=1, missing=5)
            for one in made
        )  # fmt: skip
        Sheet.objects.bulk_create(
            Sheet(school=one, year=YEAR, loaded_at=timezone.now(), loaded_by=officer)
            for one in made
        )

    client = as_person(officer)
    more(0, 10)
    client.get(THERE)
    with CaptureQueriesContext(connection) as few:
        client.get(THERE)
    more(10, 590)
    begun = process_time()
    with CaptureQueriesContext(connection) as many:
        text = client.get(THERE).text
    assert "600 of 600 schools shown" in text
    assert len(many) == len(few)
    assert process_time() - begun < 2


def test_a_return_that_was_closed_with_pupils_missing_was_not_submitted(
    as_person: AsPerson, officer: Person, judged_sheet: Sheet, other_school: Organisation
) -> None:
    with_return(
        judged_sheet.school, "closed", expected=6, complete=4, incomplete=0, unexpected=0, missing=2
    )
    with_return(other_school, "accepted", expected=1, complete=1, incomplete=0, unexpected=0)
    page = as_person(officer).get(f"{THERE}?sent=not_submitted").text

    assert "Storybook" in body(page)
    assert "Riddle Road" not in body(page)
    assert "Not yet submitted, and closed: 2 missing" in page


def test_only_an_organisations_own_people_are_offered_to_remind(
    as_person: AsPerson, person: MakePerson, officer: Person, sheet: Sheet
) -> None:
    agency = Organisation.objects.create(kind="national", code="N1", name="Agency")
    operator = person("agency_operator", agency)
    for there in (THERE, f"{THERE}schools/900003/"):
        assert "Remind" in as_person(officer).get(there).text
        assert "Remind<" not in as_person(operator).get(there).text
        assert "Write to this school" not in as_person(operator).get(there).text
    assert sheet.year == YEAR


def test_a_return_that_was_received_in_part_is_not_yet_submitted(
    as_person: AsPerson, officer: Person, judged_sheet: Sheet
) -> None:
    received(judged_sheet.school)

    text = body(as_person(officer).get(THERE).text)

    assert "Not yet submitted: 1 missing, 1 incomplete" in text
