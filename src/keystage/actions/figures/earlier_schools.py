"""The school that a school took over from: said by the school itself, and taken back by it.

A school that becomes an academy has a number of its own from then on, and its history starts anew.
With the link the published figures of the school before stand beside its own, told apart from them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.membership.people import managers_of
from keystage.store.models import (
    FiguresContent,
    FiguresRelease,
    Organisation,
    OrganisationSetting,
    Person,
)

_NAME, _URN, _FIRST = "earlier_school", "urn", "first_year"
_School = Organisation.Kind.SCHOOL


@dataclass(frozen=True, kw_only=True)
class EarlierSchool:
    """The school that another took over from.

    Attributes:
        school: the earlier school.
        first_year: the first year of results that is the later school's own.
        said_at: when the later school said so.
        said_by: who said it for the later school.
    """

    school: Organisation
    first_year: int
    said_at: datetime
    said_by: Person | None


def earlier_school_of(school: Organisation) -> EarlierSchool | None:
    """The school that a school says it took over from; None where it says none."""
    row = (
        OrganisationSetting.objects.select_related("changed_by")
        .filter(organisation=school, name=_NAME)
        .first()
    )
    if row is None or not row.value:
        return None
    found = Organisation.objects.filter(kind=_School, code=row.value[_URN]).first()
    if found is None:
        return None
    return EarlierSchool(
        school=found,
        first_year=row.value[_FIRST],
        said_at=row.changed_at,
        said_by=row.changed_by,
    )


@transaction.atomic
def link(*, school: Organisation, urn: str, first_year: int, by: By) -> None:
    """Say that a school took over from another. Saying what is said already changes nothing.

    Args:
        school: the later school.
        urn: the earlier school's number.
        first_year: the first year of results that is the later school's own.
        by: an account manager of the later school.

    Raises:
        RefusedError: the person does not speak for the school, there is no such other school, or
            the figures of either say that it is not so.
    """
    _locked(school, by)
    earlier = Organisation.objects.filter(kind=_School, code=urn).first()
    if earlier is None or earlier.pk == school.pk:
        raise RefusedError(
            f"No other school here has the unique reference number {urn}.",
            todo="Look the number up in the register of schools. Ask the agency if the school is "
            "not in the service.",
        )
    _must_be_over(earlier, first_year)
    _must_have_begun(school, first_year)
    _say(school, {_URN: earlier.code, _FIRST: first_year}, "earlier school linked", by)


@transaction.atomic
def unlink(*, school: Organisation, by: By) -> None:
    """Take back that a school took over from another. Nothing happens where it did not say so.

    Raises:
        RefusedError: the person does not speak for the school.
    """
    _locked(school, by)
    _say(school, {}, "earlier school no longer linked", by)


def _locked(school: Organisation, by: By) -> None:
    """Hold the school, if the person speaks for it."""
    locking(Organisation.objects).get(pk=school.pk)
    if by.who not in managers_of(school):
        raise RefusedError(
            f"You do not manage the accounts of {school} as one of its own people.",
            todo="Ask the headteacher: the school itself says which school it was before.",
        )


def _say(school: Organisation, value: dict[str, object], act: str, by: By) -> None:
    row = OrganisationSetting.objects.filter(organisation=school, name=_NAME).first()
    before = row.value if row else {}
    if before == value:
        return
    OrganisationSetting.objects.update_or_create(
        organisation=school,
        name=_NAME,
        defaults={"value": value, "changed_at": timezone.now(), "changed_by": by.who},
    )
    record(
        act,
        by=by,
        organisation=school,
        before={"earlier_school": before},
        after={"earlier_school": value},
    )


def _must_be_over(earlier: Organisation, first_year: int) -> None:
    """Refuse a school that still has results when the other's begin.

    Raises:
        RefusedError: it has.
    """
    years = sorted(one for one in _years_of(earlier) if one >= first_year)
    if years:
        raise RefusedError(
            f"{earlier} has results of its own in {years[0]}, so it was not taken over before.",
            todo="Look at the number and at the year. Where several schools became one, or one "
            "became several, none of them is another's past.",
        )


def _must_have_begun(school: Organisation, first_year: int) -> None:
    """Refuse a year after the school's own first results.

    Raises:
        RefusedError: it has results of an earlier year.
    """
    years = sorted(one for one in _years_of(school) if one < first_year)
    if years:
        raise RefusedError(
            f"{school} has results of its own in {years[0]}, under its present number.",
            todo="Give the first year of results under the present number.",
        )


def _years_of(school: Organisation) -> set[int]:
    """The years of which the agency's figures that are in force hold a school."""
    rows = FiguresContent.objects.filter(
        kind=FiguresContent.Kind.SCHOOL,
        code=school.code,
        release__organisation__kind=Organisation.Kind.NATIONAL,
        release__state=FiguresRelease.State.APPROVED,
        release__shown_at__lte=timezone.now(),
    )
    return set(rows.values_list("release__year", flat=True))
