"""One statutory year at one release, whole."""

from collections.abc import Mapping
from typing import TypeVar

from keystage.core.errors import AbsentValueError
from keystage.statute.outcomes import AssessmentOutcomes, KeyStage2, TestOutcomes
from keystage.statute.progress import (
    Banding,
    Distribution,
    Interval,
    KeyStage1,
    MinimumProgress,
    PriorAttainmentBands,
    PriorAttainmentGroups,
    PupilSd,
    ReferenceRules,
)
from keystage.statute.publication import (
    Floor,
    Inclusion,
    PupilGroups,
    Rounding,
    SchoolTypes,
    Suppression,
    Trusts,
)
from keystage.statute.table import Absent, Codes, Figures, Identity, Points, Record, Source

T = TypeVar("T")

#: The tables that can be made from a national pupil file.
DERIVED_TABLES = (
    "prior_attainment_groups",
    "minimum_progress",
    "pupil_sd",
    "banding",
    "distribution",
)


class Year(Record, frozen=True, kw_only=True):
    """One statutory year at one release. A table that is None is in `absent` with its reason."""

    year: Identity
    sources: Mapping[str, Source]
    rounding: Rounding
    inclusion: Inclusion
    pupil_groups: PupilGroups
    school_types: SchoolTypes
    key_stage_2: KeyStage2
    test_outcomes: TestOutcomes
    writing_outcomes: AssessmentOutcomes
    science_outcomes: AssessmentOutcomes
    below_test_outcomes: Codes
    suppression: Suppression
    reference_rules: ReferenceRules
    key_stage_1: KeyStage1 | None = None
    prior_attainment_groups: PriorAttainmentGroups | None = None
    prior_attainment_bands: PriorAttainmentBands | None = None
    minimum_progress: MinimumProgress | None = None
    writing_points: Points | None = None
    pupil_sd: PupilSd | None = None
    pupil_sd_statistics: PupilSd | None = None
    interval: Interval | None = None
    banding: Banding | None = None
    distribution: Distribution | None = None
    trusts: Trusts | None = None
    floor: Floor | None = None
    coasting: Floor | None = None
    national_figures: Figures | None = None
    absent: Mapping[str, Absent] = {}

    @property
    def name(self) -> str:
        """The year and release for people, such as ``2022 provisional``."""
        return f"{self.year.id} {self.year.release}"

    def require(self, found: T | None, table: str, purpose: str) -> T:
        """Give ``found``, the table of that name, or say why it is absent and what to do.

        Raises:
            AbsentValueError: nobody has published the table for this year and release.
        """
        if found is None:
            reason = self.absent[table].absent if table in self.absent else "it was not given"
            raise AbsentValueError(
                f"{purpose} needs the table [{table}], which is absent for {self.name}: {reason}",
                todo="Supply it in a file with --statute, or derive it with --reference derived."
                if table in DERIVED_TABLES
                else "Supply it in a file with --statute.",
            )
        return found
