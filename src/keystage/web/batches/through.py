"""The schools that say their authority sends their return."""

from dataclasses import dataclass

from keystage.access.permissions import Permission
from keystage.actions.membership.agreements import agreed_of
from keystage.actions.settings import SENT_BY_AUTHORITY, THROUGH_AUTHORITY, value_of, who_say
from keystage.store.models import Organisation, SchoolReturn
from keystage.store.rights import schools_within


@dataclass(frozen=True, kw_only=True)
class Through:
    """A school that is sent for: whether it agreed to that, and how far its return is."""

    school: Organisation
    agreed: bool
    state: str


def asks(body: Organisation) -> bool:
    """Whether an authority asks its schools to send their returns through it."""
    authority = body.kind == Organisation.Kind.AUTHORITY
    return authority and value_of(body, THROUGH_AUTHORITY) == "yes"


def through_of(body: Organisation, year: int) -> list[Through]:
    """The schools of an authority that say it sends for them, by name."""
    if body.kind != Organisation.Kind.AUTHORITY:
        return []
    schools = schools_within([body]).order_by("name")
    say = who_say(SENT_BY_AUTHORITY, "yes", schools)
    labels = dict(SchoolReturn.State.choices)
    states = dict(
        SchoolReturn.objects.filter(school__in=say, year=year).values_list("school_id", "state")
    )
    return [
        Through(
            school=one,
            agreed=Permission.PREPARE_SUBMISSION in agreed_of(one),
            state=str(labels[states.get(one.pk, SchoolReturn.State.NOT_STARTED)]),
        )
        for one in schools
        if one.pk in say
    ]
