"""Ending what somebody holds in an organisation because another person has taken it over."""

from keystage.access.roles import load_roles
from keystage.actions.by import By
from keystage.actions.membership import people
from keystage.store.models import Grant


def handed_over(grant: Grant, *, by: By) -> None:
    """End every role its holder has in the organisation, when the successor has theirs.

    The role by which accounts are managed ends last, as it may be that of the person who ends them.

    Raises:
        RefusedError: the person who handed it over manages no accounts there any longer.
    """
    roles = load_roles().roles
    held = Grant.objects.filter(
        person=grant.person_id, organisation=grant.organisation_id, ended_at__isnull=True
    ).order_by("pk")
    for one in sorted(held, key=lambda row: row.role in roles and roles[row.role].manages_people):
        people.end(grant=one, by=by)
