"""Which schools somebody asked to see, in which order."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict

from keystage.actions.stages import SchoolStages, schools_of, stages_of
from keystage.store.models import Organisation
from keystage.web.doors import Here
from keystage.web.organisation.forms import SchoolFilter
from keystage.web.organisation.rows import ORDERS, ordered, rights_of

#: More schools than these are not reckoned at once: a national body chooses an authority first.
AT_ONCE = 1500


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person asked to see of the schools of an organisation.

    Attributes:
        form: the filter.
        every: how many schools there are.
        found: those that fit, in the order that was asked for.
        too_many: whether they are so many that none is shown.
        order: a name of `ORDERS`.
        turned: whether the order is the other way round.
    """

    form: SchoolFilter
    every: int
    found: list[SchoolStages]
    too_many: bool
    order: str
    turned: bool


def asked(given: QueryDict, here: Here) -> Asked:
    """The schools that fit what was chosen."""
    every = schools_of(here.organisation)
    moderation = rights_of(here).moderation
    form = SchoolFilter(given, authorities=_authorities(every), moderation=moderation)
    form.is_valid()
    chosen = form.cleaned_data
    some = _some(every, chosen.get("name", ""), chosen.get("authority", ""))
    count, order = every.count(), given.get("order", "")
    order, turned = (order if order in ORDERS else "return"), "turned" in given
    too_many = count > AT_ONCE and some.count() > AT_ONCE
    found = [] if too_many else stages_of(some, here.season)
    if not moderation:
        found = [one.without_moderation() for one in found]
    return Asked(
        form=form,
        every=count,
        found=ordered((one for one in found if form.fits(one)), order, turned=turned),
        too_many=too_many,
        order=order,
        turned=turned,
    )


def _authorities(schools: QuerySet[Organisation]) -> list[tuple[str, str]]:
    """Number and name of the authorities that schools stand in, by name."""
    found = schools.filter(authority__isnull=False).order_by("authority__name")
    return list(found.values_list("authority__code", "authority__name").distinct())


def _some(schools: QuerySet[Organisation], name: str, authority: str) -> QuerySet[Organisation]:
    if authority:
        schools = schools.filter(authority__code=authority)
    for word in name.split():
        schools = schools.filter(
            Q(name__icontains=word) | Q(code__startswith=word) | Q(number__startswith=word)
        )
    return schools
