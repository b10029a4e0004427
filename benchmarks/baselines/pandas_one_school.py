"""One school's measures in pandas, from frames that are already loaded."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pandas_same_strategy as whole
import rules as r


def prepare(pupil_file: Path, school_file: Path, urn: int) -> Callable[[], dict[str, pd.DataFrame]]:
    """Load the frames of one school; give the calculation, ready to be timed."""
    rules = r.read_rules(2022, "provisional")
    pupils, schools = whole.read(pupil_file), pd.read_parquet(school_file)
    pupils = pupils[pupils["URN"] == urn].reset_index(drop=True)
    schools = schools[schools["URN"] == urn].reset_index(drop=True)

    def calculate() -> dict[str, pd.DataFrame]:
        whole.check(pupils, schools, rules)
        return whole.levels(pupils, schools, rules)

    return calculate
