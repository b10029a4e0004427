"""Checks of quality of a release, each with an answer, a number, a sentence and what to do."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from keystage.core.subjects import Subject
from keystage.flows.figures.reviewed import Answer, Checked
from keystage.flows.figures.reviewing.facts import Beside, Facts
from keystage.flows.figures.reviewing.rules import Rule, declared
from keystage.flows.figures.reviewing.seen import Seen
from keystage.flows.figures.reviewing.texts import percent, rounded, with_unit
from keystage.measures import figures
from keystage.measures.declare import Measure
from keystage.measures.parts import WHOLE
from keystage.measures.table import EVERYONE, MeasureTable
from keystage.statute.progress import Fall, PriorAttainmentGroups

_NO_FORMER = "There is no release before to compare with."
_NOT_DERIVED = "The reference was not derived from these pupils."
_NO_GROUPS = "The release has no prior attainment groups."
_NOBODY = "There is nothing of which a share could be taken."
_PLACES = 4
_Number = int | Fraction
_Found = tuple[_Number | str, Sequence[str]]
_OF_ONE: Mapping[str, Callable[[Facts, Seen], _Found]] = {
    "pupils_without_school": lambda found, _: (found.without_school, ()),
    "duplicate_numbers": lambda found, _: (found.duplicates, ()),
    "schools_without_pupils": lambda found, _: (len(found.empty), found.empty),
    "schools_of_unknown_kind": lambda found, _: (len(found.unknown), found.unknown),
    "figures_suppressed": lambda _, seen: (_share(seen.withheld, seen.figures), ()),
}
_OF_BOTH: Mapping[str, Callable[[Facts, Beside, Seen], _Found]] = {
    "number_of_pupils": lambda now, then, _: (
        _share(abs(now.pupils - then.pupils), then.pupils), ()
    ),
    "number_of_schools": lambda now, then, _: (
        _share(abs(now.schools - then.schools), then.schools), ()
    ),
    "results_changed": lambda _now, then, _: (_share(then.changed, then.same), ()),
    "schools_moved": lambda _now, _then, seen: (
        _share(len(seen.moved), seen.compared), seen.worst()
    ),
}  # fmt: skip


def quality(
    facts: Facts, seen: Seen, table: MeasureTable, *, derived: bool = False
) -> tuple[Checked, ...]:
    """Every check of the file, answered.

    Args:
        facts: counts of the pupils and schools.
        seen: what passed of the contents.
        table: the measure table, for the mean of progress.
        derived: whether the national reference was made from these pupils.
    """
    reference: Mapping[str, _Found] = {
        "progress_mean": (_mean(table) if derived else _NOT_DERIVED, ()),
        "averages_rise": _falls(table.year.prior_attainment_groups),
    }
    return tuple(_checked(rule, facts, seen, reference) for rule in declared().checks)


def _checked(rule: Rule, facts: Facts, seen: Seen, reference: Mapping[str, _Found]) -> Checked:
    found, listed = _number(rule, facts, seen, reference)
    if isinstance(found, str):
        return _answered(rule, "none", said=found)
    answer: Answer = "pass"
    if rule.fail is not None and found >= rule.fail:
        answer = "fail"
    elif found >= rule.look:
        answer = "look"
    number = with_unit(found, rule.unit)
    said = (rule.passed if answer == "pass" else rule.found).format(number=number)
    return _answered(
        rule, answer, number=number, said=said, listed=() if answer == "pass" else listed
    )


def _answered(
    rule: Rule, answer: Answer, *, said: str, number: str = "", listed: Sequence[str] = ()
) -> Checked:
    todo = rule.todo if answer in {"look", "fail"} else ""
    return Checked(
        code=rule.code,
        question=rule.question,
        answer=answer,
        number=number,
        limit=_limit(rule),
        said=said,
        todo=todo,
        why=rule.note,
        listed=tuple(listed[: declared().listed.schools]),
    )


def _limit(rule: Rule) -> str:
    look = f"Looked at from {with_unit(rule.look, rule.unit)}"
    if rule.fail is None:
        return f"{look}."
    if rule.fail == rule.look:
        return f"Wrong from {with_unit(rule.fail, rule.unit)}."
    return f"{look}, wrong from {with_unit(rule.fail, rule.unit)}."


def _number(rule: Rule, facts: Facts, seen: Seen, reference: Mapping[str, _Found]) -> _Found:
    """What a check counts, and what it is about; a sentence where it cannot be counted."""
    if rule.subject:
        return _share(facts.missing[Subject(rule.subject)], facts.pupils), ()
    if rule.code in reference:
        return reference[rule.code]
    if rule.code in _OF_ONE:
        return _OF_ONE[rule.code](facts, seen)
    if facts.beside is None:
        return _NO_FORMER, ()
    return _OF_BOTH[rule.code](facts, facts.beside, seen)


def _share(part: int, whole: int) -> Fraction | str:
    """A part of a whole in percent; a sentence where there is nothing to take it of."""
    return percent(part, whole) if whole else _NOBODY


def _mean(table: MeasureTable) -> Fraction | str:
    """The largest mean of unadjusted progress, over the pupils the averages were made from.

    Lowest scores raise the mean, so it is looked at before they are applied.
    """
    if not table.year.year.progress:
        return _NOT_DERIVED
    kind = table.year.reference_rules.averages_from
    national = table.units_of("national")["kind"] == (EVERYONE if kind == "all" else kind)
    parts = table.of_group(WHOLE, "national").filter(national)
    means = [
        _ratio(int(parts[one.top.name].sum()), int(parts[one.bottom.name].sum()), one)
        for one in table.measures
        if one.family == "progress" and one.name.endswith("_progress_unadjusted")
    ]
    return max(map(abs, means))


def _falls(groups: PriorAttainmentGroups | None) -> _Found:
    """The averages that are no higher than that of the group below."""
    if groups is None:
        return _NO_GROUPS, ()
    found = tuple(groups.falls())
    return len(found), [_fallen(one) for one in found]


def _fallen(fall: Fall) -> str:
    before, after = (rounded(one, _PLACES) for one in fall.averages)
    label = fall.subject.label.capitalize()
    return f"{label}: {before} in group {fall.lower.group}, {after} in group {fall.higher.group}"


def _ratio(top: int, bottom: int, measure: Measure) -> Fraction:
    return Fraction(top, bottom * figures.per_one(measure)) if bottom else Fraction()
