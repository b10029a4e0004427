"""The headteacher's declaration about the tests: drafted by one person, signed by another.

It is closed until the register is confirmed, and is signed under what the register said then. A
later change of the register makes it stale: it has to be made again.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from keystage.access.decide import may_approve
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.register.register import Register, register_of
from keystage.actions.roll.cohort_history import lock
from keystage.statute.register_loader import load_register
from keystage.store.models import Declaration, Sheet

Outcome = Declaration.Outcome


@dataclass(frozen=True, kw_only=True)
class State:
    """How far the declaration is.

    Attributes:
        against: what keeps it closed, as sentences; nothing where it may be made.
        declaration: the one that stands, drafted or signed; None if there is none.
        stale: whether the register changed since it was signed.
    """

    against: tuple[str, ...]
    declaration: Declaration | None
    stale: bool

    @property
    def is_signed(self) -> bool:
        """Whether a signature holds."""
        return (
            self.declaration is not None
            and self.declaration.signed_at is not None
            and (not self.stale)
        )

    @property
    def words(self) -> str:
        """The state in words."""
        if self.declaration is not None and self.declaration.signed_at is not None:
            return "To be made again" if self.stale else "Signed"
        if self.against:
            return "Locked"
        return "To be signed" if self.declaration else "To be drafted"


def state_of(sheet: Sheet, register: Register | None = None) -> State:
    """How far the declaration of a sheet is."""
    register = register_of(sheet) if register is None else register
    against = []
    if register.missing:
        against.append("The register has pupils without a code.")
    if register.confirmation is None:
        against.append("The register is not confirmed.")
    found = (
        Declaration.objects.filter(sheet=sheet, replaced_at__isnull=True)
        .select_related("drafted_by", "signed_by")
        .first()
    )
    signed = found is not None and found.signed_at is not None
    stale = (
        signed
        and found is not None
        and (register.confirmation is None or register.confirmation.seal != found.seal)
    )
    return State(against=tuple(against), declaration=found, stale=stale)


@transaction.atomic
def draft(
    sheet: Sheet, *, outcome: str, explanation: str = "", for_authority: bool = False, by: By
) -> Declaration:
    """Draft the declaration; a draft nobody signed, or one that is stale, is replaced.

    Args:
        sheet: the sheet.
        outcome: one of the three of `Declaration.Outcome`.
        explanation: why nothing can be confirmed; needed for that outcome alone.
        for_authority: whether the authority's own form is signed with it.
        by: who drafts.

    Raises:
        RefusedError: it is closed or signed, the outcome does not fit the register, or the
            explanation is missing or too long.
    """
    locked = lock(sheet)
    register = register_of(locked)
    state = state_of(locked, register)
    if state.is_signed:
        raise RefusedError(
            "The declaration is signed.", todo="It is made again if the register changes."
        )
    _refuse_closed(state)
    text = explanation.strip()
    _refuse_unfit(register, outcome, text, locked.year)
    now = timezone.now()
    Declaration.objects.filter(sheet=locked, replaced_at__isnull=True).update(replaced_at=now)
    made = Declaration.objects.create(
        sheet=locked,
        outcome=outcome,
        explanation=text if outcome == Outcome.CANNOT_CONFIRM else "",
        for_authority=for_authority,
        drafted_at=now,
        drafted_by=by.who,
    )
    _tell("declaration drafted", locked, made, by)
    return made


@transaction.atomic
def sign(sheet: Sheet, *, declaration: int, by: By) -> Declaration:
    """Sign the draft that the person looked at; signing twice changes nothing.

    Raises:
        RefusedError: it is closed, there is no draft, or the person drafted it.
        ChangedMeanwhileError: another draft has taken its place.
    """
    locked = lock(sheet)
    register = register_of(locked)
    state = state_of(locked, register)
    found = state.declaration
    if found is None:
        raise RefusedError("There is nothing to sign.", todo="Draft the declaration first.")
    if found.pk != declaration:
        raise ChangedMeanwhileError(
            "The declaration was drafted anew while you were looking.",
            todo="Look at it again, then sign.",
        )
    if state.is_signed:
        return found
    if state.stale:
        raise RefusedError(
            "The register changed since this was signed.", todo="Draft the declaration anew."
        )
    _refuse_closed(state)
    _refuse_unfit(register, found.outcome, found.explanation, locked.year)
    if not may_approve(by.who.pk, {found.drafted_by_id}):
        raise RefusedError(
            "You drafted the declaration, so another person has to sign it.",
            todo="Ask the headteacher, or who may sign in the headteacher's place.",
        )
    found.signed_at, found.signed_by = timezone.now(), by.who
    found.seal, found.counts = register.seal, register.counts()
    found.save()
    _tell("declaration signed", locked, found, by)
    return found


def longest(year: int) -> int:
    """How many characters an explanation may have."""
    return load_register(year).declaration.longest


def _refuse_closed(state: State) -> None:
    if state.against:
        raise RefusedError(
            " ".join(state.against), todo="The declaration opens when the register is confirmed."
        )


def _refuse_unfit(register: Register, outcome: str, text: str, year: int) -> None:
    codes = register.book.attendance.codes
    took = any(
        code in codes and codes[code].script for said in register.counts().values() for code in said
    )
    if outcome not in Outcome.values:
        raise RefusedError("This is none of the outcomes.", todo="Choose one of the list.")
    if outcome == Outcome.CONFIRMED and not took:
        raise RefusedError(
            "By the register no pupil took part.", todo=f"Choose “{Outcome.NONE_TOOK_PART.label}”."
        )
    if outcome == Outcome.NONE_TOOK_PART and took:
        raise RefusedError(
            "By the register pupils took part.", todo="Choose another outcome, or correct it."
        )
    if outcome == Outcome.CANNOT_CONFIRM and not text:
        raise RefusedError("There is no explanation.", todo="Say why you cannot confirm.")
    if len(text) > longest(year):
        raise RefusedError(
            f"The explanation has {len(text)} characters.",
            todo=f"Write at most {longest(year)} characters.",
        )


def _tell(what: str, sheet: Sheet, declaration: Declaration, by: By) -> None:
    record(
        what,
        by=by,
        organisation=sheet.school,
        year=sheet.year,
        subject="declaration",
        after={"outcome": declaration.outcome, "for_authority": declaration.for_authority},
    )
