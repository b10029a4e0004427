"""How many figures are others than in the release before; verifying as long work."""

from typing import Any

import pytest
from cast_of_tests import MakePerson
from figures_of_tests import Statistics, made_up, play, statisticians

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures import making, moved
from keystage.actions.figures.verifying_later import last_of, verify_later
from keystage.flows.figures.reviewed import Changed, Review, encode
from keystage.flows.figures.tables import Kept
from keystage.store.models import FiguresContent, FiguresRelease, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    play(monkeypatch)
    return statisticians(person, body)


def released(
    desk: Statistics, monkeypatch: pytest.MonkeyPatch, *codes: str, **review: Any
) -> FiguresRelease:
    """A release of schools, by code, with what its review keeps."""

    def computed(*_: object, **__: object) -> Any:
        found = made_up([("school", code) for code in codes])
        kept = encode(Review(**review))
        found.tables = iter(
            [Kept(what="review", kind="national", code="everyone", level="complete", content=kept)]
        )
        return found

    monkeypatch.setattr(making, "computed", computed)
    return desk.make()


def test_figures_that_are_others_are_told_by_kind_of_unit_as_the_review_counted_them(
    desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = Changed(kind="school", touched=2, figures=3, withheld=1, shown=0)
    old = released(desk, monkeypatch, "1", "2", "3")
    new = released(desk, monkeypatch, "2", "3", "4", "5", changed=(changed,))
    kind = FiguresContent.Kind.SCHOOL

    found = moved.moved(new, old, person=desk.other.who)

    assert found == (moved.Moved(kind=kind, units=2, new=2, gone=1, changed=changed),)
    assert moved.moved(old, new, person=desk.other.who) == (
        moved.Moved(kind=kind, units=2, new=1, gone=2),
    )


def test_who_does_not_review_a_release_is_told_nothing_of_it(
    desk: Statistics, person: MakePerson, school: Organisation
) -> None:
    made = desk.make()
    head = person("headteacher", school)

    assert moved.moved(made, made, person=head) is None
    with pytest.raises(RefusedError, match="do not review"):
        verify_later(release=made, by=By(head, "test"))


def test_a_release_is_verified_once_at_a_time_and_only_when_it_holds_something(
    desk: Statistics,
) -> None:
    waiting = desk.ask()
    with pytest.raises(RefusedError, match="holds nothing"):
        verify_later(release=waiting, by=desk.one)
    made = desk.make()
    assert last_of(made) is None

    assert verify_later(release=made, by=desk.one) == verify_later(release=made, by=desk.other)
    assert last_of(made) is not None
