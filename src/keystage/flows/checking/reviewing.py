"""An edited text of rules: what is wrong with it, what one should look at, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass

from keystage.core.errors import StatuteError
from keystage.flows.checking.book import RuleBook, rule_book
from keystage.flows.checking.reaching import never_decide
from keystage.statute.checking import Checking
from keystage.statute.checking_loader import faults_of_form, unproved_checking
from keystage.statute.proofs_of_checking import prove_checking
from keystage.statute.reading import parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something about a text of rules: what, where, and what to do; empty where nothing is."""

    what: str
    where: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What was found in a text of rules.

    Attributes:
        checking: what the text says; None where it cannot be read.
        faults: what has to be corrected before it may be published.
        remarks: what one should look at before publishing.
    """

    checking: Checking | None
    faults: tuple[Remark, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether it may be published."""
        return not self.faults

    @property
    def book(self) -> RuleBook:
        """The rules, to be worked out.

        Raises:
            StatuteError: something has to be corrected first.
        """
        if self.checking is None or self.faults:
            first = self.faults[0]
            raise StatuteError(first.what, where=first.where, todo=first.todo)
        return rule_book(self.checking)


def reviewed(text: str, year: int, name: str = "The text") -> Reviewed:
    """Look through a text of rules.

    Args:
        text: the text, in the form of the year's file ``checking.toml``.
        year: the year it is for.
        name: what to call it in messages.
    """
    try:
        document = parsed(text, name)
    except StatuteError as error:
        return _unread((error,))
    if odd := faults_of_form(document, year):
        return _unread(odd)
    checking = unproved_checking(document, year)
    faults = tuple(
        Remark(what=one.what, where=document.place(*one.path), todo=one.todo)
        for one in prove_checking(checking)
    )
    if faults or checking.rules is None:
        return Reviewed(checking=checking, faults=faults)
    return Reviewed(checking=checking, faults=(), remarks=_remarks(rule_book(checking)))


def _unread(errors: Sequence[StatuteError]) -> Reviewed:
    return Reviewed(
        checking=None,
        faults=tuple(Remark(what=one.what, where=one.where, todo=one.todo) for one in errors),
    )


def _remarks(book: RuleBook) -> tuple[Remark, ...]:
    remarks: list[Remark] = []
    for key, day in book.days.items():
        if day is None:
            label = book.rules.days[key].label
            remarks.append(
                Remark(
                    what=f"The {label} is not known, so what compares with it goes to a person.",
                    where=f"[rules.days.{key}]",
                )
            )
    for key, reason in book.rules.reasons.items():
        never = never_decide(book, key)
        where = f"[rules.reasons.{key}]"
        if never is None:
            remarks.append(
                Remark(
                    what=f"“{reason.label}” has too many answers to try whether each branch can "
                    "decide.",
                    where=where,
                )
            )
        remarks += [
            Remark(
                what=f"No answers lead to the branch {branch} of “{reason.label}”.",
                where=where,
                todo="Take it out, or correct the conditions before it.",
            )
            for branch in never or ()
        ]
    return tuple(remarks)
