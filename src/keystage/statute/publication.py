"""The tables of who counts and what is printed: groups, schools, trusts, suppression."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from keystage.statute.table import BySubject, Record, Table


class Inclusion(Table, frozen=True, kw_only=True):
    """Inclusion codes of the pupil file: which count at the end of key stage 2."""

    included: tuple[str, ...]
    codes: Mapping[str, str]


class PupilGroup(Record, frozen=True, kw_only=True):
    """A pupil group: its column, the values that make it, and its suffix in field names."""

    label: str
    column: str
    values: tuple[str, ...]
    suffix: str


class PupilGroups(Table, frozen=True, kw_only=True):
    """The pupil groups measures are broken down by."""

    groups: Mapping[str, PupilGroup]


class SchoolType(Record, frozen=True, kw_only=True):
    """A school type of the published tables (``NFTYPE``)."""

    label: str
    state_funded: bool
    mainstream: bool
    alternative_provision: bool = False


class SchoolTypes(Table, frozen=True, kw_only=True):
    """School types by ``NFTYPE`` code."""

    types: Mapping[str, SchoolType]


class Rounding(Table, frozen=True, kw_only=True):
    """Decimals of published figures.

    ``rule``: halves go away from zero. Keystage knows no other rule, and a file that names one is
    refused.
    """

    rule: Literal["half_up"]
    percent: int
    progress: int
    key_stage_1_average: int
    average_score: int


class Suppression(Table, frozen=True, kw_only=True):
    """When a figure is withheld, and what is printed instead.

    ``smallest_group``: fewer pupils than this are withheld. ``pairs``: groups withheld together
    when either is too small; ``empty_pair_partner``: what happens to one when the other is empty;
    even where it is shown, only reading, writing and maths together are, not the subjects.
    ``zero_three_year``: what stands for a three-year percentage that no pupil of the three years
    reaches, 0% (``printed``) or nothing (``blank``).
    ``lost_scripts_percent``: a subject is withheld when this share of its scripts is missing.
    """

    smallest_group: int
    lowest_coverage_percent: int
    suppressed: str
    low_coverage: str
    not_applicable: str
    pairs: tuple[tuple[str, str], ...]
    empty_pair_partner: Literal["shown", "suppressed"]
    zero_three_year: Literal["printed", "blank"]
    lost_scripts_percent: int | None = None


class Trusts(Table, frozen=True, kw_only=True):
    """Which trusts have measures and how schools are weighted."""

    smallest_number_of_schools: int
    joined_before: date
    years_needed: int
    weight_cap: int
    percent_decimals: int
    progress_decimals: int
    suppressed: str
    not_eligible: str


class Floor(Table, frozen=True, kw_only=True):
    """A floor or coasting standard of the years that had one."""

    applies: bool
    attainment_percent: Decimal | None = None
    progress: BySubject | None = None
