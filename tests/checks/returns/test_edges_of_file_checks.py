"""Both sides of edges of files and their schools, that no example stands at."""

from datetime import date, time
from typing import Any

import msgspec
import polars as pl
import pytest
from made_returns import (
    COLLECTION,
    PLAIN,
    found_in,
    frame,
    listed,
    returns,
)

from keystage.checks.returns.run import run_returns
from keystage.records.circumstances import SCHOOLS_KNOWN, Circumstances
from keystage.records.returns import ReturnSet


def test_a_mark_sheet_needs_no_header_and_takes_its_school_from_what_is_known() -> None:
    blank: dict[str, Any] = dict.fromkeys(
        ("document", "version", "made_at", "source_la", "source_estab", "destination_la")
    )
    some = returns(PLAIN, PLAIN | {"science": "HNM"}, form="sheet", **blank)
    expected = listed(some, {}, {})

    assert set(found_in(some, expected)) == {"TA-309", "TA-901", "TA-904"}
    assert set(found_in(some, own_school="9990301")) == {"TA-901", "TA-904"}
    assert "TA-104" in found_in(some)


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 5, 17), True),
        (date(2026, 5, 18), False),
        (date(2026, 6, 26), False),
        (date(2026, 6, 27), True),
    ],
)
def test_the_collection_is_open_between_its_days(today: date, *, found: bool) -> None:
    assert ("TA-107" in found_in(returns(PLAIN), today=today)) == found


@pytest.mark.parametrize(
    ("day", "clock", "said"),
    [
        (date(2026, 5, 18), time(8, 59), "The collection opens on 18 May 2026 at 9am."),
        (date(2026, 5, 18), time(9), None),
        (date(2026, 6, 26), time(16, 0, 30), None),
        (date(2026, 6, 26), time(16, 1), "The collection closed on 26 June 2026 at 4pm."),
        (date(2026, 6, 26), None, None),
    ],
)
def test_a_collection_that_closes_at_a_time_is_open_through_that_minute(
    day: date, clock: time | None, said: str | None
) -> None:
    assert COLLECTION.window is not None
    window = msgspec.structs.replace(COLLECTION.window, opens_at=time(9), closes_at=time(16))
    found = run_returns(
        returns(PLAIN),
        msgspec.structs.replace(COLLECTION, window=window),
        channel="gateway",
        circumstances=Circumstances(today=day, clock=clock),
    )

    told = found.frame.filter(code="TA-107")["message"].to_list()
    assert told == ([] if said is None else [said])


def test_a_year_without_dates_runs_what_it_can_and_says_the_rest() -> None:
    bare = msgspec.structs.replace(COLLECTION, window=None, test_week=None)
    some = returns(PLAIN, PLAIN | {"science": "HNM", "left_on": date(2026, 5, 20)})
    found = run_returns(
        some,
        bare,
        channel="preflight",
        expected=listed(some, {}, {}),
        circumstances=Circumstances(today=date(2026, 6, 1)),
    )

    assert {"TA-107", "TA-305", "TA-308", "TA-311"} <= set(found.not_run["code"])
    assert found.not_run.filter(code="TA-107")["needs"].item() == (
        "the dates of the collection, which are not known for this year"
    )


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ([], "No school has the number 9990301"),
        (
            [{"school": "9990301", "open": False}],
            "The school 9990301, which sends the file, has closed",
        ),
    ],
)
def test_a_school_that_is_not_known_or_closed_is_told(
    known: list[dict[str, object]], words: str
) -> None:
    found = run_returns(
        returns(PLAIN),
        COLLECTION,
        channel="gateway",
        circumstances=Circumstances(schools=frame(known, SCHOOLS_KNOWN)),
    )

    assert words in found.frame.filter(code="TA-104")["message"].item()
    assert "TA-105" in set(found.counts["code"])


def test_a_file_of_another_stage_only_is_said_to_be_that() -> None:
    some = returns(PLAIN)
    other = ReturnSet(
        files=some.files,
        pupils=some.pupils,
        results=some.results,
        slots=some.slots.with_columns(stage=pl.lit("KS1")),
    )
    found = run_returns(other, COLLECTION, channel="preflight")

    assert found.frame.filter(code="TA-101")["value"].item() == "KS1"
    assert not {"TA-301", "TA-403"} & set(found.counts["code"])


def test_a_name_is_read_without_the_folder_or_archive_around_it() -> None:
    for around in ("a/b/", "C:\\x\\", "returns.zip/"):
        some = returns(PLAIN, name=f"{around}9990301_CTF_NAALLLL_001.xml")
        assert "TA-010" not in found_in(some)
