"""Where a person begins: organisations, seasons, tasks."""

from datetime import UTC, datetime, timedelta

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.test import Client
from django.utils import timezone
from files_of_tests import Gate, row_of, sheet_file
from register_of_tests import enter, filled

from keystage.actions.by import By
from keystage.actions.gateway.standing.states import close
from keystage.actions.register.arrangements import propose, withdraw
from keystage.actions.roll.closing import submit_registrations
from keystage.actions.season.dates import Season
from keystage.actions.season.versions import Said, SeasonDate
from keystage.statute.season import Event
from keystage.store.models import Moderation, Organisation, Person, Pupil, Sheet
from keystage.web.home import views
from keystage.web.home.task import Facts

pytestmark = pytest.mark.django_db
TASKS = "/school/900003/2026/"


def test_the_start_page_is_for_everybody(client: Client) -> None:
    assert "Sign in" in client.get("/").text


def test_the_service_says_that_it_lives_and_is_ready(client: Client) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_nobody_sees_tasks_without_signing_in(client: Client, school: Organisation) -> None:
    response = client.get(TASKS)

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_a_person_is_shown_only_their_own_organisations(
    as_person: AsPerson, headteacher: Person, other_school: Organisation
) -> None:
    text = as_person(headteacher).get("/choose/").text

    assert "Storybook Lane" in text
    assert "headteacher" in text
    assert "Riddle Road" not in text


def test_somebody_whose_role_has_ended_is_told_whom_to_ask(
    as_person: AsPerson, person: MakePerson, school: Organisation
) -> None:
    assert "You have no role" in as_person(person("", school)).get("/choose/").text


def test_a_season_without_a_sheet_begins_with_its_codes(
    as_person: AsPerson, headteacher: Person
) -> None:
    text = as_person(headteacher).get(TASKS).text

    assert "Load the codes and rules" in text
    assert "2025 to 2026" in text


def test_a_stranger_learns_nothing_and_a_colleague_is_told_why(
    as_person: AsPerson, stranger: Person, governor: Person
) -> None:
    assert as_person(stranger).get(TASKS).status_code == 404
    forbidden = as_person(governor).get(TASKS)
    assert forbidden.status_code == 403


def test_an_unknown_school_looks_like_one_of_others(
    as_person: AsPerson, headteacher: Person, other_school: Organisation
) -> None:
    client = as_person(headteacher)
    unknown, others = client.get("/school/999999/2026/"), client.get("/school/900004/2026/")

    assert unknown.status_code == others.status_code == 404
    assert unknown.text.replace("999999", "") == others.text.replace("900004", "")


def test_everybody_is_led_to_a_page_that_opens(
    as_person: AsPerson,
    person: MakePerson,
    school: Organisation,
    governor: Person,
    resulted_sheet: Sheet,
) -> None:
    reader = person("school_reader", school, given=["see_results"])
    for who, href in (
        (person("headteacher", school), "/school/900003/"),
        (person("inspector", school, ends_on=timezone.localdate()), "/school/900003/"),
        (reader, "/school/900003/2026/results/"),
    ):
        client = as_person(who)
        text = client.get("/choose/").text
        assert f'href="{href}"' in text
        assert client.get(href).status_code == 200

    client = as_person(governor)
    assert 'href="/school/900003/2026/figures/"' in client.get("/choose/").text
    assert client.get("/school/900003/2026/figures/").status_code == 200

    text = as_person(person("school_reader", school)).get("/choose/").text
    assert "Your role opens none of its pages here" in text
    assert 'href="/school' not in text


def test_the_tasks_say_the_true_state_of_the_return(
    as_person: AsPerson, office: Person, gate: Gate, judged_sheet: Sheet, pupils: list[Pupil]
) -> None:
    client = as_person(office)
    assert "Not yet submitted: no file has been received." in client.get(TASKS).text
    rows = [row_of(pupil) for pupil in pupils]

    gate.take(sheet_file(rows[:5]))
    assert "Not yet submitted: 1 expected pupil is missing." in client.get(TASKS).text
    gate.take(sheet_file(rows))

    text = client.get(TASKS).text
    assert "Accepted: every expected pupil was received complete." in text
    assert "Not yet submitted" not in text
    close(gate.kept, reason="The deadline.", by=gate.second)
    assert "Closed. Every expected pupil was received complete." in client.get(TASKS).text
    assert judged_sheet.cohort.count() == len(rows)


def test_the_tasks_follow_the_season(
    as_person: AsPerson, office: Person, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(office)
    now = timezone.now()

    def dates(_: object, year: int) -> Season:
        return Season(organisation=None, year=year, dates=tuple(map(of, Event)))

    def of(event: Event) -> SeasonDate:
        moment = now + timedelta(days=days[event]) if event in days else None
        said = () if moment is None else (Said(moment=moment, on=None, by="A guide"),)
        return SeasonDate(event=event, moment=moment, versions=said)

    monkeypatch.setattr(views, "season_of", dates)
    days = {
        Event.TESTS_FIRST: 40,
        Event.ARRANGEMENTS_DUE: 3,
        Event.TA_OPENS: 50,
        Event.TA_CLOSES: 70,
        Event.RESULTS_TO_SCHOOLS: 90,
    }
    before = client.get(TASKS).text
    assert "The tests begin on" in before
    assert "3 days left" in before
    assert "Results come on" in before
    assert "Reviews of marking" not in before

    days |= {event: value - 91 for event, value in days.items()}
    days[Event.REVIEWS_CLOSE] = 0
    after = client.get(TASKS).text
    assert "codes are missing" in after
    assert "ago." in after
    assert "today is the last day" in after
    assert "Reviews of marking" in after
    assert sheet.cohort.count() == 6


def test_moderation_is_a_task_once_the_school_may_know(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    found = Moderation.objects.create(
        school=sheet.school, year=2026, chosen_at=timezone.now(), chosen_by=office
    )
    client = as_person(office)
    assert "Your writing is moderated" not in client.get(TASKS).text

    found.told_at = timezone.now()
    found.save()

    assert "Your writing is moderated. The return waits for it." in client.get(TASKS).text


def test_registrations_are_done_when_the_school_says_so_also_without_pupils(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    assert (
        "Every pupil has one for each test. They are not submitted yet." in client.get(TASKS).text
    )
    submit_registrations(sheet, by=By(office))
    assert "Every pupil has one for each test. They are submitted." in client.get(TASKS).text

    sheet.cohort.all().delete()
    submit_registrations(sheet, no_pupils=True, by=By(office))

    assert "No pupils this year." in client.get(TASKS).text


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2027, 6, 18, 11, 0, tzinfo=UTC), "Due by 18 June 2027 at midday:"),
        (datetime(2027, 6, 18, 22, 59, tzinfo=UTC), "Due by 18 June 2027:"),
    ],
)
def test_a_deadline_at_a_time_of_the_day_is_told_with_it(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch, moment: datetime, said: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 6, 10, tzinfo=UTC))
    assert said in Facts(sheet=sheet, dates=closing_at(sheet, moment)).due(Event.TA_CLOSES)


def closing_at(sheet: Sheet, moment: datetime) -> Season:
    """A season of which nothing but the last day for sending is known."""
    said = Said(moment=moment, on=None, by="A guide")
    one = SeasonDate(event=Event.TA_CLOSES, moment=moment, versions=(said,))
    return Season(organisation=sheet.school, year=2026, dates=(one,))


def test_what_was_due_earlier_today_is_not_said_to_be_due_still(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2026, 6, 19, 11, 0, tzinfo=UTC)
    for seconds, words in ((59, "today is the last day"), (60, "It was due today")):
        monkeypatch.setattr(timezone, "now", lambda late=seconds: noon + timedelta(seconds=late))
        told = Facts(sheet=sheet, dates=closing_at(sheet, noon)).due(Event.TA_CLOSES)
        assert words in told


def test_a_full_register_with_a_contradiction_waits_for_nobody_to_confirm_it(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    filled(sheet, office)
    assert "A second person has to confirm the register" in as_person(office).get(TASKS).text

    enter(sheet, office, "Ashby", "reading", "B")

    assert "1 contradiction is to be solved" in as_person(office).get(TASKS).text


def test_arrangements_taken_back_are_not_counted(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    member = sheet.cohort.get(pupil__surname="Ashby").pk
    made = propose(sheet, member=member, sort="scribe", by=By(office))
    told = "1 arrangement is to be decided, or to be told to the agency"
    assert told in as_person(office).get(TASKS).text

    withdraw(sheet, made.pk, seen=1, by=By(office))

    assert "Enter what a pupil needs" in as_person(office).get(TASKS).text
