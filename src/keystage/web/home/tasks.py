"""The tasks of a season, each with its state and what blocks it, from what the service keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.actions.returns import findings_of
from keystage.core.subjects import TESTED
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Pupil, Result, ReturnFile, Sheet, SignOff
from keystage.web.doors import RELEASED, Here
from keystage.web.wording import as_date, plural

DONE, NOW, BLOCKED, LATER = "Done", "To do", "Cannot start yet", "Later"
#: How each status looks; the words say the same.
TONES = {DONE: "done", NOW: "now", BLOCKED: "blocked", LATER: "later"}


@dataclass(frozen=True, kw_only=True)
class Task:
    """One line of the list.

    Attributes:
        title: what to do.
        status: one of a few words.
        hint: what is missing or blocks it, or by when.
        route: the page where it is done.
        permission: what the page asks for; without it the task is no link.
    """

    title: str
    status: str
    hint: str
    route: str
    permission: Permission


@dataclass(frozen=True)
class Line:
    """A task as one person sees it; ``href`` is empty if the person may not open it."""

    title: str
    status: str
    hint: str
    href: str

    @property
    def tone(self) -> str:
        """How the status looks."""
        return TONES[self.status]


@dataclass(frozen=True)
class Section:
    """The tasks of one step of the season."""

    title: str
    lines: tuple[Line, ...]


def sections_of(here: Here) -> list[Section]:
    """The tasks of a school's season, in the order of the season."""
    sheet = (
        Sheet.objects.select_related("school")
        .filter(school=here.organisation, year=here.season)
        .first()
    )
    if sheet is None:
        pack = Task(
            title="Load the codes and rules of the year",
            status=NOW,
            hint="Until they are loaded there is no mark sheet.",
            route="sheet:load",
            permission=Permission.MANAGE_COHORT,
        )
        return [Section("Set up", (_line(pack, here),))]
    steps: tuple[tuple[str, tuple[Callable[[Sheet], Task], ...]], ...] = (
        ("Who is assessed", (_roll, _registration)),
        ("Teacher assessment", (_judgements, _checks, _signatures)),
        ("The return", (_return,)),
        ("Results", (_results, _reports)),
    )
    return [
        Section(title, tuple(_line(make(sheet), here) for make in tasks)) for title, tasks in steps
    ]


def due_by(year: int) -> date | None:
    """The last day for sending the return of a year, where it is known."""
    window = load_collection(year).window
    return window.closes if window else None


def days_left(year: int) -> int | None:
    """Days until the return is due, negative once it is late; None where nobody knows."""
    closes = due_by(year)
    return (closes - timezone.localdate()).days if closes else None


def _line(task: Task, here: Here) -> Line:
    href = ""
    if here.may(task.permission, sees_to=RELEASED):
        href = here.href(task.route)
    return Line(task.title, task.status, task.hint, href)


def _cohort(sheet: Sheet) -> int:
    return sheet.cohort.filter(removed=False).count()


def _roll(sheet: Sheet) -> Task:
    count, on_roll = _cohort(sheet), Pupil.objects.filter(school=sheet.school).exists()
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


def _registration(sheet: Sheet) -> Task:
    without = Q(reading="") | Q(gps="") | Q(maths="")
    count = sheet.cohort.filter(removed=False).filter(without).count()
    hint = f"{plural(count, 'pupil has', 'pupils have')} no registration for a test."
    if not _cohort(sheet):
        return _blocked(
            "Registration for the tests", "There are no pupils yet.", "pupils:reconcile"
        )
    return Task(
        title="Registration for the tests",
        status=NOW if count else DONE,
        hint=hint if count else "Every pupil has one for each test.",
        route="pupils:reconcile",
        permission=Permission.SEE_REGISTRATIONS,
    )


def _blocked(
    title: str, hint: str, route: str, permission: Permission = Permission.SEE_REGISTRATIONS
) -> Task:
    return Task(title=title, status=BLOCKED, hint=hint, route=route, permission=permission)


def _judgements(sheet: Sheet) -> Task:
    if not _cohort(sheet):
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


def _checks(sheet: Sheet) -> Task:
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


def _signatures(sheet: Sheet) -> Task:
    whole = sheet.sign_offs.filter(broken_at__isnull=True)
    head = whole.filter(kind=SignOff.Kind.HEADTEACHER).exists()
    signed = set(whole.filter(kind=SignOff.Kind.CLASS_TEACHER).values_list("class_name", flat=True))
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


def _return(sheet: Sheet) -> Task:
    closes, last = due_by(sheet.year), ReturnFile.objects.filter(sheet=sheet, profile="return")
    due = f" Send it by {as_date(closes)}." if closes else ""
    newest = last.filter(superseded_at__isnull=True).first()
    if newest is None:
        status, hint = NOW, f"No file has been made.{due} You have not submitted yet."
    elif newest.content_version != sheet.content_version:
        status, hint = NOW, f"The sheet changed after {newest.name} was made. Make it again.{due}"
    else:
        status, hint = DONE, f"{newest.name} was made. Making a file does not send it.{due}"
    return Task(
        title="Make the file",
        status=status,
        hint=hint,
        route="export:history",
        permission=Permission.SEE_EXPORTS,
    )


def _results(sheet: Sheet) -> Task:
    count = (
        Result.objects.filter(cohort_pupil__sheet=sheet, subject__in=TESTED)
        .values("cohort_pupil")
        .distinct()
        .count()
    )
    return Task(
        title="Test results",
        status=DONE if count else LATER,
        hint=f"Results of {plural(count, 'pupil', 'pupils')}."
        if count
        else "Bring them in when they have come back.",
        route="results:summary",
        permission=Permission.SEE_RESULTS,
    )


def _reports(sheet: Sheet) -> Task:
    there = Result.objects.filter(cohort_pupil__sheet=sheet).exists()
    return Task(
        title="Reports to parents",
        status=NOW if there else LATER,
        hint="Made from the results and the judgements.",
        route="reports:choose",
        permission=Permission.REPORT_TO_PARENTS,
    )
