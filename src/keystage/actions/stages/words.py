"""What a school has still to do, in words: with numbers of pupils or without."""

from collections.abc import Callable, Mapping

from keystage.actions.stages.steps import SchoolStages, Stage, State
from keystage.store.models import SchoolReturn

NOT_YET = "Not yet submitted"
NOBODY = "No pupils this year"
LATE = ", after the authority's date"
#: What there is to do of each step, where nothing more is known or may be told.
_NEXT: Mapping[Stage, str] = {
    Stage.ROLL: "There are no pupils",
    Stage.REGISTERED: "Some pupils lack a registration",
    Stage.REGISTER: "The attendance register is not confirmed",
    Stage.DECLARED: "The declaration of the headteacher is not signed",
    Stage.JUDGED: "Some judgements are missing",
    Stage.SIGNED: "The headteacher has not signed",
    Stage.FILE: "No file has been made",
    Stage.RESULTS: "Results have not been brought in",
}


def blockers(one: SchoolStages, *, counts: bool) -> tuple[str, ...]:
    """What a school has to do next, in a few words each; none if all is done.

    Args:
        one: how far the school is.
        counts: whether numbers of pupils and judgements may be told.
    """
    return tuple(_words(one, stage, counts=counts) for stage in one.waiting)


def _words(one: SchoolStages, stage: Stage, *, counts: bool) -> str:
    if not one.loaded and not one.sent_state:
        return "The codes and rules of the year are not loaded"
    if stage is Stage.RETURN:
        return return_words(one, counts=counts)
    if counts and stage in _COUNTED:
        return _COUNTED[stage](one)
    special = {
        Stage.SIGNED: one.faults
        and f"The last check found {_plural(one.faults, 'fault', 'faults')}",
        Stage.FILE: one.file is not None and "The sheet changed after the file",
        Stage.REGISTER: one.register is State.NOT_YET and "The attendance register is empty",
    }
    return special.get(stage) or _NEXT[stage]


def return_words(one: SchoolStages, *, counts: bool) -> str:
    """What keeps the return from being accepted; what became of it if nothing does."""
    if one.accepted:
        return NOBODY if one.nobody else f"Accepted{LATE if one.came_late else ''}"
    if one.closed:
        return _left(f"{NOT_YET}, and closed", one, counts=counts)
    if one.held:
        return f"{NOT_YET}: it waits for the moderation visit"
    if one.sent_state is SchoolReturn.State.REOPENED and one.waiting_file:
        return f"{NOT_YET}: reopened, and {_SENT[SchoolReturn.State.UPLOADED]}"
    if one.sent_state in _SENT:
        return f"{NOT_YET}: {_SENT[one.sent_state]}"
    return _left(NOT_YET, one, counts=counts)


_SENT = {
    None: "no file was uploaded",
    SchoolReturn.State.UPLOADED: "a file waits for a second person",
    SchoolReturn.State.REOPENED: "reopened, and a file is awaited",
}


def _left(words: str, one: SchoolStages, *, counts: bool) -> str:
    """What the return lacks, after some words."""
    sent = one.sent
    numbers = (
        {"missing": sent.missing, "incomplete": sent.incomplete, "not expected": sent.unexpected}
        if sent
        else {}
    )
    if all(count is None for count in numbers.values()):
        return f"{words}: nobody is known to be expected"
    told = {word: count for word, count in numbers.items() if count}
    if not told:
        return words
    if not counts:
        return f"{words}: pupils are {' or '.join(told)}"
    return f"{words}: {', '.join(f'{count:,} {word}' for word, count in told.items())}"


def _unregistered(one: SchoolStages) -> str:
    missing = one.pupils - one.registered
    return f"{_plural(missing, 'pupil lacks', 'pupils lack')} a registration"


def _unjudged(one: SchoolStages) -> str:
    missing = one.due - one.given
    return f"{_plural(missing, 'judgement is', 'judgements are')} missing"


_COUNTED: Mapping[Stage, Callable[[SchoolStages], str]] = {
    Stage.REGISTERED: _unregistered,
    Stage.JUDGED: _unjudged,
}


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
