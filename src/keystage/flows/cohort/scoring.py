"""How many of the seeded mistakes the checks tell of, and how often they are wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.checks.returns.severity import Channel
from keystage.cohort.fault_kinds import kinds
from keystage.core.errors import InputError
from keystage.flows.cohort.faulting import ACCEPTED_BEFORE, ANSWER_KEY
from keystage.flows.cohort.scripts import prior_attainment, swapped_in
from keystage.flows.cohort.trail import LISTS, RETURNS, Trail
from keystage.flows.returns.groups import pressing, said
from keystage.flows.returns.known import expected_pupils
from keystage.flows.returns.preflight import Preflight, preflight
from keystage.flows.returns.words import EXPECTED_LIST
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.profile import AssessmentProfile, load_profile
from keystage.records.circumstances import Circumstances

SCORES: Mapping[str, pl.DataType] = {
    "kind": pl.String(),
    "meaning": pl.String(),
    "tells": pl.String(),
    "seeded": pl.UInt32(),
    "found": pl.UInt32(),  # null for a mistake that no return shows
}
ALARMS: Mapping[str, pl.DataType] = {
    "code": pl.String(),
    "severity": pl.String(),
    "findings": pl.UInt32(),
    "schools": pl.UInt32(),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Score:
    """What became of the seeded mistakes.

    Attributes:
        kinds: a row for each kind that was seeded, columns `SCORES`.
        alarms: red and amber findings in schools without mistakes, columns `ALARMS`. Amber asks a
            question, which many a right return raises.
        schools: how many schools have returns.
        clean: how many of them have no mistake.
        missed: the mistakes not found, columns `cohort.faults.ANSWERS`.
    """

    kinds: pl.DataFrame
    alarms: pl.DataFrame
    schools: int
    clean: int
    missed: pl.DataFrame

    def count(self, severity: str) -> int:
        """How many findings of a severity schools without mistakes have."""
        return int(self.alarms.filter(severity=severity)["findings"].sum())

    @property
    def seeded(self) -> int:
        """How many mistakes that a return can show were made."""
        return int(self.kinds.filter(pl.col("found").is_not_null())["seeded"].sum())

    @property
    def found(self) -> int:
        """How many of these were found."""
        return int(self.kinds["found"].sum())


def score(
    trail: Trail,
    *,
    channel: Channel = "preflight",
    cohort: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Score:
    """Check a trail with seeded mistakes, and compare what is found with its answer key.

    A mistake is found if a finding with one of its codes is about the same school, and the same
    pupil where it is a pupil's; of swapped scripts, about the same two pupils.

    Args:
        trail: what `faulting.write_faults` wrote; see `trail.open_trail`.
        channel: where returns are looked at.
        cohort: the folder of the cohort, whose key stage 1 averages help to find swapped scripts.
        progress: told how many authorities of how many are done.

    Raises:
        InputError: there is no answer key, or a list cannot be read.
    """
    answers, accepted = _known(trail)
    profile = load_profile(None)
    prior = None if cohort is None else prior_attainment(cohort)
    told = []
    for done, authority in enumerate(trail.authorities, 1):
        check = _checked(trail, authority, accepted, profile, channel)
        findings, every = _told(check)
        pairs = _pairs(swapped_in(trail, authority, check.returns, profile, prior))
        told.append((pl.concat([findings, pairs]), every))
        if progress is not None:
            progress(done, len(trail.authorities))
    findings = pl.concat([one for one, _ in told])
    schools = pl.concat([every for _, every in told])
    shown = answers.filter(pl.col("tells").list.len() > 0)
    found = _found(shown, findings)
    missed = shown.join(found, on=["school", "upn"], how="anti", nulls_equal=True)
    others = findings.join(shown, on="school", how="anti")
    return Score(
        kinds=_by_kind(answers, missed),
        alarms=others.group_by("code", "severity")
        .agg(findings=pl.len(), schools=pl.col("school").n_unique())
        .sort("severity", "code", descending=[True, False])
        .select(pl.col(name).cast(dtype) for name, dtype in ALARMS.items()),
        schools=schools.n_unique(),
        clean=schools.n_unique() - shown["school"].n_unique(),
        missed=missed,
    )


def _known(trail: Trail) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The answer key, and what was accepted before."""
    key = trail.folder / f"{ANSWER_KEY}.parquet"
    if not key.is_file():
        raise InputError(
            "There is no answer key.",
            where=str(key),
            todo="Name the folder that keystage cohort faults wrote.",
        )
    return pl.read_parquet(key), pl.read_parquet(trail.folder / ACCEPTED_BEFORE)


def _checked(
    trail: Trail,
    authority: str,
    accepted: pl.DataFrame,
    profile: AssessmentProfile,
    channel: Channel,
) -> Preflight:
    """The check of the returns of one authority."""
    returns = read_returns([trail.folder / RETURNS / authority], profile)
    expected = expected_pupils(trail.folder / LISTS / f"{authority}.csv", trail.collection)
    return preflight(
        returns,
        trail.collection,
        profile,
        channel=channel,
        expected=expected,
        circumstances=Circumstances(accepted=accepted),
    )


def _told(check: Preflight) -> tuple[pl.DataFrame, pl.Series]:
    """Findings that want something done (code, severity, school, upn, other), and the schools."""
    number = pl.concat_str("source_la", "source_estab")
    files = check.returns.files.select(number.alias("school"), file="name")
    found = pressing(said(check.findings.frame)).join(
        files, on="file", how="left", maintain_order="left"
    )
    if check.expected is not None:
        listed = check.expected.select("upn", listed="school").unique("upn", maintain_order=True)
        found = found.join(listed, on="upn", how="left", maintain_order="left").with_columns(
            school=pl.when(file=EXPECTED_LIST).then("listed").otherwise("school")
        )
    found = found.select("code", "severity", "school", "upn", other=pl.lit(None, pl.String))
    return found, files["school"].drop_nulls()


def _pairs(found: pl.DataFrame) -> pl.DataFrame:
    """Pairs of pupils, as `_told` gives findings: the second pupil in ``other``."""
    return found.select("code", "severity", "school", "upn", other="other_upn")


def _found(answers: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """The mistakes that a finding tells of: school, upn."""
    about = findings.select("school", "other", code="code", about="upn")
    matched = answers.explode("tells").join(
        about, left_on=["school", "tells"], right_on=["school", "code"], how="inner"
    )
    either = (pl.col("about") == pl.col("upn")) | (pl.col("about") == pl.col("upn_in_file"))
    second = (pl.col("other") == pl.col("upn")) | (pl.col("other") == pl.col("upn_in_file"))
    same = either & (pl.col("other").is_null() | second)
    return matched.filter(pl.col("upn").is_null() | same).select("school", "upn").unique()


def _by_kind(answers: pl.DataFrame, missed: pl.DataFrame) -> pl.DataFrame:
    """Mistakes seeded and found, by kind, in the order the kinds are listed in."""
    rows = []
    for name, kind in kinds().items():
        seeded, lost = answers.filter(kind=name).height, missed.filter(kind=name).height
        if seeded:
            found = seeded - lost if kind.tells else None
            rows.append((name, kind.meaning, ", ".join(kind.tells), seeded, found))
    return pl.DataFrame(rows, schema=dict(SCORES), orient="row")
