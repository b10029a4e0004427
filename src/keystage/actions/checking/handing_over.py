"""The decisions of a window as a file for the data store: whole or not at all, and written once.

A file is made of what was decided once the window is closed and nothing waits for anybody. All that
stands in its way is told at once. What was written stays as it is, under its hash; decisions that
come to be others make another file, with the next number.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from keystage.actions.agreed_changes import alterations_of
from keystage.actions.auditing import record, taken_away
from keystage.actions.by import By
from keystage.actions.checking.windows import closes, sent_in
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.rule_books import in_force, is_known
from keystage.core.errors import InputError
from keystage.flows.checking.altering import Alteration
from keystage.flows.checking.records import upn_of
from keystage.statute.checking import Window
from keystage.store.models import AuditEvent, CheckingHandover, CheckingRequest, Organisation

_State = CheckingRequest.State
_DECIDED = (_State.AGREED, _State.REFUSED)
_WAITING = (_State.SCRUTINY, _State.RETURNED)
_WRITTEN = "checking decisions handed over"
#: What a table would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEADS = (
    "REFERENCE", "URN", "SCHOOL_NUMBER", "STAGE", "RELEASE_VERSION", "KIND", "REASON", "UPN",
    "RECORD", "MERGED_UPN", "MERGED_RECORD", "DECISION", "DECIDED_BY", "DECIDED_AT",
    "RULES_VERSION", "BRANCH",
)  # fmt: skip


class NotReadyError(RefusedError):
    """Decisions that cannot be handed over yet; ``reasons`` says all that stands in the way."""

    def __init__(self, reasons: Sequence[str]) -> None:
        """Say the first of them, and how many there are."""
        more = len(reasons) - 1
        others = f" There {'is 1 more reason' if more == 1 else f'are {more} more reasons'}."
        super().__init__(
            f"The decisions cannot be handed over: {reasons[0]}{others if more else ''}", todo=""
        )
        self.reasons = tuple(reasons)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A request that was decided, with what it changes if it was agreed."""

    request: CheckingRequest
    alteration: Alteration

    @property
    def changes(self) -> Mapping[str, str]:
        """The columns of the record and their values; none where nothing is changed."""
        return self.alteration.values if self.request.state == _State.AGREED else {}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the decisions of a window stand.

    Attributes:
        reasons: everything for which they cannot be handed over; empty if they can.
        sha256: the hash of a file that would say what is decided now.
    """

    reasons: tuple[str, ...]
    sha256: str


def windows_of(year: int) -> Mapping[str, Window]:
    """The windows of a year by their names; none where they are not known."""
    found = in_force(year).checking.windows if is_known(year) else None
    return found.windows if found is not None else {}


def standing_of(agency: Organisation, year: int, window: str) -> Standing:
    """What stands in the way of a file, and what one would be that says what is decided now.

    Args:
        agency: whose releases the requests are about.
        year: the year of the results.
        window: its name in the rules.
    """
    found, requests = _requests(agency, year, window)
    written = _written(_decided(requests))
    return Standing(
        reasons=_reasons_in(found, requests), sha256=hashlib.sha256(written).hexdigest()
    )


def reasons_against(agency: Organisation, year: int, window: str) -> tuple[str, ...]:
    """Everything for which the decisions of a window cannot be handed over; empty if they can."""
    return standing_of(agency, year, window).reasons


@transaction.atomic
def hand_over(*, agency: Organisation, year: int, window: str, by: By) -> CheckingHandover:
    """Write the decisions of a window into a file. The same decisions are written once.

    One file is written at a time.

    Args:
        agency: whose releases the requests are about.
        year: the year of the results.
        window: its name in the rules.
        by: who asks for it.

    Returns:
        The file; the one there is, where it would say the same.

    Raises:
        NotReadyError: something stands in the way; it says all that does.
    """
    locking(Organisation.objects).get(pk=agency.pk)
    found, requests = _requests(agency, year, window)
    if reasons := _reasons_in(found, requests):
        raise NotReadyError(reasons)
    rows = _decided(requests)
    content = _written(rows)
    digest = hashlib.sha256(content).hexdigest()
    files = CheckingHandover.objects.filter(organisation=agency, year=year, window=window)
    same = files.filter(sha256=digest).first()
    if same is not None:
        return same
    made = CheckingHandover.objects.create(
        organisation=agency,
        year=year,
        window=window,
        number=_next(agency, year, window),
        content=content,
        sha256=digest,
        requests=len(rows),
        made_at=timezone.now(),
        made_by=by.who,
    )
    record(
        _WRITTEN,
        by=by,
        organisation=agency,
        year=year,
        subject=f"{made}",
        after={"requests": made.requests, "sha256": digest},
    )
    return made


def files_of(agency: Organisation, year: int) -> tuple[CheckingHandover, ...]:
    """The files of a year, the newest first, without their contents."""
    rows = CheckingHandover.objects.filter(organisation=agency, year=year).defer("content")
    return tuple(rows.select_related("made_by").order_by("-made_at"))


def fetch(*, handover: CheckingHandover, by: By) -> bytes:
    """A file, as it was written; that it was taken away is written down.

    Raises:
        InputError: it is not as it was written.
    """
    content = bytes(handover.content)
    if hashlib.sha256(content).hexdigest() != handover.sha256:
        raise InputError(
            f"{handover} is damaged: it is not what its hash says.",
            todo="Fetch it from a copy of the database.",
        )
    taken_away(
        f"decisions of the checking exercise, {handover}",
        by=by,
        organisation=handover.organisation,
        year=handover.year,
        after={"sha256": handover.sha256, "level": "named"},
    )
    return content


def _next(agency: Organisation, year: int, window: str) -> int:
    """The number of the next file; that of one which went with a deleted release is not used."""
    files = CheckingHandover.objects.filter(organisation=agency, year=year, window=window)
    last: int = files.aggregate(last=Max("number"))["last"] or 0
    written = AuditEvent.objects.filter(
        action=_WRITTEN,
        organisation_id=agency.pk,
        year=year,
        subject__startswith=f"{window} {year}, ",
    )
    return max(last, written.count()) + 1


def _requests(
    agency: Organisation, year: int, window: str
) -> tuple[Window | None, list[CheckingRequest]]:
    """A window, and the requests that were sent in it; None and nothing where nobody knows it."""
    known = windows_of(year)
    found = known.get(window)
    if found is None:
        return None, []
    rows = CheckingRequest.objects.filter(
        release__organisation=agency,
        release__year=year,
        release__stage=found.stage,
        state__in=(*_DECIDED, *_WAITING),
    )
    ordered = rows.select_related("school", "release").order_by("reference")
    return found, [one for one in ordered if sent_in(one, known) == window]


def _reasons_in(window: Window | None, requests: Sequence[CheckingRequest]) -> tuple[str, ...]:
    return (
        tuple(_reasons(window, requests)) if window is not None else ("There is no such window.",)
    )


def _reasons(window: Window, requests: Sequence[CheckingRequest]) -> Iterator[str]:
    if timezone.now() < closes(window):
        yield "The window is not closed yet."
    if not requests:
        yield "No request of the window was sent."
    for one in requests:
        if one.state in _WAITING:
            yield f"Request {one.reference} is not decided."
    for decided in _decided(requests):
        named = f"Request {decided.request.reference}"
        if not decided.request.decision_why:
            yield f"{named} has no reason of its decision."
        for column, text in _cells(decided).items():
            if text.startswith(_FORMULA):
                formula = f"“{text[0]}”, which a table takes for a formula"
                yield f"{named}: {column} begins with {formula}."


def _decided(requests: Sequence[CheckingRequest]) -> list[Decided]:
    decided = [one for one in requests if one.state in _DECIDED]
    return [
        Decided(request=one, alteration=change)
        for one, change in zip(decided, alterations_of(decided), strict=True)
    ]


def _cells(decided: Decided) -> dict[str, str]:
    """What stands in the file of a request, by column."""
    one, change = decided.request, decided.alteration
    key, merged = one.pupil, change.merged
    values = (
        one.reference, one.school.code, one.school.number or "", one.release.stage,
        str(one.release.version), one.kind, one.reason,
        upn_of(key), "" if upn_of(key) else key, upn_of(merged), "" if upn_of(merged) else merged,
        one.state, "person" if one.decided_by_id else "rules",
        one.decided_at.astimezone(UTC).isoformat(timespec="seconds") if one.decided_at else "",
        str(one.rules_version or ""), one.outcome,
    )  # fmt: skip
    return {**dict(zip(_HEADS, values, strict=True)), **_changes(decided)}


def _changes(decided: Decided) -> dict[str, str]:
    return {f"NEW_{column}": text for column, text in decided.changes.items()}


def _written(rows: Sequence[Decided]) -> bytes:
    columns = [*_HEADS, *sorted({name for one in rows for name in _changes(one)})]
    made = io.StringIO()
    writer = csv.DictWriter(made, columns, restval="")
    writer.writeheader()
    writer.writerows(map(_cells, rows))
    return made.getvalue().encode()
