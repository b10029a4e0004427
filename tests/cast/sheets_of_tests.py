"""Mark sheets as people make them, and how one is read."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.reading import read_sheet
from keystage.records.returns import ReturnSet
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2026)
PROFILE = load_profile()
HEADING = "UPN,Surname,Forename,Date of birth,Sex,Writing,Science"
PUPIL = "Q999030120001,Ashdown,Mabel,03/11/2014,F,EXS,HNM"
Book = Callable[[list[list[object]]], Path]
CELLS: list[list[object]] = [
    ["Storybook Lane"],
    [],
    [*HEADING.split(",")],
    ["Q999030120001", "Ashdown", "Mabel", date(2014, 11, 3), "F", "EXS", "HNM"],
    [],
    [999030120001, "Eccles", "Ruby-May", "03/11/2014", "F", None, " exs "],
]


def read(path: Path, *, judgements_only: bool = False) -> ReturnSet:
    return read_sheet(path, PROFILE, COLLECTION, judgements_only=judgements_only)


def fault(path: Path, *, judgements_only: bool = False) -> tuple[str, int | None, str]:
    """The fault of a sheet that is refused, its line and its sentence."""
    found = read(path, judgements_only=judgements_only)
    assert found.pupils.is_empty()
    assert found.results.is_empty()
    assert found.files["name"].to_list() == [path.name]
    return found.faults.select("fault", "line", "reason").row(0)
