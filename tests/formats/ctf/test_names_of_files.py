"""Names of transfer files are read tolerantly and written strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keystage.core.errors import InputError
from keystage.formats.ctf.names import (
    FileName,
    format_name,
    next_serial,
    parse_name,
    school_of_template,
)


def name(
    source: str = "9990301",
    type_: str = "CTF",
    destination: str = "NAALLLL",
    serial: int = 1,
    *,
    copied: bool = False,
) -> FileName:
    return FileName(
        source=source, type=type_, destination=destination, serial=serial, copied=copied
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9990301_CTF_9990302_001.xml", name(destination="9990302")),
        ("9990301_CTF_9990301_001.xml", name(destination="9990301")),
        ("9990301_CTF_XXXXXXX_001.xml", name(destination="XXXXXXX")),
        ("9990301_CTF_MMMMMMM_001.xml", name(destination="MMMMMMM")),
        ("9990301_CTF_999LLLL_002.xml", name(destination="999LLLL", serial=2)),
        ("999LLLL_CTF_9990301_001.xml", name("999LLLL", destination="9990301")),
        ("9990301_FSP_999LLLL_001.xml", name(type_="FSP", destination="999LLLL")),
        ("9990301_PHO_999LLLL_001.xml", name(type_="PHO", destination="999LLLL")),
        ("9990301_KS1_999LLLL_001.xml", name(type_="KS1", destination="999LLLL")),
        ("9990301_CTF_NAALLLL_001.xml", name()),
        ("9990301_CTF_NAALLL_001.xml", name(destination="NAALLL")),
        ("9990301_KS2_NAALLLL_017.xml", name(type_="KS2", serial=17)),
        ("DfE_KS2_9990301_001.xml", name("DfE", "KS2", "9990301")),
        ("9990301_KS2_9990301_001.xml", name(type_="KS2", destination="9990301")),
        ("9990301_MTC_9990301_001.xml", name(type_="MTC", destination="9990301")),
        ("999DDDD_FTF_999DfE_001.xml", name("999DDDD", "FTF", "999DfE")),
        ("9990301_CTF_NAALLLL_001.XML", name()),
        ("9990301_ctf_NAALLLL_001.xml", name()),
        ("9990301_CTF_NAALLLL_001 (1).xml", name(copied=True)),
        ("9990301_CTF_NAALLLL_001(2).xml", name(copied=True)),
        ("9990301_CTF_NAALLLL_001 (12).XML", name(copied=True)),
        ("9990301_CTF_NAALLLL_001 - Copy.xml", name(copied=True)),
        ("9990301_CTF_NAALLLL_001 - Copy (3).xml", name(copied=True)),
        ("9990301_CTF_NAALLLL_001 copy.xml", name(copied=True)),
        ("9990301_CTF_NAALLLL_001 copy 2.xml", name(copied=True)),
        ("june/returns.zip/2026/9990301_CTF_NAALLLL_001.xml", name()),
        ("C:\\Downloads\\9990301_CTF_NAALLLL_001.xml", name()),
    ],
)
def test_every_form_of_a_name_is_read(written: str, read: FileName) -> None:
    assert parse_name(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "CTF.xml",
        "",
        "9990301_CTF_NAALLLL_001",
        "9990301_CTF_NAALLLL_001.xml.exe",
        "9990301_CTF_NAALLLL_1.xml",
        "9990301_CTF_NAALLLL_0001.xml",
        "999301_CTF_NAALLLL_001.xml",
        "9990301-CTF-NAALLLL-001.xml",
        "9990301_CTF_NAALLLL_001 (x).xml",
        "9990301_CTF_NAALLLL_001.xml\n",
        "٩٩٩٠٣٠١_CTF_NAALLLL_001.xml",
        "KS2_9990301_001.xlsx",
    ],
)
def test_another_name_is_no_error(written: str) -> None:
    assert parse_name(written) is None


@pytest.mark.parametrize(
    ("written", "school"),
    [
        ("KS2_9990301_001.xlsx", "9990301"),
        ("KS2_9990301_002 (1).csv", "9990301"),
        ("marks/KS2_9990301_001.xlsx", "9990301"),
        ("KS2_999301_001.xlsx", None),
        ("9990301_CTF_NAALLLL_001.xml", None),
    ],
)
def test_the_school_of_a_mark_sheet_is_read_from_its_name(written: str, school: str | None) -> None:
    assert school_of_template(written) == school


@given(
    st.from_regex(r"[0-9A-Z]{7}", fullmatch=True),
    st.from_regex(r"[0-9A-Z]{3}", fullmatch=True),
    st.from_regex(r"[0-9A-Z]{7}", fullmatch=True),
    st.integers(1, 999),
)
def test_a_written_name_is_read_back(
    source: str, type_: str, destination: str, serial: int
) -> None:
    written = name(source, type_, destination, serial)

    assert parse_name(format_name(written)) == written


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (name("999301"), "the source '999301'"),
        (name("DfE"), "the source 'DfE'"),
        (name(type_="CTFX"), "the type 'CTFX'"),
        (name(type_="ctf"), "the type 'ctf'"),
        (name(destination="NAALLL"), "the destination 'NAALLL'"),
        (name(destination="../../."), "the destination '../../.'"),
        (name(serial=0), "the serial number 0"),
        (name(serial=1000), "the serial number 1000"),
        (name("x", serial=0), "the source 'x' and the serial number 0"),
    ],
)
def test_a_name_that_cannot_be_is_not_written(wrong: FileName, what: str) -> None:
    with pytest.raises(InputError) as refused:
        format_name(wrong)

    assert refused.value.what == f"No file can be named after {what}."


@pytest.mark.parametrize(
    ("existing", "serial"),
    [
        ([], 1),
        (["notes.txt", "CTF.xml"], 1),
        (["9990301_CTF_NAALLLL_001.xml"], 2),
        (["9990301_CTF_NAALLLL_004.xml", "9990301_CTF_NAALLLL_002.xml"], 5),
        (["9990301_CTF_NAALLLL_003 (1).xml"], 4),
        (["9990301_CTF_999LLLL_009.xml", "9990302_CTF_NAALLLL_009.xml"], 1),
        (["9990301_KS2_NAALLLL_009.xml"], 1),
        (["9990301_CTF_NAALLLL_998.xml"], 999),
    ],
)
def test_the_next_file_has_the_next_number(existing: list[str], serial: int) -> None:
    assert next_serial(existing, source="9990301", destination="NAALLLL") == serial


def test_after_999_there_is_no_next_number() -> None:
    with pytest.raises(InputError, match="All numbers up to 999 are used"):
        next_serial(["9990301_CTF_NAALLLL_999.xml"], source="9990301", destination="NAALLLL")
