"""How the leave of a system stands, in words."""

from dataclasses import dataclass

from django.utils import timezone

from keystage.store.models import SystemAccess


@dataclass(frozen=True)
class State:
    """How a leave stands.

    Attributes:
        words: for people.
        colour: of the tag.
        waits: whether a second person has to confirm it.
        holds: whether the system may act.
    """

    words: str
    colour: str
    waits: bool = False
    holds: bool = False


def state_of(system: SystemAccess) -> State:
    """How the leave of a system stands today."""
    if system.withdrawn_at is not None:
        return State("Withdrawn", "grey")
    if system.ends_on < timezone.localdate():
        return State("Ended", "grey")
    if system.confirmed_at is None:
        return State("Waits to be confirmed", "yellow", waits=True)
    return State("Has leave", "green", holds=True)
