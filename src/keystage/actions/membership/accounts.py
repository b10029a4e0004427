"""A person's own account: when it was used, its name, its second factor, and signing it out."""

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.store.models import Person


def seen(person: Person) -> None:
    """Note that a person signed in or came back."""
    Person.objects.filter(pk=person.pk).update(seen_at=timezone.now())


@transaction.atomic
def noted(what: str, *, person: Person, by: By) -> None:
    """Write what a person did with their own account: signing in, a password, a second factor."""
    record(what, by=by, subject=f"person {person.pk}")


@transaction.atomic
def rename(*, name: str, by: By) -> Person:
    """Give a person's own account another name. What they did earlier keeps the name of then.

    Raises:
        RefusedError: there is no name.
    """
    person = locking(Person.objects).get(pk=by.who.pk)
    wanted = " ".join(name.split())
    if not wanted:
        raise RefusedError("There is no name.", todo="Enter your full name.")
    if person.name != wanted:
        before, person.name = person.name, wanted
        person.save(update_fields=("name",))
        record(
            "name changed",
            by=by,
            subject=f"person {person.pk}",
            before={"name": before},
            after={"name": wanted},
        )
    return person


@transaction.atomic
def forget_second_factor(*, person: Person, by: By) -> None:
    """Remove the second factor of a person who has lost it, and sign them out everywhere.

    Only who runs the service does this, after making sure who asks.
    """
    removed, _ = Authenticator.objects.filter(user=person).delete()
    if removed:
        sign_out(person.pk)
        record("second factor forgotten", by=by, subject=f"person {person.pk}")


def sign_out(person: int) -> None:
    """Delete the sessions of a person."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person):
            session.delete()
