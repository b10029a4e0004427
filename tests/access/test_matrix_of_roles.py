"""The matrix of schools and authorities, typed again by hand and held against what is decided.

A cell is a code and words. R read, E enter or propose, F do all, A approve; P pseudonymised, G
aggregate, S suppressed, O nothing about pupils. The words narrow it; a dash is nothing at all.
"""

from collections.abc import Iterator
from datetime import date

import pytest

from keystage.access.decide import Way, decide
from keystage.access.grants import Grant
from keystage.access.permissions import Permission
from keystage.access.places import Place
from keystage.access.rights import Condition, Level
from keystage.access.roles import load_roles

ROLES = (
    "class_teacher", "assessment_lead", "senco", "headteacher", "delegated_senior", "governor",
    "school_reader", "trust_analyst", "trust_trustee", "authority_officer", "authority_moderator",
    "authority_analyst", "receiving_school",
)  # fmt: skip

# teacher | lead | senco | head | delegated | governor | reader | trust | trustee | officer |
# moderator | analyst | receiving
MATRIX = {
    "pupils": "R classes|R|R|R|R|-|R given|R given|-|R|R sampled|P|R intake",
    "judgements": "E classes|E|E their|E|E|-|-|-|-|E agreed|-|-|-",
    "class sign-off": "A classes|-|-|-|-|-|-|-|-|-|-|-|-",
    "head sign-off": "-|-|-|A|A given|-|-|-|-|-|-|-|-",
    "registration": "R|F|R|F|F|-|-|-|-|R|-|-|-",
    "arrangements": "E classes|E|F|A|A|-|-|-|-|G|-|-|-",
    "attendance": "E classes|E|R|A|A|-|-|-|-|R|-|-|-",
    "declaration": "-|E|-|A|A given|-|-|-|-|O|-|-|-",
    "season": "O|O|O|O|O|O|O|O|O|E|O|O|O",
    "messages": "-|O|O|O|O|-|-|O|-|O|O|-|-",
    "systems": "-|-|-|2|2|-|-|-|-|2|-|-|-",
    "sent": "-|O|-|O|O|-|-|O|-|O|-|-|-",
    "places": "-|-|-|-|-|-|-|-|-|E|-|-|-",
    "pack": "-|-|-|S|S|-|-|-|-|-|-|-|-",
    "collection": "-|-|-|-|-|-|-|-|-|-|-|-|-",
    "release": "-|-|-|-|-|-|-|-|-|-|-|-|-",
    "export": "-|F|-|F|F|-|-|-|-|F agreed|-|-|-",
    "submit": "-|E|-|F 2|F 2|-|-|-|-|F 2 agreed|-|-|-",
    "moderation": "-|R|-|R|R|-|-|-|-|R|F sampled|G|-",
    "results": "-|R day|R|R|R|S|R given|R|S|R|-|G|R intake +1",
    "download": "-|F day|-|F|F|-|-|F|-|F|-|-|F intake +1",
    "review": "-|E|-|A|A given|-|-|-|-|R|-|-|-",
    "checking": "-|E|E|A|A|-|-|O|-|R|-|-|-",
    "confirm": "-|-|-|A|A given|-|-|-|-|O|-|-|-",
    "decide": "-|-|-|-|-|-|-|-|-|-|-|-|-",
    "explain": "R classes|R|R|R|R|S|R given|R|S|R|R sampled|P|-",
    "accounts": "-|-|-|F|-|-|-|F|-|F|-|-|F",
    "schools": "-|-|-|-|-|-|-|G|O|G|O|G|-",
    "publish": "-|-|-|-|-|-|-|-|-|-|-|-|-",
    "disclosure": "-|-|-|-|-|-|-|-|-|-|-|-|-",
    "support": "-|-|-|-|-|-|-|-|-|-|-|-|-",
    "audit": "R own|R own|R own|R|R|-|-|R|-|R|R own|-|R",
    "purge": "-|-|-|2|-|-|-|-|-|2|-|-|-",
}

#: For each row: what may be read, what may be entered or done, what is approved.
ACTS = {
    "pupils": ("see_pupils", "", ""),
    "judgements": ("", "enter_judgements", ""),
    "class sign-off": ("", "", "sign_class"),
    "head sign-off": ("", "", "sign_head"),
    "registration": ("see_registrations", "manage_cohort", ""),
    "arrangements": ("see_arrangements", "propose_arrangements", "approve_arrangements"),
    "attendance": ("see_attendance", "edit_attendance", "approve_attendance"),
    "declaration": ("see_declaration", "draft_declaration", "sign_declaration"),
    "season": ("see_season", "set_dates", ""),
    "messages": ("use_messages", "", ""),
    "systems": ("", "manage_systems", ""),
    "sent": ("see_submissions", "", ""),
    "places": ("", "confirm_places", ""),
    "pack": ("share_pack", "", ""),
    "collection": ("", "run_collection", ""),
    "release": ("", "release_results", "approve_release"),
    "export": ("", "export", ""),
    "submit": ("", "prepare_submission", "submit"),
    "moderation": ("see_moderation", "record_moderation", ""),
    "results": ("see_results", "", ""),
    "download": ("", "download_results", ""),
    "review": ("see_reviews", "propose_review", "approve_review"),
    "checking": ("see_checking_requests", "propose_checking_request", "approve_checking_request"),
    "confirm": ("see_confirmation", "", "confirm_data"),
    "decide": ("see_request_rules", "decide_requests", "edit_request_rules"),
    "explain": ("explain_figure", "", ""),
    "accounts": ("see_people", "manage_people", ""),
    "schools": ("see_schools", "", ""),
    "publish": ("see_statistics", "enter_statistics", "approve_statistics"),
    "disclosure": ("see_disclosure", "change_disclosure", ""),
    "support": ("see_support", "support_as_user", ""),
    "audit": ("read_audit", "", ""),
    "purge": ("", "propose_purge", "approve_purge"),
}
TAKEN = {**dict.fromkeys("ROPGS", (0,)), "E": (0, 1), "F": (0, 1, 2), "A": (0, 2), "2": (1, 2)}
LEVELS = {"P": Level.PSEUDONYMISED, "G": Level.AGGREGATE, "S": Level.SUPPRESSED, "O": Level.NONE}
WITHOUT_PUPILS = {"season", "systems", "declaration", "confirm", "accounts", "audit", "purge"}
WORDS = {
    "their": Condition.OWN_PUPILS,
    "sampled": Condition.SAMPLED,
    "intake": Condition.OWN_INTAKE,
    "day": Condition.ON_RELEASE,
    "+1": Condition.DAY_AFTER_RELEASE,
    "own": Condition.OWN_ACTS,
}
DAY = date(2026, 7, 10)
PLACE = Place("900001", "T1", "999", "D1", agreed=frozenset(Permission))
HOME = {"school": "900001", "trust": "T1", "authority": "999", "diocese": "D1"}


def grant(role: str, given: frozenset[Permission] = frozenset(Permission)) -> Grant:
    scope = load_roles().roles[role].scope
    return Grant(
        role=role, scope=scope, organisation=HOME[scope.organisation], starts=DAY, ends=DAY,
        classes=frozenset({"6A"} if scope == "classes" else ()), given=given,
    )  # fmt: skip


def told(row: str, cell: str) -> Iterator[tuple[str, Way]]:
    """The permissions of a cell, and the way each is allowed."""
    code, *words = cell.split()
    for place in TAKEN.get(code, ()):
        permission = ACTS[row][place]
        if permission:
            level = LEVELS.get(code, Level.NONE if row in WITHOUT_PUPILS else Level.NAMED)
            held = {WORDS[word] for word in words if word in WORDS}
            if place == 2 and row not in {"submit", "class sign-off"}:
                held.add(Condition.ANOTHER_PERSON)
            if (row, place) == ("submit", 2) or (code, place) == ("2", 1):
                held.add(Condition.SECOND_PERSON)
            classes = frozenset({"6A"}) if "classes" in words else None
            yield permission, Way(level, classes, frozenset(held))


CASES = [
    (role, row, cell)
    for row, cells in MATRIX.items()
    for role, cell in zip(ROLES, cells.split("|"), strict=True)
]


@pytest.mark.parametrize(("role", "row", "cell"), CASES)
def test_every_cell_of_the_matrix_is_decided_as_written(role: str, row: str, cell: str) -> None:
    expected = dict(told(row, cell))
    for name in filter(None, ACTS[row]):
        found = decide([grant(role)], Permission(name), PLACE, season=2026, on=DAY)
        assert found.ways == ({expected[name]} if name in expected else set()), name
        assert found.known


@pytest.mark.parametrize(("role", "row", "cell"), [case for case in CASES if "given" in case[2]])
def test_what_must_be_given_in_so_many_words_is_not_there_without(
    role: str, row: str, cell: str
) -> None:
    *_, last = dict(told(row, cell))
    bare = grant(role, frozenset())
    assert not decide([bare], Permission(last), PLACE, season=2026, on=DAY).allowed
    named = grant(role, frozenset({Permission(last)}))
    assert decide([named], Permission(last), PLACE, season=2026, on=DAY).allowed


@pytest.mark.parametrize("row", [case[1] for case in CASES if "agreed" in case[2]])
def test_an_authority_does_for_a_school_only_what_the_school_agreed_to(row: str) -> None:
    officer = [grant("authority_officer")]
    for name in filter(None, ACTS[row]):
        agreed = Place("900001", None, "999", agreed=frozenset({Permission(name)}))
        others = Place("900001", None, "999", agreed=frozenset(Permission) - {Permission(name)})
        assert decide(officer, Permission(name), agreed, season=2026, on=DAY).allowed
        assert not decide(officer, Permission(name), others, season=2026, on=DAY).allowed


def test_office_and_assessment_lead_hold_the_same_rights() -> None:
    roles = load_roles().roles
    assert roles["office"].rights == roles["assessment_lead"].rights


READ_ONLY = {
    "governor", "school_reader", "trust_trustee", "authority_analyst", "inspector",
}  # fmt: skip


@pytest.mark.parametrize("role", sorted(READ_ONLY))
def test_who_only_reads_changes_nothing(role: str) -> None:
    rights = load_roles().roles[role].rights
    assert all(one.startswith(("see_", "explain_")) for one in rights)


NEVER_NAMED = {
    "governor", "trust_trustee", "authority_analyst", "diocese", "statistician", "help_desk",
    "system_administrator", "inspector",
}  # fmt: skip


@pytest.mark.parametrize("role", sorted(NEVER_NAMED))
def test_some_roles_never_see_a_name(role: str) -> None:
    assert Level.NAMED not in {right.level for right in load_roles().roles[role].rights.values()}


def test_nobody_has_every_permission_and_every_permission_has_somebody() -> None:
    roles = load_roles()
    assert all(roles.allowing(one) for one in Permission)
    assert not [role.key for role in roles.roles.values() if role.rights.keys() == set(Permission)]
    assert [role.key for role in roles.allowing(Permission.SIGN_HEAD)] == [
        "headteacher", "delegated_senior",
    ]  # fmt: skip
