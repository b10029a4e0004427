"""The examples of the checks, and small record sets."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from keystage.formats.tables import read_records
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year
from keystage.statute.year import Year

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="session")
def year() -> Year:
    return load_year(2022, "provisional")


@pytest.fixture(scope="session")
def example() -> Callable[[str], tuple[RecordSet, Year]]:
    """Read the example of a folder, with its own statutory table if it has one."""

    def read(folder: str) -> tuple[RecordSet, Year]:
        place = EXAMPLES / folder
        schools, statute = place / "schools.csv", place / "statute.toml"
        year = load_year(2022, "provisional", statute if statute.exists() else None)
        return (
            read_records(place / "pupils.csv", schools if schools.exists() else None, year),
            year,
        )

    return read


@pytest.fixture
def records(year: Year) -> Callable[..., RecordSet]:
    """A record set of a few pupils who count in school 900001, each as told."""

    def make(*pupils: Mapping[str, object]) -> RecordSet:
        plain = {
            "URN": 900001,
            "P_INCL": "201",
            "KS1READ": "EXS",
            "KS1WRIT": "EXS",
            "KS1MAT": "EXS",
            "READOUTCOME": "AS",
            "READSCORE": 105,
            "MATOUTCOME": "AS",
            "MATSCORE": 105,
            "GPSOUTCOME": "AS",
            "GPSSCORE": 105,
            "WRITTAOUTCOME": "EXS",
        }
        codes = code_lists(year)
        return RecordSet(
            pupils=pupils_frame([plain | dict(pupil) for pupil in pupils], codes),
            schools=schools_frame([{"URN": 900001}], codes),
        )

    return make


@pytest.fixture(scope="session")
def examples_folder() -> Path:
    return EXAMPLES
