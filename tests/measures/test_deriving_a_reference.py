"""Deriving a reference: estimated ranges, refusals, minimums, cut-offs and the distribution."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any

import polars as pl
import pytest
from cohorts import make_cohort
from engine_side import computed, record_set
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_statute import INVENTED
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school

from keystage.core.errors import AbsentValueError, InputError
from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.measures import derive_bands
from keystage.measures.bands import five_bands, percentile_bands
from keystage.measures.compute import compute
from keystage.measures.derive import derived_year
from keystage.measures.derive_bands import school_scores, with_bands
from keystage.measures.estimate import estimated_ranges
from keystage.measures.table import MAINSTREAM, STATE_FUNDED
from keystage.measures.tally import Cell, Tally, by_group, deviation, mean
from keystage.statute.loader import load_year
from keystage.statute.progress import Banding
from keystage.statute.table import DERIVED, Absent
from keystage.statute.year import Year

BILLION = 10**9


def rules(year: Year, **more: object) -> Year:
    return changed(year, reference_rules=changed(year.reference_rules, **more))


def tallied(*cells: Cell) -> Tally:
    """The same pupils in every subject and kind of school."""
    kinds = (MAINSTREAM, STATE_FUNDED, "everyone")
    return Tally({(kind, subject): cells for kind in kinds for subject in IN_PROGRESS})


def pupils_of(average: int, count: int, points: int = 100) -> Cell:
    return (average, points * BILLION, count)


def starts(counts: dict[int, int], smallest: int) -> list[Fraction]:
    year = rules(YEAR, smallest_estimated_group=smallest)
    cells = [pupils_of(average, count) for average, count in sorted(counts.items())]
    return [Fraction(item.low) for item in estimated_ranges(tallied(*cells), year)]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({64: 5, 96: 5, 128: 5}, [0, 6, 8]),
        # Averages with too few pupils join the next one up.
        ({64: 2, 80: 3, 128: 5}, [0, 8]),
        ({64: 2, 80: 2, 96: 2, 128: 5}, [0, 8]),
        # Too few at the top join the one below.
        ({64: 5, 96: 5, 160: 4}, [0, 6]),
        ({64: 5, 96: 9, 128: 4, 160: 1}, [0, 6, 8]),
    ],
)
def test_estimated_groups_are_joined_until_they_hold_enough(
    counts: dict[int, int], expected: list[int]
) -> None:
    assert starts(counts, 5) == expected


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.integers(1, 160), st.integers(1, 9), min_size=2, max_size=12),
    st.integers(1, 12),
)
def test_estimated_groups_partition_the_scale_and_each_holds_enough(
    counts: dict[int, int], smallest: int
) -> None:
    year = rules(YEAR, smallest_estimated_group=smallest)
    cells = [pupils_of(average, count) for average, count in sorted(counts.items())]
    sums = list(accumulate(count for _, count in sorted(counts.items())))
    if not any(below >= smallest and sums[-1] - below >= smallest for below in sums):
        with pytest.raises(InputError, match="too few pupils in progress to estimate"):
            estimated_ranges(tallied(*cells), year)
        return
    ranges = estimated_ranges(tallied(*cells), year)
    held: Counter[int] = Counter()
    for sixteenth in range(161):
        inside = [place for place, one in enumerate(ranges) if one.holds(Decimal(sixteenth) / 16)]
        assert len(inside) == 1
        held[inside[0]] += counts.get(sixteenth, 0)
    assert min(held.values()) >= smallest
    assert len(held) == len(ranges)


@pytest.mark.parametrize("counts", [{64: 3, 128: 3}, {128: 50}])
def test_too_few_pupils_give_no_groups(counts: dict[int, int]) -> None:
    with pytest.raises(InputError, match="too few pupils in progress to estimate"):
        starts(counts, 5)


def test_a_subject_with_few_pupils_decides_what_is_enough() -> None:
    cells = (pupils_of(64, 9), pupils_of(96, 9), pupils_of(128, 9))
    few = (pupils_of(64, 2), pupils_of(96, 3), pupils_of(128, 5))
    mixed = tallied(*cells).cells | {(MAINSTREAM, Subject.WRITING): few}
    year = rules(YEAR, smallest_estimated_group=5)
    assert [int(one.low) for one in estimated_ranges(Tally(mixed), year)] == [0, 8]


def two_groups(year: Year) -> Year:
    """The year with groups estimated from whatever averages the pupils have."""
    return rules(changed(year, prior_attainment_groups=None), smallest_estimated_group=1)


def test_averages_and_deviations_by_hand() -> None:
    cells = (
        pupils_of(64, 3, 80), pupils_of(64, 1, 84),
        pupils_of(128, 1, 100), pupils_of(128, 1, 110),
    )  # fmt: skip
    year = derived_year(tallied(*cells), two_groups(YEAR), INVENTED)
    assert year.prior_attainment_groups is not None
    assert [one.reading for one in year.prior_attainment_groups.groups] == [81, 105]
    assert year.prior_attainment_groups.source == DERIVED
    assert year.sources[DERIVED] == INVENTED
    # Progress is -1 (three), 3, -5, 5: squares 3 + 9 + 50 over five. 1% of six pupils is nobody, so
    # the minimums are as low as the lowest score and raise no one.
    assert year.pupil_sd is not None
    assert float(year.pupil_sd.maths.best) == pytest.approx((62 / 5) ** 0.5, abs=1e-9)


def test_the_multiplier_leaves_no_more_than_the_share_below_it() -> None:
    """Of 400 pupils four may fall below: two at 80 do, and the four at 88 would be too many."""
    cells = (
        pupils_of(64, 2, 80), pupils_of(64, 4, 88), pupils_of(64, 194, 100),
        pupils_of(128, 100, 99), pupils_of(128, 100, 101),
    )  # fmt: skip
    year = derived_year(tallied(*cells), two_groups(YEAR), INVENTED)
    made = year.minimum_progress
    assert made is not None
    assert made.multiplier is not None
    scores = [80] * 2 + [88] * 4 + [100] * 194
    average = Fraction(sum(scores), 200)
    spread = sum(((one - average) ** 2 for one in scores), Fraction()) / 199
    assert float(made.multiplier.reading) == pytest.approx(
        float(average - 88) / float(spread) ** 0.5
    )
    assert float(made.minimum[0].reading or 0) == pytest.approx(float(88 - average), abs=1e-8)
    assert [item.group for item in made.minimum] == [1, 2]


def test_no_minimum_where_nobody_is_below_or_nothing_varies() -> None:
    """The lowest cell is caught whole and the next lies above its average: nothing is extreme."""
    cells = (
        pupils_of(64, 2, 80), pupils_of(64, 198, 100), pupils_of(128, 30, 100),
    )  # fmt: skip
    year = derived_year(tallied(*cells), two_groups(YEAR), INVENTED)
    assert year.minimum_progress is not None
    assert year.minimum_progress.minimum == ()
    flat = derived_year(
        tallied(pupils_of(64, 9, 80), pupils_of(128, 9, 100)), two_groups(YEAR), INVENTED
    )
    assert flat.minimum_progress is not None
    assert flat.minimum_progress.minimum == ()
    assert flat.minimum_progress.multiplier is not None
    assert flat.minimum_progress.multiplier.reading == 0


def test_a_year_without_minimums_derives_none() -> None:
    shipped = changed(YEAR, minimum_progress=load_year(2017, "final").minimum_progress)
    cells = (pupils_of(64, 9, 80), pupils_of(64, 9, 90), pupils_of(128, 9, 100))
    year = derived_year(tallied(*cells), two_groups(shipped), INVENTED)
    assert year.minimum_progress == shipped.minimum_progress


def test_a_year_that_does_not_say_what_minimums_catch_derives_none() -> None:
    assert YEAR.minimum_progress is not None
    silent = changed(YEAR, minimum_progress=changed(YEAR.minimum_progress, share_percent=None))
    cells = tuple(pupils_of(average, 10) for average in range(161))
    with pytest.raises(AbsentValueError, match="share of pupils that minimum scores catch"):
        derived_year(tallied(*cells), silent, INVENTED)


def test_what_was_absent_is_no_longer() -> None:
    cells = (pupils_of(64, 9, 80), pupils_of(128, 9, 100))
    shipped = load_year(2023, "final")
    assert "prior_attainment_groups" in shipped.absent
    year = derived_year(tallied(*cells), two_groups(shipped), INVENTED)
    assert "prior_attainment_groups" not in year.absent
    assert {"prior_attainment_groups", "pupil_sd", "minimum_progress"} & set(year.absent) == set()


def test_a_file_without_pupils_of_the_right_schools_is_refused() -> None:
    with pytest.raises(InputError, match="No pupil of the file counts in reading progress at a"):
        computed([pupil()], [school(NFTYPE="CYS", RECTYPE=2)], YEAR, derive_from=INVENTED)


def test_a_group_of_the_year_without_pupils_is_refused() -> None:
    with pytest.raises(InputError, match="No pupil is in prior attainment group 1 in reading"):
        computed([pupil()], [school()], YEAR, derive_from=INVENTED)


def test_a_file_that_does_not_say_which_schools_are_mainstream_is_refused() -> None:
    records = record_set([pupil()], [{"URN": 900001}], YEAR)
    with pytest.raises(InputError, match="without knowing which schools are mainstream"):
        compute(records, YEAR, derive_from=INVENTED)


def test_the_school_type_alone_says_which_schools_are_mainstream() -> None:
    """A school file with NFTYPE needs no RECTYPE."""
    pupils, schools = make_cohort(51, 8, 20, YEAR)
    bare = [{"URN": one["URN"], "NFTYPE": one["NFTYPE"]} for one in schools]
    year = two_groups(YEAR)
    by_type = computed(pupils, bare, year, derive_from=INVENTED).table.year
    by_both = computed(pupils, schools, year, derive_from=INVENTED).table.year
    assert by_type.prior_attainment_groups == by_both.prior_attainment_groups


def test_a_year_without_progress_derives_nothing() -> None:
    shipped = load_year(2025, "final")
    made = computed([pupil(KS1READ=None, KS1WRIT=None, KS1MAT=None)], [school()], shipped,
                    derive_from=INVENTED)  # fmt: skip
    assert made.table.year == shipped
    assert made.table.national


def cohort_table(schools: int, pupils: int) -> Any:
    cohort = make_cohort(61, schools, pupils, YEAR)
    return computed(*cohort, two_groups(YEAR), derive_from=INVENTED).table


def test_the_distribution_has_no_gap_and_no_overlap() -> None:
    table = cohort_table(30, 12)
    made = table.year.distribution
    assert made is not None
    assert sum(row.percent for row in made.rows) == 100
    assert [row.label for row in made.rows] == [
        "Top 5%", "Next 20%", "Next 15%", "Middle 20%", "Next 15%", "Next 20%", "Bottom 5%",
    ]  # fmt: skip
    for better, worse in zip(made.rows, made.rows[1:], strict=False):
        for subject in IN_PROGRESS:
            low, high = getattr(better, subject).low, getattr(worse, subject).high
            assert low - high == Decimal("0.1")
    assert made.rows[0].reading.high is None
    assert made.rows[-1].reading.low is None


@pytest.fixture
def tied(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[int]], Any]:
    """A table whose schools have these printed scores in every subject."""

    def make(scores: list[int]) -> Any:
        best_first = sorted(scores, reverse=True)
        monkeypatch.setattr(derive_bands, "_printed_scores", lambda *_: best_first)
        return table

    table = cohort_table(12, 12)
    return make


def test_schools_with_one_score_stay_on_one_side_of_a_cut_off_and_in_one_share(
    tied: Callable[[list[int]], Any],
) -> None:
    """Published cut-offs are printed scores: who has that score is beyond it, however many have."""
    scores = [12, 7, 7, 7, 7, 0, 0, -5, -5, -5]
    table = tied(scores)

    made = with_bands(table).year

    assert made.banding is not None
    assert made.banding.reading is not None
    cuts = made.banding.reading
    assert (cuts.high.best, cuts.low.best) == (Decimal("1.2"), Decimal("-0.5"))
    assert made.distribution is not None
    ranges = [
        (int(row.percent), row.reading.low, row.reading.high) for row in made.distribution.rows
    ]
    assert ranges == [
        (5, Decimal("1.2"), None),
        (20, Decimal("0.7"), Decimal("1.1")),
        (15, Decimal("0.7"), Decimal("0.6")),
        (20, Decimal("0.0"), Decimal("0.6")),
        (15, Decimal("-0.5"), Decimal("-0.1")),
        (20, Decimal("-0.5"), Decimal("-0.6")),
        (5, None, Decimal("-0.6")),
    ]
    held = [sum(_inside(score, row.reading) for row in made.distribution.rows) for score in scores]
    assert held == [1] * len(scores), "each score stands in one share, though some shares are empty"


@pytest.mark.parametrize("scores", [[3], [3, 3, 3], [-2, -2]])
def test_where_all_schools_have_one_score_it_is_both_cut_offs_and_limits_decide(
    scores: list[int], tied: Callable[[list[int]], Any]
) -> None:
    made = with_bands(tied(scores)).year
    assert made.banding is not None
    assert made.banding.reading is not None
    high, low = (cut.best for cut in (made.banding.reading.high, made.banding.reading.low))
    assert high == low == Decimal(scores[0]) / 10
    cut = scores[0]
    found = pl.DataFrame({"score": [cut] * 3, "lower": [1, -9, -9], "upper": [9, 9, -1]}).select(
        five_bands(pl.col("score"), pl.col("lower"), pl.col("upper"), cut, cut)
    )
    assert found.to_series().to_list() == [1, 3, 5]


def test_percentile_bands_of_tied_scores_leave_a_band_empty(
    tied: Callable[[list[int]], Any],
) -> None:
    scheme = Banding(
        source="guide_2022", confidence="C", scheme="percentile_bands",
        labels=("top", "middle", "bottom"), percents=(Decimal(25), Decimal(50), Decimal(25)),
    )  # fmt: skip
    table = tied([4, 4, 4, 4])
    made = with_bands(replace(table, year=changed(table.year, banding=scheme))).year.banding
    assert made is not None
    assert made.edges["reading"] == (Decimal("0.4"), Decimal("0.4"))
    bands = pl.DataFrame({"score": [4, 3]}).select(percentile_bands(pl.col("score"), [4, 4]))
    assert bands.to_series().to_list() == [1, 3]


def _inside(score: int, here: Any) -> bool:
    value = Decimal(score) / 10
    return (here.low is None or here.low <= value) and (here.high is None or value <= here.high)


def test_derived_bands_keep_the_years_labels() -> None:
    table = cohort_table(12, 12)
    assert table.year.banding is not None
    assert table.year.banding.labels == load_year(2022, "provisional").banding.labels  # type: ignore[union-attr]  # 2022 names them


def test_a_year_without_a_scheme_of_bands_is_given_none() -> None:
    table = cohort_table(12, 12)
    reason = Absent(absent="nobody has said")
    bare = changed(
        table.year,
        banding=None,
        distribution=None,
        absent={"banding": reason, "distribution": reason},
    )
    made = with_bands(replace(table, year=bare)).year
    assert made.banding is None
    assert made.distribution == table.year.distribution
    assert made.absent == {"banding": reason}


def test_cut_offs_may_be_made_from_every_school_of_the_file() -> None:
    table = cohort_table(12, 12)
    everyone = replace(table, year=rules(table.year, cuts_from="all"))
    made = with_bands(everyone).year.banding
    assert made is not None
    assert "all schools" in made.section


def test_schools_too_small_to_publish_give_no_bands() -> None:
    year = two_groups(YEAR)
    pupils = [pupil(), pupil(KS1MAT="GDS"), pupil(KS1MAT="GDS", READSCORE=110)]
    table = computed(pupils, [school()], year, derive_from=INVENTED).table
    assert table.year.banding == YEAR.banding
    assert table.year.distribution == YEAR.distribution


@pytest.mark.parametrize(("absent", "schools"), [(6, 1), (7, 0)])
def test_schools_of_low_coverage_give_no_bands(absent: int, schools: int) -> None:
    """Like those of too few pupils they have no published score."""
    pupils = [pupil()] * 6 + [pupil(READOUTCOME="A", READSCORE=None)] * absent
    table = computed(pupils, [school()], YEAR).table
    assert school_scores(table, Subject.READING).height == schools
    assert school_scores(table, Subject.MATHS).height == 1


@pytest.mark.parametrize(("percents", "bands"), [((25, 50, 25), (3, 5, 2)), ((), None)])
def test_percentile_bands_are_parted_at_their_own_shares(
    percents: tuple[int, ...], bands: tuple[int, ...] | None
) -> None:
    table = cohort_table(12, 12)
    scheme = Banding(
        source="guide_2022",
        confidence="C",
        scheme="percentile_bands",
        labels=("top", "middle", "bottom"),
        percents=tuple(map(Decimal, percents)),
        cuts_absent="not made yet",
    )
    made = with_bands(replace(table, year=changed(table.year, banding=scheme)))
    assert made.year.banding is not None
    if bands is None:
        assert made.year.banding == scheme
        return
    assert (made.year.banding.labels, made.year.banding.cuts_absent) == (scheme.labels, "")
    found = school_scores(made, Subject.READING)["band"].to_list()
    assert tuple(found.count(band) for band in (1, 2, 3)) == bands


def test_cells_beyond_every_range_are_in_no_group() -> None:
    cells = (pupils_of(16, 1), pupils_of(40, 2), pupils_of(400, 3))
    places = [0] * 20 + [None] * 30
    found = list(by_group(cells, places))
    assert found == [(0, [(Fraction(100), 1)])]


def test_mean_and_deviation_of_counted_points() -> None:
    pairs = [(Fraction(100), 3), (Fraction(104), 1)]
    assert mean(pairs) == 101
    assert deviation(pairs) == 2.0
    assert deviation([(Fraction(90), 1)]) == 0.0
