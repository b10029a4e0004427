"""A return written by Keystage passes its own checks; each fault put in is found by its code."""

from collections.abc import Callable
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.run import run_returns
from keystage.core.upn import make_upn
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.header import School, return_header
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.writing import write_return
from keystage.records.returns import EXPECTED, PUPILS, ReturnSet
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2026)
PROFILE = load_profile()
NAME = "9990301_CTF_NAALLLL_001.xml"
_OUTCOMES = ("TA-309", "TA-901", "TA-902", "TA-903", "TA-904", "TA-905")

Judgements = tuple[str | None, str | None, str | None, str | None]
_REGISTERED: list[Judgements] = [
    (None, "GDS", None, "EXS"),
    (None, "EXS", None, "EXS"),
    (None, "WTS", None, "HNM"),
    (None, "EXS", None, "HNM"),
]
_BELOW: list[Judgements] = [
    ("PK4", "PK3", "PK5", "HNM"),
    ("EM", "EM", "EM", "HNM"),
    ("PK6", "WTS", "PK6", "HNM"),
]


def people(count: int) -> pl.DataFrame:
    """Invented pupils of one school."""
    return pl.DataFrame(
        [
            {
                "file": 0,
                "pupil": at,
                "line": at,
                "upn": make_upn(999, 301, 2020, at + 1),
                "surname": f"O'Neill-Sørensen {chr(65 + at)}",
                "forename": "Zoë" if at % 2 else "Ali",
                "birth_date": date(2014, 9, 1 + at),
                "sex": "F" if at % 2 else "M",
            }
            for at in range(count)
        ],
        schema=dict(PUPILS),
    )


def return_of(judgements: list[Judgements]) -> tuple[bytes, pl.DataFrame]:
    """A return with a pupil for each set of judgements, and the expected list that goes with it."""
    pupils = people(len(judgements))
    given_ = pl.DataFrame(
        [(at, *one) for at, one in enumerate(judgements)],
        schema={"pupil": pl.UInt32}
        | dict.fromkeys(("reading", "writing", "maths", "science"), pl.String),
        orient="row",
    )
    made_at = datetime(2026, 6, 15, 10, 30)  # noqa: DTZ001  # a file has no zone
    header = return_header(School(la="999", estab="0301"), made_at, COLLECTION)
    registered = ["below" if one[0] else "registered" for one in judgements]
    expected = pupils.select(
        "line", "upn", "surname", "forename", "birth_date", "sex", "left_on",
        school=pl.lit("9990301"),
        reading=pl.Series(registered),
        gps=pl.Series(registered),
        maths=pl.Series(registered),
        on_register=pl.lit(True),
    ).select(pl.col(name).cast(kind) for name, kind in EXPECTED.items())  # fmt: skip
    return write_return(header, pupils, given_, COLLECTION, PROFILE), expected


def checked(data: bytes, expected: pl.DataFrame | None = None, name: str = NAME) -> ReturnFindings:
    """What the pre-flight finds in a file."""
    return run_returns(
        read_returns([NamedBytes(name, data)], PROFILE),
        COLLECTION,
        channel="preflight",
        expected=expected,
    )


def codes(found: ReturnFindings, *severities: str) -> set[str]:
    """The codes found, of some severities, without the outcome."""
    counts = found.counts.filter(~pl.col("code").is_in(_OUTCOMES))
    return set(counts.filter(pl.col("severity").is_in(severities))["code"])


CLEAN = [*_REGISTERED, *_BELOW]
DATA, LISTED = return_of(CLEAN)


def test_a_return_written_by_keystage_passes_its_own_checks() -> None:
    found = checked(DATA, LISTED)

    assert codes(found, "red", "amber", "grey") == set()
    assert found.verdict == "green"
    assert found.numbers.rows() == [("9990301", 7, 7, 7, 0, 0, 0, True)]


def _without_first(data: bytes) -> bytes:
    start, end = data.index(b"    <Pupil>"), data.index(b"</Pupil>\n") + len(b"</Pupil>\n")
    return data[:start] + data[end:]


def _with(old: bytes, new: bytes, times: int = 1) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, times)

    return change


def _sits_the_test(data: bytes) -> bytes:
    row = data[data.index(b"<StageAssessment>") :]
    row = row[: row.index(b"</StageAssessment>") + len(b"</StageAssessment>")]
    assert b"<Component>WRI<" in row
    reading = row.replace(b"WRI", b"REA").replace(b"GDS", b"PK6")
    return data.replace(row, reading + row, 1)


FIRST, SECOND = make_upn(999, 301, 2020, 1), make_upn(999, 301, 2020, 2)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("TA-302", _without_first),
        ("TA-403", _with(b"<Result>GDS</Result>", b"<Result></Result>")),
        ("TA-401", _with(b"<Result>GDS</Result>", b"<Result>GD</Result>")),
        ("TA-419", _with(b"<Result>GDS</Result>", b"<Result>PKG</Result>")),
        ("TA-425", _with(b"<Result>GDS</Result>", b"<Result>Q</Result>")),
        ("TA-011", _with(b"<LEA>NAA</LEA>", b"<LEA>999</LEA>")),
        ("TA-102", _with(b"25.0", b"21.0")),
        ("TA-207", _with(FIRST.encode(), SECOND.encode())),
        ("TA-202", _with(FIRST.encode(), b"B" + FIRST[1:].encode())),
        ("TA-405", _sits_the_test),
        ("TA-101", _with(b"Common Transfer File", b"Another File")),
        ("TA-112", _with(b"2026-06-15T10:30:00", b"15/06/2026")),
        ("TA-210", _with(b"<DOB>2014-09-01</DOB>", b"<DOB>2014-13-01</DOB>")),
        ("TA-212", _with(b"<Sex>M</Sex>", b"<Sex>X</Sex>")),
        ("TA-009", _with(b"</CTfile>", b"")),
        ("TA-009", _with(b"?>\n", b'?>\n<!DOCTYPE CTfile [<!ENTITY a "b">]>\n')),
    ],
)  # fmt: skip
def test_a_single_fault_is_found_with_its_code_and_no_other_red(
    code: str, change: Callable[[bytes], bytes]
) -> None:
    found = checked(change(DATA), LISTED)

    assert code in codes(found, "red", "amber")
    assert codes(found, "red") <= {code}


def test_an_old_version_with_gender_is_found_twice() -> None:
    old = DATA.replace(b"25.0", b"24.0").replace(b"Sex>", b"Gender>")

    assert codes(checked(old, LISTED), "red") == {"TA-111"}
    assert codes(checked(old.replace(b"24.0", b"21.0"), LISTED), "red") == {"TA-102"}


def test_a_renamed_file_is_found_and_not_refused() -> None:
    found = checked(DATA, LISTED, "9990301_CTF_NAALLLL_001 (2).xml")

    assert codes(found, "red", "amber") == {"TA-010"}
    todo = found.frame.filter(code="TA-010")["todo"].item()
    assert todo.startswith("Rename the file to 9990301_CTF_NAALLLL_001.xml")


@pytest.mark.parametrize(
    ("left_on", "there", "code"),
    [
        (date(2026, 5, 10), True, "TA-304"),
        (date(2026, 5, 11), True, "TA-308"),
        (date(2026, 5, 14), True, "TA-308"),
        (date(2026, 5, 15), True, None),
        (date(2026, 5, 15), False, "TA-305"),
        (date(2026, 5, 10), False, "TA-314"),
    ],
)
def test_a_leaver_is_told_by_the_day(left_on: date, code: str | None, *, there: bool) -> None:
    first = pl.col("line") == 0
    listed = LISTED.with_columns(left_on=pl.when(first).then(pl.lit(left_on)))
    found = checked(DATA if there else _without_first(DATA), listed)

    assert codes(found, "red", "amber", "grey") == ({code} if code else set())


def test_a_late_pupil_is_asked_about_and_counted() -> None:
    found = checked(DATA, LISTED.slice(1))

    assert codes(found, "red", "amber") == {"TA-303"}
    assert found.numbers.select("expected", "in_file", "unexpected").row(0) == (6, 7, 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*_REGISTERED, *_BELOW]), min_size=1, max_size=9))
def test_any_return_made_of_valid_judgements_has_nothing_red(judgements: list[Judgements]) -> None:
    data, expected = return_of(judgements)

    assert codes(checked(data, expected), "red", "amber") == set()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(CLEAN))), st.sampled_from([None, "GD", "", "exs", "BLW"]))
def test_the_order_of_pupils_changes_nothing(order: list[int], written: str | None) -> None:
    some = list(CLEAN)
    data, expected = return_of(some)
    if written is not None:
        data = data.replace(b"<Result>GDS</Result>", f"<Result>{written}</Result>".encode(), 1)
    returns = read_returns([NamedBytes(NAME, data)], PROFILE)
    place = pl.DataFrame({"pupil": order, "at": range(len(order))}).cast(pl.UInt32)

    def sorted_by_place(frame: pl.DataFrame) -> pl.DataFrame:
        return (
            frame.join(place, on="pupil", maintain_order="left")
            .sort("at", maintain_order=True)
            .drop("at")
        )

    shuffled = ReturnSet(
        files=returns.files,
        pupils=sorted_by_place(returns.pupils),
        results=sorted_by_place(returns.results),
        slots=returns.slots,
        unreadable=returns.unreadable,
        faults=returns.faults,
    )
    listed = expected.sample(fraction=1, shuffle=True, seed=len(written or ""))
    one = run_returns(returns, COLLECTION, channel="gateway", expected=expected)
    other = run_returns(shuffled, COLLECTION, channel="gateway", expected=listed)

    order_ = ["code", "field", "line", "pupil", "value"]
    assert one.frame.sort(order_).equals(other.frame.sort(order_))
    assert one.counts.sort("code", "field").equals(other.counts.sort("code", "field"))
    assert one.numbers.equals(other.numbers)


def test_two_schools_in_one_go_are_told_apart() -> None:
    other = DATA.replace(b"<Estab>0301</Estab>", b"<Estab>0302</Estab>")
    returns = read_returns(
        [NamedBytes(NAME, DATA), NamedBytes("9990302_CTF_NAALLLL_001.xml", other)], PROFILE
    )
    second = LISTED.with_columns(school=pl.lit("9990302"))
    third = LISTED.head(2).with_columns(school=pl.lit("9990303"))
    both = run_returns(
        returns,
        COLLECTION,
        channel="gateway",
        expected=pl.concat([LISTED, second.slice(1), third]),
    )

    assert both.numbers.rows() == [
        ("9990301", 7, 7, 7, 0, 0, 0, True),
        ("9990302", 6, 7, 6, 0, 0, 1, True),
        ("9990303", 2, 0, 0, 0, 2, 0, False),
    ]
    assert set(both.frame.filter(code="TA-303")["file"]) == {"9990302_CTF_NAALLLL_001.xml"}
