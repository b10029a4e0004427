"""The tasks about the week of the tests and about results."""

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.releases.released import released_to
from keystage.statute.season import Event
from keystage.store.models import Arrangement, MarkingReview
from keystage.web.home.task import BLOCKED, DONE, LATER, NOW, Facts, Task
from keystage.web.wording import as_date, as_moment, plural


def arrangements(facts: Facts) -> Task:
    """Access arrangements: those that somebody has still to decide on."""
    states = list(
        Arrangement.objects.filter(
            cohort_pupil__sheet=facts.sheet,
            cohort_pupil__removed=False,
            state__in=(Arrangement.State.PROPOSED, Arrangement.State.APPROVED),
        ).values_list("state", flat=True)
    )
    waiting = sum(state == Arrangement.State.PROPOSED for state in states)
    due = facts.due(Event.ARRANGEMENTS_DUE)
    if waiting:
        status = NOW
        many = plural(waiting, "arrangement is", "arrangements are")
        hint = f"{many} to be decided, or to be told to the agency.{due}"
    elif states:
        status, hint = DONE, f"{plural(len(states), 'arrangement is', 'arrangements are')} settled."
    else:
        status, hint = LATER, f"Enter what a pupil needs to take part in the tests.{due}"
    return Task(
        title="Access arrangements",
        status=status,
        hint=hint,
        route="register:arrangements",
        permission=Permission.SEE_ARRANGEMENTS,
        level=Level.NAMED,
    )


def register(facts: Facts) -> Task:
    """The test attendance register."""
    first, found = facts.dates.moment(Event.TESTS_FIRST), facts.register
    if found.confirmation is not None:
        status, hint = DONE, f"Confirmed by {found.confirmation.by}."
    elif not facts.begun(Event.TESTS_FIRST) and first is not None:
        status, hint = LATER, f"The tests begin on {as_date(first)}."
    elif not facts.cohort:
        status, hint = BLOCKED, "There are no pupils yet."
    elif found.missing:
        status = NOW
        hint = f"{plural(found.missing, 'code is', 'codes are')} missing."
    elif found.wrong:
        status = NOW
        hint = f"{plural(len(found.wrong), 'contradiction is', 'contradictions are')} to be solved."
    else:
        status, hint = NOW, "Every code is there. A second person has to confirm the register."
    return Task(
        title="Test attendance register",
        status=status,
        hint=hint,
        route="register:register",
        permission=Permission.SEE_ATTENDANCE,
        level=Level.NAMED,
    )


def declaration(facts: Facts) -> Task:
    """The headteacher's declaration."""
    state, due = facts.declared, facts.due(Event.DECLARATION_DUE)
    if state.is_signed:
        status, hint = DONE, "Signed."
    elif not facts.begun(Event.TESTS_FIRST):
        status, hint = LATER, f"It is made when the register is confirmed.{due}"
    elif state.stale:
        status, hint = NOW, f"The register changed after it was signed. Make it again.{due}"
    elif state.against:
        status, hint = BLOCKED, f"{' '.join(state.against)}{due}"
    else:
        status, hint = NOW, f"{state.words}.{due}"
    return Task(
        title="Declaration of the headteacher",
        status=status,
        hint=hint,
        route="register:declaration",
        permission=Permission.SEE_DECLARATION,
    )


def released(facts: Facts) -> Task:
    """Results day: what was released to the school."""
    found = released_to(facts.sheet.school, facts.sheet.year)
    moment = facts.dates.moment(Event.RESULTS_TO_SCHOOLS)
    if found.results:
        status, hint = DONE, "The results of your pupils are out."
    elif moment is None:
        status, hint = LATER, "The day on which results come is not known yet."
    elif facts.begun(Event.RESULTS_TO_SCHOOLS):
        status, hint = LATER, f"Results came on {as_date(moment)}; none were released here."
    else:
        status, hint = LATER, f"Results come on {as_moment(moment)}."
    return Task(
        title="Results day",
        status=status,
        hint=hint,
        route="released:results",
        permission=Permission.SEE_RESULTS,
        level=Level.NAMED,
    )


def reviews(facts: Facts) -> Task | None:
    """Reviews of marking, once results are out."""
    if not facts.dates.passed(Event.RESULTS_TO_SCHOOLS):
        return None
    waiting = MarkingReview.objects.filter(
        school=facts.sheet.school, year=facts.sheet.year, state=MarkingReview.State.PROPOSED
    ).count()
    closed = facts.dates.passed(Event.REVIEWS_CLOSE)
    due = facts.due(Event.REVIEWS_CLOSE)
    if waiting and not closed:
        status = NOW
        hint = f"{plural(waiting, 'review waits', 'reviews wait')} to be approved.{due}"
    else:
        status = LATER
        hint = (
            "The last day for applying is over." if closed else f"See what one mark changes.{due}"
        )
    return Task(
        title="Reviews of marking",
        status=status,
        hint=hint,
        route="released:reviews",
        permission=Permission.SEE_REVIEWS,
        level=Level.NAMED,
    )
