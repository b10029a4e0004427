"""Agreements of invented schools with their authority: one waits for its answer."""

from collections.abc import Mapping, Sequence

from keystage.actions.by import By
from keystage.actions.orders import monitoring
from keystage.actions.orders.standing import kind_of
from keystage.store.models import Organisation, Person

ADDRESS = "invented"


def agree(schools: Sequence[Organisation], year: int, people: Mapping[str, Person]) -> None:
    """Let schools that need it ask their authority, which answers all but the last of them."""
    head, officer = By(people["headteacher"], ADDRESS), By(people["authority_officer"], ADDRESS)
    needing = [one for one in schools if (kind := kind_of(one, year)) and kind.agreement]
    for at, school in enumerate(needing, start=1):
        if school.authority is None:
            continue
        asked = monitoring.ask(school, school.authority, year, by=head)
        if at < len(needing):
            monitoring.answer(asked, agrees=True, by=officer)
