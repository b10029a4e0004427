"""A table as large as a country's is read in parts, to the rows the ordinary reading gives."""

import polars as pl
import pytest

from keystage.core.errors import InputError
from keystage.flows.results_day import national, reading
from keystage.flows.results_day.reading import ReleaseFile, read_release
from keystage.formats.ctf.limits import Limits
from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.statute.collection_loader import load_collection

HEAD = "School number,UPN,Surname,Other,Date of birth,Test,Raw mark,Scaled score,Outcome,Taken back"
ROWS = [
    f"9991{at % 3:03d},A9990{at:08d}, O'Neil ,x,01/02/2015,{test},{at % 40},{90 + at % 20},,{back}"
    for at in range(40)
    for test, back in (("Reading", ""), ("maths", "no"))
]


def read(text: str | bytes) -> ReleaseFile:
    data = text if isinstance(text, bytes) else text.encode()
    return read_release(data, "nation.csv", load_collection(2026), load_profile())


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as large, and a part holds a few rows."""
    monkeypatch.setattr(reading, "UPLOAD", Limits(file_bytes=1))
    monkeypatch.setattr(national, "_PART", 300)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n,,,,,,,,,\n"])
def test_parts_give_the_rows_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, end: str, last: str
) -> None:
    odd = "9991001,A1,'=1+1,x,31/02/2015,Art,many,,AS,perhaps"
    text = ("\ufeff" + end.join([HEAD, *ROWS, odd]) + last.replace("\n", end)).encode()
    whole = read(text)
    monkeypatch.setattr(reading, "UPLOAD", Limits(file_bytes=1))
    monkeypatch.setattr(national, "_PART", 300)

    parts = read(text)

    assert parts.rows.equals(whole.rows)
    assert parts.faults.equals(whole.faults)
    assert whole.faults.height == 4


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_cells_may_be_separated_in_other_ways(separator: str) -> None:
    text = "\n".join([HEAD, *ROWS]).replace(",", separator)

    assert read(text).rows.select(pl.col("upn").n_unique()).item() == 40


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "text",
    [
        "\n".join([HEAD, *ROWS, "9991001,A1,too,many,,,,,,,,,,,"]),
        "\n".join([HEAD, *ROWS]).encode() + b"\n9991001,A1,M\xfcller,,,reading,1,,,",
        HEAD,
    ],
)
def test_what_cannot_be_read_in_parts_says_what_to_do(text: str | bytes) -> None:
    with pytest.raises(InputError, match="row"):
        read(text)


@pytest.mark.usefixtures("small_parts")
def test_a_column_that_is_missing_refuses_the_file() -> None:
    with pytest.raises(SheetRefusedError, match="UPN"):
        read("\n".join([HEAD.replace("UPN", "Number"), *ROWS]))
