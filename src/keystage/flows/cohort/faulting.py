"""A paper trail with seeded mistakes, and the answer key that says where they are."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from keystage.cohort.faults import ANSWERS, ENVELOPES, JUDGED, Returns, make_faults
from keystage.core.subjects import ASSESSED, IN_PROGRESS, Subject
from keystage.flows.cohort.paper import marked, numbered
from keystage.flows.cohort.trail import (
    ALL_EXPECTED,
    LISTS,
    RESULTS,
    RETURNS,
    Trail,
    new_folder,
    write_about,
)
from keystage.flows.returns.known import expected_pupils
from keystage.flows.returns.outputs import write_frame
from keystage.flows.returns.scales import judgements_of
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.header import Header, School, results_header, return_header
from keystage.formats.ctf.names import FileName, format_name, parse_name
from keystage.formats.ctf.profile import AssessmentProfile, load_profile
from keystage.formats.ctf.results import results_of_tests
from keystage.formats.ctf.writing import write_results, write_return
from keystage.records.circumstances import ACCEPTED
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

ANSWER_KEY, ACCEPTED_BEFORE = "answers", "accepted.parquet"
SWAPPED = "swapped_scripts"
_COPY = " (1).xml"


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What is written from what."""

    trail: Trail
    out: Path
    profile: AssessmentProfile
    seed: int
    rate: float

    @property
    def collection(self) -> Collection:
        """The year."""
        return self.trail.collection


def write_faults(
    trail: Trail,
    out: Path,
    *,
    seed: int,
    rate: float,
    progress: Callable[[int, int], None] | None = None,
) -> pl.DataFrame:
    """Write a trail anew, with mistakes in some of its schools.

    Beside returns and lists there are ``answers.parquet`` and ``answers.csv``, the key; and
    ``accepted.parquet``, the newer exports that were accepted before stale ones were sent.

    Args:
        trail: a trail without mistakes; see `trail.open_trail`.
        out: the folder to write, new or empty.
        seed: of all chance.
        rate: the share of schools with a mistake, 0 to 1.
        progress: told how many authorities of how many are done.

    Returns:
        The answer key, columns `cohort.faults.ANSWERS`.

    Raises:
        InputError: the trail cannot be read, or the folder has something in it.
        UsageError: the rate is none.
    """
    new_folder(out)
    task = _Task(trail=trail, out=out, profile=load_profile(None), seed=seed, rate=rate)
    keys, accepted = [pl.DataFrame(schema=dict(ANSWERS))], [pl.DataFrame(schema=dict(ACCEPTED))]
    for done, authority in enumerate(trail.authorities, 1):
        made, key = _write_authority(authority, task)
        keys.append(key)
        accepted.append(made.accepted)
        if progress is not None:
            progress(done, len(trail.authorities))
    answers = pl.concat(keys)
    answers.write_parquet(out / f"{ANSWER_KEY}.parquet")
    told = answers.with_columns(pl.col("tells").list.join(" "))
    write_frame(told, out / f"{ANSWER_KEY}.csv", replace=False)
    pl.concat(accepted).write_parquet(out / ACCEPTED_BEFORE)
    shutil.copyfile(trail.folder / ALL_EXPECTED, out / ALL_EXPECTED)
    write_about(
        out,
        {
            **trail.about,
            "seed_of_faults": seed,
            "rate_of_faults": rate,
            "schools_with_faults": answers["school"].n_unique(),
            "faults": answers.height,
        },
    )
    return answers


def _write_authority(authority: str, task: _Task) -> tuple[Returns, pl.DataFrame]:
    """Write the returns of one authority with their mistakes."""
    source = task.trail.folder / RETURNS / authority
    sent = read_returns([source], task.profile)
    schools = sent.files.with_columns(school=pl.concat_str("source_la", "source_estab"))
    listed = task.trail.folder / LISTS / f"{authority}.csv"
    (task.out / LISTS).mkdir(exist_ok=True)
    shutil.copyfile(listed, task.out / LISTS / listed.name)
    results = task.trail.folder / RESULTS / authority
    made, answers = make_faults(
        _returns(sent, schools, task.collection),
        expected_pupils(listed, task.collection),
        task.collection,
        seed=task.seed,
        rate=task.rate,
        scripts=results.is_dir(),
    )
    swapped = answers.filter(kind=SWAPPED)
    changed = answers.filter(pl.col("kind") != SWAPPED)["school"].unique()
    place = task.out / RETURNS / authority
    place.mkdir(parents=True)
    for file in schools.filter(~pl.col("school").is_in(changed.implode()))["name"]:
        shutil.copyfile(file, place / Path(file).name)
    _rewrite(made, schools.filter(pl.col("school").is_in(changed.implode())), place, task)
    if results.is_dir():
        _copy_results(results, swapped, task)
    return made, answers


def _returns(sent: ReturnSet, schools: pl.DataFrame, collection: Collection) -> Returns:
    """What was read, as mistakes are made in it."""
    names = [parse_name(name) for name in schools["name"]]
    envelopes = schools.select(
        "school",
        "version",
        pl.concat_str("destination_la", "destination_estab").alias("destination"),
        pl.Series("serial", [name.serial if name else 1 for name in names], dtype=pl.Int32),
        copied=pl.lit(value=False),
    )
    pupils = sent.pupils.join(schools.select("file", "school"), on="file", maintain_order="left")
    judged = pupils.join(
        judgements_of(sent, collection), on="pupil", how="left", maintain_order="left"
    ).join(_p_scales(sent, collection), on="pupil", how="left", maintain_order="left")
    return Returns(
        envelopes=envelopes.select(*ENVELOPES),
        pupils=judged.select(*JUDGED),
        accepted=pl.DataFrame(schema=dict(ACCEPTED)),
    )


def _p_scales(sent: ReturnSet, collection: Collection) -> pl.DataFrame:
    """The P scales beside judgements: pupil, and a column for each subject that may have one."""
    codes = list(collection.p_scales.codes) if collection.p_scales else []
    rows = sent.results.filter(pl.col("result").is_in(codes)).join(
        sent.slots.select("slot", "measure"), on="slot", maintain_order="left"
    )
    return rows.group_by("pupil", maintain_order=True).agg(
        pl.col("result").filter(pl.col("measure") == subject).first().alias(f"{subject}_p_scale")
        for subject in IN_PROGRESS
    )


def _rewrite(made: Returns, schools: pl.DataFrame, place: Path, task: _Task) -> None:
    """Write the files of schools with mistakes."""
    pupils = made.pupils.partition_by("school", as_dict=True)
    envelopes = {row["school"]: row for row in made.envelopes.iter_rows(named=True)}
    for row in schools.iter_rows(named=True):
        number, envelope = row["school"], envelopes[row["school"]]
        sent = numbered(pupils[(number,)])
        to = envelope["destination"]
        header = replace(
            marked(return_header(_school(row), row["made_at"], task.collection)),
            version=envelope["version"],
            destination=School(la=to[:3], estab=to[3:]),
        )
        scales = [_beside(subject, task.collection) for subject in IN_PROGRESS]
        judged = sent.select("pupil", *ASSESSED, *scales)
        content = write_return(header, sent, judged, task.collection, task.profile)
        (place / _name(number, envelope, task.collection)).write_bytes(content)


def _beside(subject: Subject, collection: Collection) -> pl.Expr:
    """The P scale of a subject where the judgement is still the code it is sent beside."""
    column = f"{subject}_p_scale"
    code = collection.p_scales.beside if collection.p_scales else None
    return pl.when(pl.col(subject) == pl.lit(code, pl.String)).then(column).alias(column)


def _name(number: str, envelope: dict[str, object], collection: Collection) -> str:
    """The name of a file with the mistakes of its envelope."""
    name = format_name(
        FileName(
            source=number,
            type=collection.format.name_type,
            destination=str(envelope["destination"]),
            serial=int(str(envelope["serial"])),
        )
    )
    return name.replace(".xml", _COPY) if envelope["copied"] else name


def _school(row: dict[str, object]) -> School:
    return School(
        la=str(row["source_la"]),
        estab=str(row["source_estab"]),
        urn=None if row["source_urn"] is None else str(row["source_urn"]),
        name=None if row["source_name"] is None else str(row["source_name"]),
    )


def _copy_results(results: Path, swapped: pl.DataFrame, task: _Task) -> None:
    """Copy the results files of an authority, those with swapped scripts with the swap."""
    place = task.out / RESULTS / results.name
    place.mkdir(parents=True)
    schools = swapped["school"].unique().to_list()
    for file in sorted(results.iterdir()):
        name = parse_name(file.name)
        if name is None or name.source not in schools:
            shutil.copyfile(file, place / file.name)
            continue
        (place / file.name).write_bytes(_swapped(file, swapped, task))


def _swapped(file: Path, swapped: pl.DataFrame, task: _Task) -> bytes:
    """A results file in which two pupils have each other's results."""
    read = read_returns([file], task.profile)
    row = read.files.row(0, named=True)
    found = results_of_tests(read, task.collection, task.profile).results
    other = swapped.join(read.pupils.select("upn", "pupil"), on="upn").join(
        read.pupils.select(upn_in_file="upn", other="pupil"), on="upn_in_file"
    )
    owner = pl.col("pupil").replace(other["pupil"], other["other"])
    header: Header = results_header(_school(row), row["made_at"], task.collection)
    return write_results(
        marked(header),
        read.pupils,
        found.with_columns(pupil=owner),
        task.collection,
        task.profile,
    )
