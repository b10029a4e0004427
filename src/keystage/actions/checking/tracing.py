"""What the rules say of a request: the same before it is sent and when it is sent."""

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from keystage.actions.agreed_changes import alteration_of
from keystage.actions.checking.effects import Effect, Moved, effect_of
from keystage.actions.checking.listing import has_late
from keystage.actions.checking.pupils import kept
from keystage.actions.checking.steps import rules_for
from keystage.actions.errors import RefusedError
from keystage.flows.checking.altering import Alteration, Request, changes_of
from keystage.flows.checking.book import Facts, RuleBook
from keystage.flows.checking.deciding import Decision, Ticked, decide, ticks
from keystage.flows.checking.evidence import evidence_missing
from keystage.flows.checking.forms import missing
from keystage.store.models import CheckingRequest

__all__ = ("Effect", "Moved", "Ruled", "Traced", "altered", "ruled", "traced")


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """What the rules in force say of a request.

    Attributes:
        number: the version of the rules.
        book: the rules.
        facts: what they looked at of the record.
        decision: what would become of the request, and why.
        alteration: what it changes if it is agreed.
        missing: the questions that have to be answered first.
        evidence: what is said where evidence has to be added first; empty otherwise.
    """

    number: int
    book: RuleBook
    facts: Facts
    decision: Decision
    alteration: Alteration
    missing: tuple[str, ...]
    evidence: str

    @property
    def seal(self) -> str:
        """What is the same as long as the rules say and change the same, for the same reasons."""
        said = msgspec.structs.replace(self.decision, version="")
        told = msgspec.json.encode((said, self.alteration), order="deterministic")
        return sha256(told).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Traced:
    """What a school sees of a request before it is sent.

    Attributes:
        decision: what would become of it, and why, with every step.
        ticks: the conditions shown one by one, with the evidence that would show each.
        missing: the questions that have to be answered first.
        evidence: what is said where evidence has to be added first; empty otherwise.
        alteration: what it changes if it is agreed.
        effect: the figures of the school that would be others.
        effect_unknown: why nobody can say which; empty where it is known.
        late: whether a result of the pupil came out after the figures were computed.
        seal: what sending asks for, to do what was shown; see `Ruled.seal`.
    """

    decision: Decision
    ticks: tuple[Ticked, ...]
    missing: tuple[str, ...]
    evidence: str
    alteration: Alteration
    effect: tuple[Moved, ...]
    effect_unknown: str
    late: bool
    seal: str

    @property
    def complete(self) -> bool:
        """Whether nothing is missing that has to be there."""
        return not self.missing and not self.evidence


def ruled(request: CheckingRequest) -> Ruled:
    """What the rules in force say of a request.

    Raises:
        RefusedError: there are no rules, they do not know the reason, or have it for another kind.
    """
    version = rules_for(request.release.year, request.reason)
    book = version.book
    if book.reason(request.reason).kind != request.kind:
        raise RefusedError(
            "By the rules in force the reason of this request is one to ask for something else.",
            todo="Delete the draft, and begin again.",
        )
    pupils = kept(request.release, request.school)
    facts = pupils.facts(book, request.pupil) if pupils is not None and request.pupil else {}
    asked = Request(
        reference=request.reference,
        reason=request.reason,
        answers=request.answers,
        pupil=request.pupil,
    )
    return Ruled(
        number=version.number,
        book=book,
        facts=facts,
        decision=decide(book, request.reason, request.answers, facts),
        alteration=changes_of(book, asked),
        missing=missing(book, request.reason, request.answers),
        evidence=evidence_missing(
            book.reason(request.reason), request.evidence.filter(malware="").count()
        ),
    )


def altered(request: CheckingRequest) -> Alteration:
    """What a request changes: as it was kept when it was sent, else by the rules in force.

    Raises:
        RefusedError: there are no rules, or they do not know the reason.
    """
    return alteration_of(request) if request.sent_at else ruled(request).alteration


def traced(request: CheckingRequest) -> Traced:
    """What would become of a request by the rules in force, and what it would do. Nothing is kept.

    Raises:
        RefusedError: there are no rules, or they do not know the reason.
    """
    found = ruled(request)
    effect = effect_of(request, found.alteration)
    return Traced(
        decision=found.decision,
        ticks=ticks(found.book, request.reason, request.answers, found.facts),
        missing=found.missing,
        evidence=found.evidence,
        alteration=found.alteration,
        effect=effect.moved,
        effect_unknown=effect.unknown,
        late=has_late(request),
        seal=found.seal,
    )
