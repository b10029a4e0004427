"""Who speaks for the service: the desk that runs the collection."""

from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.store.models import Organisation
from keystage.store.rights import live_grants, place_of


def must_speak(agency: Organisation, year: int, by: By) -> None:
    """Refuse somebody who does not run the collection of an agency.

    Raises:
        RefusedError: they do not.
    """
    today = timezone.localdate()
    grants = live_grants(by.who, today)
    decision = decide(grants, Permission.RUN_COLLECTION, place_of(agency), season=year, on=today)
    if agency.kind != Organisation.Kind.NATIONAL or decision.classes_at(Level.NONE) is not None:
        raise RefusedError(
            "Only the agency that runs the collection does this.", todo="Ask its desk."
        )
