"""A template that lies among returns is read or refused, and never passed over."""

from datetime import date

import polars as pl
import pytest

from keystage.core.subjects import ASSESSED
from keystage.flows.returns.mark_sheets import read_found_sheet
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.template_cells import Template
from keystage.formats.sheets.template_writing import write_template
from keystage.statute.collection_loader import load_collection

UPN = "A999030120001"
PUPILS = pl.DataFrame(
    {
        "upn": [UPN],
        "surname": ["Ashby"],
        "forename": ["Mabel"],
        "birth_date": [date(2015, 1, 1)],
        "sex": ["F"],
        **{f"{subject}_asked": [True] for subject in ASSESSED},
    }
)


@pytest.mark.parametrize(("year", "faults"), [(2026, []), (2025, ["not_the_template"])])
def test_a_template_is_read_for_its_own_year_only(year: int, faults: list[str]) -> None:
    made = Template(year=2026, school="9990301", version=1, upns=(UPN,))
    content = write_template(PUPILS, made, load_collection(2026))

    found = read_found_sheet(
        NamedBytes("copy.xlsx", content), load_profile(), load_collection(year)
    )

    assert found.faults["fault"].to_list() == faults
    assert found.pupils["upn"].to_list() == ([] if faults else [UPN])
