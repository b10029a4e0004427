"""An authority and schools outside its area: it sends for one that agreed with it, and no other."""

from uuid import uuid4

import pytest
from batch_of_tests import YEAR, agrees, archive, sheet_of_school, with_cohort
from cast_of_tests import MakePerson
from django.utils import timezone

from keystage.actions import jobs, settings
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.batches.sending import job_of, send
from keystage.actions.gateway.batches.submitting import SUBMIT, submit_ready
from keystage.actions.gateway.receiving.knowing import known_of
from keystage.actions.gateway.standing.states import return_of
from keystage.store.models import Batch, Monitoring, Organisation, Person, Sheet, Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_open")]
RULE = "only where the two have agreed on monitoring and moderation"


@pytest.fixture
def elsewhere(lead: Person, headteacher: Person) -> Sheet:
    """An academy of another area, which lets who monitors it send for it."""
    riddleshire = Organisation.objects.create(kind="authority", code="998", name="Riddleshire")
    school = Organisation.objects.create(
        kind="school",
        code="900009",
        name="Far Away Academy",
        number="9990399",
        school_type="ACC",
        authority=riddleshire,
    )
    agrees(school)
    return with_cohort(school, lead)


def agreed(sheet: Sheet, authority: Organisation, by: Person, state: str = "agreed") -> None:
    now = timezone.now()
    Monitoring.objects.create(
        school=sheet.school,
        authority=authority,
        year=YEAR,
        state=state,
        asked_at=now,
        asked_by=by,
    )


def sent(body: Organisation, sheet: Sheet, by: Person) -> Batch:
    content = archive({"far.csv": sheet_of_school(sheet)})
    batch = send(body, YEAR, name="all.zip", content=content, key=uuid4(), by=By(by))
    job = job_of(batch)
    assert job is not None
    jobs.run_job.call(str(job.pk))
    return Batch.objects.get(pk=batch.pk)


def test_an_academy_elsewhere_is_left_out_with_the_rule(
    authority: Organisation, officer: Person, elsewhere: Sheet
) -> None:
    agreed(elsewhere, authority, officer, state="asked")

    (told,) = sent(authority, elsewhere, officer).members

    assert (told["state"], told["code"]) == ("left out", "TA-105")
    assert "Far Away Academy is not a school of Storyshire." in told["note"]
    assert RULE in told["note"]


def test_a_maintained_school_elsewhere_is_left_out_whatever_was_agreed(
    authority: Organisation, officer: Person, elsewhere: Sheet
) -> None:
    Organisation.objects.filter(pk=elsewhere.school_id).update(school_type="CY")
    agreed(elsewhere, authority, officer)

    (told,) = sent(authority, elsewhere, officer).members

    assert told["note"] == "Far Away Academy is not a school of Storyshire."


def test_an_academy_elsewhere_that_agreed_is_sent_and_submitted_for(
    authority: Organisation, officer: Person, elsewhere: Sheet, person: MakePerson
) -> None:
    agreed(elsewhere, authority, officer)
    second = person("authority_officer", authority, name="Sena Second")

    batch = sent(authority, elsewhere, officer)
    assert [one["state"] for one in batch.members] == ["kept"]
    submit_ready(batch, by=By(second))
    job = job_of(batch, SUBMIT)
    assert job is not None
    jobs.run_job.call(str(job.pk))

    assert Submission.objects.get().state == Submission.State.TAKEN


def test_an_agreement_on_monitoring_alone_lets_nobody_send(
    authority: Organisation, officer: Person, elsewhere: Sheet
) -> None:
    elsewhere.school.settings.all().delete()
    agreed(elsewhere, authority, officer)

    (told,) = sent(authority, elsewhere, officer).members

    assert "has not agreed that Storyshire sends for it" in told["note"]


def test_a_school_that_says_its_authority_sends_is_told_so_when_it_sends_itself(
    school: Organisation, sheet: Sheet, authority: Organisation, office: Person
) -> None:
    assert known_of(return_of(school, YEAR)).authorities == frozenset()

    settings.change(
        organisation=school, name=settings.SENT_BY_AUTHORITY, value="yes", by=By(office)
    )

    assert known_of(return_of(school, YEAR)).authorities == {authority.code}
    assert known_of(return_of(school, YEAR), through_authority=True).authorities == frozenset()


def test_each_kind_of_organisation_decides_its_own_settings(
    school: Organisation, authority: Organisation, office: Person
) -> None:
    for organisation, name in (
        (school, settings.THROUGH_AUTHORITY),
        (authority, settings.SENT_BY_AUTHORITY),
    ):
        with pytest.raises(RefusedError, match="cannot be set"):
            settings.change(organisation=organisation, name=name, value="yes", by=By(office))
