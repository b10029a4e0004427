"""How many figures are others than in the release before; verifying as long work."""

from collections.abc import Iterator
from typing import Any

import pytest
from cast_of_tests import MakePerson
from figures_of_tests import Statistics, content, made_up, play, statisticians
from msgspec.structs import replace

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures import making, moved
from keystage.actions.figures.verifying_later import last_of, verify_later
from keystage.flows.figures.contents import Content
from keystage.store.models import FiguresContent, FiguresRelease, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    play(monkeypatch)
    return statisticians(person, body)


def released(desk: Statistics, monkeypatch: pytest.MonkeyPatch, **texts: str) -> FiguresRelease:
    """A release of schools by code, each with one figure: withheld where its text is empty."""

    def contents() -> Iterator[Content]:
        for code, text in texts.items():
            for level in ("complete", "suppressed"):
                made = content("school", code, level, text)
                state = "shown" if text else "suppressed"
                figure = replace(made.figures[0], text=text, state=state)
                yield replace(made, figures=(figure,))

    def computed(*_: object, **__: object) -> Any:
        found = made_up([])
        found.contents = contents()
        return found

    monkeypatch.setattr(making, "computed", computed)
    return desk.make()


def test_figures_that_are_printed_otherwise_are_counted_by_kind_of_unit(
    desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = released(desk, monkeypatch, same="71", other="71", lost="71", won="", gone="1")
    new = released(desk, monkeypatch, same="71", other="72", lost="", won="60", new="1")

    found = moved.moved(new, old, person=desk.other.who)

    assert found == (
        moved.Moved(
            kind=FiguresContent.Kind.SCHOOL,
            units=4,
            new=1,
            gone=1,
            touched=3,
            figures=3,
            withheld=1,
            shown=1,
        ),
    )


def test_very_many_units_are_not_counted_while_somebody_waits(
    desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moved, "MOST", 1)
    old = released(desk, monkeypatch, one="71", two="71")
    new = released(desk, monkeypatch, one="71", two="72")
    found = moved.moved(new, old, person=desk.other.who)

    assert found is not None
    assert (found[0].units, found[0].touched, found[0].figures) == (2, None, None)


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
