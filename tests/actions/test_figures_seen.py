"""How much of a release of figures each role is shown: the matrix, walked role by role."""

from datetime import timedelta

import pytest
from cast_of_tests import MakePerson
from django.utils import timezone
from figures_of_tests import Statistics, play, statisticians

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.access.roles import load_roles
from keystage.actions.by import By
from keystage.actions.figures import publishing
from keystage.actions.figures.seeing import content_for, content_level, pupils_reach, table_for
from keystage.store.models import FiguresRelease, Organisation, Person

pytestmark = pytest.mark.django_db
ROLES = load_roles().roles
#: What the matrix says of seeing figures, by role, as it is meant.
SEES = {
    **dict.fromkeys(
        ("assessment_lead", "senco", "headteacher", "delegated_senior", "office", "school_reader",
         "trust_analyst", "diocese", "authority_officer", "authority_analyst", "agency_operator",
         "statistician", "inspector"), "complete"),
    **dict.fromkeys(("governor", "trust_trustee"), "suppressed"),
    **dict.fromkeys(
        ("class_teacher", "receiving_school", "authority_moderator", "help_desk",
         "system_administrator", "auditor")),
}  # fmt: skip
#: What the matrix says of opening figures down to the pupils.
OPENS = {
    **dict.fromkeys(
        ("class_teacher", "assessment_lead", "senco", "headteacher", "delegated_senior", "office",
         "school_reader", "trust_analyst", "authority_officer", "agency_operator", "auditor"),
        Level.NAMED),
    **dict.fromkeys(("authority_analyst", "statistician", "inspector"), Level.PSEUDONYMISED),
    **dict.fromkeys(
        ("governor", "receiving_school", "trust_trustee", "diocese", "authority_moderator",
         "help_desk", "system_administrator")),
}  # fmt: skip
GIVEN = tuple(
    str(one) for one in (Permission.SEE_MEASURES, Permission.EXPLAIN_FIGURE, Permission.SEE_PUPILS)
)


@pytest.fixture
def national() -> Organisation:
    return Organisation.objects.create(kind="national", code="STA", name="The agency")


@pytest.fixture
def desk(person: MakePerson, national: Organisation, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    schools = [("school", "900003"), ("school", "900004")]
    areas = [("la", "999"), ("trust", "T001"), ("region", "North"), ("national", "everyone")]
    play(monkeypatch, [*schools, *areas])
    return statisticians(person, national)


@pytest.fixture
def out(desk: Statistics, school: Organisation, other_school: Organisation) -> FiguresRelease:
    """A release of the agency that schools see."""
    assert school != other_school
    return publishing.approve(release=desk.make(), by=desk.other, shown_at=timezone.now())


@pytest.fixture
def holder(person: MakePerson, school: Organisation, national: Organisation) -> "Holder":
    """Gives somebody a role where it reaches the school."""
    diocese = Organisation.objects.create(kind="diocese", code="D1", name="A diocese")
    school.diocese = diocese
    school.save()
    bodies = {"school": school, "classes": school, "trust": school.trust, "diocese": diocese,
              "authority": school.authority, "national": national}  # fmt: skip
    return Holder(person, bodies)


class Holder:
    """``holder("governor")``: somebody with the role, where it reaches the school."""

    def __init__(self, person: MakePerson, bodies: dict[str, Organisation | None]) -> None:
        self._person, self._bodies = person, bodies

    def __call__(self, role: str, *, short: bool = True) -> Person:
        body = self._bodies[ROLES[role].scopes[0].value]
        assert body is not None
        found = self._person(role, body, classes=["6A"] if role == "class_teacher" else (),
                             given=GIVEN if short else ())  # fmt: skip
        if short:
            today = timezone.localdate()
            found.grants.update(starts_on=today, ends_on=today + timedelta(days=10))
        return found


def test_every_role_is_in_the_tables() -> None:
    assert set(SEES) == set(OPENS) == set(ROLES)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_is_shown_what_the_matrix_says(
    role: str, out: FiguresRelease, holder: Holder
) -> None:
    who = holder(role)

    level = content_level(out, "school", "900003", person=who)
    content = content_for(out, "school", "900003", person=who)
    reach = pupils_reach(out, "900003", person=who)

    assert level == SEES[role]
    assert (content.level if content else None) == SEES[role]
    assert (reach.level if reach else None) == OPENS[role]
    if reach is not None:
        assert reach.classes == (frozenset({"6A"}) if role == "class_teacher" else None)
        right = ROLES[role].rights[Permission.EXPLAIN_FIGURE]
        assert reach.logged == (Condition.LOGGED in right.conditions)


def test_a_right_that_has_to_be_given_is_none_without(out: FiguresRelease, holder: Holder) -> None:
    for role in ("school_reader", "diocese"):
        who = holder(role, short=False)
        assert content_for(out, "school", "900003", person=who) is None
        assert pupils_reach(out, "900003", person=who) is None


@pytest.mark.parametrize(
    ("role", "units"),
    [
        ("headteacher", {"school 900003": "complete", "region North": "suppressed",
                         "national everyone": "suppressed"}),
        ("governor", {"school 900003": "suppressed", "region North": "suppressed",
                      "national everyone": "suppressed"}),
        ("trust_analyst", {"school 900003": "complete", "trust T001": "complete",
                           "region North": "suppressed", "national everyone": "suppressed"}),
        ("authority_officer", {"school 900003": "complete", "school 900004": "complete",
                               "la 999": "complete", "region North": "suppressed",
                               "national everyone": "suppressed"}),
        ("class_teacher", {}),
        ("help_desk", {}),
    ],
)  # fmt: skip
def test_a_person_is_shown_the_units_their_organisation_holds(
    role: str, units: dict[str, str], out: FiguresRelease, holder: Holder
) -> None:
    who = holder(role)
    asked = ("school 900003", "school 900004", "school 999999", "la 999", "la 998", "trust T001",
             "region North", "national everyone")  # fmt: skip

    seen = {
        unit: found.level
        for unit in asked
        if (found := content_for(out, *unit.split(" ", 1), person=who))
    }

    assert seen == units


def test_a_statistician_is_shown_everything_complete(out: FiguresRelease, holder: Holder) -> None:
    who = holder("statistician")

    for kind, code in out.contents.values_list("kind", "code"):
        found = content_for(out, kind, code, person=who)
        assert found is not None
        assert found.level == "complete"


def test_nothing_is_shown_to_others_before_its_minute_nor_after_it_was_withdrawn(
    desk: Statistics, headteacher: Person
) -> None:
    release = desk.make()
    assert content_for(release, "school", "900003", person=headteacher) is None
    assert pupils_reach(release, "900003", person=headteacher) is None
    assert content_for(release, "school", "900003", person=desk.other.who) is not None

    soon = timezone.now() + timedelta(hours=1)
    approved = publishing.approve(release=release, by=desk.other, shown_at=soon)
    assert content_for(approved, "school", "900003", person=headteacher) is None

    gone = publishing.withdraw(release=release, by=desk.one, reason="A wrong table.")
    assert content_for(gone, "school", "900003", person=headteacher) is None
    assert content_for(gone, "school", "900003", person=desk.one.who) is not None


def test_a_pack_for_governors_is_suppressed_whoever_makes_it(
    out: FiguresRelease, headteacher: Person, governor: Person
) -> None:
    shared = content_for(
        out, "school", "900003", person=headteacher, permission=Permission.SHARE_PACK
    )

    assert shared is not None
    assert shared.level == "suppressed"
    assert (
        content_for(out, "school", "900003", person=governor, permission=Permission.SHARE_PACK)
        is None
    )
    with pytest.raises(ValueError, match="explain_figure"):
        content_for(out, "school", "900003", person=headteacher,
                    permission=Permission.EXPLAIN_FIGURE)  # fmt: skip


def test_what_an_authority_makes_is_shown_by_it_and_its_schools_alone(
    person: MakePerson,
    authority: Organisation,
    trust: Organisation,
    school: Organisation,
    headteacher: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play(monkeypatch)
    one, other = (By(person("authority_officer", authority), "test") for _ in range(2))
    release = Statistics(authority, one, other).make()
    publishing.approve(release=release, by=other, shown_at=timezone.now())
    release.refresh_from_db()

    analyst = person("trust_analyst", trust)
    operator = person(
        "agency_operator", Organisation.objects.create(kind="national", code="A", name="A")
    )
    for who, level in (
        (headteacher, "complete"),
        (one.who, "complete"),
        (analyst, None),
        (operator, None),
    ):
        assert content_level(release, "school", school.code, person=who) == level
        assert bool(pupils_reach(release, school.code, person=who)) == bool(level)

    assert content_level(release, "national", "everyone", person=headteacher) == "suppressed"
    elsewhere = Organisation.objects.create(
        kind="school", code="900009", name="A school elsewhere", number="9980309"
    )
    stranger = person("headteacher", elsewhere)
    for unit in (("region", "North"), ("national", "everyone"), ("school", "900009")):
        assert content_level(release, *unit, person=stranger) is None


def test_what_makers_look_at_is_theirs_alone_and_other_tables_follow_the_level(
    out: FiguresRelease, desk: Statistics, holder: Holder
) -> None:
    analyst, governor = holder("authority_analyst"), holder("governor")

    assert table_for(out, "schools", "la", "999", person=analyst) == b"schools"
    assert table_for(out, "schools", "la", "999", person=governor) is None
    assert table_for(out, "schools", "la", "998", person=analyst) is None
    assert table_for(out, "review", "la", "999", person=analyst) is None
    assert table_for(out, "review", "la", "999", person=desk.one.who) == b"review"
