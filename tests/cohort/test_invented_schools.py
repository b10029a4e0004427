"""Schools of an invented England: numbers nobody has, names that say so, sizes by classes."""

import polars as pl
import pytest

from keystage.cohort.authority import Authority
from keystage.cohort.england import places
from keystage.cohort.local import local
from keystage.cohort.plan import Plan, shares
from keystage.cohort.schools import make_schools
from keystage.records.record_type import ESTABLISHMENTS
from keystage.statute.loader import load_year

NATIONAL = Plan(year=2022, release="provisional", seed=1)


def share(flags: pl.Series) -> float:
    return int(flags.sum()) / flags.len()


@pytest.fixture(scope="module")
def england() -> pl.DataFrame:
    made = make_schools(NATIONAL)
    return made.table.join(made.settings.select("URN", "kind", "pupils", "classes"), on="URN")


def test_schools_have_numbers_that_are_given_to_none(england: pl.DataFrame) -> None:
    assert england["URN"].min() == 900_000
    assert england["URN"].n_unique() == england["LAESTAB"].n_unique() == england.height == 16_300
    establishment = england["LAESTAB"] % ESTABLISHMENTS
    assert establishment.is_between(1, 999).all()
    assert (england["LAESTAB"] // ESTABLISHMENTS == england["LEA"]).all()


def test_every_name_says_that_it_is_invented(england: pl.DataFrame) -> None:
    assert england["SCHNAME"].str.ends_with("(invented)").all()
    assert england["TRUST_NAME"].drop_nulls().str.ends_with("(invented)").all()
    assert england["SCHNAME"].n_unique() > 5_000


def test_a_national_cohort_has_every_authority_and_region(england: pl.DataFrame) -> None:
    assert sorted(england["LEA"].unique()) == [place.number for place in places(2022)]
    assert england["REGION"].n_unique() == 9


@pytest.mark.parametrize(
    ("year", "there", "gone"),
    [(2016, (837, 909, 928), (839, 940, 942)), (2019, (838, 909, 928), (835, 940, 943)),
     (2022, (839, 909, 941), (928, 942)), (2023, (940, 942, 943), (909, 928))],
)  # fmt: skip
def test_authorities_are_those_of_the_summer(
    year: int, there: tuple[int, ...], gone: tuple[int, ...]
) -> None:
    numbers = {place.number for place in places(year)}
    assert numbers.issuperset(there)
    assert numbers.isdisjoint(gone)


def test_kinds_have_the_types_and_records_of_the_tables(england: pl.DataFrame) -> None:
    types = load_year(2022, "provisional").school_types.types
    mainstream = [code for code, kind in types.items() if kind.mainstream]
    alternative = [code for code, kind in types.items() if kind.alternative_provision]
    kind, code = pl.col("kind"), pl.col("NFTYPE").cast(pl.String)
    of_kind = {
        name: england.filter(kind == name).select(code.is_in(codes).all()).item()
        for name, codes in {
            "mainstream": mainstream,
            "middle": mainstream,
            "alternative": alternative,
            "independent": ["IND", "INDSS"],
        }.items()
    }
    assert all(of_kind.values()), of_kind
    records = dict(england.group_by("kind").agg(pl.col("RECTYPE").unique()).iter_rows())
    assert records == {
        "mainstream": [1], "middle": [1], "special": [2], "alternative": [2], "independent": [None],
    }  # fmt: skip
    academies = england.filter(kind == "mainstream")["NFTYPE"].is_in(["AC", "ACC", "F"])
    assert 0.35 < share(academies) < 0.43


def test_whole_classes_show_in_the_sizes_of_schools(england: pl.DataFrame) -> None:
    sizes = england.filter(pl.col("kind") == "mainstream")["pupils"]
    one, two = share(sizes.is_between(28, 31)), share(sizes.is_between(57, 62))
    between = share(sizes.is_between(41, 46))
    assert one > 0.15 > two > 0.1 > between
    assert (england["pupils"] <= england["classes"] * 34).all()
    assert england["pupils"].min() == 1


def test_trusts_lie_in_one_region_and_have_up_to_forty_schools(england: pl.DataFrame) -> None:
    trusts = (
        england.drop_nulls("TRUST_UID")
        .group_by("TRUST_UID")
        .agg(
            pl.len(), pl.col("REGION").n_unique().alias("regions"), pl.col("TRUST_NAME").n_unique()
        )
    )
    assert trusts["regions"].max() == trusts["TRUST_NAME"].max() == 1
    assert trusts["len"].min() == 2
    assert trusts["len"].max() == 40
    assert 3 <= trusts.select(pl.col("len").median()).item() <= 6


def test_some_schools_joined_their_trust_too_late_to_count(england: pl.DataFrame) -> None:
    rules = load_year(2022, "provisional").trusts
    assert rules is not None
    late = share(england["DATE_JOINED_TRUST"].drop_nulls() >= rules.joined_before)
    assert 0.1 < late < 0.4
    assert england.filter(pl.col("TRUST_UID").is_null())["DATE_JOINED_TRUST"].is_null().all()


def test_an_authority_that_is_nowhere_has_every_common_kind(nowhere: Authority) -> None:
    assert nowhere.schools.height == 60
    assert nowhere.schools["LEA"].unique().to_list() == [999]
    assert set(nowhere.truth["kind"]) == {"mainstream", "special", "independent"}


@pytest.mark.parametrize("schools", [1, 7, 100, 1_500])
def test_a_plan_of_some_schools_has_that_many(schools: int) -> None:
    plan = Plan(year=2022, release="provisional", seed=3, schools=schools)
    assert sum(share.schools for share in shares(plan)) == schools


def test_an_authority_is_the_same_in_every_plan_of_its_seed() -> None:
    some = make_schools(Plan(year=2022, release="provisional", seed=1, authorities=5)).settings
    whole = make_schools(NATIONAL).settings
    for number in some["LEA"].unique():
        one, other = (frame.filter(pl.col("LEA") == number).drop("URN") for frame in (some, whole))
        assert one.equals(other)


def test_what_authorities_add_is_nought_over_the_country_and_nothing_nowhere() -> None:
    everywhere = places(2022)
    adds = [local(7, 2022, place.number) for place in everywhere]
    weights = [place.schools + place.middle for place in everywhere]
    assert abs(sum(w * add.prior for w, add in zip(weights, adds, strict=True))) < 1e-9
    for subject in range(3):
        progress = sum(w * add.progress[subject] for w, add in zip(weights, adds, strict=True))
        assert abs(progress) < 1e-9
    assert max(abs(add.prior) for add in adds) > 0.1
    assert local(7, 2022, 999).prior == 0
    assert not local(7, 2022, 999).progress.any()
