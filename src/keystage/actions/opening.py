"""Opening the service for an organisation: the body itself and its first account manager.

Whoever runs the service does this once for each; everybody else is invited by that person.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.membership.people import managers_of, roles_of
from keystage.core.errors import InputError
from keystage.store.models import Grant, Organisation, Person

Kind = Organisation.Kind
_NUMBER = 7


@dataclass(frozen=True, kw_only=True)
class Body:
    """An organisation as it is to be known; the bodies above a school are given by their codes."""

    kind: str
    code: str
    name: str
    number: str = ""
    school_type: str = ""
    authority: str = ""
    trust: str = ""
    diocese: str = ""


@transaction.atomic
def open_for(body: Body, *, by: By) -> Organisation:
    """Make an organisation known; what is known of it already is put right.

    Raises:
        InputError: a code, number or name cannot be, or there is no body above of that code.
    """
    _refuse_misshapen(body)
    above = {
        kind: _above(kind, getattr(body, kind))
        for kind in (Kind.AUTHORITY, Kind.TRUST, Kind.DIOCESE)
    }
    taken = Organisation.objects.filter(number=body.number).exclude(kind=body.kind, code=body.code)
    if body.number and taken.exists():
        raise InputError(
            f"Another school has the number {body.number}.", todo="Look the number up again."
        )
    told = {
        "name": body.name.strip(),
        "number": body.number,
        "school_type": body.school_type,
        **{str(kind): one for kind, one in above.items()},
    }
    organisation, made = Organisation.objects.update_or_create(
        kind=body.kind, code=body.code, defaults=told
    )
    record(
        "organisation opened" if made else "organisation put right",
        by=by,
        organisation=organisation,
        after={name: str(value or "") for name, value in told.items()},
    )
    return organisation


@transaction.atomic
def first_manager(
    *, organisation: Organisation, email: str, name: str, ends_on: date, by: By
) -> Person:
    """Give an organisation its first account manager, who then invites everybody else.

    Raises:
        RefusedError: it has one already.
        InputError: the address is none, or the role would have ended already.
    """
    locking(Organisation.objects).get(pk=organisation.pk)
    if managers_of(organisation):
        raise RefusedError(
            f"{organisation} has an account manager.", todo="They invite whoever else is needed."
        )
    address, starts_on = email.strip().lower(), timezone.localdate()
    try:
        validate_email(address)
    except ValidationError:
        raise InputError(f"{email!r} is no address.", todo="Check how it is written.") from None
    if ends_on < starts_on:
        raise InputError("The role would have ended already.", todo="Choose a later day.")
    role = next(role for role in roles_of(organisation) if role.manages_people)
    person = Person.objects.filter(email=address).first()
    person = person or Person.objects.create_user(address, name=name.strip())
    Grant.objects.create(
        person=person,
        organisation=organisation,
        role=role.key,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    record(
        "first account manager named",
        by=by,
        organisation=organisation,
        subject=f"person {person.pk}",
        after={"role": role.key, "ends_on": ends_on.isoformat()},
    )
    return person


def _refuse_misshapen(body: Body) -> None:
    if body.kind not in Kind.values:
        raise InputError(
            f"There is no sort of organisation {body.kind!r}.",
            todo=f"Choose one of: {', '.join(Kind.values)}.",
        )
    if not body.name.strip():
        raise InputError("The organisation has no name.", todo="Give its name.")
    if not body.code.isalnum() or not body.code.isascii():
        raise InputError(
            f"{body.code!r} is no code of an organisation.",
            todo="Use letters and digits: for a school its URN.",
        )
    if body.kind == Kind.SCHOOL and not (_is_number(body.number) and body.code.isdecimal()):
        raise InputError(
            "A school has a URN of digits and a number of seven digits.",
            todo="Give its authority's number and its own, one after the other, such as 9990301.",
        )


def _is_number(text: str) -> bool:
    return len(text) == _NUMBER and text.isascii() and text.isdecimal()


def _above(kind: str, code: str) -> Organisation | None:
    if not code:
        return None
    found = Organisation.objects.filter(kind=kind, code=code).first()
    if found is None:
        raise InputError(
            f"There is no {Kind(kind).label.lower()} of the code {code}.", todo="Open it first."
        )
    return found
