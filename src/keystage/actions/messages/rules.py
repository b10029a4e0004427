"""Who may write to whom, and what a message may not say: it never names a pupil."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from keystage.actions.errors import RefusedError
from keystage.core.upn import LENGTH, fault_of
from keystage.store.models import Organisation, Pupil
from keystage.store.rights import schools_within

_KIND = Organisation.Kind
#: A run of letters and digits, in pieces or not, that may be a UPN.
_RUN = re.compile(r"[A-Z](?:[\s.-]?[0-9]){11}[\s.-]?[0-9A-Z]", re.IGNORECASE)

#: An apostrophe joins, as in O'Brien, or ends a name, as in Ashby's: both are tried.
_MARKS = ("", " ")


def partners_of(organisation: Organisation) -> QuerySet[Organisation]:
    """The organisations that one may write to, by kind and name.

    A school writes to its authority, its trust and the agency; those to their schools; authorities
    and the agency to each other.
    """
    everyone = Organisation.objects.order_by("kind", "name", "code")
    match organisation.kind:
        case _KIND.SCHOOL:
            keys = [organisation.authority_id, organisation.trust_id]
            return everyone.filter(kind=_KIND.NATIONAL) | everyone.filter(pk__in=filter(None, keys))
        case _KIND.AUTHORITY:
            return everyone.filter(kind=_KIND.NATIONAL) | everyone.filter(authority=organisation)
        case _KIND.TRUST:
            return everyone.filter(trust=organisation)
        case _KIND.NATIONAL:
            return everyone.filter(kind__in=(_KIND.AUTHORITY, _KIND.SCHOOL))
        case _:
            return everyone.none()


def must_be_partners(sender: Organisation, receiver: Organisation) -> None:
    """Refuse a message to somebody that an organisation does not write to.

    Raises:
        RefusedError: the receiver is no partner of the sender.
    """
    if not partners_of(sender).filter(pk=receiver.pk).exists():
        raise RefusedError(
            f"{sender} does not write to {receiver}.",
            todo="Schools write to their authority, their trust and the agency.",
        )


def must_say_why(said: str, organisation: Organisation) -> None:
    """Refuse an act without a reason, or with one that names a pupil of the organisation's schools.

    Raises:
        RefusedError: there is no reason, or it does.
    """
    if not said:
        raise RefusedError("There is no reason.", todo="Say why, without naming a pupil.")
    refuse_pupils((said,), organisation)


def refuse_pupils(texts: Collection[str], *between: Organisation) -> None:
    """Refuse words that name a pupil of the schools a message is between, or hold a UPN.

    A pupil is named by forename and surname together, in either order, as they are or as the pupil
    prefers them; accents, hyphens and capitals make no difference. Between an authority and the
    agency all pupils of the authority's schools count.

    Raises:
        RefusedError: a text does; the sentence does not repeat it.
    """
    if any(_holds_upn(text) for text in texts):
        raise RefusedError(
            "The message holds a UPN. Messages never identify a pupil.",
            todo="Take the UPN out. Say which line of the file or of the list it is about.",
        )
    read = [f" {' '.join(_words(text, mark))} " for text in texts for mark in _MARKS]
    for name in _names(between):
        if any(f" {name} " in text for text in read):
            raise RefusedError(
                "The message holds the full name of a pupil. Messages never identify a pupil.",
                todo="Take the name out. Say which line of the file or of the list it is about.",
            )


def _holds_upn(text: str) -> bool:
    for found in _RUN.finditer(unicodedata.normalize("NFKC", text)):
        upn = re.sub(r"[\s.-]", "", found[0]).upper()
        whole = upn.casefold() == found[0].casefold()
        if len(upn) == LENGTH and (whole or fault_of(upn) is None):
            return True
    return False


def _names(between: Collection[Organisation]) -> Iterator[str]:
    schools = [one for one in between if one.kind == _KIND.SCHOOL]
    near = schools or [one for one in between if one.kind != _KIND.NATIONAL]
    rows = Pupil.objects.filter(school__in=schools_within(near)).values_list(
        "forename", "surname", "preferred_forename", "preferred_surname"
    )
    for forename, surname, liked_forename, liked_surname in rows.iterator():
        for first in {forename, liked_forename or forename}:
            for last in {surname, liked_surname or surname}:
                yield from _orders(first, last)


def _orders(first: str, last: str) -> Iterator[str]:
    for mark in _MARKS:
        given, family = " ".join(_words(first, mark)), " ".join(_words(last, mark))
        if given and family:
            yield f"{given} {family}"
            yield f"{family} {given}"


def _words(text: str, mark: str) -> list[str]:
    """The words of a text: without accents, signs and capitals, ``mark`` for an apostrophe."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    joined = re.sub(r"['\u2019\u02bc`]", mark, letters)
    return re.sub(r"[^\w]|_", " ", joined).split()
