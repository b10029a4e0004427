"""The review of a release and its three-year figures, made by the job and made again."""

from uuid import uuid4

import pytest
from cast_of_tests import MakePerson
from django.utils import timezone
from figures_of_tests import Statistics, statisticians, work

from keystage.actions.figures.asking import File, Given, ask
from keystage.actions.figures.publishing import approve
from keystage.actions.figures.reviews import review_of
from keystage.actions.figures.verifying import verify
from keystage.flows.figures.contents import Content, Figure, decode
from keystage.store.models import FiguresRelease, Organisation, Person

pytestmark = pytest.mark.django_db
HEAD = (
    "URN,LAESTAB,UPN,P_INCL,SEX,KS1READ,KS1WRIT,KS1MAT,READOUTCOME,READSCORE,MATOUTCOME,MATSCORE,"
    "WRITTAOUTCOME"
)


def pupils_of(scores: list[int]) -> File:
    """A pupil file of a school: the same number in reading and maths."""
    rows = [
        f"900003,9990301,A90000300{at:04d},201,F,EXS,EXS,EXS,{said},{score},{said},{score},EXS"
        for at, score in enumerate(scores)
        for said in ("AS" if score >= 100 else "NS",)
    ]
    return File(name="pupils.csv", content="\n".join((HEAD, *rows, "")).encode())


@pytest.fixture
def desk(person: MakePerson) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    return statisticians(person, body)


def released(desk: Statistics, year: int, scores: list[int]) -> FiguresRelease:
    """A release of a year as it is approved."""
    release = desk.make(year=year, pupils=pupils_of(scores))
    assert release.failed_why == ""
    return approve(release=release, by=desk.other, shown_at=timezone.now())


def of_school(release: FiguresRelease) -> Content:
    row = release.contents.get(kind="school", code="900003", level="complete")
    return decode(bytes(row.content))


def three_years(release: FiguresRelease) -> Figure:
    found = of_school(release).figure("PTRWM_EXP_3YR")
    assert found is not None
    return found


def test_three_year_figures_add_the_releases_of_the_two_years_before(desk: Statistics) -> None:
    first = released(desk, 2024, [110] * 5 + [90] * 5)
    early = desk.make(year=2025, pupils=pupils_of([90] * 10))
    second = released(desk, 2025, [110] * 10)
    third = desk.make(year=2026, pupils=pupils_of([90] * 10))

    assert three_years(third).text == "50%"
    assert third.inputs["earlier"] == {"2024": str(first.pk), "2025": str(second.pk)}
    assert str(early.pk) not in third.inputs["earlier"].values()
    assert [one["year"] for one in third.inputs["read"]["earlier"]] == [2024, 2025]
    assert verify(third).faults == ()


def test_another_makers_cohorts_are_not_added_and_the_reason_is_told(
    desk: Statistics, officer: Person, authority: Organisation
) -> None:
    released(desk, 2024, [110] * 10)
    released(desk, 2025, [110] * 10)
    given = Given(year=2026, stage=FiguresRelease.Stage.FINAL, pupils=pupils_of([110] * 10))
    mine = Statistics(authority, desk.one, desk.other)
    by = type(desk.one)(officer, "test")
    release = work(ask(organisation=mine.organisation, given=given, key=uuid4(), by=by))

    figure = three_years(release)
    assert (figure.state, figure.text) == ("not_available", "")
    assert figure.said.endswith(
        "they need the cohorts of 2024 and 2025, and no release of 2024 or 2025 is held here"
    )
    assert verify(release).faults == ()


def test_a_maker_that_is_renamed_has_its_releases_verified_and_compared_all_the_same(
    desk: Statistics, officer: Person, authority: Organisation
) -> None:
    """What a release holds says the name of its day; the next one says the new name."""
    mine = Statistics(authority, type(desk.one)(officer, "test"), desk.other)
    stage = FiguresRelease.Stage.FINAL
    first = mine.make(year=2026, stage=stage, pupils=pupils_of([110] * 10))
    old = of_school(first).release
    FiguresRelease.objects.filter(pk=first.pk).update(
        state="approved", approved_at=timezone.now(), approved_by=desk.other.who,
        shown_at=timezone.now(),
    )  # fmt: skip
    assert old.endswith(f", of {authority}")
    authority.name = "Greater Elmshire"
    authority.save()

    first = FiguresRelease.objects.get(pk=first.pk)
    second = mine.make(year=2026, stage=stage, pupils=pupils_of([90] * 10), before=first)

    assert verify(first).faults == ()
    assert of_school(second).release.endswith(", of Greater Elmshire")
    review = review_of(second, person=officer)
    assert review is not None
    assert review.against == old
    assert sum(one.figures for one in review.changed) > 0
    assert verify(second).faults == ()


def test_a_review_is_made_with_the_release_for_those_who_make_it(
    desk: Statistics, headteacher: Person
) -> None:
    first = released(desk, 2026, [110] * 10)
    second = desk.make(year=2026, pupils=pupils_of([90] * 10))

    review = review_of(second, person=desk.other.who)

    assert review is not None
    assert review.against == "2026 provisional, version 1"
    answers = {one.code: (one.answer, one.number) for one in review.checks}
    assert answers["results_changed"] == ("fail", "100.0%")
    assert answers["number_of_pupils"] == ("pass", "0.0%")
    assert review_of(first, person=headteacher) is None
    assert verify(second).faults == ()


def test_what_was_made_beside_a_release_that_is_deleted_is_not_made_again(
    desk: Statistics,
) -> None:
    release = desk.make(year=2024, pupils=pupils_of([110] * 10))
    told = {**release.inputs, "earlier": {"2022": str(uuid4()), "2023": str(uuid4())}}
    release.inputs = told

    found = verify(release)

    assert found.whole
    (said,) = found.told
    assert said.startswith("It was not computed again: 2 of the releases")
