"""Releases of figures for tests: the agency's statisticians, an engine of a few lines."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from cast_of_tests import YEAR, MakePerson

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.figures import asking, making
from keystage.actions.figures.given import Read
from keystage.flows.figures.contents import Content, Figure, Level
from keystage.flows.figures.school_pupils import SchoolPupils
from keystage.flows.figures.tables import Kept, What
from keystage.store.models import FiguresRelease, Organisation

Stage = FiguresRelease.Stage
#: The rows of a made-up release: a school, its authority and the nation.
UNITS = (("school", "900003"), ("la", "999"), ("region", "North"), ("national", "everyone"))


def content(kind: str, code: str, level: str, text: str = "71") -> Content:
    """A content of one figure."""
    shown = text if level == "complete" else "c"
    figure = Figure(
        name="PTRWM_EXP", label="Expected", group="all", family="attainment", unit="percent",
        text=shown,
    )  # fmt: skip
    return Content(
        kind=kind,  # type: ignore[arg-type]  # of tests
        code=code,
        name=f"{kind} {code}",
        level=level,  # type: ignore[arg-type]  # of tests
        year=YEAR,
        stage="provisional",
        release="Provisional",
        made_at="2026-09-01T00:00:00+00:00",
        figures=(figure,),
    )


@dataclass
class MadeUp:
    """What an engine gives back."""

    contents: Iterator[Content]
    pupils: Iterator[SchoolPupils]
    tables: Iterator[Kept]
    supplement: str | None = None
    statute_sha256: str = "0" * 64
    engine_version: str = "0"
    inputs: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ("A note.",)


def table(what: What, level: Level = "complete") -> Kept:
    """A table of an authority."""
    return Kept(what=what, kind="la", code="999", level=level, content=what.encode())


def made_up(units: Iterable[tuple[str, str]] = UNITS) -> MadeUp:
    """A snapshot of a few units."""
    kept = b"pupils"
    return MadeUp(
        iter([content(*unit, level) for unit in units for level in ("complete", "suppressed")]),
        iter([SchoolPupils(urn=900003, count=6, sha256=sha256(kept).hexdigest(), content=kept)]),
        iter([table(what) for what in ("schools", "review")]),
    )


@dataclass(frozen=True)
class Statistics:
    """The agency and two of its statisticians, of whom one asks and the other approves."""

    organisation: Organisation
    one: By
    other: By

    def ask(self, **values: Any) -> FiguresRelease:
        """A release that waits to be computed, of what the service holds."""
        key = values.pop("key", uuid4())
        given = asking.Given(**{"year": YEAR, "stage": Stage.PROVISIONAL, **values})
        return asking.ask(organisation=self.organisation, given=given, key=key, by=self.one)

    def make(self, **values: Any) -> FiguresRelease:
        """A release as the worker leaves it."""
        return work(self.ask(**values))


def work(release: FiguresRelease) -> FiguresRelease:
    """Let the worker do what was asked for; errors of its work are its own."""
    assert release.job is not None
    jobs.run_job.call(str(release.job.pk))
    release.refresh_from_db()
    return release


def statisticians(person: MakePerson, body: Organisation) -> Statistics:
    """Two statisticians of the agency."""
    one, other = (person("statistician", body, name=name) for name in ("Stella One", "Stan Two"))
    return Statistics(body, By(one, "test"), By(other, "test"))


def play(monkeypatch: pytest.MonkeyPatch, units: Iterable[tuple[str, str]] = UNITS) -> None:
    """Put the made-up engine, and nothing to read, in the place of the real ones."""

    def reading(_: FiguresRelease) -> Any:
        return nullcontext(Read(None, None, {"pupils": 6}))  # type: ignore[arg-type]  # not looked at

    monkeypatch.setattr(making, "read_given", reading)
    monkeypatch.setattr(making, "computed", lambda *_, **__: made_up(units))
