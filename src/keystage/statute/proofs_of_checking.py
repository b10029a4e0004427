"""What must be true of a checking exercise: each proof yields what is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from string import Formatter

from keystage.statute.assembly import unnamed_sources
from keystage.statute.checking import Checking, Day, Reason, Rules
from keystage.statute.fault import Fault
from keystage.statute.proofs_of_conditions import prove_conditions
from keystage.statute.reading import Step
from keystage.statute.season import Event

_CHOICE = 2


def prove_checking(whole: Checking) -> Iterator[Fault]:
    """Yield everything wrong with a checking exercise; nothing if it is sound."""
    yield from unnamed_sources(whole, whole.sources)
    yield from _windows(whole)
    yield from _evidence(whole)
    if whole.rules is None:
        return
    yield from _days(whole.rules)
    conditions = tuple(prove_conditions(whole.rules))
    yield from conditions
    if conditions:
        return
    yield from _questions(whole.rules)
    yield from _reasons(whole.rules)
    yield from _sentences(whole.rules)
    yield from _unused(whole.rules)


def _windows(whole: Checking) -> Iterator[Fault]:
    for key, window in (whole.windows.windows if whole.windows else {}).items():
        if window.closes < window.opens:
            yield Fault(
                f"The window {key} closes before it opens.",
                ("windows", "windows", key),
                "Correct one of the dates.",
            )


def _evidence(whole: Checking) -> Iterator[Fault]:
    evidence = whole.evidence
    if evidence is None:
        return
    for name in ("megabytes", "pages"):
        value = getattr(evidence, name)
        if value is not None and value < 1:
            yield Fault(
                f"{name} is {value}.",
                ("evidence", name),
                "Write a whole number, 1 or more.",
            )


def _days(rules: Rules) -> Iterator[Fault]:
    for key, day in rules.days.items():
        path: tuple[Step, ...] = ("rules", "days", key)
        if _ways(day) != 1:
            yield Fault(
                f"The day {key} is not said in one way.",
                path,
                "Give one of event, on and years_before.",
            )
        if day.event and day.event not in tuple(Event):
            yield Fault(
                f"The day {key} is of the unknown event {day.event}.",
                path,
                f"Use one of {', '.join(Event)}.",
            )
        if key in rules.questions:
            yield Fault(
                f"A day and a question are both called {key}.",
                path,
                "Give the day another name.",
            )


def _ways(day: Day) -> int:
    return sum((bool(day.event), day.on is not None, day.years_before is not None))


def _questions(rules: Rules) -> Iterator[Fault]:
    for key, question in rules.questions.items():
        path: tuple[Step, ...] = ("rules", "questions", key)
        if (question.type == "choice") is not (len(question.options) >= _CHOICE):
            yield Fault(
                f"The question {key} has {len(question.options)} answers to choose from.",
                path,
                "A question of the type choice has two or more; others have none.",
            )
        if question.longest is not None and question.longest < 1:
            yield Fault(
                f"An answer to {key} may have {question.longest} letters.",
                (*path, "longest"),
                "Write a whole number, 1 or more.",
            )
        if question.shown_when and question.shown_when not in rules.conditions:
            yield Fault(
                f"The question {key} is shown under the unknown condition {question.shown_when}.",
                (*path, "shown_when"),
                "Name one of the conditions.",
            )


def _reasons(rules: Rules) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for key, reason in rules.reasons.items():
        path: tuple[Step, ...] = ("rules", "reasons", key)
        yield from _names(rules, key, reason, path)
        yield from _branches(key, reason, path)
        for branch in reason.branches:
            if branch.id in seen:
                yield Fault(
                    f"The reasons {seen[branch.id]} and {key} both have a branch {branch.id}.",
                    path,
                    "Give each branch an id of its own.",
                )
            seen[branch.id] = key
        yield from _asked(rules, key, reason, path)


def _names(rules: Rules, key: str, reason: Reason, path: tuple[Step, ...]) -> Iterator[Fault]:
    if reason.kind not in rules.kinds:
        yield Fault(
            f"The reason {key} is of the kind {reason.kind}, which is not among the kinds.",
            path,
            f"Use one of {', '.join(rules.kinds)}.",
        )
    named = {
        "question": ((*reason.questions, *reason.answers.values()), rules.questions),
        "condition": (
            [name for name in (*(one.when for one in reason.branches),
                               *(one.condition for one in reason.ticks)) if name],
            rules.conditions,
        ),
    }  # fmt: skip
    for what, (names, known) in named.items():
        for name in dict.fromkeys(names):
            if name not in known:
                yield Fault(
                    f"The reason {key} names the {what} {name}, which is not known.",
                    path,
                    f"Name one of the {what}s, or add it.",
                )
    for column, question in reason.answers.items():
        if question in rules.questions and question not in reason.questions:
            yield Fault(
                f"The reason {key} sets {column} from {question}, which it does not ask.",
                path,
                "Ask the question, or take the column out.",
            )


def _branches(key: str, reason: Reason, path: tuple[Step, ...]) -> Iterator[Fault]:
    earlier, last = reason.branches[:-1], reason.branches[-1:]
    if not last or last[0].when or last[0].outcome != "scrutiny":
        yield Fault(
            f"The rule of {key} does not end with a person.",
            path,
            'Add a last branch with outcome = "scrutiny" and no condition.',
        )
    for branch in earlier:
        if not branch.when:
            yield Fault(
                f"No branch of {key} after {branch.id} is ever tried.",
                path,
                "Give it a condition, or put it last.",
            )


def _asked(rules: Rules, key: str, reason: Reason, path: tuple[Step, ...]) -> Iterator[Fault]:
    """Questions that conditions of a reason look at, and which it does not ask, or asks too late.

    Looks only at reasons whose names are all known.
    """
    if any(_names(rules, key, reason, path)):
        return
    for place, asked in enumerate(reason.questions):
        shown = rules.questions[asked].shown_when
        for question in rules.needs(shown) if shown in rules.conditions else ():
            if question not in reason.questions[:place]:
                yield Fault(
                    f"The reason {key} asks {asked} by the answer to {question}, which is not "
                    "asked before it.",
                    path,
                    f"Ask {question} before {asked}.",
                )
    for name in (*(one.when for one in reason.branches), *(one.condition for one in reason.ticks)):
        for question in rules.needs(name) if name else ():
            if question not in reason.questions:
                yield Fault(
                    f"The rule of {key} looks at {question}, which the reason does not ask.",
                    path,
                    "Add it to the questions of the reason.",
                )


def _sentences(rules: Rules) -> Iterator[Fault]:
    known = {*rules.questions, *rules.days, *rules.facts}
    told: dict[tuple[Step, ...], str] = {
        ("rules", "conditions", key): one.sentence for key, one in rules.conditions.items()
    } | {
        ("rules", "reasons", key, "branches", place): branch.because
        for key, one in rules.reasons.items()
        for place, branch in enumerate(one.branches)
    }
    for path, sentence in told.items():
        for field in fields_of(sentence):
            if field not in known:
                yield Fault(
                    f"The sentence “{sentence}” has the unknown field {{{field}}}."
                    if field is not None
                    else f"The braces of the sentence “{sentence}” do not match.",
                    path,
                    "Use the names of questions, days and facts.",
                )


def fields_of(sentence: str) -> tuple[str | None, ...]:
    """The names in braces of a sentence; None for braces that make no sense."""
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        return (None,)
    return tuple(None if spec or how else name for _, name, spec, how in parts if name is not None)


def _unused(rules: Rules) -> Iterator[Fault]:
    reasons = rules.reasons.values()
    roots = {name for one in reasons for name in rules.conditions_of(one) if name}
    used = {each for name in roots & rules.conditions.keys() for each in rules.within(name)}
    conditions = [rules.conditions[name] for name in used]
    sentences = (
        *(one.sentence for one in conditions),
        *(branch.because for one in reasons for branch in one.branches),
    )
    told = {field for sentence in sentences for field in fields_of(sentence)}
    parts: Mapping[str, tuple[Iterable[str], set[str | None]]] = {
        "questions": (rules.questions, {key for one in reasons for key in one.questions}),
        "conditions": (rules.conditions, {*used}),
        "days": (rules.days, {*(one.day for one in conditions), *told}),
        "facts": (rules.facts, {*(one.fact for one in conditions), *told}),
        "groups": (
            rules.groups,
            {name for one in conditions for name in (one.among, one.apart)},
        ),
        "kinds": (rules.kinds, {one.kind for one in reasons}),
    }
    for part, (there, wanted) in parts.items():
        for key in there:
            if key not in wanted:
                yield Fault(
                    f"Nothing uses {key} of the {part}.",
                    ("rules", part, key),
                    "Use it, or take it out.",
                )
