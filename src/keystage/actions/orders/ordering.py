"""Ordering the tests of a season: so many of each test, as it is printed and modified."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.orders.standing import rules_of
from keystage.core.subjects import TESTED, Subject
from keystage.store.models import Organisation, PapersOrder

#: More of one test are no school's order.
MOST = 2000


@transaction.atomic
def order(
    school: Organisation, year: int, numbers: Mapping[str, Mapping[str, int]], *, by: By
) -> PapersOrder:
    """Order the tests of a season. The same order again changes nothing; another replaces it.

    An order that only changes numbers keeps the day on which tests were first ordered.

    Args:
        school: whose order it is.
        year: the season.
        numbers: by test and material of the year, how many; what is not named is none.
        by: who orders.

    Raises:
        RefusedError: the year says nothing of orders, a test or material is none of the year's, a
            number cannot be, or nothing is ordered.
    """
    rules = rules_of(year)
    if rules is None:
        raise RefusedError(
            f"Nothing is known of test orders of {year}.", todo="Order them where you did before."
        )
    known = {test: dict.fromkeys(rules.materials, 0) for test in TESTED}
    for test, given in numbers.items():
        for material, number in given.items():
            if test not in TESTED or material not in rules.materials or not 0 <= number <= MOST:
                raise RefusedError(
                    f"{number} of {material} cannot be ordered.",
                    todo=f"Enter numbers from 0 to {MOST}.",
                )
            known[Subject(test)][material] = number
    wanted = {str(test): given for test, given in known.items()}
    if not any(number for given in wanted.values() for number in given.values()):
        raise RefusedError("Nothing is ordered.", todo="Enter how many of each test you need.")
    locking(Organisation.objects).get(pk=school.pk)
    there = PapersOrder.objects.filter(school=school, year=year, replaced_at__isnull=True).first()
    if there is not None and there.numbers == wanted:
        return there
    now = timezone.now()
    if there is not None:
        there.replaced_at, there.replaced_by = now, by.who
        there.save(update_fields=("replaced_at", "replaced_by"))
    made = PapersOrder.objects.create(
        school=school,
        year=year,
        numbers=wanted,
        placed_at=there.placed_at if there else now,
        placed_by=by.who,
    )
    record(
        "test order changed" if there else "tests ordered",
        by=by,
        organisation=school,
        year=year,
        subject=f"order {made.pk}",
        before={"numbers": there.numbers} if there else {},
        after={"numbers": wanted},
    )
    return made
