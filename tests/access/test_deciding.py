"""Decisions on grants: days, seasons, places, levels that are never mixed, account managers."""

from datetime import date, timedelta
from typing import Any

import pytest

from keystage.access.decide import (
    Decision,
    Way,
    decide,
    may_approve,
    may_grant,
    removable,
    standing_at,
)
from keystage.access.grants import Grant
from keystage.access.permissions import Permission
from keystage.access.places import Organisation, Place, Scope
from keystage.access.rights import Condition, Level
from keystage.access.roles import load_roles
from keystage.core.errors import InputError

DAY = date(2026, 6, 1)
A, B = frozenset({"6A"}), frozenset({"6B"})
SCHOOL = Place("900001", "T1", "999", "D1")
OTHER = Place("900002", "T2", "998", "D2")
PUPILS = Permission.SEE_PUPILS


def grant(role: str = "headteacher", **given: Any) -> Grant:
    known = load_roles().roles.get(role)
    scope = given.pop("scope", known.scope if known else Scope.SCHOOL)
    homes = {"school": "900001", "trust": "T1", "authority": "999", "diocese": "D1"}
    usual = {
        "organisation": homes.get(scope.organisation, "agency"),
        "starts": date(2026, 5, 1),
        "ends": date(2026, 10, 29),
    }
    return Grant(role=role, scope=scope, **{**usual, **given})


def asked(
    *grants: Grant, place: Place = SCHOOL, season: int | None = 2026, on: date = DAY
) -> Decision:
    return decide(grants, PUPILS, place, season=season, on=on)


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2026, 4, 30), False),
        (date(2026, 5, 1), True),
        (date(2026, 10, 29), True),
        (date(2026, 10, 30), False),
    ],
)
def test_a_grant_counts_from_its_first_day_to_its_last(on: date, *, counts: bool) -> None:
    found = asked(grant(), on=on)
    assert (found.known, found.allowed) == (counts, counts)


@pytest.mark.parametrize(
    ("of", "season", "allowed"),
    [(2026, 2026, True), (2026, 2025, False), (2026, None, True), (None, 2019, True)],
)
def test_a_grant_for_one_season_allows_nothing_in_another(
    of: int | None,
    season: int | None,
    *,
    allowed: bool,
) -> None:
    found = asked(grant(season=of), season=season)
    assert found.allowed is allowed
    assert found.known


@pytest.mark.parametrize(
    ("role", "inside", "outside"),
    [
        ("headteacher", Place(school="900001"), Place(trust="T1", authority="999")),
        ("trust_analyst", Place("900009", trust="T1"), Place("900001", authority="T1")),
        ("authority_officer", Place("900009", authority="999"), Place("999", trust="999")),
        ("diocese", Place("900009", diocese="D1"), Place("900001")),
        ("authority_officer", Place(authority="999"), Place()),
        ("agency_operator", Place(), None),
        ("agency_operator", OTHER, None),
    ],
)
def test_a_grant_reaches_the_places_of_its_organisation(
    role: str, inside: Place, outside: Place | None
) -> None:
    assert asked(grant(role), place=inside).known
    assert outside is None or not asked(grant(role), place=outside).known


def test_a_stranger_is_not_known_and_a_colleague_without_the_permission_is() -> None:
    assert asked(grant(), place=OTHER) == Decision(known=False)
    assert asked() == Decision(known=False)
    governor = asked(grant("governor"))
    assert (governor.known, governor.allowed, governor.level) == (True, False, Level.NONE)
    assert (governor.classes, governor.conditions) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    "odd",
    [
        grant("class_teacher", scope=Scope.AUTHORITY),
        grant("headteacher", scope=Scope.NATIONAL),
        grant("head_of_nothing"),
        grant("inspector"),
    ],
)
def test_a_grant_no_role_may_be_given_counts_for_nothing(odd: Grant) -> None:
    assert asked(odd) == Decision(known=False)


def test_classes_of_several_grants_are_united() -> None:
    first = grant("class_teacher", classes=A)
    second = grant("class_teacher", classes=B)
    assert asked(first).classes == A
    assert asked(first, second).classes == A | B
    assert asked(first, second, grant("assessment_lead")).classes is None
    assert asked(grant("class_teacher")).classes == frozenset()


def test_names_held_for_one_class_are_not_held_for_all_through_a_weaker_grant() -> None:
    teacher = grant("class_teacher", classes=A)
    analyst = grant("authority_analyst")
    found = asked(teacher, analyst)
    assert (found.level, found.classes) == (Level.NAMED, A)
    assert found.classes_at(Level.NAMED) == A
    assert found.classes_at(Level.PSEUDONYMISED) is None
    assert found.classes_at(Level.SUPPRESSED) is None


def test_conditions_of_one_grant_do_not_fall_with_another_for_fewer_classes() -> None:
    teacher = grant("class_teacher", classes=A)
    found = asked(teacher, grant("authority_moderator"))
    assert (found.classes, found.conditions) == (A, frozenset())
    assert found.classes_at(Level.NAMED) == A
    assert found.classes_at(Level.NAMED, met={Condition.SAMPLED}) is None
    moderator = asked(grant("authority_moderator"))
    assert moderator.conditions == {Condition.SAMPLED}
    assert moderator.classes is None
    assert moderator.classes_at(Level.NAMED) == frozenset()


def test_what_is_time_limited_needs_a_short_grant_that_names_it() -> None:
    days = load_roles().terms.time_limited.days
    named = frozenset({PUPILS})
    last = DAY + timedelta(days=days - 1)
    short = grant("agency_operator", starts=DAY, ends=last, given=named)
    long = grant("agency_operator", starts=DAY, ends=last + timedelta(days=1), given=named)
    unnamed = grant("agency_operator", starts=DAY, ends=last)
    assert short.days == days
    assert asked(short).level is Level.NAMED
    assert not asked(long).allowed
    assert not asked(unnamed).allowed
    assert asked(long, unnamed).known


def test_best_levels_show_most() -> None:
    assert Level.best([Level.SUPPRESSED, Level.MASKED, Level.AGGREGATE]) is Level.MASKED
    assert Level.best([]) is Level.NONE
    assert Level.NAMED.reaches(Level.NAMED)
    assert not Level.AGGREGATE.reaches(Level.PSEUDONYMISED)
    assert all(level.sentence for level in Level)


def test_nobody_approves_what_they_entered() -> None:
    assert may_approve("ann", {"bob", "cat"})
    assert may_approve("ann", ())
    assert not may_approve("ann", {"ann", "bob"})


@pytest.mark.parametrize(
    ("others", "may"),
    [
        ([], False),
        ([grant("assessment_lead"), grant("delegated_senior")], False),
        ([grant(ends=DAY - timedelta(days=1))], False),
        ([grant(starts=DAY + timedelta(days=1))], False),
        ([grant(organisation="900002")], False),
        ([grant("authority_officer", organisation="900001")], False),
        ([grant("auditor", scope=Scope.SCHOOL)], False),
        ([grant()], True),
        ([grant("receiving_school")], True),
    ],
)
def test_the_last_account_manager_of_an_organisation_stays(
    others: list[Grant], *, may: bool
) -> None:
    assert removable([grant(), *others], grant(), DAY) is may


@pytest.mark.parametrize(
    "free", [grant("governor"), grant(ends=DAY - timedelta(days=1)), grant("system_administrator")]
)
def test_a_grant_that_manages_nobody_may_end(free: Grant) -> None:
    assert removable([free], free, DAY)


@pytest.mark.parametrize(
    ("manager", "wanted", "place", "may"),
    [
        (grant(), grant("class_teacher"), SCHOOL, True),
        (grant(), grant("governor"), SCHOOL, True),
        (grant(), grant("governor", organisation="900002"), OTHER, False),
        (grant(), grant("governor", organisation="900002"), SCHOOL, False),
        (grant(), grant("trust_analyst"), SCHOOL, False),
        (grant(), grant("trust_analyst"), Place(trust="T1"), False),
        (grant(), grant("agency_operator"), Place(), False),
        (grant(), grant("agency_operator"), SCHOOL, False),
        (grant(), grant("head_of_nothing"), SCHOOL, False),
        (grant(), grant("class_teacher", scope=Scope.SCHOOL), SCHOOL, False),
        (grant(), grant("inspector"), SCHOOL, False),
        (grant(), grant("inspector", starts=DAY, ends=DAY), SCHOOL, True),
        (grant("delegated_senior"), grant("governor"), SCHOOL, False),
        (grant("authority_officer"), grant(), SCHOOL, True),
        (grant("authority_officer"), grant("authority_moderator"), Place(authority="999"), True),
        (grant("trust_analyst"), grant("trust_trustee"), Place(trust="T1"), True),
        (grant("agency_operator"), grant("statistician"), Place(), True),
        (grant("system_administrator"), grant("statistician"), Place(), False),
    ],
)
def test_managers_give_roles_in_their_own_organisation_only(
    manager: Grant,
    wanted: Grant,
    place: Place,
    *,
    may: bool,
) -> None:
    assert may_grant([manager], wanted, place, on=DAY) is may


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"ends": date(2026, 4, 30)},
            "The grant ends on 2026-04-30, before it starts on 2026-05-01.",
        ),
        ({"organisation": "  "}, "The grant names no organisation."),
        ({"classes": frozenset({"6A"})}, "The grant is for one school and names classes."),
    ],
)
def test_grants_that_mean_nothing_are_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        grant(**given)
    assert caught.value.what == sentence
    assert caught.value.todo


def test_places_know_whose_pages_they_are() -> None:
    assert SCHOOL.organisation is Organisation.SCHOOL
    assert Place(trust="T1", diocese="D1").organisation is Organisation.TRUST
    assert Place(authority="999").organisation is Organisation.AUTHORITY
    assert Place(diocese="D1").organisation is Organisation.DIOCESE
    assert Place().organisation is Organisation.NATIONAL
    assert SCHOOL.identifier(Organisation.NATIONAL) is None


def test_ways_are_equal_by_what_they_say() -> None:
    assert Way(Level.NAMED) == Way(Level.NAMED, None, frozenset())


def test_a_standing_decides_alike_for_more_seasons_than_it_keeps() -> None:
    held = (grant(season=2026), grant("governor"))
    standing = standing_at(held, SCHOOL, on=DAY)
    assert standing_at(held, SCHOOL, on=DAY) is standing
    seasons = range(1900, 2300)

    first = [standing.decide(PUPILS, season=season) for season in seasons]

    assert len(standing._decided) < len(seasons)
    assert [standing.decide(PUPILS, season=season) for season in seasons] == first
    assert [one.allowed for one in first] == [season == 2026 for season in seasons]
