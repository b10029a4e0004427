"""What schools send at the end of key stage 2 in one year, and what comes back: codes and dates.

`Collection` is to teacher assessment returns and result files what `keystage.statute.year.Year` is
to measures. ``load_collection(2026)`` gives one; there is no default year.
"""

from collections.abc import Mapping

from keystage.core.subjects import ASSESSED, Subject
from keystage.statute.collection_codes import (
    Group,
    Judgements,
    PScales,
    Registrations,
    Requirements,
    WithdrawnCodes,
)
from keystage.statute.collection_rules import (
    AcademicYear,
    Cohort,
    Conversion,
    Limits,
    Marks,
    PupilIdentity,
    Scale,
    TestCodes,
    TestWeek,
    TransferFormat,
    Window,
)
from keystage.statute.table import Absent, Codes, Record, Source


class CollectionYear(Record, frozen=True, kw_only=True):
    """Which year: ``id`` is the year of the results, ``label`` the academic year for people."""

    id: int
    label: str


class Collection(Record, frozen=True, kw_only=True):
    """The collection of one year. A table that is None is in `absent` with its reason."""

    year: CollectionYear
    sources: Mapping[str, Source]
    academic_year: AcademicYear
    format: TransferFormat
    judgements: Judgements
    agency_codes: Codes
    withdrawn: WithdrawnCodes
    registrations: Registrations
    requirements: Requirements
    identity: PupilIdentity
    cohort: Cohort
    test_codes: TestCodes
    scale: Scale
    marks: Marks
    limits: Limits
    p_scales: PScales | None = None
    test_week: TestWeek | None = None
    window: Window | None = None
    conversion: Conversion | None = None
    absent: Mapping[str, Absent] = {}

    @property
    def name(self) -> str:
        """The collection for people."""
        return str(self.year.id)

    @property
    def p_scale_codes(self) -> tuple[str, ...]:
        """The P scales that were sent beside judgements; none in a year without them."""
        return () if self.p_scales is None else tuple(self.p_scales.codes)

    @property
    def judged_elsewhere(self) -> str:
        """The subjects in which a code says that a pupil is judged elsewhere, in words."""
        codes = [code for code, one in self.registrations.codes.items() if one.elsewhere]
        *first, last = (
            subject.label for subject in ASSESSED if any(self.due(code, subject) for code in codes)
        )
        return f"{', '.join(first)} and {last}"

    def codes(self, subject: Subject, *groups: Group) -> tuple[str, ...]:
        """The codes of a subject, of some groups only if any are named."""
        return tuple(
            code
            for code, item in self.judgements.of(subject).items()
            if not groups or item.group in groups
        )

    def due(self, registration: str, subject: Subject) -> tuple[str, ...]:
        """The codes of which one is due from a pupil so registered; none is due if empty."""
        return self.requirements.due[registration].of(subject)
