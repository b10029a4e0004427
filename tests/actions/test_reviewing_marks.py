"""Reviews of marking and governors' packs: two people, the last day, the rule, the secret link."""

from datetime import datetime, timedelta

import pytest
from cast_of_tests import YEAR
from django.core.cache import cache
from django.utils import timezone
from releases_of_tests import Agency, freeze, marks_of

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.releases import figures, releasing, reviewing, sharing
from keystage.actions.releases.released import released_to
from keystage.core.subjects import Subject
from keystage.statute.reviews import load_reviews
from keystage.store.models import (
    Attendance,
    DateChange,
    MarkingReview,
    Person,
    Pupil,
    ResultsRelease,
    SharedPack,
    Sheet,
)

pytestmark = pytest.mark.django_db
Kind, State = MarkingReview.Kind, MarkingReview.State


@pytest.fixture
def out(
    agency: Agency, judged_sheet: Sheet, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> Agency:
    """The minute has come: every pupil has a mark short of the expected standard in reading.

    Reviews can be asked for until a week later.
    """
    agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at)
    close(agency, agency.at + timedelta(days=7))
    return agency


def close(agency: Agency, moment: datetime) -> None:
    DateChange.objects.create(
        organisation=agency.organisation,
        year=YEAR,
        event="reviews_close",
        moment=moment,
        reason="of the test",
        at=timezone.now(),
        by=agency.one.who,
    )


def propose(
    sheet: Sheet, pupil: Pupil, by: Person, *, late: bool = False, reason: str = "Question 4"
) -> MarkingReview:
    return reviewing.propose(
        school=sheet.school, year=YEAR, upn=pupil.upn, subject="reading", kind=Kind.MARKING,
        reason=reason, by=By(by, "test"), though_late=late,
    )  # fmt: skip


def test_a_review_goes_from_one_person_to_another_and_its_answer_says_what_it_costs(
    out: Agency,
    judged_sheet: Sheet,
    pupils: list[Pupil],
    lead: Person,
    headteacher: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reviewing, "rules_of", lambda _: load_reviews(2025))
    head = By(headteacher, "test")
    made = propose(judged_sheet, pupils[0], lead)
    assert propose(judged_sheet, pupils[0], lead) == made
    assert made.mark_before == 26

    with pytest.raises(RefusedError, match="another person has to approve"):
        reviewing.approve(review=made, by=By(lead, "test"))
    with pytest.raises(RefusedError, match="at another step: to be approved"):
        reviewing.send(review=made, by=head)
    reviewing.approve(review=made, by=head)
    reviewing.send(review=made, by=head)
    with pytest.raises(RefusedError, match="sent already"):
        reviewing.withdraw(review=made, by=head)
    with pytest.raises(RefusedError, match="51 is not a mark"):
        reviewing.answer(review=made, given=reviewing.Answer(mark=51), by=head)
    done = reviewing.answer(review=made, given=reviewing.Answer(mark=27), by=head)

    assert (done.state, done.mark_after, done.score_after) == (State.CHANGED, 27, 100)
    assert done.charged is False


@pytest.mark.parametrize(
    ("mark", "erred", "state", "charged"),
    [(None, False, State.UNCHANGED, True), (25, False, State.CHANGED, True),
     (None, True, State.UNCHANGED, False), (24, False, State.CHANGED, False)],
)  # fmt: skip
def test_the_rule_of_the_year_says_whether_a_review_is_charged_for(
    out: Agency,
    judged_sheet: Sheet,
    pupils: list[Pupil],
    lead: Person,
    headteacher: Person,
    monkeypatch: pytest.MonkeyPatch,
    mark: int | None,
    erred: bool,  # noqa: FBT001  # a column of the table
    state: MarkingReview.State,
    charged: bool,  # noqa: FBT001  # likewise
) -> None:
    monkeypatch.setattr(reviewing, "rules_of", lambda _: load_reviews(2025))
    head = By(headteacher, "test")
    made = reviewing.approve(review=propose(judged_sheet, pupils[0], lead), by=head)
    reviewing.send(review=made, by=head)

    given = reviewing.Answer(mark=mark, supplier_erred=erred)
    done = reviewing.answer(review=made, given=given, by=head)

    assert (done.state, done.charged) == (state, charged)


def test_where_the_rule_is_not_known_nobody_says_what_it_costs(
    out: Agency, judged_sheet: Sheet, pupils: list[Pupil], lead: Person, headteacher: Person
) -> None:
    head = By(headteacher, "test")
    made = reviewing.approve(review=propose(judged_sheet, pupils[0], lead), by=head)
    reviewing.send(review=made, by=head)

    assert reviewing.answer(review=made, given=reviewing.Answer(mark=30), by=head).charged is None
    assert reviewing.rules_of(2016) is None


def test_a_review_that_was_sent_is_answered_though_its_result_was_taken_back(
    out: Agency, judged_sheet: Sheet, pupils: list[Pupil], lead: Person, headteacher: Person
) -> None:
    head = By(headteacher, "test")
    made = reviewing.approve(review=propose(judged_sheet, pupils[0], lead), by=head)
    reviewing.send(review=made, by=head)
    releasing.withdraw(release=ResultsRelease.objects.get(), reason="Wrong file", by=out.one)

    done = reviewing.answer(review=made, given=reviewing.Answer(mark=27), by=head)

    assert (done.state, done.mark_before, done.mark_after) == (State.CHANGED, 26, 27)


def test_after_the_last_day_nothing_goes_on_without_saying_so(
    out: Agency, judged_sheet: Sheet, pupils: list[Pupil], lead: Person, headteacher: Person
) -> None:
    made = propose(judged_sheet, pupils[0], lead)
    close(out, out.at - timedelta(minutes=2))

    assert reviewing.deadline_of(judged_sheet.school, YEAR).passed
    with pytest.raises(RefusedError, match="last day for reviews of marking has passed"):
        propose(judged_sheet, pupils[1], lead)
    with pytest.raises(RefusedError, match="last day for reviews of marking has passed"):
        reviewing.approve(review=made, by=By(headteacher, "test"))
    assert propose(judged_sheet, pupils[1], lead, late=True).state == State.PROPOSED
    late = reviewing.approve(review=made, by=By(headteacher, "test"), though_late=True)
    assert late.state == State.APPROVED


def test_a_review_needs_a_reason_and_a_result_that_is_out(
    out: Agency, judged_sheet: Sheet, pupils: list[Pupil], lead: Person
) -> None:
    with pytest.raises(RefusedError, match="There is no reason"):
        propose(judged_sheet, pupils[0], lead, reason=" ")
    release = released_to(judged_sheet.school, YEAR).releases[0]
    releasing.withdraw(release=release, reason="Wrong file", by=out.one)
    with pytest.raises(RefusedError, match="No such result is out"):
        propose(judged_sheet, pupils[0], lead)


def test_a_review_taken_back_can_be_proposed_again(
    out: Agency, judged_sheet: Sheet, pupils: list[Pupil], lead: Person
) -> None:
    made = propose(judged_sheet, pupils[0], lead)
    reviewing.withdraw(review=made, by=By(lead, "test"))
    reviewing.withdraw(review=made, by=By(lead, "test"))

    assert propose(judged_sheet, pupils[0], lead) != made


def test_one_mark_more_is_reckoned_through_to_the_schools_own_figures(
    out: Agency, judged_sheet: Sheet, pupils: list[Pupil]
) -> None:
    released = released_to(judged_sheet.school, YEAR)

    found = figures.effects_of(
        judged_sheet, released, upn=pupils[0].upn, subject=Subject.READING, score=100, outcome="AS"
    )

    moved = {one.field: (one.before, one.after) for one in found if one.moves}
    assert moved["PTREAD_EXP"] == ("0%", "17%")
    assert moved["PTRWM_EXP"] == ("0%", "17%")


def test_the_register_that_a_school_keeps_is_held_against_its_results(
    out: Agency, judged_sheet: Sheet, teacher: Person
) -> None:
    released = released_to(judged_sheet.school, YEAR)
    schools = [judged_sheet.school]
    assert figures.integrity_of(schools, released)["code"].to_list() == []
    assert figures.unasked(schools, released) == {"RES-205"}

    member = judged_sheet.cohort.get(pupil__surname="Ashby")
    Attendance.objects.create(
        cohort_pupil=member, paper="reading", code="A", changed_at=timezone.now(),
        changed_by=teacher,
    )  # fmt: skip

    found = figures.integrity_of(schools, released)
    assert found.select("code", "upn").rows() == [("RES-204", member.pupil.upn)]
    assert figures.unasked(schools, released) == set()


def share(sheet: Sheet, by: Person, days: int = 7) -> sharing.Shared:
    return sharing.share(school=sheet.school, year=YEAR, days=days, figures=(), by=By(by, "test"))


def test_a_pack_is_opened_by_its_secret_until_it_expires_or_is_taken_back(
    out: Agency, judged_sheet: Sheet, headteacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = share(judged_sheet, headteacher), share(judged_sheet, headteacher)

    found = sharing.find(made.token, address="10.0.0.1")
    assert found == made.pack
    sharing.opened(made.pack)
    sharing.withdraw(pack=other.pack, by=By(headteacher, "test"))
    sharing.withdraw(pack=other.pack, by=By(headteacher, "test"))
    assert sharing.find(other.token, address="10.0.0.1") is None
    freeze(monkeypatch, out.at + timedelta(days=7))
    assert sharing.find(made.token, address="10.0.0.1") is None

    kept = SharedPack.objects.get(pk=made.pack.pk)
    assert kept.opened == 1
    assert made.token not in str(SharedPack.objects.values())


def test_a_pack_tells_of_nobody_in_a_small_school(
    out: Agency, judged_sheet: Sheet, headteacher: Person, pupils: list[Pupil]
) -> None:
    content = share(judged_sheet, headteacher).pack.content

    assert content["rows"]
    assert all("of" not in said or "few" in said for _, _, said in content["rows"])
    assert not any(pupil.surname in str(content) for pupil in pupils)


def test_a_pack_of_a_release_that_was_taken_back_is_not_opened(
    out: Agency, judged_sheet: Sheet, headteacher: Person
) -> None:
    made = share(judged_sheet, headteacher)
    assert made.pack.release is not None
    releasing.withdraw(release=made.pack.release, reason="Wrong file", by=out.one)

    assert sharing.find(made.token, address="10.0.0.1") is None


def test_after_many_wrong_secrets_from_one_place_none_is_looked_at(
    out: Agency, judged_sheet: Sheet, headteacher: Person
) -> None:
    cache.clear()
    made = share(judged_sheet, headteacher)
    for at in range(20):
        assert sharing.find(f"wrong {at}", address="10.0.0.2") is None

    assert sharing.find(made.token, address="10.0.0.2") is None
    assert sharing.find(made.token, address="10.0.0.3") == made.pack
    cache.clear()


def test_no_pack_is_made_before_results_are_out_nor_for_longer_than_can_be_chosen(
    agency: Agency, judged_sheet: Sheet, headteacher: Person, pupils: list[Pupil]
) -> None:
    agency.release(marks_of(pupils))

    with pytest.raises(RefusedError, match="not out yet"):
        share(judged_sheet, headteacher)
    with pytest.raises(RefusedError, match="cannot last so long"):
        share(judged_sheet, headteacher, days=365)
