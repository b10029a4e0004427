"""The rules in plain words: kinds, reasons with what is asked, branches, and the days they use."""

from dataclasses import dataclass

from keystage.actions.rule_books import in_force, version_of, versions
from keystage.flows.checking.book import RuleBook, in_words
from keystage.flows.checking.deciding import OUTCOMES
from keystage.flows.checking.wording import Worded, condition_in_words, filled, origin_in_words
from keystage.statute.checking import Kind, Reason, Rules

_EVIDENCE = {"required": "has to be added", "optional": "may be added", "none": "is not asked for"}


@dataclass(frozen=True, kw_only=True)
class BranchRow:
    """A branch: when it decides, what becomes of the request, and why."""

    name: str
    when: Worded | None
    outcome: str
    because: str


@dataclass(frozen=True, kw_only=True)
class ReasonRow:
    """A reason of a request: what is asked and the branches, in order."""

    label: str
    hint: str
    note: str
    graded: str
    asks: str
    evidence: str
    branches: tuple[BranchRow, ...]


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """A kind of request and its reasons."""

    label: str
    hint: str
    note: str
    reasons: tuple[ReasonRow, ...]


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """A day that conditions compare with."""

    label: str
    date: str
    origin: str
    graded: str


def rules_of(year: int) -> Rules | None:
    """The rules in force in a year; None where there are none."""
    return in_force(year).checking.rules if versions(year) else None


def book_of_version(year: int, number: int | None) -> RuleBook | None:
    """The rules a request was looked at by; those in force where that is not kept."""
    if not versions(year):
        return None
    found = in_force(year) if number is None else version_of(year, number)
    return found.book if found.checking.rules is not None else None


def kinds_in_words(book: RuleBook) -> tuple[KindRow, ...]:
    """The kinds of request with their reasons, in the order of the rules."""
    return tuple(
        KindRow(
            label=rule.label,
            hint=rule.hint,
            note=rule.note,
            reasons=tuple(_reason(book, kind, one) for one in book.reasons_of(kind).values()),
        )
        for kind, rule in book.rules.kinds.items()
    )


def days_in_words(book: RuleBook) -> tuple[DayRow, ...]:
    """The days that conditions compare with."""
    return tuple(
        DayRow(
            label=day.label,
            date=in_words(book.days[key]),
            origin=origin_in_words(day),
            graded=day.confidence or book.rules.confidence,
        )
        for key, day in book.rules.days.items()
    )


def _reason(book: RuleBook, kind: Kind, one: Reason) -> ReasonRow:
    rules = book.rules
    wanted = f" Good evidence: {'; '.join(one.wanted)}." if one.wanted else ""
    return ReasonRow(
        label=one.label,
        hint=one.hint,
        note=one.note,
        graded=one.confidence or rules.kinds[kind].confidence or rules.confidence,
        asks=", ".join(rules.questions[key].short for key in one.questions),
        evidence=f"Evidence {_EVIDENCE[one.evidence]}.{wanted}",
        branches=tuple(
            BranchRow(
                name=branch.id,
                when=condition_in_words(book, branch.when) if branch.when else None,
                outcome=OUTCOMES[branch.outcome],
                because=filled(book, branch.because),
            )
            for branch in one.branches
        ),
    )
