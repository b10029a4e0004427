"""The desk of releases of figures: asked for, computed, reviewed, approved, moved, withdrawn."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from cast_of_tests import PASSWORD, Answer, AsPerson, MakePerson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from figures_of_tests import Statistics, play, statisticians, work

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.figures import verifying_later
from keystage.actions.figures.verifying import Verified
from keystage.statute.season import LONDON
from keystage.store.models import AuditEvent, FiguresRelease, Job, Organisation, Person

pytestmark = pytest.mark.django_db
DESK = "/national/STA/2026/releases-of-figures/"
State = FiguresRelease.State


@pytest.fixture
def desk(person: MakePerson, monkeypatch: pytest.MonkeyPatch, school: Organisation) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    play(monkeypatch)
    return statisticians(person, body)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    found: str = answer.content.decode()
    return found


def ask(client: Client, **values: Any) -> Answer:
    usual = {"key": str(uuid4()), "stage": "provisional", "source": "held", "reference": "shipped"}
    return client.post(f"{DESK}new/", {**usual, **values})


def proved(as_person: AsPerson, who: By) -> Client:
    """Somebody who has just proved who they are, as approving asks for."""
    client = as_person(who.who)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def at(release: FiguresRelease, rest: str = "") -> str:
    return f"{DESK}{release.pk}/{rest}"


def test_a_release_goes_from_being_asked_for_to_being_withdrawn(
    desk: Statistics, as_person: AsPerson
) -> None:
    client = as_person(desk.one.who)
    assert "There is no release yet" in text_of(client, DESK)
    key = str(uuid4())
    answer = ask(client, key=key, note="First look")
    made = FiguresRelease.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, at(made))
    assert ask(client, key=key).status_code == 303
    assert FiguresRelease.objects.count() == 1
    assert client.get(at(made))["Refresh"] == "3"
    assert "Refresh" not in client.get(f"{at(made)}?still=yes")
    assert client.get(at(made, "approve/"))["Location"] == at(made)

    work(made)

    page = text_of(client, at(made))
    assert "Another person has to approve it" in page
    assert "A note." in page
    assert f"/figures/{made.pk}/national/everyone/headline/" in page
    assert "71" in page
    assert "you asked for this release" in text_of(client, at(made, "approve/"))
    given = {"day_day": "17", "day_month": "7", "day_year": "2027"}
    assert client.post(at(made, "minute/"), given).status_code == 422
    over = client.post(at(made, "minute/"), {**given, "day_year": "2020", "time": "09:30"})
    assert over.status_code == 422
    assert "Enter a minute that is still to come" in over.text
    assert client.post(at(made, "minute/"), {**given, "time": "09:30"}).status_code == 303
    assert "17 July 2027 at 9:30am" in text_of(client, at(made))

    client = proved(as_person, desk.other)
    assert "somebody else asked for it" in text_of(client, at(made))
    assert "At the minute that was set: 17 July 2027 at 9:30am" in text_of(
        client, at(made, "approve/")
    )
    assert client.post(at(made, "approve/"), {"when": "later"}).status_code == 422
    assert client.post(at(made, "approve/"), {"when": "set"}).status_code == 303
    assert "Waits for its minute" in text_of(client, DESK)
    assert client.post(at(made, "withdraw/")).status_code == 422
    answer = client.post(at(made, "withdraw/"), {"reason": "Marks were wrong"})
    assert answer.status_code == 303
    assert "Marks were wrong" in text_of(client, at(made))
    made.refresh_from_db()
    assert made.state == State.WITHDRAWN


def test_a_release_is_approved_for_at_once_and_its_withdrawal_tells_who_saw_it(
    desk: Statistics, as_person: AsPerson
) -> None:
    made = desk.make()
    client = proved(as_person, desk.one)
    assert client.post(at(made, "approve/"), {"when": "now"}).status_code == 422
    client = proved(as_person, desk.other)
    assert client.post(at(made, "approve/"), {"when": "now"}).status_code == 303
    assert "Out" in text_of(client, DESK)
    assert "1 school, 1 local authority whose figures" in text_of(client, at(made, "withdraw/"))
    client = as_person(desk.one.who)
    assert client.get(at(made, "minute/"))["Location"] == at(made)
    assert client.post(at(made, "withdraw/"), {"reason": "Wrong marks"}).status_code == 303
    assert "went to 1 school, 1 local authority" in text_of(client, at(made))
    assert client.get(at(made, "withdraw/"))["Location"] == at(made)
    assert client.get(at(made, "minute/"))["Location"] == at(made)


def test_a_minute_that_has_passed_is_not_offered_to_who_approves(
    desk: Statistics, as_person: AsPerson
) -> None:
    made = desk.make()
    FiguresRelease.objects.update(shown_at=datetime(2020, 2, 1, 10, tzinfo=LONDON))
    client = proved(as_person, desk.other)
    assert "At the minute that was set" not in text_of(client, at(made, "approve/"))
    answer = client.post(at(made, "approve/"), {"when": "now", "day_day": "31", "time": "noon"})
    assert answer.status_code == 303


def test_a_form_that_is_asked_again_after_proving_who_one_is_goes_where_it_belongs(
    desk: Statistics, as_person: AsPerson
) -> None:
    made = desk.make()
    client = as_person(desk.other.who)
    answer = client.post(at(made, "approve/"), {"when": "later"})
    assert "/account/reauthenticate/" in answer["Location"]
    page = client.post(answer["Location"], {"password": PASSWORD}).text
    assert "Enter the day" in page
    assert f'action="{at(made, "approve/")}"' in page


def test_a_release_that_nobody_approved_is_given_up(desk: Statistics, as_person: AsPerson) -> None:
    made = desk.make()
    client = as_person(desk.one.who)
    assert "everybody who saw" not in text_of(client, at(made, "withdraw/"))
    assert "The release was given up" in client.post(at(made, "withdraw/"), follow=True).text


def test_a_failed_release_says_why_and_is_run_again(
    desk: Statistics, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.ask()
    why = "A column is missing.\nGive the groups in a file with --statute."
    FiguresRelease.objects.update(state=State.FAILED, failed_why=why)
    Job.objects.update(state=Job.State.FAILED)
    client = as_person(desk.one.who)
    page = text_of(client, at(made))
    assert "A column is missing." in page
    assert "Give the groups in a file of tables." in page
    assert client.post(at(made, "again/")).status_code == 303
    assert Job.objects.get().state == Job.State.QUEUED

    work(made)
    assert client.post(at(made, "again/")).status_code == 422


def test_what_a_worker_found_wrong_with_files_is_taken_away_by_who_asked(
    desk: Statistics, as_person: AsPerson, person: MakePerson
) -> None:
    made = desk.ask()
    client = as_person(desk.one.who)
    assert client.get(at(made, "faults/")).status_code == 404
    FiguresRelease.objects.update(state=State.FAILED, failed_why="2 kinds of errors")
    listed = b"file,line,column,value,what\nmine.csv,2,SEX,=1,no code\nmine.csv,,UPN,,none\n"
    Job.objects.update(state=Job.State.FAILED, content=listed, content_name="faults.csv")

    assert at(made, "faults/") in client.get(at(made)).text
    lines = client.get(at(made, "faults/")).content.decode().splitlines()

    assert lines[1:3] == ["mine.csv,2,SEX,'=1,no code", "mine.csv,,UPN,,none"]
    assert sum(one.startswith("About: ") for one in lines) == 4
    event = AuditEvent.objects.get(action="taken away")
    assert event.after["level"] == "named"


def test_a_small_file_with_faults_is_refused_with_line_and_column(
    desk: Statistics, as_person: AsPerson
) -> None:
    head, row = b"URN,LAESTAB,UPN,P_INCL,SEX", b"900003,9990301,A,201,X"
    file = SimpleUploadedFile("mine.csv", head + b"\n" + row + b"\n")

    answer = ask(as_person(desk.one.who), source="files", pupils=file)

    assert answer.status_code == 422
    assert "mine.csv" in answer.text
    assert "/tmp" not in answer.text  # noqa: S108  # no place of ours is told
    assert not FiguresRelease.objects.exists()


def test_choices_and_files_that_do_not_go_together_are_told_at_the_field(
    desk: Statistics, as_person: AsPerson
) -> None:
    client = as_person(desk.one.who)
    beside = SimpleUploadedFile("more.csv", b"UPN,SENF\n")
    for values, words in (
        ({"source": "files"}, "Select a pupil file"),
        ({"source": "files", "characteristics": beside}, "leave this out"),
        ({"reference": "given"}, "Select a file of tables"),
        ({"tables": SimpleUploadedFile("t.toml", b"a = 1")}, "if you give one"),
        ({"stage": ""}, "Select how far the data have come"),
    ):
        answer = ask(client, **values)
        assert answer.status_code == 422
        assert words in answer.text


def test_a_trust_is_offered_nothing_of_all_of_england(
    as_person: AsPerson, person: MakePerson, trust: Organisation
) -> None:
    client = as_person(person("trust_analyst", trust))
    page = text_of(client, f"/trust/{trust.code}/2026/releases-of-figures/new/")

    assert "all of England" not in page


def test_what_changed_is_counted_against_the_release_before(
    desk: Statistics, as_person: AsPerson
) -> None:
    first = desk.make()
    made = desk.make(before=first)
    page = text_of(as_person(desk.other.who), at(made, "changes/"))

    assert "2026 provisional, version 1" in page
    assert "There is nothing to compare with" in text_of(
        as_person(desk.other.who), at(first, "changes/")
    )


def test_a_release_is_verified_by_a_worker_and_the_answer_stays(
    desk: Statistics, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.make()
    client = as_person(desk.other.who)
    assert client.post(at(made, "verify/")).status_code == 303
    assert client.post(at(made, "verify/")).status_code == 303
    job = Job.objects.get(kind=verifying_later.KIND)
    assert "A worker is looking" in text_of(client, at(made))
    found = Verified(contents=8, schools=1, faults=("One is damaged.",), told=("Another engine.",))
    monkeypatch.setattr(verifying_later, "verify", lambda *_: found)

    jobs.run_job.call(str(job.pk))

    page = text_of(client, at(made))
    assert "One is damaged." in page
    assert "Another engine." in page
    assert AuditEvent.objects.get(action="figures verified").after["faults"] == 1


def test_hashes_and_rules_are_taken_away_with_their_release_and_written_down(
    desk: Statistics, as_person: AsPerson
) -> None:
    made = desk.make()
    client = as_person(desk.other.who)
    answer = client.get(at(made, "file/hashes/"))

    assert made.outputs["contents_sha256"] in answer.text
    assert "2026 provisional, version 1" in answer.text
    assert AuditEvent.objects.filter(action="taken away").count() == 1
    assert client.get(at(made, "file/rules/")).status_code == 404
    assert client.get(at(made, "file/exe/")).status_code == 404


def test_the_tables_that_a_release_used_are_taken_away_as_they_were_used(
    desk: Statistics, as_person: AsPerson
) -> None:
    made = desk.ask()
    FiguresRelease.objects.update(rules="a = 1\n")
    work(made)

    text = as_person(desk.other.who).get(at(made, "file/rules/")).text

    assert text.endswith("#\na = 1\n")
    assert f"SHA-256 is {made.outputs['rules_sha256']}" in text


def test_everybody_who_reads_a_release_is_told_what_it_is(
    desk: Statistics, as_person: AsPerson, headteacher: Person
) -> None:
    made = desk.make(note="Writing of one school is late.")
    path = f"/school/900003/2026/release-of-figures/{made.pk}/"
    client = as_person(headteacher)
    assert client.get(path).status_code == 404
    proved(as_person, desk.other).post(at(made, "approve/"), {"when": "now"})

    page = text_of(as_person(headteacher), path)

    assert "What may still change" in page
    assert "Writing of one school is late." in page
    assert made.outputs["contents_sha256"] in page
    assert "in place of those shipped" not in page  # none were given
    assert "Stella" not in page
