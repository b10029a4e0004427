"""Packs of results day and releases of figures give way to each other; links end with a role."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR, MakePerson
from django.utils import timezone
from figures_of_tests import Statistics, play, statisticians
from releases_of_tests import Agency, freeze

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures import computing, looked_at, publishing
from keystage.actions.figures_packs.results_day import share_results
from keystage.actions.releases import sharing
from keystage.store.models import FiguresRelease, Organisation, Person, SharedPack

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(person: MakePerson, out: Agency, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    play(monkeypatch)
    return statisticians(person, out.one.who.grants.get().organisation)


@pytest.fixture
def pack(out: Agency, school: Organisation, headteacher: Person) -> sharing.Shared:
    return share_results(school=school, year=YEAR, days=7, by=By(headteacher, "test"))


def test_a_release_looks_at_the_packs_that_can_be_opened(
    desk: Statistics, pack: sharing.Shared, school: Organisation
) -> None:
    found = desk.make()

    assert found.inputs["packs"] == [pack.pack.pk]
    (told,) = looked_at.told_by_packs([pack.pack.pk], [school.code, "900999"])
    assert (told.kind, told.code, told.year) == ("school", school.code, YEAR)
    publishing.approve(release=found, by=desk.other, shown_at=timezone.now())


def test_a_pack_of_another_authoritys_school_is_none_of_a_bodys_business(
    desk: Statistics, pack: sharing.Shared, other_school: Organisation, authority: Organisation,
    trust: Organisation,
) -> None:  # fmt: skip
    """The trust has the school of the pack, and another trust has not."""
    other = Organisation.objects.create(kind="trust", code="TR0999", name="Other trust")
    makers = [Statistics(body, desk.one, desk.other) for body in (authority, trust, other)]
    seen = [looked_at.packs_beside(_of(maker)) for maker in makers]
    assert seen == [(pack.pack.pk,), (pack.pack.pk,), ()]


def _of(desk: Statistics) -> FiguresRelease:
    return FiguresRelease(organisation=desk.organisation, year=YEAR)


def test_no_pack_is_shared_while_a_release_is_made_that_could_not_look_at_it(
    desk: Statistics, school: Organisation, headteacher: Person
) -> None:
    by = By(headteacher, "test")
    desk.ask()
    with pytest.raises(RefusedError, match="is being made"):
        share_results(school=school, year=YEAR, days=7, by=by)
    assert not SharedPack.objects.exists()


def test_a_release_that_missed_a_pack_is_not_approved(
    desk: Statistics, pack: sharing.Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was shared in the very moment in which the release began to be made."""
    with monkeypatch.context() as patched:
        patched.setattr(computing, "packs_beside", lambda _: ())
        release = desk.make()
    assert release.inputs["packs"] == []

    with pytest.raises(RefusedError, match="had from the two"):
        publishing.approve(release=release, by=desk.other, shown_at=timezone.now())


def test_a_pack_is_made_beside_what_a_computed_release_shows(
    desk: Statistics, pack: sharing.Shared, school: Organisation
) -> None:
    assert list(looked_at.shown_of(school, YEAR)) == []
    release = desk.make()
    assert [one.code for one in looked_at.shown_of(school, YEAR)] == [school.code]
    publishing.withdraw(release=release, by=desk.one)
    assert list(looked_at.shown_of(school, YEAR)) == [], "nobody ever saw it"


def test_a_link_ends_when_who_made_it_may_share_packs_no_longer(
    pack: sharing.Shared, school: Organisation, headteacher: Person,
    out: Agency, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    freeze(monkeypatch, out.at + timedelta(minutes=1))
    assert sharing.find(pack.token, address="10.0.0.1") == pack.pack
    assert sharing.may_no_more([pack.pack], school) == frozenset()

    headteacher.grants.update(ended_at=timezone.now(), ended_by=out.one.who)

    assert sharing.find(pack.token, address="10.0.0.1") is None
    assert sharing.may_no_more([pack.pack], school) == {pack.pack.pk}
