"""A school without pupils this year: its word is enough, and a pupil who joins takes it back."""

from datetime import date, datetime

import pytest
from cast_of_tests import YEAR
from django.core import mail

from keystage.actions import packs
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.standing.numbers import Numbers, numbers_of
from keystage.actions.gateway.standing.states import NOBODY, is_nobody, not_yet, return_of
from keystage.actions.gateway.templates import make_template
from keystage.actions.nudging import planned
from keystage.actions.roll.closing import submit_registrations
from keystage.actions.roll.cohort import add, take_out
from keystage.actions.season.reminding import remind
from keystage.actions.stages import SchoolStages, schools_of, stages_of
from keystage.actions.stages.words import blockers, return_words
from keystage.core.upn import check_letter
from keystage.statute.season import LONDON
from keystage.store.models import Grant, Organisation, Person, Pupil, Sheet
from keystage.web.gateway.overview import sentence_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(school: Organisation, headteacher: Person) -> Sheet:
    """A mark sheet without anybody, of whose school the head says that this is so."""
    return packs.load(school=school, year=YEAR, by=By(headteacher))


def stages(school: Organisation) -> SchoolStages:
    assert school.authority is not None
    (one,) = stages_of(schools_of(school.authority), YEAR)
    return one


def joined(school: Organisation) -> Pupil:
    rest = "999030120001"
    return Pupil.objects.create(
        school=school, upn=check_letter(rest) + rest, surname="Ashby", forename="Mabel", sex="F",
        birth_date=date(2015, 1, 1), year_group="6", class_name="6A", entered_on=date(2026, 3, 2),
    )  # fmt: skip


def test_without_the_word_of_the_school_its_pupils_are_awaited(empty: Sheet) -> None:
    found = return_of(empty.school, YEAR)

    assert numbers_of(found) is None
    assert not_yet(found)
    assert not stages(empty.school).accepted


def test_by_its_word_nothing_is_awaited_and_every_page_says_so(
    empty: Sheet, headteacher: Person
) -> None:
    submit_registrations(empty, no_pupils=True, by=By(headteacher))
    found, one = return_of(empty.school, YEAR), stages(empty.school)

    assert numbers_of(found) == Numbers()
    assert (not_yet(found), sentence_of(found)) == ("", NOBODY)
    assert one.accepted
    assert not one.overdue
    assert one.waiting == ()
    assert blockers(one, counts=True) == ()
    assert return_words(one, counts=True) == "No pupils this year"
    assert planned([one], counts=True)[0].skipped
    with pytest.raises(RefusedError, match="no list of expected pupils"):
        make_template(found, by=By(headteacher))


def test_nobody_is_reminded_of_a_return_that_nobody_awaits(
    empty: Sheet, headteacher: Person, stranger: Person
) -> None:
    Grant.objects.update(starts_on=date(2025, 9, 1))
    submit_registrations(empty, no_pupils=True, by=By(headteacher))
    remind(datetime(2026, 6, 25, 8, 0, tzinfo=LONDON))

    told = {to for one in mail.outbox if "Returns are due" in one.body for to in one.to}
    assert told == {stranger.email}


def test_a_pupil_who_joins_brings_the_return_back(empty: Sheet, headteacher: Person) -> None:
    submit_registrations(empty, no_pupils=True, by=By(headteacher))
    pupil = joined(empty.school)
    member = add(sheet=empty, pupil=pupil, reason="Joined late.", by=By(headteacher))
    found, one = return_of(empty.school, YEAR), stages(empty.school)

    assert not is_nobody(found)
    assert (found.expected, found.missing) == (1, 1)
    assert not_yet(found) == "Not yet submitted: no file has been received."
    assert not one.accepted
    assert one.waiting

    take_out(sheet=empty, member=member.pk, reason="By mistake.", by=By(headteacher))
    assert is_nobody(return_of(empty.school, YEAR))
