"""What the rules say of a request, in rows that a page prints: before sending, and as kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from keystage.flows.checking.deciding import Decision, Result, Tried
from keystage.statute.checking import Outcome

_WOULD: Mapping[Outcome, str] = {
    "approve": "If you send it like this, the rules agree to it at once.",
    "refuse": "If you send it like this, the rules refuse it at once.",
    "scrutiny": "If you send it like this, a person at the agency decides.",
}
_DID: Mapping[Outcome, str] = {
    "approve": "The rules agreed to it.",
    "refuse": "The rules refused it.",
    "scrutiny": "The rules left it to a person.",
}
_LEADS_TO: Mapping[Outcome, str] = {
    "approve": "agrees to it",
    "refuse": "refuses it",
    "scrutiny": "gives it to a person",
}


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """A test that was looked at; ``within`` says how deep it stands within others."""

    sentence: str
    result: Result
    values: tuple[tuple[str, str], ...]
    within: int


@dataclass(frozen=True, kw_only=True)
class BranchRow:
    """A branch that was tried, what it leads to, and its tests."""

    name: str
    outcome: str
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A decision of the rules.

    Attributes:
        sentence: what becomes of the request.
        because: why.
        version: which rules.
        branches: the branches tried, in order.
        waiting: what a person would have to find out.
    """

    sentence: str
    because: str
    version: str
    branches: tuple[BranchRow, ...]
    waiting: tuple[str, ...] = ()


def would(decision: Decision, *, version: str) -> Told:
    """A decision as it would be, before a request is sent.

    Args:
        decision: what the rules say.
        version: the rules that are used, for people.
    """
    return Told(
        sentence=_WOULD[decision.outcome],
        because=decision.because,
        version=version,
        branches=branches_of(decision.trace),
        waiting=decision.waiting,
    )


def did(trace: Any, *, because: str, version: str) -> Told | None:
    """A decision as it is kept with a request that was sent; None where none is kept.

    Args:
        trace: the branches tried, as the database has them.
        because: why, as it was told then.
        version: the rules that were used, for people.
    """
    tried = msgspec.convert(trace, tuple[Tried, ...])
    if not tried:
        return None
    last = tried[-1]
    outcome: Outcome = "scrutiny" if last.result == "not_known" else last.outcome
    return Told(
        sentence=_DID[outcome], because=because, version=version, branches=branches_of(tried)
    )


def branches_of(trace: Iterable[Tried]) -> tuple[BranchRow, ...]:
    """The branches of a trace, for a page."""
    return tuple(
        BranchRow(
            name=branch.branch,
            outcome=_LEADS_TO[branch.outcome],
            steps=tuple(
                StepRow(
                    sentence=step.sentence,
                    result=step.result,
                    values=step.values,
                    within=step.depth,
                )
                for step in branch.steps
            ),
        )
        for branch in trace
    )
