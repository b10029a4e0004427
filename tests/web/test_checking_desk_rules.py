"""The rules of requests at the desk: in plain words, edited, approved by another, rolled back."""

import pytest
from cast_of_tests import PASSWORD, YEAR, AsPerson, MakePerson
from scene_of_checking_desk import LEFT, sent_request
from scene_of_figures import figures_of

from keystage.actions.rule_books import in_force
from keystage.statute.checking_loader import checking_document
from keystage.store.models import AuditEvent, CheckingRules, Organisation, Person

pytestmark = pytest.mark.django_db
RULES = f"/national/N1/{YEAR}/checking/rules/"
EDIT = f"{RULES}edit/"
TEXT = checking_document(YEAR).text
RULE = 'id = "EHE-1", when = "left_after_tests_began", outcome = '
MILDER = TEXT.replace(f'{RULE}"refuse"', f'{RULE}"scrutiny"')


@pytest.fixture
def colleague(person: MakePerson, nation: Organisation) -> Person:
    return person("agency_operator", nation, name="Cora Colleague")


def test_the_rules_in_force_are_told_in_plain_words(as_person: AsPerson, operator: Person) -> None:
    text = as_person(operator).get(RULES).text

    assert "version 1 (2026-1)" in text
    assert "The pupil left the roll, [Left the roll], after the first day of the tests, " in text
    assert "11 May 2026" in text
    assert "PLE-1" in text
    assert "All of these hold:" in text
    assert "Nobody: shipped with the service" in text


def test_a_year_without_rules_says_why(as_person: AsPerson, operator: Person) -> None:
    text = as_person(operator).get(RULES.replace(str(YEAR), "2025")).text

    assert "the rules by which requests of 2025 were decided were not found" in text
    assert "Edit the rules" in text


def test_an_edit_is_looked_through_with_lines_before_it_is_kept(
    as_person: AsPerson, operator: Person
) -> None:
    client = as_person(operator)
    assert 'version = "2026-1"' in client.get(EDIT).text.replace("&#34;", '"')
    broken = TEXT.replace('when = "left_after_tests_began"', 'when = "left_befor"', 1)
    assert broken != TEXT
    answer = client.post(EDIT, {"text": broken, "look": "yes"})
    assert answer.status_code == 422
    assert "which is not known" in answer.text
    assert "line " in answer.text
    unread = client.post(EDIT, {"text": "[rules\n", "propose": "yes", "why": "A try."})
    assert unread.status_code == 422
    assert "<title>Error: Edit the rules" in unread.text
    assert "is not valid TOML" in unread.text
    looked = client.post(EDIT, {"text": MILDER.replace("\n", "\r\n"), "look": "yes"})
    assert looked.status_code == 200
    assert "a request was refused and is looked at by a person" in looked.text
    assert client.post(EDIT, {"text": MILDER, "propose": "yes", "why": ""}).status_code == 422
    assert "what the rules in force say" in client.post(
        EDIT, {"text": TEXT, "propose": "yes", "why": "A try."}
    ).text  # fmt: skip
    assert not CheckingRules.objects.exists()


def test_rules_are_edited_approved_by_another_and_rolled_back(
    as_person: AsPerson, operator: Person, colleague: Person
) -> None:
    assert MILDER != TEXT
    first = as_person(operator)
    sent = {"text": MILDER, "propose": "yes", "why": "Ministers decided so."}
    text = first.post(EDIT, sent, follow=True).text
    assert "another person has to approve it" in text
    assert "Ministers decided so." in text
    assert "Reason “The pupil is educated at home by choice”, branch EHE-1" in text
    first.post("/account/reauthenticate/", {"password": PASSWORD})
    assert (
        "another person must approve it"
        in first.post(f"{RULES}2/approve/", {"against": "1"}, follow=True).text
    )
    assert in_force(YEAR).number == 1

    second = as_person(colleague)
    assert "Put version 2 into force" in second.get(f"{RULES}2/").text
    second.post("/account/reauthenticate/", {"password": PASSWORD})
    assert second.post(f"{RULES}2/approve/").status_code == 400
    told = second.post(f"{RULES}2/approve/", {"against": "1"}, follow=True).text
    assert "Version 2 is in force" in told
    assert in_force(YEAR).number == 2

    back = f"{RULES}1/back/"
    assert "was looked at by a person and is refused" in second.get(back).text
    assert second.post(back, {"why": ""}).status_code == 422
    assert "Version 3" in second.post(back, {"why": "It was wrong."}, follow=True).text
    first = as_person(operator)
    first.post("/account/reauthenticate/", {"password": PASSWORD})
    first.post(f"{RULES}3/approve/", {"against": "2"})
    assert in_force(YEAR).text == TEXT
    whole = first.get(RULES).text
    assert whole.index("Version 3") < whole.index("Version 2")
    assert "Was in force" in whole


def test_a_proposed_version_is_discarded(
    as_person: AsPerson, operator: Person, colleague: Person
) -> None:
    client = as_person(operator)
    client.post(EDIT, {"text": MILDER, "propose": "yes", "why": "A try."})
    other = as_person(colleague)
    assert "Discard this version" in other.get(f"{RULES}2/").text
    page = f"{RULES}2/discard/"
    assert other.post(page, {"why": ""}).status_code == 422
    text = other.post(page, {"why": "Not wanted."}, follow=True).text
    assert "Not wanted." in text
    assert "Put version 2 into force" not in text
    assert "Discarded by Cora Colleague" in other.get(RULES).text
    assert other.get(page).status_code == 422


def test_a_version_is_a_file_to_keep_and_its_leaving_is_written_down(
    as_person: AsPerson, operator: Person
) -> None:
    answer = as_person(operator).get(f"{RULES}1/text/")

    assert answer.content.decode() == TEXT
    assert AuditEvent.objects.filter(action="taken away", subject__contains="version-1").exists()
    assert as_person(operator).get(f"{RULES}9/").status_code == 404


def test_a_statistician_reads_the_rules_and_changes_none(
    as_person: AsPerson, person: MakePerson, nation: Organisation
) -> None:
    client = as_person(person("statistician", nation))

    assert "Edit the rules" not in client.get(RULES).text
    assert "Back" not in client.get(RULES).text
    assert "Go back to this version" not in client.get(f"{RULES}1/").text
    assert client.get(EDIT).status_code == 403
    assert client.post(f"{RULES}1/approve/").status_code == 403


@pytest.mark.usefixtures("pupils")
def test_an_edit_tells_which_requests_would_be_decided_otherwise(
    as_person: AsPerson, operator: Person, nation: Organisation, school: Organisation, lead: Person
) -> None:
    release = figures_of(nation, school, operator, YEAR, stage="unamended")
    late = LEFT | {"left_on": "2026-05-20"}
    moved = sent_request(release, school, lead, answers=late, state="refused")
    stays = sent_request(release, school, lead)
    text = as_person(operator).post(EDIT, {"text": MILDER, "look": "yes"}).text

    assert "1 request of 2 would be decided otherwise" in text
    assert "1 request fewer would be refused by the rules" in text
    assert moved.reference in text
    assert stays.reference not in text
