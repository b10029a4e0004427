"""The states of a figure, in one vocabulary of words, from the cells of disclosure control."""

from collections.abc import Mapping

from keystage.flows.figures.contents import State
from keystage.statute.loader import available, load_year
from keystage.statute.publication import Suppression
from keystage.statute.year import Year

#: Every state in words; a reason may follow.
WORDS: Mapping[State, str] = {
    "shown": "Shown",
    "suppressed": "Suppressed: it would tell of a few pupils",
    "low_coverage": "Low coverage: too few of the pupils have a score",
    "not_applicable": "Not applicable: there is nobody to count",
    "not_available": "Not available",
    "not_yet": "Not yet known",
}

#: The tables of a year that progress cannot do without, as people call them.
_NEEDED = {
    "prior_attainment_groups": "the national averages by prior attainment group",
    "writing_points": "the points of judgements in writing",
}


def state_of(cell: str, rules: Suppression) -> State:
    """The state that a published cell stands for; a blank is not applicable."""
    match cell:
        case rules.suppressed:
            return "suppressed"
        case rules.low_coverage:
            return "low_coverage"
        case "" | rules.not_applicable:
            return "not_applicable"
    return "shown"


def in_words(state: State, reason: str = "") -> str:
    """A state in words, with the reason where there is one; nothing for a figure that is shown."""
    if state == "shown":
        return ""
    return f"{WORDS[state]}: {reason}" if reason else WORDS[state]


def no_progress(year: Year) -> tuple[State, str] | None:
    """Why a year's results cannot have progress scores without a reference derived from them.

    A year without a baseline never will have them; a table that is not to hand may come. None where
    nothing is in the way.
    """
    if not year.year.progress:
        reason = year.absent["key_stage_1"].absent
        after = next_with_progress(year.year.id)
        next_one = f"; the next year with pupil progress is {after}" if after else ""
        return "not_available", f"{reason}{next_one}"
    for table, called in _NEEDED.items():
        if getattr(year, table) is None:
            reason = year.absent[table].absent if table in year.absent else "it was not given"
            return "not_yet", f"progress needs {called} of {year.name}, and {reason}"
    return None


def next_with_progress(year: int) -> int | None:
    """The first year after a year that has progress measures; none that is known of."""
    return next(
        (
            later
            for later, release in available()
            if later > year and load_year(later, release).year.progress
        ),
        None,
    )


def without_intervals(year: Year) -> list[str]:
    """Sentences on what progress scores lack because nobody has published what it is made from."""
    if not year.year.progress:
        return []
    lacking = {"pupil_sd": "limits", "banding": "bands"}
    return [
        f"Progress scores have no {words}: [{table}] is absent for {year.name}: "
        f"{year.absent[table].absent if table in year.absent else 'it was not given'}."
        for table, words in lacking.items()
        if getattr(year, table) is None
    ]
