"""What an approved request changes of the pupils, for the next release to take in."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from keystage.flows.checking.book import Answers, RuleBook
from keystage.flows.checking.forms import settled
from keystage.flows.figures.trying import Add, Remove, SetValue, Trying
from keystage.records.schema import PUPILS
from keystage.statute.checking import NOT_KNOWN, Kind

_OF_THE_FILE = frozenset(column.name for column in PUPILS)


class Request(Struct, frozen=True, kw_only=True):
    """A request, as far as its effect goes.

    Attributes:
        reference: its number.
        reason: its reason.
        answers: what was answered.
        pupil: the key of the pupil's record; empty for a pupil who is to be added.
    """

    reference: str
    reason: str
    answers: Answers
    pupil: str = ""


class Alteration(Struct, frozen=True, kw_only=True):
    """What becomes of a pupil's record.

    Attributes:
        kind: the kind of request.
        pupil: the key of the record; empty for one that is added.
        values: columns and what they hold from then on.
        merged: the key of a record that goes, because it is of the same pupil; empty otherwise.
        reason_class: how the difference of two releases names it.
        reason: the reason for people.
        reference: the number of the request.
    """

    kind: Kind
    pupil: str
    values: Mapping[str, str]
    reason_class: str
    reason: str
    reference: str
    merged: str = ""


def changes_of(book: RuleBook, request: Request) -> Alteration:
    """What an approved request changes.

    Columns are those of the pupil file of the checking exercise; names and dates of a pupil who is
    added are among them. A column whose question was not answered, or by "not known", is left out.

    Raises:
        UsageError: there is no such reason.
    """
    rule = book.reason(request.reason)
    kind = book.rules.kinds[rule.kind]
    kept = settled(book, request.reason, request.answers)
    given = {column: kept.get(question, "") for column, question in rule.answers.items()}
    told = {column: value for column, value in given.items() if value and value != NOT_KNOWN}
    asked = {book.rules.questions[key].type: key for key in rule.questions}
    return Alteration(
        kind=rule.kind,
        pupil=request.pupil,
        values={**(rule.values or kind.values), **told},
        merged=kept.get(asked["pupil"], "") if "pupil" in asked else "",
        reason_class=rule.reason_class or kind.reason_class,
        reason=rule.label,
        reference=request.reference,
    )


def tried_as(changes: Sequence[Alteration], lines: Mapping[str, int]) -> tuple[Trying, ...]:
    """The same changes as a what-if takes them, to see what they do to a school's figures.

    Args:
        changes: the changes.
        lines: the line of each pupil's record, by its key.

    Raises:
        KeyError: a pupil has no line.
    """
    trying: list[Trying] = []
    for one in changes:
        values = {column: text for column, text in one.values.items() if column in _OF_THE_FILE}
        if one.kind == "add":
            trying.append(Add(values=values))
        else:
            line = lines[one.pupil]
            trying += [
                SetValue(line=line, column=column, value=text) for column, text in values.items()
            ]
        if one.merged:
            trying.append(Remove(line=lines[one.merged]))
    return tuple(trying)
