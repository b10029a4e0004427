"""How the checking exercise stands: for the agency, an authority, a trust; and the queue."""

import pytest
from cast_of_tests import YEAR, AsPerson, MakePerson
from checking_of_tests import keep_rules, text_with_window
from django.utils import timezone
from scene_of_checking_desk import LEFT, sent_request
from scene_of_figures import figures_of

from keystage.store.models import (
    AuditEvent,
    DataConfirmed,
    FiguresRelease,
    Organisation,
    Person,
    Pupil,
)

pytestmark = pytest.mark.django_db
DESK = f"/national/N1/{YEAR}/checking/"
AUTHORITY = f"/authority/999/{YEAR}/checking/"
TRUST = f"/trust/T001/{YEAR}/checking/"


@pytest.fixture
def release(
    nation: Organisation, school: Organisation, operator: Person, pupils: list[Pupil]
) -> FiguresRelease:
    """The figures that schools check."""
    return figures_of(nation, school, operator, YEAR, stage="unamended")


@pytest.fixture
def requests(
    release: FiguresRelease, school: Organisation, other_school: Organisation, lead: Person
) -> None:
    """Of one school: a request that waits, one the rules refused and a draft. Of another: one."""
    sent_request(release, school, lead)
    late = LEFT | {"left_on": "2026-05-20"}
    sent_request(release, school, lead, answers=late, state="refused", decided_at=timezone.now())
    sent_request(release, school, lead, reference="", sent_at=None, state="draft")
    sent_request(release, other_school, lead, reason="died", state="agreed", decided_by=lead)


@pytest.mark.usefixtures("requests")
def test_the_desk_is_told_how_the_exercise_stands(
    as_person: AsPerson, operator: Person, release: FiguresRelease, school: Organisation
) -> None:
    DataConfirmed.objects.create(release=release, school=school, at=timezone.now(), by=operator)
    text = as_person(operator).get(DESK).text

    assert "1 request waits for a decision of the agency" in text
    assert "2026 unamended, version 1" in text
    assert "Storybook Lane" in text
    assert "Riddle Road" in text
    assert "Ashby" not in text
    silent = as_person(operator).get(f"{DESK}?which=confirmed").text
    assert "Riddle Road" not in silent


def test_schools_that_nobody_signed_in_for_are_counted_and_found(
    as_person: AsPerson,
    nation: Organisation,
    operator: Person,
    headteacher: Person,
    release: FiguresRelease,
) -> None:
    keep_rules(nation, operator, text_with_window())
    Person.objects.update(last_login=None)
    absent = f"{DESK}?which=absent"
    client = as_person(operator)
    assert "have not signed in since" in client.get(DESK).text
    assert "Storybook Lane" in client.get(absent).text
    headteacher.last_login = timezone.now()
    headteacher.save()
    assert release.pupils.count() == 1
    assert "No school fits" in client.get(absent).text


@pytest.mark.usefixtures("requests")
def test_the_file_of_schools_says_what_it_is_and_is_written_down(
    as_person: AsPerson, operator: Person
) -> None:
    text = as_person(operator).get(f"{DESK}schools.csv").text

    lines = text.splitlines()
    assert lines[0].endswith("Withdrawn,Data confirmed")
    assert "900004,Riddle Road Primary School,Storyshire,0,0,1,0,0,No" in lines
    assert "900003,Storybook Lane Primary School,Storyshire,1,0,0,1,0,No" in lines
    assert any(line.startswith("About: warning") for line in lines)
    assert AuditEvent.objects.filter(action="taken away", subject__startswith="checking-").exists()


@pytest.mark.usefixtures("requests")
def test_an_authority_sees_its_schools_and_their_word_and_a_trust_its_own_and_counts_alone(
    as_person: AsPerson, officer: Person, person: MakePerson, trust: Organisation
) -> None:
    own = as_person(officer).get(AUTHORITY).text
    assert "Riddle Road" in own
    assert "Not confirmed" in own
    assert f"{AUTHORITY}requests/" in own

    analyst = as_person(person("trust_analyst", trust))
    counts = analyst.get(TRUST).text
    assert "Storybook Lane" in counts
    assert "Riddle Road" not in counts
    assert "confirmed" not in counts.lower()
    assert f"{TRUST}requests/" not in counts
    assert analyst.get(f"{TRUST}requests/").status_code == 403
    assert "Riddle" not in analyst.get(f"{TRUST}schools.csv?which=confirmed").text


@pytest.mark.usefixtures("requests")
def test_the_queue_shows_what_was_sent_by_state_kind_reason_and_school(
    as_person: AsPerson, operator: Person
) -> None:
    client = as_person(operator)
    whole = client.get(f"{DESK}requests/").text
    assert whole.index("KS2-1-0000001") < whole.index("KS2-1-0000002")
    assert "KS2-1-0000004" in whole
    assert "The pupil has died" in whole
    assert "Ashby" not in whole
    for query, there, gone in (
        ("state=refused", "0000002", "0000001"),
        ("reason=died", "0000004", "0000001"),
        ("school=riddle", "0000004", "0000001"),
        ("held=nobody&kind=remove&state=scrutiny", "0000001", "0000004"),
    ):
        text = client.get(f"{DESK}requests/?{query}").text
        assert f"KS2-1-{there}" in text
        assert f"KS2-1-{gone}" not in text
    assert "No request fits" in client.get(f"{DESK}requests/?held=me").text
    lines = client.get(f"{DESK}requests.csv?state=refused").text.splitlines()
    assert lines[1].startswith("KS2-1-0000002,Storybook Lane Primary School,900003,Remove a pupil")
    assert "The rules" in lines[1]
