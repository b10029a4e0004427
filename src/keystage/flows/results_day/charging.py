"""Whether a review of marking is charged for, by the rule of its year."""

from typing import Literal

from keystage.flows.results_day.tables import standing
from keystage.statute.collection_rules import Scale
from keystage.statute.reviews import Charging

Reason = Literal["threshold", "marks", "supplier"]
WORDS: dict[Reason, str] = {
    "threshold": "the result crosses a standard",
    "marks": "the marks move far enough",
    "supplier": "the supplier of the marking made the mistake",
}


def free_because(
    rule: Charging,
    scale: Scale,
    *,
    marks: tuple[int | None, int | None],
    scores: tuple[int | None, int | None],
    supplier_erred: bool,
) -> tuple[Reason, ...]:
    """Why a review is free of charge; nothing where it is charged for.

    Args:
        rule: the year's rule.
        scale: the year's scale.
        marks: before and after; None where it is not known.
        scores: before and after; None where there is none.
        supplier_erred: whether the supplier of the marking made the mistake.
    """
    before, after = marks
    moved = 0 if before is None or after is None else abs(after - before)
    reasons: dict[Reason, bool] = {
        "threshold": rule.free_when_threshold_crossed
        and standing(scores[0], scale) != standing(scores[1], scale),
        "marks": moved >= rule.free_from_marks,
        "supplier": rule.free_when_supplier_erred and supplier_erred,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def free_within(rule: Charging, expected: int | None, higher: int | None) -> tuple[int, int]:
    """From how many marks down, and from how many up, a review would be free.

    Args:
        rule: the year's rule.
        expected: marks lacking to the expected standard, as `tables.Distance` has them.
        higher: the same of the higher standard.
    """
    known = [marks for marks in (expected, higher) if marks is not None]
    away = known if rule.free_when_threshold_crossed else []
    up = min([rule.free_from_marks, *(marks for marks in away if marks > 0)])
    down = min([rule.free_from_marks, *(1 - marks for marks in away if marks <= 0)])
    return down, up
