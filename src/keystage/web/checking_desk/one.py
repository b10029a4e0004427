"""A request in words: what it is, what the school says, what is not known, what happened to it."""

from datetime import datetime
from typing import Any

import msgspec

from keystage.actions.checking.evidence import documents_of
from keystage.actions.checking.pupils import INCLUSION
from keystage.actions.figures.publishing import is_out
from keystage.actions.figures.rules import rules_of
from keystage.core.errors import UsageError
from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.deciding import Step, Ticked, Tried, ticks
from keystage.flows.checking.forms import NOT_ANSWERED, answer_in_words, summary
from keystage.flows.checking.records import upn_of
from keystage.records.schema import PUPILS
from keystage.store.models import CheckingEvidence, CheckingRequest, Person
from keystage.web.checking_desk.listed import decider_of, reason_of
from keystage.web.wording import as_moment, plural

HIDDEN = "Not shown"
_MEANINGS = {one.name: one.meaning for one in PUPILS}
Rows = list[dict[str, str]]


def rows_of(request: CheckingRequest, book: RuleBook | None, *, names: bool) -> Rows:
    """What a request is; the pupil only where names may be seen."""
    school = request.school
    said = {
        "School": f"{school.name} ({school.number or school.code})",
        "Asked for": request.get_kind_display(),
        "Reason": reason_of(request, book.rules if book else None),
        "Pupil": _pupil(request) if names else HIDDEN,
        "Release": str(request.release),
        "Sent": _act(request.sent_at, request.sent_by),
    }
    if decider_of(request):
        said["Decided"] = _act(request.decided_at, request.decided_by)
    if request.confirmed_by:
        said["Confirmed by"] = request.confirmed_by.name
    if request.taken_into and is_out(request.taken_into):
        said["Taken into"] = str(request.taken_into)
    return _listed(said)


def _pupil(request: CheckingRequest) -> str:
    if not request.pupil:
        return "A pupil who is not in the release"
    upn = upn_of(request.pupil)
    return f"UPN {upn}" if upn else f"The record in {request.pupil} of the release, without a UPN"


def _act(at: datetime | None, by: Person | None) -> str:
    who = by.name if by else "The rules"
    return f"{who}, {as_moment(at)}" if at else who


def answers_of(request: CheckingRequest, book: RuleBook | None) -> Rows:
    """What was asked and answered; as it is kept where the rules no longer ask it."""
    if book is not None:
        try:
            rows = summary(book, request.reason, request.answers)
        except UsageError:
            pass
        else:
            return _listed(
                {
                    row.label: "Not answered" if row.text == NOT_ANSWERED else row.text
                    for row in rows
                }
            )
    return _listed({key: text or NOT_ANSWERED for key, text in request.answers.items()})


def ticks_of(request: CheckingRequest, book: RuleBook | None) -> tuple[Ticked, ...]:
    """The conditions of its reason that are shown one by one, such as those of a new arrival."""
    if book is None or request.reason not in book.rules.reasons:
        return ()
    return ticks(book, request.reason, request.answers, request.facts)


def record_of(request: CheckingRequest, book: RuleBook | None) -> Rows:
    """What the record said when the request was sent, of the columns the rules look at."""
    known = book.rules.facts if book else {}
    return _listed(
        {
            known[key].label.capitalize() if key in known else key: (
                known[key].codes.get(value or "", value) if key in known else value
            )
            or "Not known"
            for key, value in request.facts.items()
        }
    )


def changes_of(request: CheckingRequest, book: RuleBook | None) -> Rows:
    """The columns of the record that the request sets once it is agreed, codes in words."""
    rule = book.rules.reasons.get(request.reason) if book else None
    named = rule.answers if rule else {}
    codes = rules_of(request.release).inclusion.codes
    said: dict[str, str] = {}
    for column, value in request.changes.items():
        text = f"{value}: {codes[value]}" if column == INCLUSION and value in codes else value
        if book and column in named:
            text = answer_in_words(book.rules.questions[named[column]], value)
        said[_column(column)] = text
    return _listed(said)


def _column(name: str) -> str:
    """A column of the pupil file for people, with its name there."""
    meaning = _MEANINGS.get(name, "").partition(":")[0]
    return f"{meaning[:1].upper()}{meaning[1:]} ({name})" if meaning else name


def unknown_of(trace: Any) -> tuple[str, ...]:
    """What the rules would have had to know to go on: sentences of the stored trace."""
    tried = msgspec.convert(trace, tuple[Tried, ...])
    if not tried or tried[-1].result != "not_known":
        return ()
    return _leaves(tried[-1].steps)


def _leaves(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The conditions of a branch that were not known and are made of no others."""
    depths = (*(step.depth for step in steps[1:]), 0)
    return tuple(
        step.sentence
        for step, after in zip(steps, depths, strict=True)
        if step.result == "not_known" and after <= step.depth
    )


def sizes_of(request: CheckingRequest) -> list[tuple[CheckingEvidence, str]]:
    """The documents of a request: how long each is, who added it, and whether all is looked at."""
    told = {one.pk: one for one in documents_of(request)}
    rows = request.evidence.defer("content").select_related("added_by")
    return [
        (one, f"{_size(one)}, {told[one.pk].scanned}. {told[one.pk].warning}".rstrip())
        for one in rows
    ]


def _size(document: CheckingEvidence) -> str:
    pages = plural(document.pages, "page", "pages") if document.pages else "pages not counted"
    return f"PDF, {pages}, added {as_moment(document.added_at)} by {document.added_by.name}"


def _listed(said: dict[str, Any]) -> Rows:
    return [{"key": key, "value": str(value)} for key, value in said.items()]
