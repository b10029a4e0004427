"""The lines of an authority's report: each school with what the person may be told of it."""

from dataclasses import dataclass

from django.db.models import Count

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.register.counting import Arranged, arranged, guarded
from keystage.actions.settings import SENT_BY_AUTHORITY, who_say
from keystage.actions.stages import SchoolStages, schools_of, stages_of
from keystage.store.models import ModeratedPupil, SchoolReturn
from keystage.web.doors import Here
from keystage.web.register.arrangement_views import CLASSES
from keystage.web.wording import as_date

_SAMPLED = frozenset({Condition.SAMPLED})
_ARRANGED, _SAMPLE = "Pupils with access arrangements", "Pupils in the sample"
_BY_CLASS = tuple(f"Of these: {title[:1].lower()}{title[1:]}" for title, _ in CLASSES.values())


@dataclass(frozen=True, kw_only=True)
class Report:
    """The report: its headings, and a row of cells for each school, its name and URN first.

    ``counted`` are the headings of numbers; ``submitted`` and ``not_yet`` count the schools whose
    return is in and those it is awaited of.
    """

    headings: tuple[str, ...]
    counted: frozenset[str]
    rows: tuple[tuple[str, ...], ...]
    submitted: int
    not_yet: int


def report_of(here: Here) -> Report:
    """The report on the schools of an authority, by name; what a role may not see is left out."""
    year = here.season
    found = stages_of(schools_of(here.organisation).order_by("name"), year)
    schools = [one.school for one in found]
    through = who_say(SENT_BY_AUTHORITY, "yes", schools)
    counts = here.may(Permission.SEE_ARRANGEMENTS, Level.AGGREGATE)
    moderation = here.may(Permission.SEE_MODERATION, Level.NONE, _SAMPLED)
    numbers = arranged(schools, year) if counts else {}
    samples = _samples(found) if moderation else {}
    headings = ["School", "URN", "Submitted", "Return", "Sent by"]
    if counts:
        headings += [_ARRANGED, *_BY_CLASS]
    if moderation:
        headings += ["Moderation", _SAMPLE]
    rows = []
    for one in found:
        sender = "The authority" if one.school.pk in through else "The school"
        cells = [one.school.name, one.school.code, *_sent(one), sender]
        if counts:
            cells += _arranged(numbers.get(one.school.pk, Arranged()), year)
        if moderation:
            cells += _moderated(one, samples)
        rows.append(tuple(cells))
    submitted = sum(one.accepted for one in found)
    return Report(
        headings=tuple(headings),
        counted=frozenset((_ARRANGED, *_BY_CLASS, _SAMPLE)),
        rows=tuple(rows),
        submitted=submitted,
        not_yet=len(found) - submitted,
    )


def _sent(one: SchoolStages) -> list[str]:
    state = one.sent_state or SchoolReturn.State.NOT_STARTED
    return ["Yes" if one.accepted else "Not yet submitted", str(state.label)]


def _arranged(numbers: Arranged, year: int) -> list[str]:
    counts = (numbers.pupils, *(numbers.by_class.get(kind, 0) for kind in CLASSES))
    return [guarded(number, year) for number in counts]


def _moderated(one: SchoolStages, samples: dict[int, int]) -> list[str]:
    if one.moderation is None:
        return ["Not chosen", ""]
    found = one.moderation
    if found.visited_on:
        words = f"{found.get_outcome_display() or 'Visited'}, {as_date(found.visited_on)}"
    elif found.visit_on:
        words = f"Visit on {as_date(found.visit_on)}"
    else:
        words = "Chosen, no visit arranged"
    return [words, str(samples.get(found.pk, 0))]


def _samples(found: list[SchoolStages]) -> dict[int, int]:
    """How many pupils are in the sample of each moderation: the authority draws them itself."""
    keys = [one.moderation.pk for one in found if one.moderation]
    rows = ModeratedPupil.objects.filter(moderation__in=keys).values("moderation").order_by()
    counted = rows.annotate(pupils=Count("cohort_pupil", distinct=True))
    return {row["moderation"]: row["pupils"] for row in counted}
