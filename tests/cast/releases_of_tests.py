"""Releases of results for tests: the agency's two people, files of results, the clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from cast_of_tests import YEAR
from django.utils import timezone
from results_of_tests import TABLE

from keystage.actions.by import By
from keystage.actions.releases import releasing
from keystage.actions.releases.preparing import Given, prepare
from keystage.store.models import Organisation, Pupil, ResultsRelease

HEAD = "School number,UPN,Test,Raw mark,Scaled score,Outcome"
TESTS = ("reading", "gps", "maths")
_KIND = ResultsRelease.Kind


def table_file() -> bytes:
    """The invented table of scaled scores as a sheet."""
    pairs = {test: dict(getattr(TABLE, test)) for test in TESTS}
    last = max(mark for found in pairs.values() for mark in found)
    lines = [
        ",".join([str(mark), *(str(pairs[test].get(mark, "")) for test in TESTS)])
        for mark in range(last + 1)
    ]
    return "\n".join(["mark,reading,gps,maths", *lines]).encode()


def line(pupil: Pupil, test: str, mark: int | None, *, outcome: str = "", score: str = "") -> str:
    """A row of a file of results, with the score and outcome of its mark."""
    found = dict(getattr(TABLE, test)).get(mark) if mark is not None else None
    said = outcome or ("N" if found is None else "AS" if found >= 100 else "NS")
    shown = score or ("" if found is None else str(found))
    return f"{pupil.school.number},{pupil.upn},{test},{'' if mark is None else mark},{shown},{said}"


def file_of(lines: Iterable[str]) -> bytes:
    """A file of results."""
    return "\n".join([HEAD, *lines]).encode()


def marks_of(pupils: Iterable[Pupil], marks: Mapping[str, int] | None = None) -> bytes:
    """A file with a result of every test of every pupil."""
    given = {"reading": 26, "gps": 40, "maths": 80, **(marks or {})}
    return file_of(line(pupil, test, given[test]) for pupil in pupils for test in TESTS)


@dataclass(frozen=True)
class Agency:
    """The agency and two of its people, of whom one prepares and the other approves."""

    organisation: Organisation
    one: By
    other: By
    at: datetime

    def prepare(
        self, data: bytes, kind: ResultsRelease.Kind = _KIND.FULL, **values: object
    ) -> ResultsRelease:
        """A release that waits to be approved; its minute is ``at``."""
        given: dict[str, object] = {
            "kind": kind,
            "name": "results.csv",
            "data": data,
            "table_name": "table.csv",
            "table": table_file(),
            "schools_at": self.at,
            "receiving_at": self.at + timedelta(days=1),
        }
        return prepare(
            organisation=self.organisation,
            year=YEAR,
            given=Given(**{**given, **values}),  # type: ignore[arg-type]  # values of tests
            by=self.one,
        )

    def release(
        self, data: bytes, kind: ResultsRelease.Kind = _KIND.FULL, **values: object
    ) -> ResultsRelease:
        """A release that somebody else approved."""
        return releasing.approve(release=self.prepare(data, kind, **values), by=self.other)


def freeze(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the clock of the service stand."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
