"""Locks of rows: taken here alone, and in one order, so that no two acts wait for each other.

Whoever locks rows of several tables in one transaction takes them in the order of `ORDER`, and rows
of one table in the order of their keys. A table that is locked already may be locked again. The
record of acts comes last: everybody waits there for everybody, so nothing is locked behind it.

A lock is on the rows asked for, and not on those they belong to (``of``); it leaves their keys free
(``no_key``), so that others may meanwhile add rows that name them, such as events of an
organisation.
"""

from typing import TypeVar

from allauth.idp.oidc.models import Client
from django.db.models import Manager, Model, QuerySet

from keystage.store.models import (
    Amendment,
    Arrangement,
    AuditHead,
    Batch,
    CheckingRequest,
    CohortPupil,
    FiguresRelease,
    Import,
    Invitation,
    Job,
    MarkingReview,
    Message,
    Moderation,
    Organisation,
    OrganisationSetting,
    Person,
    Pupil,
    ReceivedPupil,
    ResultsRelease,
    SchoolReturn,
    ServiceNotice,
    SharedPack,
    Sheet,
    Submission,
    SystemAccess,
    SystemRequest,
)

M = TypeVar("M", bound=Model)
#: Tables of which one act locks several, in the order in which it does. Others are locked alone.
ORDER: tuple[type[Model], ...] = (
    SystemRequest,
    Job,
    ServiceNotice,
    Person,
    Organisation,
    OrganisationSetting,
    Batch,
    SystemAccess,
    Client,
    Invitation,
    Message,
    Moderation,
    Sheet,
    Import,
    SchoolReturn,
    Submission,
    Amendment,
    ReceivedPupil,
    Pupil,
    CohortPupil,
    Arrangement,
    MarkingReview,
    ResultsRelease,
    FiguresRelease,
    CheckingRequest,
    SharedPack,
    AuditHead,
)


def locking(rows: Manager[M] | QuerySet[M]) -> QuerySet[M]:
    """Rows that, once they are read, stay as they are until the transaction ends."""
    return rows.select_for_update(of=("self",), no_key=True)
