"""Who asks for every page in the walk over all routes: each role, in each state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from matrix_of_roles import Held, all_held
from scene_of_routes import Scene

from keystage.store.models import Grant, Person


@dataclass(frozen=True)
class Somebody:
    """A person of the walk.

    ``state``: ``live``, ``elsewhere`` (the same role in bodies that have nothing to do with the
    school), ``ended``, ``over`` (its last day has passed), ``later`` (not started) or ``nothing``.
    """

    person: Person
    held: Held
    state: str

    def __str__(self) -> str:
        """For a sentence of a fault."""
        words = " with all it can be given" if self.held.given else ""
        return f"{self.held.role} over {self.held.scope}{words}, {self.state}"


STATES = ("live", "elsewhere", "ended", "over", "later")


def everybody(scene: Scene) -> Iterator[Somebody]:
    """Every role, in every state, and somebody with none."""
    today, month = timezone.localdate(), timedelta(days=30)
    dates = {"over": today - month - timedelta(days=1), "later": today + timedelta(days=1)}
    people: list[Person] = []
    grants: list[Grant] = []
    found: list[Somebody] = []
    for held in all_held():
        for state in STATES:
            where = scene.others if state == "elsewhere" else scene.organisations
            if state == "elsewhere" and held.kind not in where:
                continue
            someone = Person(email=f"{len(people)}@walk.example.org", name=f"{held.role} {state}")
            someone.password = "!"  # noqa: S105  # nobody signs in with it
            starts = dates.get(state, today)
            people.append(someone)
            grants.append(
                Grant(
                    person=someone,
                    organisation=where[held.kind],
                    role=held.role,
                    classes=["6A"] if held.scope == "classes" else [],
                    given=sorted(held.given),
                    starts_on=starts,
                    ends_on=starts + month,
                    ended_at=timezone.now() if state == "ended" else None,
                    ended_by=scene.head if state == "ended" else None,
                )
            )
            found.append(Somebody(someone, held, state))
    nobody = Person(email="nobody@walk.example.org", name="Nobody", password="!")  # noqa: S106  # as above
    Person.objects.bulk_create([*people, nobody])
    Grant.objects.bulk_create(grants)
    yield from found
    yield Somebody(nobody, Held("none", "school"), "nothing")
