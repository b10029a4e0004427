"""The tasks about pupils, judgements and the return, from what the service keeps."""

from django.db.models import Q

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.gateway.standing.states import not_yet
from keystage.actions.moderation.choosing import is_held, is_over, is_told, moderation_of
from keystage.actions.returns import findings_of
from keystage.actions.roll.closing import submitted
from keystage.actions.sending.exporting import RETURN
from keystage.core.subjects import TESTED
from keystage.statute.season import Event
from keystage.store.models import (
    CohortPupil,
    Pupil,
    Result,
    ReturnFile,
    SchoolReturn,
    SignOff,
)
from keystage.web.gateway.overview import late_words, sentence_of
from keystage.web.home.task import BLOCKED, DONE, LATER, NOW, Facts, Task
from keystage.web.wording import as_date, plural


def roll(facts: Facts) -> Task:
    """The pupils of the season."""
    sheet, count = facts.sheet, facts.cohort
    on_roll = bool(count) or Pupil.objects.filter(school=sheet.school).exists()
    hint = f"{plural(count, 'pupil', 'pupils')} in the cohort."
    if not on_roll:
        hint = "There are no pupils yet. Bring in the roll from a file."
    return Task(
        title="Pupils and cohort",
        status=DONE if count else NOW,
        hint=hint,
        route="pupils:cohort",
        permission=Permission.SEE_REGISTRATIONS,
    )


def registration(facts: Facts) -> Task:
    """How each pupil is registered for the tests."""
    sheet = facts.sheet
    without = Q(reading="") | Q(gps="") | Q(maths="")
    count = sheet.cohort.filter(removed=False).filter(without).count()
    hint = f"{plural(count, 'pupil has', 'pupils have')} no registration for a test."
    due, title = facts.due(Event.REGISTRATION_CLOSES), "Registration for the tests"
    said = submitted(sheet)
    done = said is not None and not said.changed
    if not facts.cohort and not done:
        return _blocked(title, f"There are no pupils yet.{due}", "pupils:reconcile")
    if not count:
        every = "Every pupil has one for each test." if facts.cohort else "No pupils this year."
        rest = "They are submitted." if done else f"They are not submitted yet.{due}"
        return Task(
            title=title,
            status=DONE if done else NOW,
            hint=f"{every} {rest}" if facts.cohort else every,
            route="pupils:submit",
            permission=Permission.MANAGE_COHORT,
            level=Level.NAMED,
        )
    return Task(
        title=title,
        status=NOW,
        hint=f"{hint}{due}",
        route="pupils:reconcile",
        permission=Permission.SEE_REGISTRATIONS,
    )


def _blocked(
    title: str, hint: str, route: str, permission: Permission = Permission.SEE_REGISTRATIONS
) -> Task:
    return Task(title=title, status=BLOCKED, hint=hint, route=route, permission=permission)


def judgements(facts: Facts) -> Task:
    """The judgements of the mark sheet."""
    sheet = facts.sheet
    if not facts.cohort:
        return _blocked(
            "Enter judgements", "There are no pupils yet.", "sheet:grid", Permission.SEE_PUPILS
        )
    numbers = findings_of(sheet).numbers
    incomplete = int(numbers["incomplete"].sum() or 0) + int(numbers["missing"].sum() or 0)
    hint = f"{plural(incomplete, 'pupil lacks', 'pupils lack')} a judgement."
    return Task(
        title="Enter judgements",
        status=NOW if incomplete else DONE,
        hint=hint if incomplete else "Every judgement that is due is there.",
        route="sheet:grid",
        permission=Permission.SEE_PUPILS,
    )


def checks(facts: Facts) -> Task:
    """What the checks found."""
    sheet = facts.sheet
    hint = "The sheet has not been checked since it last changed."
    status = NOW
    if sheet.is_checked:
        status = NOW if sheet.red else DONE
        hint = (
            f"{plural(sheet.red or 0, 'fault', 'faults')} and "
            f"{plural(sheet.amber or 0, 'thing', 'things')} to look at."
        )
    return Task(
        title="Check the sheet",
        status=status,
        hint=hint,
        route="sheet:checks",
        permission=Permission.SEE_PUPILS,
    )


def signatures(facts: Facts) -> Task:
    """Who has signed the mark sheet."""
    sheet = facts.sheet
    standing = sheet.sign_offs.filter(broken_at__isnull=True).values_list("kind", "class_name")
    head = any(kind == SignOff.Kind.HEADTEACHER for kind, _ in standing)
    signed = {name for kind, name in standing if kind == SignOff.Kind.CLASS_TEACHER}
    classes = set(
        CohortPupil.objects.filter(sheet=sheet, removed=False).values_list(
            "pupil__class_name", flat=True
        )
    )
    left = sorted(name or "pupils of no class" for name in classes - signed)
    hint = f"Not signed yet: {', '.join(left)}." if left else "The headteacher has not signed yet."
    return Task(
        title="Sign off",
        status=DONE if head else NOW,
        hint="Signed by the headteacher." if head else hint,
        route="sheet:sign",
        permission=Permission.SEE_PUPILS,
    )


def file(facts: Facts) -> Task:
    """The file of the return."""
    sheet = facts.sheet
    newest = ReturnFile.objects.filter(
        sheet=sheet, profile=RETURN, superseded_at__isnull=True
    ).first()
    if newest is None:
        status, hint = NOW, "No file has been made."
    elif newest.content_version != sheet.content_version:
        status, hint = NOW, f"The sheet changed after {newest.name} was made. Make it again."
    else:
        status, hint = DONE, f"{newest.name} was made. Making a file does not send it."
    return Task(
        title="Make the file",
        status=status,
        hint=hint,
        route="export:history",
        permission=Permission.SEE_EXPORTS,
    )


def moderation(facts: Facts) -> Task | None:
    """The moderation of writing, once the school may know of it."""
    found = moderation_of(facts.sheet.school, facts.sheet.year)
    if found is None or not is_told(found):
        return None
    if is_over(found):
        status, hint = DONE, f"The visit is recorded: {found.get_outcome_display().lower()}."
    else:
        day = f" The visit is on {as_date(found.visit_on)}." if found.visit_on else ""
        waits = " The return waits for it." if is_held(found) else ""
        status, hint = NOW, f"Your writing is moderated.{day}{waits}"
    return Task(
        title="Moderation",
        status=status,
        hint=hint,
        route="moderation:visit",
        permission=Permission.SEE_MODERATION,
        level=Level.NAMED,
    )


def sent(facts: Facts) -> Task:
    """The return itself, with its true state."""
    place = {"school": facts.sheet.school, "year": facts.sheet.year}
    found = SchoolReturn.objects.filter(**place).first() or SchoolReturn(**place)
    said = not_yet(found)
    if not said:
        status, hint = DONE, sentence_of(found)
    else:
        begun = found.version or facts.begun(Event.TA_OPENS)
        status, hint = NOW if begun else LATER, f"{said}{facts.due(Event.TA_CLOSES)}"
        hint = f"{hint} {late_words(facts.dates)}".strip()
    return Task(
        title="Submit the return",
        status=status,
        hint=hint,
        route="gateway:return",
        permission=Permission.SEE_SUBMISSIONS,
    )


def results(facts: Facts) -> Task:
    """Results that were brought into the mark sheet."""
    sheet = facts.sheet
    count = (
        Result.objects.filter(cohort_pupil__sheet=sheet, subject__in=TESTED)
        .values("cohort_pupil")
        .distinct()
        .count()
    )
    return Task(
        title="Results in the mark sheet",
        status=DONE if count else LATER,
        hint=f"Results of {plural(count, 'pupil', 'pupils')}."
        if count
        else "Bring them in when they have come back.",
        route="results:summary",
        permission=Permission.SEE_RESULTS,
    )


def reports(facts: Facts) -> Task:
    """Reports to parents."""
    sheet = facts.sheet
    there = Result.objects.filter(cohort_pupil__sheet=sheet).exists()
    return Task(
        title="Reports to parents",
        status=NOW if there else LATER,
        hint="Made from the results and the judgements.",
        route="reports:choose",
        permission=Permission.REPORT_TO_PARENTS,
    )
