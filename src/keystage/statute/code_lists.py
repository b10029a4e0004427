"""The code lists a statutory year gives to the columns of the tables."""

from keystage.statute.year import Year


def code_lists(year: Year) -> dict[str, tuple[str, ...]]:
    """Every code list of a year by the name `records.schema` gives it, in the year's order.

    A year without key stage 1 results has empty lists for them: such columns are not read.
    """
    key_stage_1: tuple[str, ...] = ()
    p_scale: tuple[str, ...] = ()
    if year.key_stage_1 is not None:
        table = year.key_stage_1
        below = () if table.below_code is None else (table.below_code,)
        key_stage_1 = tuple(dict.fromkeys((*table.points, *below, *table.disregarded)))
        p_scale = tuple(table.p_scale)
    return {
        "inclusion": tuple(year.inclusion.codes),
        "key_stage_1": key_stage_1,
        "p_scale": p_scale,
        "test_outcomes": tuple(year.test_outcomes.codes),
        "writing_outcomes": tuple(year.writing_outcomes.codes),
        "science_outcomes": tuple(year.science_outcomes.codes),
        "below_test_outcomes": tuple(year.below_test_outcomes.codes),
        "school_types": tuple(year.school_types.types),
    }
