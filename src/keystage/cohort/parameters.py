"""The figures an invented England is drawn from, read from the TOML files beside this module.

Shares are percent. Every table has a ``why``: the published figure it follows, or that it is a
choice. No figure of a distribution stands in code.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from keystage.cohort.chance import Floats
from keystage.statute.conversion import convert
from keystage.statute.reading import read
from keystage.statute.table import Record

T = TypeVar("T", bound=Record)

_HERE = Path(__file__).parent


class Because(Record, frozen=True, kw_only=True):
    """A table of figures and why they are what they are."""

    why: str


class Triple(Record, frozen=True, kw_only=True):
    """A figure for each subject with progress."""

    reading: float
    writing: float
    maths: float

    def row(self) -> Floats:
        """The three figures, in the order of the subjects."""
        return np.array([self.reading, self.writing, self.maths])


class Agreement(Record, frozen=True, kw_only=True):
    """How far the three subjects go together: their correlations."""

    reading_writing: float
    reading_maths: float
    writing_maths: float

    def matrix(self) -> Floats:
        """The correlation matrix, in the order of the subjects."""
        rw, rm, wm = self.reading_writing, self.reading_maths, self.writing_maths
        return np.array([[1.0, rw, rm], [rw, 1.0, wm], [rm, wm, 1.0]])


class Spread(Record, frozen=True, kw_only=True):
    """A mean and a standard deviation."""

    mean: float
    sd: float


class SpecialNeeds(Record, frozen=True, kw_only=True):
    """Shares of pupils without special needs, with support and with a plan."""

    none: float
    support: float
    plan: float


class Kind(Because, frozen=True, kw_only=True):
    """A kind of school.

    ``count``: how many there are in England. ``types``: codes of the year's school types with
    weights. ``sizes``: quantiles of cohort sizes, as pairs of share of schools and pupils, which a
    kind that ``grows`` shifts with the year's cohort. ``…_shift``: on the logit scale, against the
    mainstream. ``prior``: standing at key stage 1 of its schools, in deviations of pupils.
    ``progress``: mean effect in points, ``progress_sd`` its deviation between schools.
    """

    count: int
    types: Mapping[str, float]
    sizes: tuple[tuple[float, float], ...]
    grows: bool
    boys: float
    special_needs: SpecialNeeds
    no_key_stage_1: float
    mobile: float
    prior: Spread
    progress: Triple
    progress_sd: Triple
    disadvantaged_shift: float = 0.0
    eal_shift: float = 0.0


class Classes(Because, frozen=True, kw_only=True):
    """Class sizes: the usual and the largest, and from how few pupils years are taught together."""

    size: int
    most: int
    mixed_below: int


class Intake(Because, frozen=True, kw_only=True):
    """How the pupils of schools differ: deviations on the logit scale, and what goes together.

    ``prior_…`` are in deviations of pupils' standing at key stage 1.
    """

    disadvantaged_sd: float
    disadvantaged_shift: float
    eal_sd: float
    eal_shift: float
    special_needs_sd: float
    special_needs_by_deprivation: float
    prior_by_deprivation: float
    prior_authority_sd: float
    looked_after: float


class TrustRules(Because, frozen=True, kw_only=True):
    """How many academies are in trusts, weights of trusts' sizes, and when joining began.

    ``academies``: the school types that may be in a trust. ``reach``: over how many authorities
    beside each other a trust may be spread.
    """

    in_trust: float
    sizes: Mapping[str, float]
    first_year: int
    reach: int
    academies: tuple[str, ...]


class People(Because, frozen=True, kw_only=True):
    """Who pupils are.

    ``…_with_special_needs`` multiply the share. ``other_ethnicity_by_eal``: the power of a school's
    share without EAL that its share of White British pupils goes with. The rest are shares.
    """

    boys_with_special_needs: float
    girls_with_special_needs: float
    disadvantaged_with_special_needs: float
    others_with_special_needs: float
    other_ethnicity_by_eal: float
    unclassified_language: float
    older: float
    younger: float
    twins: float
    namesakes: float


class Moves(Because, frozen=True, kw_only=True):
    """Who comes and goes. ``mobile_…`` multiply the share of mobile pupils.

    ``…_within_days``: before the tests, or after them.
    """

    mobile_with_eal: float
    mobile_disadvantaged: float
    overseas_of_mobile_eal: float
    overseas_without_key_stage_1: float
    no_key_stage_1_with_eal: float
    no_key_stage_1_without_eal: float
    late_joiners: float
    late_within_days: int
    left_after_within_days: int
    left_before: float
    left_after: float
    temporary_numbers: float
    former_numbers: float
    discounted_of_overseas: float
    future: float
    previous: float
    removed: float


class KeyStage1Model(Because, frozen=True, kw_only=True):
    """Standing at key stage 1, in deviations of all pupils.

    ``girl`` counts up for girls and down for boys. ``partly_missing``: share of pupils with one
    subject disregarded; ``none_coded``: share of those without results who have a code for it;
    ``without_p_scale``: share of those below the standards who have no P scale.
    """

    common_sd: float
    own_sd: float
    girl: Triple
    disadvantaged: Triple
    eal: Triple
    support: Triple
    plan: Triple
    overseas: Triple
    year_of_age: Triple
    partly_missing: float
    none_coded: float
    without_p_scale: float


class ProgressModel(Because, frozen=True, kw_only=True):
    """Pupil progress in points: what pupils bring, what schools add, and how subjects agree.

    ``deprivation`` and ``baseline``: of a school, for each deviation of its disadvantage and of its
    key stage 1 results. ``lean``: how far schools are moved down, in deviations, for the square of
    how far they lie from the middle less one: their mean stays, and the lower end is longer.
    ``explained_sd``: what all of these make together, which is taken from the spread of a prior
    attainment group before chance is drawn. ``fall``: share of pupils who fall short of what they
    can do, by ``fall_size`` deviations on average.
    """

    girl: Triple
    disadvantaged: Triple
    eal: Triple
    support: Triple
    plan: Triple
    mobile: Triple
    overseas: Triple
    deprivation: Triple
    baseline: Triple
    authority_sd: Triple
    lean: Triple
    class_sd: Triple
    schools_agree: Agreement
    authorities_agree: Agreement
    pupils_agree: Agreement
    explained_sd: Triple
    fall: float
    fall_size: float


class WritingEdges(Record, frozen=True, kw_only=True):
    """Where writing judgements meet, in points: the lowest standing of each."""

    higher: float
    expected: float
    towards: float


class ResultsModel(Because, frozen=True, kw_only=True):
    """Subjects that have no progress, judged from those that have; and edges of judgements."""

    gps_weights: Triple
    gps_spread: float
    gps_sd: float
    gps_girl: float
    gps_mean: float
    gps_base: float
    science_weights: Triple
    science_sd: float
    science_edge: float
    writing_edges: WritingEdges
    too_few_marks_of_lowest: float


class Exceptions(Because, frozen=True, kw_only=True):
    """Shares of pupils (or of schools) with an outcome other than a result."""

    unable: float
    just_arrived_of_overseas: float
    score_lost_of_lost: float
    cheating: float
    maladministration_schools: float
    absent_from_all: float
    writing_absent: float
    disapplied: float
    writing_blank: float
    science_blank: float


class Model(Record, frozen=True, kw_only=True):
    """Everything of ``model.toml``."""

    kinds: Mapping[str, Kind]
    classes: Classes
    intake: Intake
    trusts: TrustRules
    people: People
    moves: Moves
    key_stage_1: KeyStage1Model
    progress: ProgressModel
    results: ResultsModel
    exceptions: Exceptions


@cache
def model() -> Model:
    """The figures of ``model.toml``."""
    return load("model.toml", Model)


def load(name: str, kind: type[T]) -> T:
    """Read a TOML file of this room into a record.

    Raises:
        StatuteError: it does not fit; the sentence names file and line.
    """
    document = read(_HERE / name, f"cohort/{name}")
    return convert(document.tables, kind, document)
