"""What holds of every decision, whatever the grants."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from keystage.access.decide import decide
from keystage.access.grants import Grant
from keystage.access.permissions import Permission
from keystage.access.places import Organisation, Place, Scope
from keystage.access.rights import Condition, Level
from keystage.access.roles import load_roles

DAY = date(2026, 7, 10)
EVERY = frozenset(Condition)
IDENTIFIERS = ("1", "2")
HERE = Place("1", "1", "1", "1")
PLACES = st.builds(
    Place,
    *[st.none() | st.sampled_from(IDENTIFIERS)] * 4,
    agreed=st.frozensets(st.sampled_from(Permission)),
)
PERMISSIONS = st.sampled_from(Permission)
CLASSES = st.frozensets(st.sampled_from(("6A", "6B")))


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    role = draw(st.sampled_from(sorted(load_roles().roles)))
    scope = draw(st.sampled_from(load_roles().roles[role].scopes) | st.sampled_from(Scope))
    starts = DAY + timedelta(days=draw(st.integers(-120, 20)))
    return Grant(
        role=role,
        scope=scope,
        organisation=draw(st.sampled_from(IDENTIFIERS)),
        starts=starts,
        ends=starts + timedelta(days=draw(st.integers(0, 200))),
        classes=draw(CLASSES) if scope is Scope.CLASSES else frozenset(),
        season=draw(st.sampled_from((None, 2025, 2026))),
        given=draw(st.frozensets(PERMISSIONS)),
    )


LISTS = st.lists(grants(), max_size=5)


@given(LISTS, LISTS, PERMISSIONS, PLACES)
def test_more_grants_never_take_a_right_away(
    some: list[Grant], more: list[Grant], permission: Permission, place: Place
) -> None:
    before = decide(some, permission, place, season=2026, on=DAY)
    after = decide([*some, *more], permission, place, season=2026, on=DAY)
    assert after.ways >= before.ways
    assert after.known >= before.known
    assert after.level.reaches(before.level)
    for level in Level:
        wide, narrow = after.classes_at(level, EVERY), before.classes_at(level, EVERY)
        assert wide is None or (narrow is not None and wide >= narrow)


@given(LISTS, grants(), PERMISSIONS, PLACES)
def test_a_grant_that_has_ended_or_not_started_never_changes_a_decision(
    some: list[Grant], odd: Grant, permission: Permission, place: Place
) -> None:
    assume(not odd.live(DAY))
    with_it = decide([*some, odd], permission, place, season=2026, on=DAY)
    assert with_it == decide(some, permission, place, season=2026, on=DAY)


@given(LISTS, PERMISSIONS, PLACES, st.sampled_from((None, 2025, 2026)))
def test_a_stranger_is_never_allowed(
    some: list[Grant], permission: Permission, place: Place, season: int | None
) -> None:
    found = decide(some, permission, place, season=season, on=DAY)
    assert found.known or not found.allowed
    reached = any(
        grant.scope is Scope.NATIONAL
        or place.identifier(grant.scope.organisation) == grant.organisation
        for grant in some
    )
    assert reached or not found.known


@given(LISTS, PERMISSIONS, PLACES)
def test_levels_and_classes_never_go_further_than_one_single_grant(
    some: list[Grant], permission: Permission, place: Place
) -> None:
    """Whatever is allowed for a class at a level is allowed by one of the grants alone."""
    whole = decide(some, permission, place, season=2026, on=DAY)
    alone = [decide([one], permission, place, season=2026, on=DAY) for one in some]
    assert whole.ways == {way for one in alone for way in one.ways}
    if whole.classes is None:
        assert any(one.level is whole.level and one.classes is None for one in alone)
    else:
        held = [one.classes or frozenset() for one in alone if one.level is whole.level]
        assert whole.classes <= frozenset().union(*held)


@given(grants(), PERMISSIONS, PLACES)
def test_scope_is_never_widened_by_what_the_role_may_see(
    one: Grant, permission: Permission, place: Place
) -> None:
    found = decide([one], permission, place, season=2026, on=DAY)
    kind = one.scope.organisation
    outside = kind is not Organisation.NATIONAL and place.identifier(kind) != one.organisation
    assert not (outside and found.known)


@given(LISTS, PERMISSIONS)
def test_the_order_of_grants_says_nothing(some: list[Grant], permission: Permission) -> None:
    found = decide(some, permission, HERE, season=2026, on=DAY)
    assert found == decide(some[::-1], permission, HERE, season=2026, on=DAY)
    assert found.conditions.isdisjoint({Condition.GIVEN, Condition.AGREEMENT})
