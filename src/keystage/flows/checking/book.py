"""The rules of a checking exercise together with the dates they compare with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keystage.core.errors import AbsentValueError, UsageError
from keystage.statute.checking import Checking, Kind, KindRule, Reason, Rules
from keystage.statute.checking_loader import days_of
from keystage.statute.season import Event

#: What somebody answered, by question; the answers of a choice by their codes, dates as 2026-05-11.
Answers = Mapping[str, str]
#: What the pupil's record holds, by column; a blank cell is None or left out.
Facts = Mapping[str, str | None]
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Rules that can be worked out.

    Attributes:
        year: the year of the results.
        rules: the rules.
        days: the days they compare with; None where nobody has published the date.
    """

    year: int
    rules: Rules
    days: Mapping[str, date | None]

    def reason(self, key: str) -> Reason:
        """The reason of a key.

        Raises:
            UsageError: there is none.
        """
        if key not in self.rules.reasons:
            raise UsageError(
                f"There is no reason {key} in the checking exercise of {self.year}.",
                todo=f"Choose one of {', '.join(self.rules.reasons)}.",
            )
        return self.rules.reasons[key]

    def reasons_of(self, kind: Kind) -> Mapping[str, Reason]:
        """The reasons of a kind of request, by key, in the order of the rules."""
        return {key: one for key, one in self.rules.reasons.items() if one.kind == kind}

    def kinds_for(self, inclusion: str | None) -> Mapping[Kind, KindRule]:
        """The kinds of request that can be made.

        Args:
            inclusion: the inclusion code of the pupil; None for no pupil.
        """
        return {
            kind: rule
            for kind, rule in self.rules.kinds.items()
            if (not rule.pupils if inclusion is None else inclusion in rule.pupils)
        }


def rule_book(checking: Checking, moved: Mapping[Event, date | None] | None = None) -> RuleBook:
    """The rules of a checking exercise with their dates.

    Args:
        checking: the checking exercise of a year.
        moved: dates of events that go before those of the shipped calendar.

    Raises:
        AbsentValueError: nobody has published the rules of the year.
    """
    if checking.rules is None:
        raise AbsentValueError(
            f"The rules of {checking.year.id} are absent: {checking.absent['rules'].absent}.",
            todo="Choose a year whose rules are known, or give a file of rules.",
        )
    return RuleBook(year=checking.year.id, rules=checking.rules, days=days_of(checking, moved))


def day_of(text: str) -> date | None:
    """The day of an answer; None where it is none.

    >>> day_of("2026-05-11"), day_of("11/05/2026")
    (datetime.date(2026, 5, 11), None)
    """
    try:
        return date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None


def in_words(day: date | None) -> str:
    """A day for people.

    >>> in_words(day_of("2026-05-11"))
    '11 May 2026'
    """
    return "not known" if day is None else f"{day.day} {day:%B %Y}"
