"""Reviews and packs when results change later: by a corrected release, or by one taken back."""

import pytest
from cast_of_tests import YEAR
from releases_of_tests import Agency, file_of, line

from keystage.actions.by import By
from keystage.actions.releases import releasing, reviewing, sharing
from keystage.actions.releases.released import released_to
from keystage.flows.results_day.pack import CLOSE, Pack, PackRow
from keystage.statute.reviews import load_reviews
from keystage.store.models import (
    MarkingReview,
    Person,
    Pupil,
    ResultsRelease,
    SharedPack,
    Sheet,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(headteacher: Person) -> By:
    return By(headteacher, "test")


@pytest.fixture
def sent(
    out: Agency,
    judged_sheet: Sheet,
    pupils: list[Pupil],
    lead: Person,
    head: By,
    monkeypatch: pytest.MonkeyPatch,
) -> MarkingReview:
    """A review of the first pupil's mark that was sent, by the rule of 2025."""
    monkeypatch.setattr(reviewing, "rules_of", lambda _: load_reviews(2025))
    made = reviewing.propose(
        school=judged_sheet.school, year=YEAR, upn=pupils[0].upn, subject="reading",
        kind=MarkingReview.Kind.MARKING, reason="Question 4", by=By(lead, "test"),
        though_late=True,
    )  # fmt: skip
    reviewing.approve(review=made, by=head, though_late=True)
    return reviewing.send(review=made, by=head)


def test_a_standard_that_was_crossed_is_free_though_the_corrected_result_came_first(
    out: Agency, sent: MarkingReview, pupils: list[Pupil], head: By
) -> None:
    out.release(file_of([line(pupils[0], "reading", 27)]), ResultsRelease.Kind.CORRECTED)

    done = reviewing.answer(review=sent, given=reviewing.Answer(mark=27), by=head)

    assert (done.mark_before, done.mark_after, done.score_after) == (26, 27, 100)
    assert done.charged is False


def test_the_table_of_an_earlier_release_holds_for_a_result_of_one_without(
    out: Agency, sent: MarkingReview, pupils: list[Pupil], head: By
) -> None:
    late = out.release(file_of([line(pupils[0], "reading", 26)]), ResultsRelease.Kind.LATE)
    ResultsRelease.objects.filter(pk=late.pk).update(conversion={})

    done = reviewing.answer(review=sent, given=reviewing.Answer(mark=27), by=head)

    assert (done.score_after, done.charged) == (100, False)


@pytest.mark.parametrize(
    ("mark", "erred", "charged"), [(27, False, None), (28, False, False), (27, True, False)]
)
def test_without_a_table_a_review_is_free_where_marks_or_the_mistake_alone_say_so(
    sent: MarkingReview,
    head: By,
    mark: int,
    erred: bool,  # noqa: FBT001  # a column of the table
    charged: bool | None,  # noqa: FBT001  # likewise
) -> None:
    ResultsRelease.objects.update(conversion={})
    given = reviewing.Answer(mark=mark, supplier_erred=erred)

    assert reviewing.answer(review=sent, given=given, by=head).charged is charged


def share(sheet: Sheet, by: By) -> sharing.Shared:
    return sharing.share(school=sheet.school, year=YEAR, days=7, figures=(), by=by)


def test_a_pack_is_not_opened_once_an_earlier_release_it_rests_on_was_taken_back(
    out: Agency, judged_sheet: Sheet, head: By, pupils: list[Pupil]
) -> None:
    out.release(file_of([line(pupils[0], "reading", 30)]), ResultsRelease.Kind.CORRECTED)
    made = share(judged_sheet, head)
    assert sharing.find(made.token, address="10.0.0.4") == made.pack

    releasing.withdraw(
        release=released_to(judged_sheet.school, YEAR).releases[0], reason="Wrong", by=out.one
    )

    assert sharing.find(made.token, address="10.0.0.4") is None


@pytest.mark.parametrize(("opened", "said"), [(1, CLOSE), (0, "12 of 24")])
def test_a_pack_is_held_against_those_that_were_seen(
    out: Agency,
    judged_sheet: Sheet,
    head: By,
    monkeypatch: pytest.MonkeyPatch,
    opened: int,
    said: str,
) -> None:
    lines = [PackRow(subject="Maths", label="Met", said=text) for text in ("11 of 24", "12 of 24")]
    packs = iter([Pack(rows=(one,), threshold=6, notes=(), pupils=30) for one in lines])
    monkeypatch.setattr(sharing, "pack_of", lambda _: next(packs))
    first = share(judged_sheet, head).pack
    SharedPack.objects.filter(pk=first.pk).update(opened=opened)
    sharing.withdraw(pack=first, by=head)

    later = share(judged_sheet, head).pack

    assert later.content["rows"] == [["Maths", "Met", said]]
