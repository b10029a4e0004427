"""Reading messages: the threads of an organisation, what is unread, one thread."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet

from keystage.core.clock import moment_in_words
from keystage.store.models import (
    Amendment,
    Message,
    Organisation,
    Person,
    SchoolReturn,
    Submission,
)

#: The numbers of a return that can be asked about.
NUMBERS = ("expected", "complete", "incomplete", "unexpected", "missing")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A thread in the list of an organisation.

    Attributes:
        first: its first message.
        other: the organisation on the other side.
        sent: whether this organisation wrote first.
        unread: how many of its messages the person has not read.
        answers: how many answers there are.
        answered: whether the organisation that was asked has answered.
        last_at: when the newest was written.
    """

    first: Message
    other: Organisation
    sent: bool
    unread: int
    answers: int
    answered: bool
    last_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether something may still be to do."""
        return self.first.closed_at is None

    def days_late(self, today: date) -> int | None:
        """Days since an answer was due, negative before; None if answered, closed or not due."""
        due = self.first.due_on
        return (today - due).days if due and self.is_open and not self.answered else None


def threads_of(organisation: Organisation, year: int, person: Person) -> list[Line]:
    """The threads of an organisation in a season, the newest first, in two queries."""
    unread = _unread(organisation, year, person).values_list("answers", "pk")
    counts = Counter(root or key for root, key in unread)
    rows = (
        Message.objects.filter(_of(organisation), year=year, answers__isnull=True)
        .select_related("sender", "receiver", "owner", "written_by", "closed_by")
        .annotate(
            number=Count("answered_by"),
            newest=Max("answered_by__written_at"),
            theirs=Count("answered_by", filter=Q(answered_by__sender=F("receiver"))),
        )
    )
    lines = [
        Line(
            first=one,
            other=one.receiver if one.sender_id == organisation.pk else one.sender,
            sent=one.sender_id == organisation.pk,
            unread=counts[one.pk],
            answers=one.number,
            answered=one.theirs > 0,
            last_at=one.newest or one.written_at,
        )
        for one in rows
    ]
    return sorted(lines, key=lambda line: line.last_at, reverse=True)


def thread_of(organisation: Organisation, year: int, key: UUID) -> list[Message]:
    """The messages of a thread, oldest first; empty if it is not of the organisation and season."""
    first = Message.objects.filter(_of(organisation), pk=key, year=year, answers__isnull=True)
    if not first.exists():
        return []
    rows = Message.objects.filter(Q(pk=key) | Q(answers=key)).select_related(
        "sender", "receiver", "owner", "written_by", "closed_by"
    )
    return list(rows.order_by("written_at", "pk"))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is said of a finding to somebody else: which, where and why, and no pupil.

    Attributes:
        about: what the message is about, as it is kept.
        subject: a line.
        body: the facts, below which the question is written.
    """

    about: str
    subject: str
    body: str


def facts_of(school: Organisation, year: int, submission: UUID, line: int | None) -> Facts | None:
    """The facts of a submission, or of its findings in one line of the file, without any pupil.

    Args:
        school: whose submission it is.
        year: the season.
        submission: its identifier.
        line: a line of the file; None for the submission as a whole.

    Returns:
        None if the school has no such submission, or no finding in the line.
    """
    found = Submission.objects.filter(
        pk=submission, school_return__school=school, school_return__year=year
    ).first()
    if found is None:
        return None
    told = f"Submission of {moment_in_words(found.uploaded_at)}"
    if line is None:
        return Facts(about=f"submission {found.pk}", subject=told, body=f"{told}.\n\n")
    findings = [one for one in found.findings if one.get("line") == line]
    if not findings:
        return None
    lines = [_finding(one) for one in findings]
    return Facts(
        about=f"submission {found.pk} line {line}",
        subject=f"{told}, line {line}",
        body="\n".join([f"{told}, line {line}:", *lines, "", ""]),
    )


def facts_of_amendment(school: Organisation, year: int, amendment: UUID) -> Facts | None:
    """The facts of an amendment without its pupil; None if the school has none such."""
    found = Amendment.objects.filter(
        pk=amendment, school_return__school=school, school_return__year=year
    ).first()
    if found is None:
        return None
    told = f"Amendment {found.reference}"
    state = found.get_state_display().lower()
    body = f"{told}, {found.subject}, {state} since {moment_in_words(_last(found))}.\n\n"
    return Facts(about=f"amendment {found.pk}", subject=told, body=body)


def facts_of_numbers(school: Organisation, year: int, which: str) -> Facts | None:
    """The expected numbers of a return, and which of them is asked about; no pupil is named.

    Args:
        school: whose return it is.
        year: the season.
        which: one of the numbers of a return, such as ``missing``.

    Returns:
        None if there is no such number, or nobody has counted.
    """
    found = SchoolReturn.objects.filter(school=school, year=year).first()
    if which not in NUMBERS or found is None or found.expected is None:
        return None
    counts = ", ".join(f"{getattr(found, name) or 0} {name}" for name in NUMBERS)
    told = f"Pupils {which} in the return: {getattr(found, which) or 0}"
    body = f"{told}. All numbers, of {moment_in_words(found.changed_at)}: {counts}.\n\n"
    return Facts(about=f"numbers {which}", subject=told, body=body)


def _last(amendment: Amendment) -> datetime:
    step = amendment.steps.last()
    return step.at if step is not None else amendment.drafted_at


def _finding(one: dict[str, object]) -> str:
    """A finding by its code, severity and field: its message may hold a pupil's value."""
    field = f", field {one['field']}" if one.get("field") else ""
    return f"- {one.get('code')} ({one.get('severity')}){field}"


def _of(organisation: Organisation) -> Q:
    return Q(sender=organisation) | Q(receiver=organisation)


def _unread(organisation: Organisation, year: int, person: Person) -> QuerySet[Message]:
    mine = Message.objects.filter(receiver=organisation, year=year)
    return mine.exclude(reads__person=person)
