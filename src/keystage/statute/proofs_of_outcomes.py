"""Proofs of the tables of results: scales, points and what each code does."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from keystage.statute.fault import Fault
from keystage.statute.outcomes import AssessmentOutcomes
from keystage.statute.reading import Step
from keystage.statute.year import Year


def prove_outcomes(year: Year) -> Iterator[Fault]:
    """Yield what is wrong with scales, points below the scale, outcome and inclusion codes."""
    yield from _scale(year)
    yield from _points_below(year)
    yield from _test_codes(year)
    yield from _assessment_codes("writing_outcomes", year.writing_outcomes)
    yield from _assessment_codes("science_outcomes", year.science_outcomes)
    for place, code in enumerate(year.inclusion.included):
        if code not in year.inclusion.codes:
            yield Fault(
                f"The inclusion code {code} is not among the codes.",
                ("inclusion", "included", place),
                f"Use one of {', '.join(year.inclusion.codes)}.",
            )


def ladder(points: Mapping[str, Decimal], path: tuple[Step, ...]) -> Iterator[Fault]:
    """Points must run one way, in the order given: never falling, or never rising."""
    steps = list(pairwise(points.items()))
    down = [lower > higher for (_, lower), (_, higher) in steps]
    up = [lower < higher for (_, lower), (_, higher) in steps]
    if not (any(up) and any(down)):
        return
    falls = points[next(iter(points))] > points[next(reversed(list(points)))]
    wrong = (up if falls else down).index(True)
    (before, earlier), (after, later) = steps[wrong]
    yield Fault(
        f"The points turn round: {before} has {earlier}, then {after} has {later}.",
        (*path, after),
        "List the codes from best to lowest, or from lowest to best, and correct the points.",
    )


def judgements_without_points(year: Year, writing: Mapping[str, Decimal]) -> tuple[str, ...]:
    """The writing judgements that neither these points nor those of the year give points to.

    A judgement is a code that counts and says how the pupil writes, by a rule that is documented.

    Args:
        year: the statutory year, for its codes and its points below the standards.
        writing: writing points by code.
    """
    return tuple(
        code
        for code, rule in year.writing_outcomes.codes.items()
        if rule.rate == "counted" and not rule.not_assessed and not rule.undocumented
        if code not in writing and code not in year.key_stage_2.points
    )


def _scale(year: Year) -> Iterator[Fault]:
    scale = year.key_stage_2
    if not scale.lowest_score < scale.expected_score < scale.higher_score < scale.highest_score:
        yield Fault(
            "The lowest, expected, higher and highest scores are out of order.",
            ("key_stage_2", "lowest_score"),
            "Correct the scores.",
        )
    if scale.no_score.strip().lstrip("+-").isdigit():
        yield Fault(
            f"no_score is {scale.no_score}, which could be a score.",
            ("key_stage_2", "no_score"),
            "Give the letter the files write when no scaled score was awarded.",
        )


def _points_below(year: Year) -> Iterator[Fault]:
    scale = year.key_stage_2
    yield from ladder(scale.points, ("key_stage_2", "points"))
    for code, points in scale.points.items():
        path: tuple[Step, ...] = ("key_stage_2", "points", code)
        for table in ("below_test_outcomes", "writing_outcomes"):
            if code not in getattr(year, table).codes:
                yield Fault(
                    f"The code {code} has points, but is not among [{table}].",
                    path,
                    f"Add it to [{table}], or correct it.",
                )
        yield from _below_scale(points, scale.lowest_score, path)
    if scale.points_without_score is not None:
        yield from _below_scale(
            scale.points_without_score, scale.lowest_score, ("key_stage_2", "points_without_score")
        )
    if year.writing_points is None:
        return
    writing, where = year.writing_points.points, ("writing_points", "points")
    yield from ladder(writing, where)
    for code, points in writing.items():
        if code not in year.writing_outcomes.codes:
            yield Fault(
                f"The code {code} is not among [writing_outcomes].",
                (*where, code),
                "Add it there, or correct it.",
            )
        if any(points <= below for below in scale.points.values()):
            yield Fault(
                f"{code} has {points} points in writing, no more than a code below the standards.",
                (*where, code),
                "Correct the points.",
            )
    for code in judgements_without_points(year, writing):
        yield Fault(
            f"The code {code} of [writing_outcomes] has no points.",
            where,
            "Add its points: without them its pupils would have no progress in writing.",
        )


def _below_scale(points: Decimal, lowest: int, path: tuple[Step, ...]) -> Iterator[Fault]:
    if not 0 < points < lowest:
        yield Fault(
            f"{path[-1]} is {points}, which is not below the lowest score, {lowest}.",
            path,
            "Points below the scale lie between 0 and the lowest score.",
        )


def _test_codes(year: Year) -> Iterator[Fault]:
    rules = year.test_outcomes
    everything = [(("codes", code), rule) for code, rule in rules.codes.items()]
    for place, rule in [*everything, (("blank",), rules.blank)]:
        yield from _use("test_outcomes", place, rule.undocumented, assumed=rule.assumed)
        if rule.rate == "left_out" and rule.standard == "met":
            yield Fault(
                f"{place[-1]} is left out of percentages and yet meets the standard.",
                ("test_outcomes", *place),
                "Correct rate or standard.",
            )
        if rule.too_few_marks and rule.progress != "score":
            yield Fault(
                f"{place[-1]} has too few marks, but takes no points from the score.",
                ("test_outcomes", *place),
                'Write progress = "score", or remove too_few_marks.',
            )


def _assessment_codes(table: str, rules: AssessmentOutcomes) -> Iterator[Fault]:
    everything = [(("codes", code), rule) for code, rule in rules.codes.items()]
    for place, rule in [*everything, (("blank",), rules.blank)]:
        yield from _use(table, place, rule.undocumented, assumed=rule.assumed)
        met = rule.expected or rule.higher
        if (rule.higher and not rule.expected) or (
            met and (rule.towards or rule.not_assessed or rule.rate == "left_out")
        ):
            yield Fault(
                f"What {place[-1]} does contradicts itself.",
                (table, *place),
                "Higher includes expected; working towards, not assessed or left out meet neither.",
            )


def _use(
    table: str, place: tuple[str, ...], undocumented: str, *, assumed: bool
) -> Iterator[Fault]:
    if assumed and not undocumented:
        yield Fault(
            f"The rule for {place[-1]} is assumed, but not what is assumed.",
            (table, *place),
            "Say in undocumented what no published rule says.",
        )
