"""Returns made as frames, for tests at the edges of checks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import polars as pl

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.run import run_returns
from keystage.core.upn import make_upn
from keystage.records.circumstances import Circumstances
from keystage.records.returns import EXPECTED, FILES, PUPILS, RESULTS, SLOTS, ReturnSet
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2026)
PLAIN: dict[str, object] = {"writing": "EXS", "science": "EXS"}
_SUBJECTS = ("reading", "writing", "maths", "science")


def frame(rows: Sequence[Mapping[str, object]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame of a schema, from rows that leave some columns out."""
    return pl.DataFrame([dict.fromkeys(schema) | dict(row) for row in rows], schema=dict(schema))


def returns(*pupils: Mapping[str, object], year: int = 2026, **of_file: object) -> ReturnSet:
    """A return of one school; each pupil's judgements stand beside the identity."""
    file = {
        "file": 0,
        "name": "9990301_CTF_NAALLLL_001.xml",
        "form": "ctf",
        "document": "Common Transfer File",
        "version": "25.0",
        "made_at": datetime(2026, 6, 15, 10),  # noqa: DTZ001  # a file has no zone
        "qualifier": "partial",
        "supplier": "Keystage",
        "source_la": "999",
        "source_estab": "0301",
        "academic_year": year - 1,
        "destination_la": "NAA",
        "destination_estab": "LLLL",
    }
    people = [
        {
            "file": 0,
            "pupil": at,
            "line": 10 + at,
            "upn": make_upn(999, 301, 2020, at),
            "surname": f"Surname{chr(65 + at % 26)}",
            "forename": f"Robin{chr(65 + at // 26)}",
            "birth_date": date(year - 11, 3, 1),
            "sex": "F",
            "sex_element": "Sex",
            **{name: value for name, value in one.items() if name not in _SUBJECTS},
        }
        for at, one in enumerate(pupils)
    ]
    results = [
        {"file": 0, "pupil": at, "line": 100 + at, "slot": slot, "result": one[subject]}
        for at, one in enumerate(pupils)
        for slot, subject in enumerate(_SUBJECTS)
        if subject in one
    ]
    slots = [
        {
            "slot": at,
            "stage": "KS2",
            "locale": "ENG",
            "year": year,
            "subject": subject,
            "method": "TA",
            "component": "SUB",
            "status": "R",
            "qualifier": "NL",
            "measure": subject,
            "kind": "assessment",
        }
        for at, subject in enumerate(_SUBJECTS)
    ]
    return ReturnSet(
        files=frame([file | of_file], FILES),
        pupils=frame(people, PUPILS),
        results=frame(results, RESULTS),
        slots=frame(slots, SLOTS),
    )


def listed(some: ReturnSet, *changes: Mapping[str, object]) -> pl.DataFrame:
    """The expected list of a return, registered for all tests but for changes."""
    rows = some.pupils.select("line", "upn", "surname", "forename", "birth_date", "sex").rows(
        named=True
    )
    plain = dict.fromkeys(("reading", "gps", "maths"), "registered")
    return frame(
        [
            {"school": "9990301", "on_register": True, **plain, **row, **change}
            for row, change in zip(rows, changes, strict=True)
        ],
        EXPECTED,
    )


def run(
    some: ReturnSet,
    expected: pl.DataFrame | None = None,
    collection: Collection = COLLECTION,
    **known: Any,
) -> ReturnFindings:
    """What is found before a return is sent, with what is known beside it."""
    return run_returns(
        some,
        collection,
        channel="preflight",
        expected=expected,
        circumstances=Circumstances(**known),
    )


def found_in(
    some: ReturnSet,
    expected: pl.DataFrame | None = None,
    collection: Collection = COLLECTION,
    **known: Any,
) -> dict[str, int]:
    """The numbers of findings, by code."""
    counts = run(some, expected, collection, **known).counts
    return dict(counts.group_by("code").agg(pl.col("count").sum()).iter_rows())


def sentences(found: ReturnFindings, code: str) -> list[str]:
    """What is said and advised of each finding of a check."""
    return [
        f"{one} {todo}" for one, todo in found.frame.filter(code=code)["message", "todo"].rows()
    ]


def with_rows(some: ReturnSet, *rows: tuple[int, int, str | None], **slots: object) -> ReturnSet:
    """A return with more results: pupil, slot and result; and with other values of its slots."""
    more = [
        {"file": 0, "pupil": pupil, "line": 200 + at, "slot": slot, "result": result}
        for at, (pupil, slot, result) in enumerate(rows)
    ]
    return replace(
        some,
        results=pl.concat([some.results, frame(more, RESULTS)]),
        slots=some.slots.with_columns(
            pl.lit(value).cast(SLOTS[name]).alias(name) for name, value in slots.items()
        ),
    )
