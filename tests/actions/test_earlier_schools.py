"""A school says which school it was before: who may, what is refused, and what is shown of it."""

import pytest
from cast_of_tests import MakePerson
from django.utils import timezone
from figures_of_tests import content

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures.earlier_schools import earlier_school_of, link, unlink
from keystage.actions.figures.history import history_of
from keystage.flows.figures.contents import Content, encode
from keystage.store.models import (
    AuditEvent,
    FiguresContent,
    FiguresRelease,
    Organisation,
    Person,
)

pytestmark = pytest.mark.django_db
OLD, OWN = "900007", "900003"


@pytest.fixture
def agency() -> Organisation:
    return Organisation.objects.create(kind="national", code="N1", name="National Agency")


@pytest.fixture
def former() -> Organisation:
    return Organisation.objects.create(kind="school", code=OLD, name="Old Mill Infants")


def out(
    maker: Organisation, person: Person, year: int, *codes: str, stage: str = "final"
) -> FiguresRelease:
    """A release that is out, with a figure of each of some schools."""
    now = timezone.now()
    made = FiguresRelease.objects.create(
        organisation=maker, year=year, stage=stage, version=1, asked_at=now, asked_by=person
    )
    for code in codes:
        for level in ("complete", "suppressed"):
            FiguresContent.objects.create(
                release=made, kind="school", code=code, level=level, sha256="0",
                content=encode(content("school", code, level, text=f"{year}")),
            )  # fmt: skip
    made.state, made.approved_at, made.shown_at = "approved", now, now
    made.save()
    return made


def told(found: tuple[Content, ...]) -> list[tuple[str, str, str]]:
    return [(one.code, one.level, one.figures[0].text) for one in found]


def test_what_is_said_twice_is_written_down_once_and_taken_back_once(
    school: Organisation, former: Organisation, headteacher: Person
) -> None:
    by = By(headteacher, "test")
    unlink(school=school, by=by)
    for _ in range(2):
        link(school=school, urn=OLD, first_year=2025, by=by)
    said = earlier_school_of(school)
    assert said is not None
    assert (said.school, said.first_year, said.said_by) == (former, 2025, headteacher)
    for _ in range(2):
        unlink(school=school, by=by)
    assert earlier_school_of(school) is None
    acts = AuditEvent.objects.filter(action__startswith="earlier school").order_by("pk")
    assert [one.action for one in acts] == [
        "earlier school linked", "earlier school no longer linked",
    ]  # fmt: skip
    assert acts[0].after == {"earlier_school": {"urn": OLD, "first_year": 2025}}


@pytest.mark.parametrize("role", ["authority_officer", "governor", "office"])
def test_nobody_says_it_in_the_schools_place(
    role: str,
    school: Organisation,
    former: Organisation,
    authority: Organisation,
    person: MakePerson,
) -> None:
    by = By(person(role, authority if role == "authority_officer" else school), "test")
    with pytest.raises(RefusedError, match="do not manage the accounts"):
        link(school=school, urn=former.code, first_year=2025, by=by)
    with pytest.raises(RefusedError, match="do not manage the accounts"):
        unlink(school=school, by=by)


def test_of_the_school_before_only_what_is_public_is_shown_and_only_before_the_first_year(
    school: Organisation, former: Organisation, agency: Organisation, headteacher: Person
) -> None:
    """Figures of schools of 2022 never were public, and provisional ones are not yet."""
    out(agency, headteacher, 2019, OLD)
    out(agency, headteacher, 2022, OLD)
    out(agency, headteacher, 2023, OLD, stage="provisional")
    out(agency, headteacher, 2024, OWN)
    now = out(agency, headteacher, 2025, OWN)
    assert told(history_of(now, school, person=headteacher)) == [(OWN, "complete", "2024")]

    link(school=school, urn=OLD, first_year=2024, by=By(headteacher, "test"))
    assert told(history_of(now, school, person=headteacher)) == [
        (OLD, "suppressed", "c"), (OWN, "complete", "2024"),
    ]  # fmt: skip


def test_a_school_that_goes_on_is_nobodys_past(
    school: Organisation, former: Organisation, agency: Organisation, headteacher: Person
) -> None:
    """Said before there were results of either; both have them now."""
    link(school=school, urn=OLD, first_year=2090, by=By(headteacher, "test"))
    out(agency, headteacher, 2024, OLD)
    now = out(agency, headteacher, 2025, OWN, OLD)
    assert told(history_of(now, school, person=headteacher)) == []


def test_what_an_authority_makes_has_nothing_of_a_school_before(
    school: Organisation, former: Organisation, authority: Organisation, headteacher: Person
) -> None:
    out(authority, headteacher, 2024, OLD)
    now = out(authority, headteacher, 2025, OWN)
    link(school=school, urn=OLD, first_year=2025, by=By(headteacher, "test"))
    assert told(history_of(now, school, person=headteacher)) == []


def test_who_sees_nothing_of_the_school_sees_no_history(
    school: Organisation, agency: Organisation, headteacher: Person, stranger: Person
) -> None:
    out(agency, headteacher, 2024, OWN)
    now = out(agency, headteacher, 2025, OWN)
    assert history_of(now, school, person=stranger) == ()


def test_no_year_is_shown_at_a_better_level_than_the_release_it_stands_beside(
    school: Organisation, agency: Organisation, headteacher: Person, person: MakePerson
) -> None:
    """Page and file say one level of data: a grant of one year changes nothing of it."""
    out(agency, headteacher, 2024, OWN)
    now = out(agency, headteacher, 2025, OWN)
    governor = person("governor", school)
    lent = headteacher.grants.get()
    lent.pk, lent.person, lent.season = None, governor, 2024
    lent.save()

    assert told(history_of(now, school, person=governor)) == [(OWN, "suppressed", "c")]
    assert told(history_of(now, school, person=headteacher)) == [(OWN, "complete", "2024")]
