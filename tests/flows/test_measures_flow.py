"""The flows behind the commands, as a library: steps told, notes, and nothing half done."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from msgspec.structs import replace

from keystage.core.errors import AbsentValueError, InputError
from keystage.flows import computing, measures
from keystage.flows.measures import Job, run
from keystage.flows.statute_from_pupils import statute_from_pupils
from keystage.reports.files import write_analyst
from keystage.statute.loader import load_year

INVENTED = Path(__file__).parents[2] / "data" / "invented"
PUPILS, SCHOOLS = INVENTED / "pupils.csv", INVENTED / "schools.csv"


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    def make(**more: object) -> Job:
        plain = {
            "pupils": PUPILS, "schools": SCHOOLS, "year": load_year(2022, "provisional"),
            "out": tmp_path / "out",
        }  # fmt: skip
        return Job(**(plain | more))  # type: ignore[arg-type]  # a test names its own parameters

    return make


def test_each_step_is_told_before_it_is_taken(job: Callable[..., Job]) -> None:
    told: list[str] = []
    summary = run(job(), told.append)
    assert told == [
        "Reading the files",
        "Checking them and computing the measures",
        "Writing the analysts' tables",
        "Withholding small numbers and writing the published tables",
    ]
    assert summary.headlines.height == 6
    assert summary.differences.height == 0
    assert summary.notes == ()


def test_headlines_are_as_published(job: Callable[..., Job], tmp_path: Path) -> None:
    headlines = run(job()).headlines
    school = pl.read_csv(tmp_path / "out" / "school.csv", infer_schema=False)
    assert headlines["Pupils"].to_list() == school["TELIG"].to_list()
    assert headlines["RWM expected"].to_list() == school["PTRWM_EXP"].to_list()
    scores = school.select(pl.format("{} ({} to {})", "MATPROG", "MATPROG_LOWER", "MATPROG_UPPER"))
    expected = ["SUPP" if "SUPP" in cell else cell for cell in scores.to_series()]
    assert headlines["Maths progress"].to_list() == expected


def test_without_a_school_file_schools_are_named_by_their_number(job: Callable[..., Job]) -> None:
    summary = run(job(schools=None))
    assert summary.headlines["School"].to_list()[0] == "900001"
    assert any("no authority, region or trust rows" in note for note in summary.notes)


def test_a_failure_in_the_middle_leaves_nothing(
    job: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise InputError("The disk is full.")

    monkeypatch.setattr(measures, "write_json", fail)
    with pytest.raises(InputError, match="The disk is full"):
        run(job())
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_cannot_be_written_leaves_nothing(
    job: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(frame: pl.DataFrame, path: Path) -> None:
        if path.stem == "trust":
            raise OSError(28, "No space left on device", str(path))
        write_analyst(frame, path)

    monkeypatch.setattr(measures, "write_analyst", full)
    with pytest.raises(InputError, match="No space left on device"):
        run(job())
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_the_file_is_told_before_one_of_the_computation(
    job: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AbsentValueError("The year lacks a value.")

    monkeypatch.setattr(computing, "compute", fail)
    path = tmp_path / "pupils.csv"
    frame = pl.read_csv(PUPILS, infer_schema=False)
    pl.concat([frame, frame.head(1)]).write_csv(path)
    with pytest.raises(InputError, match="PUP-103"):
        run(job(pupils=path))
    with pytest.raises(AbsentValueError, match="lacks a value"):
        run(job())


def test_a_later_run_replaces_tables_and_leaves_other_files(
    job: Callable[..., Job], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "school.csv").write_text("old", encoding="utf-8")
    run(job())
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (out / "school.csv").read_text(encoding="utf-8").startswith("RECTYPE,")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_that_lacks_only_one_result_says_so(job: Callable[..., Job], tmp_path: Path) -> None:
    """All three results and their average stand for each other; two of three do not."""
    path = tmp_path / "pupils.csv"
    frame = pl.read_csv(PUPILS, infer_schema=False).filter(pl.col("KS1READ") != "BLW")
    frame.drop("KS1WRIT").write_csv(path)
    notes = run(job(pupils=path)).notes
    assert notes == (
        "The pupil file has no KS1WRIT, needed for prior attainment and pupil progress.",
    )


def test_limits_without_bands_are_said(job: Callable[..., Job], tmp_path: Path) -> None:
    """Nobody has said how the scores of 2026 go into bands."""
    cohort = INVENTED / "cohort_2026.csv"
    statute = tmp_path / "mine.toml"
    statute_from_pupils(cohort, load_year(2026, "provisional"), statute)
    year = load_year(2026, "provisional", statute)
    known = load_year(2019, "final").pupil_sd
    year = replace(year, pupil_sd=known, absent={"banding": year.absent["banding"]})
    notes = run(job(pupils=cohort, schools=None, year=year, outputs=["published"])).notes
    reason = year.absent["banding"].absent
    assert (
        f"Progress scores have no bands: [banding] is absent for 2026 provisional: {reason}"
        in notes
    )


def test_disadvantage_that_cannot_be_told_is_said(job: Callable[..., Job], tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    pl.read_csv(PUPILS, infer_schema=False).drop("FSM6_P").write_csv(path)
    assert run(job(pupils=path)).notes == (
        "The pupil file has no FSM6_P or FSM6CLA1A, needed for the breakdown by disadvantage.",
    )


@pytest.mark.parametrize(
    ("dropped", "notes"),
    [
        (["LEA"], ["local authority measures"]),
        (["REGION"], ["regional measures"]),
        (["RECTYPE"], []),
        (["NFTYPE"], []),
        (
            ["NFTYPE", "RECTYPE"],
            [
                "telling state-funded schools and mainstream schools from others",
                "telling mainstream schools from special schools",
            ],
        ),
        (["TRUST_UID", "TRUST_NAME", "DATE_JOINED_TRUST"], ["trust measures"]),
        (["DATE_JOINED_TRUST"], ["telling which schools count in trust measures"]),
    ],
)
def test_columns_the_school_file_lacks_are_said(
    job: Callable[..., Job], tmp_path: Path, dropped: list[str], notes: list[str]
) -> None:
    path = tmp_path / "schools.csv"
    pl.read_csv(SCHOOLS, infer_schema=False).drop(dropped).write_csv(path)
    told = run(job(schools=path)).notes
    assert [note.partition("needed for ")[2] for note in told if "school file has no" in note] == [
        f"{note}." for note in notes
    ]


def test_a_year_without_trust_measures_needs_no_trusts(
    job: Callable[..., Job], tmp_path: Path
) -> None:
    path = tmp_path / "schools.csv"
    pl.read_csv(SCHOOLS, infer_schema=False).drop("TRUST_UID").write_csv(path)
    year = load_year(2025, "final")
    assert year.trusts is None
    notes = run(job(schools=path, year=year, outputs=["analyst"])).notes
    assert not [note for note in notes if "TRUST_UID" in note]


def test_several_unknown_columns_are_named_together(
    job: Callable[..., Job], tmp_path: Path
) -> None:
    path = tmp_path / "pupils.csv"
    frame = pl.read_csv(PUPILS, infer_schema=False)
    frame.with_columns(HOUSE=pl.lit("a"), TUTOR=pl.lit("b")).write_csv(path)
    assert run(job(pupils=path)).notes == (
        "The pupil file has columns that no measure needs: HOUSE, TUTOR.",
    )
