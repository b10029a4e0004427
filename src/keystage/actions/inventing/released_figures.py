"""Figures of an invented authority that are out: two releases, between which pupils changed."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import polars as pl
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures.asking import File, Given, ask
from keystage.actions.figures.publishing import approve
from keystage.actions.inventing.season import ADDRESS
from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.flows.cohort.writing import PUPIL_FILE, SCHOOL_FILE, write_cohort
from keystage.formats.sheets.writing import write_sheet
from keystage.statute.loader import releases_of
from keystage.store.models import FiguresRelease, Organisation, Person

_Stage = FiguresRelease.Stage
#: Scores that stay on their side of a standard with a point less; of how many one has it.
_MARKED_AGAIN, _EVERY = (102, 108), 12


def release_figures(*, year: int, seed: int, files: Path) -> tuple[FiguresRelease, FiguresRelease]:
    """Compute and approve two releases of figures for the schools of an invented authority.

    Between the two, some reading papers are marked again and a pupil is taken out.

    Args:
        year: the summer of the tests.
        seed: of the pupils.
        files: the folder of the invented authority.

    Returns:
        The unamended release and the provisional one.

    Raises:
        RefusedError: there is no invented authority, or a release could not be computed.
        KeystageError: pupils of the year cannot be invented.
    """
    table = files / "cohort" / f"{SCHOOL_FILE}.parquet"
    if not table.exists():
        raise _no_authority()
    schools = pl.read_parquet(table)
    pupils = _pupils(year, seed, schools.height)
    first = release_one(year=year, stage=_Stage.UNAMENDED, pupils=_before(pupils), schools=schools)
    last = release_one(year=year, stage=_Stage.PROVISIONAL, pupils=pupils[1:], schools=schools)
    return first, last


def release_one(
    *, year: int, stage: FiguresRelease.Stage, pupils: pl.DataFrame, schools: pl.DataFrame
) -> FiguresRelease:
    """Compute a release of invented pupils, and let another person approve it for this minute.

    Raises:
        RefusedError: there is no invented authority, or the release could not be computed.
    """
    nation = Organisation.objects.filter(kind=Organisation.Kind.NATIONAL).first()
    both = list(Person.objects.filter(grants__role="statistician").distinct().order_by("pk"))[:2]
    if nation is None or len(both) < len(("asks", "approves")):
        raise _no_authority()
    asks, approves = (By(person, ADDRESS) for person in both)
    release = ask(
        organisation=nation,
        given=Given(
            year=year,
            stage=stage,
            pupils=_file("pupils.csv", pupils),
            schools=_file("schools.csv", schools),
            note="Invented pupils.",
        ),
        key=uuid4(),
        by=asks,
    )
    return approve(release=_computed(release), by=approves, shown_at=timezone.now())


def _no_authority() -> RefusedError:
    return RefusedError(
        "There is no invented authority with two statisticians.",
        todo="Run invent_authority first, and name the folder of its files.",
    )


def _pupils(year: int, seed: int, schools: int) -> pl.DataFrame:
    plan = Plan(year=year, release=releases_of(year)[-1], seed=seed, schools=schools, nowhere=True)
    with TemporaryDirectory() as folder:
        written = Path(folder, "cohort")
        write_cohort(make(plan, workers=1), plan, written, csv=True, replace=False)
        return pl.read_csv(written / f"{PUPIL_FILE}.csv", infer_schema=False)


def _before(pupils: pl.DataFrame) -> pl.DataFrame:
    """Pupils as they were before papers were marked again: a point less in reading for some."""
    score = pl.col("READSCORE").cast(pl.Int64, strict=False)
    again = score.is_between(*_MARKED_AGAIN) & (pl.int_range(pl.len()) % _EVERY == 0)
    less = pl.when(again).then((score - 1).cast(pl.String)).otherwise("READSCORE")
    return pupils.with_columns(less.alias("READSCORE"))


def _file(name: str, rows: pl.DataFrame) -> File:
    with TemporaryDirectory() as folder:
        written = Path(folder, name)
        write_sheet(rows.cast(pl.String), written)
        return File(name=name, content=written.read_bytes())


def _computed(release: FiguresRelease) -> FiguresRelease:
    """A release as the worker leaves it.

    Raises:
        RefusedError: it could not be computed.
    """
    jobs.run_job.call(str(release.job_id))
    release.refresh_from_db()
    if release.state != FiguresRelease.State.COMPUTED:
        raise RefusedError(release.failed_why or "The figures could not be computed.")
    return release
