"""Files of a release of figures: refused by line and column before a worker begins."""

from typing import Any

import polars as pl
import pytest
from cast_of_tests import MakePerson
from figures_of_tests import Stage, Statistics, statisticians
from invented_statute import INVENTED, WRITING, groups_of_levels

from keystage.actions.errors import RefusedError
from keystage.actions.figures.asking import File, Given
from keystage.actions.figures.faults import FAULTS, FAULTS_NAME, Fault, list_of_faults
from keystage.actions.figures.given import read_given
from keystage.actions.figures.looking_through import faults_of, is_quick
from keystage.core.errors import InputError, StatuteError
from keystage.records.schema import PUPILS
from keystage.statute.supplement import write_supplement
from keystage.statute.table import Release, Table
from keystage.store.models import Organisation

#: A year without progress, whose files need no key stage 1.
YEAR = 2025
_USUAL = {
    "URN": "900003", "LAESTAB": "9990301", "P_INCL": "201", "SEX": "F", "READOUTCOME": "AS",
    "READSCORE": "104", "MATOUTCOME": "AS", "MATSCORE": "104", "WRITTAOUTCOME": "EXS",
    "GPSOUTCOME": "AS", "GPSSCORE": "104", "SCITAOUTCOME": "EXS",
}  # fmt: skip


def pupils(*rows: dict[str, str], name: str = "ours.csv") -> File:
    names = [one.name for one in PUPILS]
    lines = [",".join((_USUAL | row).get(one, "") for one in names) for row in rows]
    return File(name=name, content="\n".join((",".join(names), *lines, "")).encode())


def faults(**files: Any) -> tuple[Fault, ...]:
    return faults_of(Given(year=YEAR, stage=Stage.PROVISIONAL, **files))


def test_a_file_without_fault_has_none() -> None:
    assert faults(pupils=pupils({})) == ()
    assert faults() == ()


def test_a_cell_without_meaning_is_told_by_file_line_and_column() -> None:
    found = faults(pupils=pupils({}, {"SEX": "X"}))

    assert [(one.file, one.line, one.column, one.value) for one in found] == [
        ("ours.csv", 3, "SEX", "X")
    ]


def test_many_faults_of_a_kind_are_counted_after_the_first() -> None:
    found = faults(pupils=pupils(*({"SEX": "X"} for _ in range(30))))

    assert len(found) == 21
    assert found[-1].what == "10 more like these."


@pytest.mark.parametrize("what", ["pupils", "schools", "characteristics"])
def test_a_file_that_cannot_be_read_is_told_by_its_own_name(what: str) -> None:
    found = faults(**{what: File(name="mine.csv", content=b"PK\x03\x04")})

    assert [one.file for one in found] == ["mine.csv"]
    assert found[0].what.startswith("The file is a spreadsheet")


def test_a_school_without_a_number_is_told_by_its_line() -> None:
    file = File(name="schools.csv", content=b"URN,LAESTAB,SCHNAME\n9x,9990301,Oak\n")

    assert [(one.line, one.column) for one in faults(schools=file)] == [(2, "URN")]


def test_tables_that_are_no_text_are_refused() -> None:
    with pytest.raises(RefusedError, match="no text"):
        faults(reference=File(name="r.toml", content=b"\xff"))


def test_only_small_files_are_looked_through_while_somebody_waits() -> None:
    small, large = (File(name="p.csv", content=b"x" * size) for size in (9, 11 * 2**20))

    assert is_quick(Given(year=YEAR, stage=Stage.FINAL, pupils=small))
    assert not is_quick(Given(year=YEAR, stage=Stage.FINAL, pupils=large))


@pytest.mark.django_db
def test_a_worker_tells_faults_without_a_place_on_the_machine(person: MakePerson) -> None:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    desk: Statistics = statisticians(person, body)
    release = desk.ask(pupils=File(name="ours.csv", content=b""), year=YEAR)

    with pytest.raises(InputError) as error, read_given(release):
        pass

    assert str(error.value).startswith("pupils.csv: The file is empty.")


@pytest.mark.django_db
def test_a_worker_that_refuses_files_keeps_the_list_of_their_faults(person: MakePerson) -> None:
    """However many kinds there are: the sentence on the page names a few."""
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    desk: Statistics = statisticians(person, body)
    columns = (
        "SEX",
        "SENF",
        "EALGRP",
        "READOUTCOME",
        "MATOUTCOME",
        "WRITTAOUTCOME",
        "SCITAOUTCOME",
    )
    bad = [dict.fromkeys(columns, "?") for _ in range(30)]
    release = desk.make(pupils=pupils(*bad), year=YEAR)

    assert release.state == release.State.FAILED
    assert "READOUTCOME" in release.failed_why
    assert "SCITAOUTCOME" not in release.failed_why
    assert release.failed_why.endswith("…")
    job = release.job
    assert job is not None
    job.refresh_from_db()
    assert (job.state, job.content_name) == (job.State.FAILED, FAULTS_NAME)
    listed = pl.read_csv(bytes(job.content or b""), schema=FAULTS)
    assert listed["column"].value_counts(sort=True).rows() == [(name, 30) for name in columns]
    assert listed.row(0)[:4] == ("ours.csv", 2, "SEX", "?")


@pytest.mark.django_db
def test_a_worker_that_fails_with_files_without_fault_keeps_no_list(person: MakePerson) -> None:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    release = statisticians(person, body).ask(pupils=pupils({}), year=YEAR)

    assert list_of_faults(release) is None
    release.rules = "[year"
    assert list_of_faults(release) is None


@pytest.mark.django_db
def test_a_derived_reference_takes_other_tables_beside_it_and_no_groups(
    person: MakePerson,
) -> None:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    desk: Statistics = statisticians(person, body)
    wanted = {"year": 2026, "derived": True}

    assert desk.ask(reference=tables(writing_points=WRITING), **wanted).derived
    groups = tables(2018, "final", prior_attainment_groups=groups_of_levels())
    with pytest.raises(RefusedError, match="given and derived"):
        desk.ask(reference=groups, **wanted | {"year": 2018})
    with pytest.raises(StatuteError, match=r"^reference.toml"):
        desk.ask(reference=File(name="mine.toml", content=b"[year"), **wanted)


def tables(year: int = 2026, release: Release = "provisional", **given: Table) -> File:
    text = write_supplement(year, release, {"invented": INVENTED}, given)
    return File(name="tables.toml", content=text.encode())
