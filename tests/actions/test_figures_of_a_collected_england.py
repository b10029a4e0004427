"""A part of England, collected and as a pupil file: the same figures, down to the last cell."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from figures_of_tests import Statistics

from keystage.actions.by import By
from keystage.actions.figures import collecting, standing
from keystage.actions.figures.asking import File
from keystage.actions.figures.publishing import approve
from keystage.actions.inventing.collected import Collected, collected
from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.flows.cohort.writing import PUPIL_FILE, SCHOOL_FILE, write_cohort
from keystage.flows.figures.contents import Content, decode
from keystage.store.models import FiguresRelease, Person, SchoolReturn

pytestmark = pytest.mark.django_db
SCHOOLS = 40


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of an invented part of England of 2022, which has progress scores."""
    folder = tmp_path_factory.mktemp("england") / "cohort"
    plan = Plan(year=2022, release="provisional", seed=7, schools=SCHOOLS)
    write_cohort(make(plan, workers=1), plan, folder, csv=False, replace=False)
    return folder


@pytest.fixture
def england(cohort: Path, tmp_path: Path) -> Collected:
    return collected(cohort, tmp_path)


@pytest.fixture
def desk(england: Collected) -> Statistics:
    one, other = (england.people[name] for name in ("statistician", "statistician_second"))
    return Statistics(england.agency, By(one, "test"), By(other, "test"))


def file(path: Path) -> File:
    return File(name=path.name, content=path.read_bytes())


def contents(release: FiguresRelease) -> Iterator[Content]:
    assert release.failed_why == ""
    for row in release.contents.order_by("kind", "code", "level"):
        yield decode(bytes(row.content))


def test_what_was_collected_gives_the_figures_of_the_file_and_is_published(
    cohort: Path, england: Collected, desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "_SCHOOLS_AT_ONCE", 7)
    monkeypatch.setattr(standing, "AT_ONCE", 500)
    schools = file(england.school_file)
    given = {"year": england.year, "schools": schools, "national": True}
    of_service = desk.make(**given, characteristics=file(england.characteristics))
    of_file = desk.make(**given, pupils=file(cohort / f"{PUPIL_FILE}.parquet"))

    assert england.schools == pl.read_parquet(cohort / f"{SCHOOL_FILE}.parquet").height
    cells = 0
    for collected_, read in zip(contents(of_service), contents(of_file), strict=True):
        assert (collected_.kind, collected_.code, collected_.level) == (
            read.kind, read.code, read.level,
        )  # fmt: skip
        assert collected_.figures == read.figures
        cells += len(collected_.figures)
    assert cells > 100 * SCHOOLS
    assert of_service.inputs["pupils_from"] == "what the service holds"
    assert of_service.counts["schools without judgements"] == 0

    out = approve(release=of_service, by=desk.other, shown_at=timezone.now())

    assert out.state == FiguresRelease.State.APPROVED


def test_the_command_fills_an_empty_service_and_no_other(cohort: Path, tmp_path: Path) -> None:
    out = StringIO()
    call_command("invent_collection", cohort, files=tmp_path, stdout=out)

    assert f"{SCHOOLS} schools" in out.getvalue()
    password = out.getvalue().partition("account: ")[2].split()[0]
    one = Person.objects.get(email="statistician@collected.example")
    assert one.check_password(password)
    assert (tmp_path / "characteristics.parquet").exists()
    held = SchoolReturn.objects.filter(state=SchoolReturn.State.ACCEPTED)
    assert held.count() == SCHOOLS
    with pytest.raises(CommandError, match="organisations in this service already"):
        call_command("invent_collection", cohort, files=tmp_path)
