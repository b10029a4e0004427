"""The file of roles: what it says of grants' terms, and how a wrong one is refused."""

from datetime import date

import pytest

from keystage.access.permissions import Permission
from keystage.access.places import Organisation, Scope
from keystage.access.rights import Condition, Level, Right
from keystage.access.roles import load_roles, read_roles
from keystage.core.errors import InputError

FILE = """
[sources.mine]
title = "Mine"
read_on = 2026-11-22
[terms]
after_season = { days = 90, source = "mine" }
time_limited = { days = 31, source = "mine" }
review = { days = 365, source = "mine" }
dormant = { days = 90, source = "mine" }
[roles.clerk]
label = "Clerk"
sentence = "Writes."
family = "school"
scopes = ["school"]
source = "mine"
[roles.clerk.rights]
see_pupils = "named"
submit = { level = "named", conditions = ["second_person"] }
"""


def test_a_file_is_read() -> None:
    roles = read_roles(FILE)
    clerk = roles.roles["clerk"]
    assert (clerk.key, clerk.scope, clerk.manages_people) == ("clerk", Scope.SCHOOL, False)
    assert clerk.rights == {
        Permission.SEE_PUPILS: Right(Level.NAMED),
        Permission.SUBMIT: Right(Level.NAMED, frozenset({Condition.SECOND_PERSON})),
    }
    assert [role.key for role in roles.allowing(Permission.SUBMIT)] == ["clerk"]
    assert roles.allowing(Permission.EXPORT) == ()


@pytest.mark.parametrize(
    ("old", "new", "what", "where"),
    [
        ("= 90,", "= ,", "not valid TOML", "mine.toml"),
        ("[terms]", "[term]", "There is no table terms.", "mine.toml"),
        ("[roles.clerk]", "[more]\na = 1\n[roles.clerk]", "There is no table more.", "mine.toml"),
        ("[roles.clerk.rights]", "[roles.clerk.right]", "no table rights", "mine.toml, role clerk"),
        ("[roles.clerk]", "[roles]\nodd = 3\n[roles.clerk]", "no table role.", "role odd"),
        ("see_pupils", "see_all", "no permission see_all", "mine.toml, role clerk, key see_all"),
        ('"named"\n', '"all"\n', "'all'", "role clerk, key see_pupils, key level"),
        ('"named"\n', "3\n", "got `int`", "mine.toml, role clerk, key see_pupils"),
        ("second_person", "two", "'two'", "role clerk, key submit, key conditions[0]"),
        ("conditions =", "when =", "unknown field `when`", "mine.toml, role clerk, key submit"),
        ("second_person", "own_classes", "whose one scope is classes", "role clerk, key submit"),
        ('["school"]', '["street"]', "'street'", "role clerk, key scopes[0]"),
        ('["school"]', "[]", "has no scope", "mine.toml, role clerk, key scopes"),
        ('label = "Clerk"', "", "missing required field `label`", "mine.toml, role clerk"),
        ('label = "Clerk"', 'label = "C"\nage = 3', "field `age`", "mine.toml, role clerk"),
        ('family = "school"', 'family = "all"', "'all'", "mine.toml, role clerk, key family"),
        ("days = 31", 'days = "31"', "got `str`", "mine.toml, terms, key time_limited.days"),
        ('31, source = "mine"', '31, source = "a"', "no source a.", "terms, time_limited"),
        ('["school"]\nsource = "mine"', '["school"]\nsource = "a"', "no source a.", "key source"),
        ("2026-11-22", '"some day"', "date", "mine.toml, source mine, key read_on"),
    ],
)
def test_a_file_with_one_thing_wrong_is_refused_by_role_and_key(
    old: str, new: str, what: str, where: str
) -> None:
    assert old in FILE
    with pytest.raises(InputError) as caught:
        read_roles(FILE.replace(old, new, 1), "mine.toml")
    assert what in caught.value.what
    assert caught.value.where.endswith(where)
    assert caught.value.todo


def test_a_grant_ends_ninety_days_after_its_season_unless_said_otherwise() -> None:
    roles = load_roles()
    starts, season_end = date(2026, 9, 1), date(2027, 7, 31)
    assert roles.default_end("headteacher", starts, season_end) == date(2027, 10, 29)
    assert roles.default_end("inspector", starts, season_end) == date(2026, 10, 1)
    assert roles.default_end("inspector", date(2027, 10, 20), season_end) == date(2027, 10, 29)


def test_the_default_end_is_one_the_role_may_have() -> None:
    roles = load_roles()
    starts = date(2026, 9, 1)
    for role in roles.roles.values():
        end = roles.default_end(role.key, starts, date(2027, 7, 31))
        assert role.may_be(role.scope, (end - starts).days + 1)


def test_an_account_is_dormant_once_nobody_used_it_for_longer_than_the_term() -> None:
    roles = load_roles()
    assert roles.terms.dormant.days == 90
    assert not roles.dormant(date(2026, 1, 1), date(2026, 4, 1))
    assert roles.dormant(date(2026, 1, 1), date(2026, 4, 2))


def test_the_roles_of_the_service_are_all_there_with_words_for_people() -> None:
    roles = load_roles().roles
    assert len(roles) == 21
    for role in roles.values():
        assert role.label[0].isupper()
        assert role.sentence.endswith(".")
        assert len({role.label for role in roles.values()}) == len(roles)


def test_permissions_conditions_and_scopes_have_words_for_people() -> None:
    assert all(one.sentence.endswith(".") and one.subject for one in Permission)
    assert len({one.sentence for one in Permission}) == len(Permission)
    assert all(one.sentence for one in Condition)
    assert all(one.sentence for one in Scope)
    assert Permission("see_pupils") is Permission.SEE_PUPILS
    assert Scope.CLASSES.organisation is Organisation.SCHOOL
    assert {scope.organisation for scope in Scope} == set(Organisation)


def test_only_account_managers_with_roles_to_give_count_as_such() -> None:
    assert {key for key, role in load_roles().roles.items() if role.manages_people} == {
        "headteacher", "trust_analyst", "authority_officer", "receiving_school", "diocese",
        "agency_operator",
    }  # fmt: skip
