"""Small cohorts drawn at random, amended at random: an exact reader learns nothing of a few."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from readers_of_tests import ALL, COUNTS, Release, Unit, counts_of, what_is_known
from snapshots_of_tests import YEAR

from keystage.flows.figures.contents import Content, Figure, Level, State
from keystage.flows.figures.protecting import protected_against

SMALLEST = YEAR.suppression.smallest_group
LABEL = "Share reaching the standard"
SCHOOL: Unit = ("school", "900001")
GROUPS = ("boys", "girls", "disadvantaged", "other", "low", "middle", "high", "no_ks1")
SHOWN = GROUPS[:-1]
#: A pupil: the groups, and whether the standard was reached.
Pupil = tuple[frozenset[str], bool]


@st.composite
def pupils(draw: st.DrawFn, least: int, most: int) -> list[Pupil]:
    drawn = st.tuples(
        st.sampled_from(["boys", "girls"]),
        st.sampled_from(["disadvantaged", "other", "other"]),
        st.sampled_from(["low", "middle", "middle", "high", "no_ks1"]),
    ).map(frozenset)
    many = draw(st.integers(least, most))
    made = st.tuples(drawn, st.booleans())
    return draw(st.lists(made, min_size=many, max_size=many))


@st.composite
def amended(draw: st.DrawFn) -> list[list[Pupil]]:
    """The cohorts of three releases: pupils leave between them, or pupils join; fewer than six.

    Of six and more it is published what they are.
    """
    cohort = draw(pupils(24, 130))
    first = draw(st.integers(0, SMALLEST - 1))
    second = draw(st.integers(first, SMALLEST - 1))
    return [cohort, cohort[first:], cohort[second:]][:: draw(st.sampled_from([1, -1]))]


def content(cohort: Sequence[Pupil], label: str, level: Level) -> Content:
    """A cohort as the department prints it: few pupils withheld, and pairs together."""
    members = {group: [one for one in cohort if group in one[0]] for group in GROUPS}
    members[ALL] = list(cohort)
    counts = {group: len(ones) for group, ones in members.items()}
    figures = [
        Figure(name=COUNTS[group], label=group, group=group, family="composition", unit="pupils",
               text=str(many))
        for group, many in counts.items()
    ]  # fmt: skip
    for group in (ALL, *SHOWN):
        many = counts[group]
        partner = {"disadvantaged": "other", "other": "disadvantaged"}.get(group, group)
        few = any(0 < counts[one] < SMALLEST for one in (group, partner))
        met = sum(reached for _, reached in members[group])
        text = f"{(200 * met + many) // (2 * many)}%" if many else ""
        hidden = few and level == "suppressed"
        state: State = "suppressed" if hidden else "shown" if many else "not_applicable"
        figures.append(
            Figure(name=f"P_{group}", label=LABEL, group=group, family="attainment",
                   unit="percent", text="" if hidden else text, state=state)
        )  # fmt: skip
    return Content(
        kind="school", code=SCHOOL[1], name="A", level=level, year=2022, stage="final",
        release=label, made_at="", pupils=str(len(cohort)), figures=tuple(figures),
    )  # fmt: skip


def published(cohorts: Sequence[Sequence[Pupil]]) -> tuple[Release, ...]:
    """What is published of the cohorts, each release beside those before it."""
    earlier: list[Content] = []
    releases = []
    for place, cohort in enumerate(cohorts):
        complete, plain = (
            content(cohort, f"release {place}", level) for level in ("complete", "suppressed")
        )
        shown = protected_against(plain, earlier, YEAR)
        earlier += [complete, shown]
        counts = {SCHOOL: counts_of(complete)}
        releases.append(
            Release(contents={SCHOOL: shown}, counts=counts, members={}, years={},
                    others=frozenset())
        )  # fmt: skip
    return tuple(releases)


@given(amended())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_nothing_is_learnt_of_a_few(cohorts: list[list[Pupil]]) -> None:
    releases = published(cohorts)
    known = what_is_known(releases, labels={LABEL})
    plain = what_is_known(releases, labels={LABEL}, groups=False)
    for group in SHOWN:
        states = [one.contents[SCHOOL].figure(f"P_{group}").state for one in releases]  # type: ignore[union-attr]  # it has
        for place, release in enumerate(releases):
            number = (LABEL, place, SCHOOL, group)
            if 0 < release.counts[SCHOOL][group] < SMALLEST and "shown" not in states:
                assert known.bounds[number] == plain.bounds[number], number
    for place in (1, 2):
        without = what_is_known(releases, labels={LABEL}, without=place)
        for key, own in known.bounds.items():
            if key[0] == "moved" and key[3] == place:
                assert own == without.bounds[key], key
