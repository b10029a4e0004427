"""One school's measures in pandas, from frames that are already loaded, in two ways."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pandas_group_by as usual
import pandas_same_strategy as same
import rules as r

Calculation = Callable[[], dict[str, pd.DataFrame]]


def prepare(pupil_file: Path, school_file: Path, urn: int) -> Mapping[str, Calculation]:
    """Load the frames of one school; give the calculations, ready to be timed.

    ``pandas`` is the usual style, ``pandas and numpy`` the engine's own strategy on arrays.
    """
    rules = r.read_rules(2022, "provisional")
    pupils, schools = same.read(pupil_file), pd.read_parquet(school_file)
    pupils = pupils[pupils["URN"] == urn].reset_index(drop=True)
    schools = schools[schools["URN"] == urn].reset_index(drop=True)

    def in_the_usual_style() -> dict[str, pd.DataFrame]:
        return usual.levels(pupils, schools, rules)

    def with_the_same_strategy() -> dict[str, pd.DataFrame]:
        return same.levels(pupils, schools, rules)

    return {"pandas": in_the_usual_style, "pandas and numpy": with_the_same_strategy}
