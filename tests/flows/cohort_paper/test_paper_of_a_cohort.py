"""The paper trail of a cohort says what its roll says, and nothing is wrong with it."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from keystage.cohort.make import make, sample_authority
from keystage.cohort.plan import Plan
from keystage.core.errors import InputError
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.cohort.faulting import write_faults
from keystage.flows.cohort.paper import Paper, write_authority, write_paper
from keystage.flows.cohort.scoring import score
from keystage.flows.cohort.trail import expected_of, open_trail
from keystage.flows.cohort.writing import write_cohort
from keystage.flows.returns.known import expected_pupils
from keystage.flows.returns.preflight import preflight
from keystage.flows.returns.sources import read_files
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.results import results_of_tests
from keystage.records.returns import judgements
from keystage.statute.collection_loader import load_collection
from keystage.statute.loader import available

COLLECTION, PROFILE = load_collection(2022), load_profile(None)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_clean_trail_has_no_red_finding(paper: Path) -> None:
    expected = expected_pupils(paper / "expected.csv", COLLECTION)
    returns = read_files([paper / "returns"], PROFILE, collection=COLLECTION)

    done = preflight(returns, COLLECTION, PROFILE, expected=expected)

    assert done.findings.frame.filter(severity="red").is_empty()
    assert done.schools["missing"].sum() == done.schools["unexpected"].sum() == 0
    assert done.files == done.schools.height == 60


def test_returns_hold_the_judgements_of_the_roll(paper: Path, roll: pl.DataFrame) -> None:
    returns = read_returns([paper / "returns"], PROFILE)

    read = returns.pupils.join(judgements(returns, 2022), on="pupil", how="left")

    identity = ["upn", "surname", "forename", "birth_date", "sex"]
    due = roll.select(*identity, *(pl.col(f"ta_{one}").alias(one) for one in ASSESSED))
    assert_frame_equal(read.select(due.columns), due, check_row_order=False)


def test_results_files_hold_the_results_of_the_roll(paper: Path, roll: pl.DataFrame) -> None:
    returns = read_returns([paper / "results"], PROFILE)

    found = results_of_tests(returns, COLLECTION, PROFILE)

    assert found.unreadable.is_empty()
    for subject in TESTED:
        kinds = ("mark", "score", "outcome")
        made = roll.filter("in_file", pl.col(f"{subject}_outcome").is_not_null()).select(
            "upn", *(pl.col(f"{subject}_{kind}").alias(kind) for kind in kinds)
        )
        read = found.results.filter(subject=str(subject)).select("upn", *kinds)
        assert_frame_equal(read, made, check_row_order=False)


def test_expected_lists_are_read_back_as_they_were(paper: Path, roll: pl.DataFrame) -> None:
    known = expected_of(roll)

    everybody = expected_pupils(paper / "expected.csv", COLLECTION)
    school = expected_pupils(paper / "expected" / "999" / "9990003.csv", COLLECTION)

    assert_frame_equal(everybody, known)
    assert_frame_equal(school.drop("line"), known.filter(school="9990003").drop("line"))


def test_every_file_says_that_nobody_in_it_exists(paper: Path) -> None:
    returns = read_returns([paper / "returns", paper / "results"], PROFILE)

    said = returns.files["descriptor"].unique().to_list()
    assert said == ["Invented pupils: nobody in this file exists."]
    assert returns.files["source_name"].str.ends_with("(invented)").all()
    assert open_trail(paper).about["synthetic"] is True


def test_the_same_cohort_gives_the_same_bytes(cohort: Path, paper: Path, tmp_path: Path) -> None:
    write_paper(cohort, tmp_path, results=True)

    assert contents(tmp_path) == contents(paper)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_mark_sheets_are_read_as_the_returns_are(
    cohort: Path, paper: Path, tmp_path: Path, form: str
) -> None:
    write_paper(cohort, tmp_path, sheets="csv" if form == "csv" else "xlsx")

    sheet = read_files([tmp_path / f"sheets/999/9990003.{form}"], PROFILE, collection=COLLECTION)
    file = read_files([paper / "returns/999/9990003_CTF_NAALLLL_001.xml"], PROFILE)

    assert sheet.pupils["upn"].to_list() == file.pupils["upn"].to_list()
    assert_frame_equal(judgements(sheet, 2022), judgements(file, 2022), check_row_order=False)


def test_codes_for_pupils_judged_elsewhere_stand_where_the_year_asks_for_them(
    tmp_path: Path,
) -> None:
    made, collection = sample_authority(2016, "final", seed=1, schools=12), load_collection(2016)
    job = Paper(folder=tmp_path, collection=collection, profile=PROFILE)

    write_authority(made.roll, made.schools, job)

    returns = read_returns([tmp_path / "returns"], PROFILE)
    read = returns.pupils.join(judgements(returns, 2016), on="pupil", how="left")
    left = made.roll.filter(pl.col("reading") == "left")["upn"]
    found = read.filter(pl.col("upn").is_in(left.implode())).select(*ASSESSED)
    assert left.len() > 0
    assert found.rows() == [("L", "L", "L", "L")] * left.len()


#: Questions that a right return raises: a temporary number, a pupil who was long absent, a small
#: school where all are alike, and codes of which no list says for certain that the year took them.
QUESTIONS = {"TA-206", "TA-410", "TA-411", "TA-427"}


@pytest.mark.parametrize("year", sorted({year for year, _ in available()}))
def test_schools_without_a_mistake_are_faultless_in_every_year(year: int, tmp_path: Path) -> None:
    release = next(found for known, found in available() if known == year)
    made, collection = sample_authority(year, release, seed=1, schools=30), load_collection(year)

    write_authority(
        made.roll, made.schools, Paper(folder=tmp_path, collection=collection, profile=PROFILE)
    )

    expected = expected_pupils(tmp_path / "expected" / "999.csv", collection)
    returns = read_files([tmp_path / "returns"], PROFILE, collection=collection)
    found = preflight(returns, collection, PROFILE, expected=expected).findings.frame
    about_pupils = found.filter(~pl.col("code").str.starts_with("TA-9"))
    assert about_pupils.filter(severity="red")["message"].to_list() == []
    assert set(about_pupils.filter(severity="amber")["code"]) <= QUESTIONS


def test_p_scales_stand_behind_the_judgements_they_belong_to_and_outlive_a_mistake(
    tmp_path: Path,
) -> None:
    plan = Plan(year=2018, release="final", seed=1, schools=12, nowhere=True)
    write_cohort(make(plan), plan, tmp_path / "cohort", csv=False, replace=False)
    write_paper(tmp_path / "cohort", tmp_path / "paper")
    write_faults(open_trail(tmp_path / "paper"), tmp_path / "faulty", seed=1, rate=1.0)
    roll = pl.read_parquet(tmp_path / "cohort/roll.parquet")

    scales = roll.drop_nulls("ta_maths_p_scale")
    assert set(scales["ta_maths"]) == {"BLW"}
    assert roll.filter(ta_maths="BLW").height == scales.height > 5
    done = score(open_trail(tmp_path / "faulty"))
    told = done.missed["kind"].to_list()
    assert told == []
    for trail in ("paper", "faulty"):
        returns = read_returns([tmp_path / trail / "returns"], PROFILE)
        codes = load_collection(2018).p_scales
        assert codes is not None
        rows = returns.results.filter(pl.col("result").is_in(list(codes.codes)))
        before = returns.results.shift(1).filter(
            pl.Series(returns.results["result"].is_in(list(codes.codes)))
        )
        assert rows.height > 5
        assert set(before["result"]) == {"BLW"}
        assert (before["slot"] == rows["slot"]).all()


def test_a_folder_with_something_in_it_is_left_alone(cohort: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(InputError, match="has something in it"):
        write_paper(cohort, tmp_path)
    assert contents(tmp_path) == {"mine.txt": b"mine"}


def test_a_folder_that_is_no_cohort_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cohort"):
        write_paper(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", "not JSON", '{"year": []}'])
def test_a_folder_that_is_no_trail_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "trail.json").write_text(text)

    with pytest.raises(InputError, match="no paper trail"):
        open_trail(tmp_path)
