"""What a change of registrations would decide, told before it is saved; nothing is changed here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keystage.actions.roll.registering import Registration
from keystage.actions.season.dates import collection_in_force
from keystage.core.subjects import TESTED, Subject
from keystage.flows.register.consequences import Changed, Consequence, consequences
from keystage.statute.register_loader import load_register
from keystage.store.models import Arrangement, CohortPupil, Sheet

_ASKED_FOR = (Arrangement.State.PROPOSED, Arrangement.State.APPROVED)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A pupil whose registrations would change, and what that decides.

    ``before`` and ``after`` hold the values that differ, by the name of the field.
    """

    member: CohortPupil
    before: Mapping[str, str | bool | None]
    after: Mapping[str, str | bool | None]
    told: tuple[Consequence, ...]


def ask(sheet: Sheet, registrations: Iterable[Registration]) -> list[Asked]:
    """What registrations would change of pupils of the cohort, in the order of their names."""
    wanted = {one.member: one for one in registrations}
    book, collection = load_register(sheet.year), collection_in_force(sheet.school, sheet.year)
    sorts = book.arrangements.sorts
    members = (
        sheet.cohort.filter(removed=False, pk__in=wanted)
        .select_related("pupil")
        .prefetch_related("arrangements", "attendance")
        .order_by("pupil__class_name", "pupil__surname", "pupil__forename", "pupil__upn")
    )
    found = []
    for member in members:
        after = {
            name: value
            for name, value in wanted[member.pk].values.items()
            if getattr(member, name) != value
        }
        if not after:
            continue
        change = Changed(
            before={test: getattr(member, str(test)) for test in TESTED},
            after={test: str(after.get(test, getattr(member, str(test)))) for test in TESTED},
            arrangements=[
                (sorts[one.sort].label, [Subject(test) for test in one.tests])
                for one in member.arrangements.all()
                if one.state in _ASKED_FOR and one.sort in sorts
            ],
            codes=[one.paper for one in member.attendance.all() if one.code],
        )
        found.append(
            Asked(
                member=member,
                before={name: getattr(member, name) for name in after},
                after=after,
                told=consequences(change, book, collection),
            )
        )
    return found


def changed_meanwhile(sheet: Sheet, registrations: Iterable[Registration]) -> tuple[int, ...]:
    """The pupils whom somebody else changed since the person saw them, and who would change."""
    wanted = {one.member: one for one in registrations}
    return tuple(
        one.pk
        for one in sheet.cohort.filter(pk__in=wanted)
        if one.version != wanted[one.pk].seen
        and any(getattr(one, name) != value for name, value in wanted[one.pk].values.items())
    )


def is_known(sheet: Sheet, registrations: Iterable[Registration]) -> bool:
    """Whether every code is one of the year's."""
    codes = {"", *collection_in_force(sheet.school, sheet.year).registrations.codes}
    return all(
        value in codes
        for one in registrations
        for value in one.values.values()
        if isinstance(value, str)
    )
