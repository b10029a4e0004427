"""Checking returns before they are sent: read, check, count."""

from dataclasses import dataclass

import polars as pl

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.run import run_returns
from keystage.checks.returns.severity import Channel, Severity
from keystage.flows.returns.groups import PRESSING, said
from keystage.flows.returns.schools import schools_told
from keystage.flows.returns.sources import (
    given_files,
    passed_over,
    read_at_all,
    refused_files,
)
from keystage.flows.returns.words import headline, summary
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.records.circumstances import Circumstances
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

#: Findings of one check that are listed: a nation may have one for every pupil.
_LISTED = 100_000
#: The fields of findings whose values are names.
_NAMES = ("Surname", "Forename")


@dataclass(frozen=True, kw_only=True, eq=False)
class Preflight:
    """What was checked and what was found.

    Attributes:
        returns: what was read.
        findings: what the checks found.
        collection: the year's codes and rules.
        channel: for whom the findings are as serious as they are.
        expected: the pupils expected, if they are known.
        schools: one row a school; see `schools.SCHOOLS`.
        unverified: whether the meaning of the assessments rests on rows nobody has verified.
    """

    returns: ReturnSet
    findings: ReturnFindings
    collection: Collection
    channel: Channel
    expected: pl.DataFrame | None
    schools: pl.DataFrame
    unverified: bool

    @property
    def verdict(self) -> Severity:
        """The worst of all findings; a file that could not be read is never well."""
        bad = self.unread or refused_files(self.returns) > 0
        return Severity.RED if bad else self.findings.verdict

    def count(self, severity: Severity) -> int:
        """How many findings there are of a severity, listed or not; the outcome is none."""
        return int(said(self.findings.counts).filter(severity=str(severity))["count"].sum())

    @property
    def summary(self) -> str:
        """What follows from the verdict, in a sentence or a few."""
        red, amber = (self.count(severity) for severity in PRESSING)
        missing = int(self.schools["missing"].sum())
        not_run = 0 if self.unread else self.findings.not_run["code"].n_unique()
        return summary(red, amber, missing, not_run, files=self.files)

    @property
    def headline(self) -> str:
        """The verdict as a sentence without any name."""
        return headline(self.verdict, self.channel, self.files, unread=self.unread)

    @property
    def unread(self) -> bool:
        """Whether not one file could be read."""
        return not read_at_all(self.returns)

    @property
    def files(self) -> int:
        """How many files were given to be checked, without those passed over."""
        return given_files(self.returns).height

    @property
    def passed_over(self) -> tuple[tuple[str, str], ...]:
        """What lay among the files and was not read: names, and why."""
        return passed_over(self.returns)

    def unnamed(self) -> pl.DataFrame:
        """The findings listed, without the value where it is the name of a pupil."""
        is_name = pl.col("field").is_in(_NAMES).fill_null(value=False)
        return self.findings.frame.with_columns(value=pl.when(~is_name).then("value"))

    def named(self, *, names: bool = True) -> pl.DataFrame:
        """The findings listed, with surname and forename of the pupils they are about.

        Names are those in the file, or on the expected list where the file has no such pupil.

        Args:
            names: whether names are told; without them, the two columns are null.
        """
        if not names:
            empty = pl.lit(None, pl.String)
            return self.unnamed().with_columns(surname=empty, forename=empty)
        return self._with_names(("surname", "forename"))

    def _with_names(self, names: tuple[str, str]) -> pl.DataFrame:
        frame = self.findings.frame.join(
            self.returns.pupils.select("pupil", *names), "pupil", "left", maintain_order="left"
        )
        if self.expected is None:
            return frame
        listed = self.expected.select("upn", *names).unique("upn", keep="first")
        return frame.join(listed, "upn", "left", maintain_order="left").select(
            pl.exclude(*names, *(f"{name}_right" for name in names)),
            *(
                pl.when(pl.col("pupil").is_null()).then(f"{name}_right").otherwise(name).alias(name)
                for name in names
            ),
        )


def preflight(  # noqa: PLR0913  # what was read, how, and what is known beyond it
    returns: ReturnSet,
    collection: Collection,
    profile: AssessmentProfile,
    *,
    channel: Channel = "preflight",
    expected: pl.DataFrame | None = None,
    circumstances: Circumstances | None = None,
) -> Preflight:
    """Check returns as they would be checked where they are sent.

    Args:
        returns: what was read, as `sources.read_files` gives it.
        collection: the year.
        profile: what result rows are about, as it was read with.
        channel: how serious findings are depends on it.
        expected: the pupils expected, columns `records.returns.EXPECTED`.
        circumstances: what else is known.
    """
    findings = run_returns(
        returns,
        collection,
        channel=channel,
        expected=expected,
        circumstances=circumstances,
        listed=_LISTED,
    )
    return Preflight(
        returns=returns,
        findings=findings,
        collection=collection,
        channel=channel,
        expected=expected,
        schools=schools_told(returns, findings, expected),
        unverified=any(not row.verified for row in profile.rows if row.kind == "assessment"),
    )
