"""States of requests as they look; the words say the same."""

from collections.abc import Mapping

from keystage.store.models import CheckingRequest

State = CheckingRequest.State
COLOURS: Mapping[str, str] = {
    State.DRAFT: "yellow",
    State.PROPOSED: "teal",
    State.SCRUTINY: "blue",
    State.RETURNED: "orange",
    State.AGREED: "green",
    State.REFUSED: "red",
    State.WITHDRAWN: "grey",
}
#: States in which a request is the school's alone.
BEFORE_SENDING = frozenset({State.DRAFT, State.PROPOSED})
#: States in which the school is told what was decided.
DECIDED = frozenset({State.AGREED, State.REFUSED})
