"""What messages may not say of pupils, and the facts of a row that say it without names."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.messages import inbox
from keystage.actions.messages.rules import refuse_pupils
from keystage.actions.messages.writing import write
from keystage.store.models import (
    Message,
    Organisation,
    Person,
    Pupil,
    SchoolReturn,
    Submission,
)

pytestmark = pytest.mark.django_db
YEAR = 2026
Write = Callable[..., Message]


@pytest.mark.parametrize(
    "text",
    [
        "Mabel Ashby was away.",
        "ASHBY, MABEL",
        "It is about mabel\n ashby's script.",
        "Aoife O'Brien-Núñez",
        "aoife obrien nunez",
        "O\u2019Brien Nunez, Aoife",
        "chidi okonkwo",
    ],
)
def test_a_message_that_names_a_pupil_of_the_school_is_refused(
    wrote: Write, pupils: list[Pupil], text: str
) -> None:
    with pytest.raises(RefusedError, match="full name of a pupil") as caught:
        wrote(body=f"Hello. {text} Thanks.")
    with pytest.raises(RefusedError, match="full name of a pupil"):
        wrote(subject=text[:100])

    assert "Ashby" not in str(caught.value)
    assert not Message.objects.exists()


def test_a_preferred_name_counts_and_half_a_name_does_not(
    wrote: Write, pupils: list[Pupil]
) -> None:
    Pupil.objects.filter(surname="Ashby").update(preferred_forename="May")

    with pytest.raises(RefusedError, match="full name of a pupil"):
        wrote(body="May Ashby")
    wrote(body="Mr Ashby will call. The smithy in Josephine Road is closed.")
    assert Message.objects.count() == 1


def test_a_upn_is_refused_in_one_piece_and_in_many(wrote: Write, pupils: list[Pupil]) -> None:
    upn = pupils[0].upn
    for text in (upn, upn.lower(), f"({upn})", " ".join(upn), f"{upn[:4]}-{upn[4:]}"):
        with pytest.raises(RefusedError, match="UPN"):
            wrote(body=f"What of {text}?")
    with pytest.raises(RefusedError, match="UPN"):
        wrote(body="Of another school: A999030120001.")
    wrote(body="The school is 9990301, the file 9990301_KS2_9990301_001.XML, 12345678901234.")
    assert Message.objects.count() == 1


def test_between_authority_and_agency_pupils_of_all_its_schools_count(
    authority: Organisation, nation: Organisation, officer: Person, pupils: list[Pupil]
) -> None:
    with pytest.raises(RefusedError, match="full name of a pupil"):
        write(
            sender=authority, receiver=nation, year=YEAR, subject="Late", body="Wei Zhang moved",
            by=By(officer),
        )  # fmt: skip


def test_names_of_other_schools_pupils_pass(
    pupils: list[Pupil], other_school: Organisation, authority: Organisation
) -> None:
    refuse_pupils(["Mabel Ashby"], other_school, authority)


@pytest.fixture
def submission(school: Organisation, office: Person) -> Submission:
    returned = SchoolReturn.objects.create(school=school, year=YEAR, changed_at=timezone.now())
    finding = {
        "code": "R-001", "severity": "red", "line": 12, "upn": "A999030120001",
        "name": "Ashby, Mabel", "field": "Surname", "value": "Ashby", "message": "Ashby is wrong.",
        "why": "", "todo": "",
    }  # fmt: skip
    return Submission.objects.create(
        school_return=returned, state="uploaded", channel="page", verdict="amber", name="x.xml",
        bytes=1, sha256="0" * 64, content=b"x", findings=[finding, {"code": "R-002", "line": None}],
        uploaded_at=timezone.now(), uploaded_by=office,
    )  # fmt: skip


def test_the_facts_of_a_finding_name_no_pupil(
    submission: Submission, school: Organisation, other_school: Organisation, wrote: Write
) -> None:
    facts = inbox.facts_of(school, YEAR, submission.pk, 12)

    assert facts is not None
    assert "- R-001 (red), field Surname" in facts.body
    assert "Ashby" not in facts.body + facts.subject + facts.about
    assert wrote(facts.subject, facts.body, about=facts.about).about == facts.about
    whole = inbox.facts_of(school, YEAR, submission.pk, None)
    assert whole is not None
    assert whole.about == f"submission {submission.pk}"
    assert inbox.facts_of(school, YEAR, submission.pk, 13) is None
    assert inbox.facts_of(other_school, YEAR, submission.pk, 12) is None


def test_a_message_is_about_what_its_school_sent(wrote: Write, submission: Submission) -> None:
    for about in (
        f"submission {uuid4()}",
        "submission x",
        "pupil 12",
        f"submission {submission.pk}x",
    ):
        with pytest.raises(RefusedError, match="not known here"):
            wrote(about=about)
