"""No page names a pupil to somebody who may not see that pupil, whatever the page is about."""

from datetime import timedelta

import pytest
from all_routes import address, routes
from cast_of_tests import AsPerson, MakePerson
from django.test import Client
from django.utils import timezone
from scene_of_routes import Scene

from keystage.store.models import Organisation, Person, Pupil, Result, Sheet

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: The list of who is registered is the school's: a class teacher reads all of it.
REGISTRATIONS = {"pupils:cohort", "pupils:reconcile"}


def met(client: Client, scene: Scene, pupils: list[Pupil]) -> set[str]:
    """The pages and files of the school that say anything of who these pupils are."""
    said = {word for one in pupils for word in (one.surname, one.upn, str(one.pk))}
    found = set()
    for route in routes():
        if route.kind == "school":
            answer = client.get(address(route, scene))
            text = answer.content.decode(errors="replace")
            if any(word in text for word in said):
                found.add(route.name)
    return found


def test_a_class_teacher_meets_pupils_of_other_classes_in_the_registrations_alone(
    scene: Scene, as_person: AsPerson, teacher: Person
) -> None:
    others = list(Pupil.objects.exclude(class_name="6A"))

    assert met(as_person(teacher), scene, others) == REGISTRATIONS


def test_the_walk_sees_pupils_where_they_are(
    scene: Scene, as_person: AsPerson, teacher: Person
) -> None:
    own = list(Pupil.objects.filter(class_name="6A"))

    assert met(as_person(teacher), scene, own) >= {"sheet:grid", "sheet:download", "pupils:pupil"}


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("governor", "school"), ("inspector", "school"), ("trust_trustee", "trust"),
        ("diocese", "diocese"), ("authority_analyst", "authority"), ("help_desk", "national"),
        ("statistician", "national"), ("system_administrator", "national"),
    ],
)  # fmt: skip
def test_who_sees_no_names_meets_nobody(
    scene: Scene, as_person: AsPerson, person: MakePerson, role: str, kind: str
) -> None:
    soon = timezone.localdate() + timedelta(days=1)
    who = person(role, scene.organisations[kind], ends_on=soon)

    assert met(as_person(who), scene, list(Pupil.objects.all())) == set()


@pytest.mark.parametrize(
    ("role", "told"), [("office", True), ("authority_analyst", False), ("authority_officer", True)]
)
def test_a_value_that_stops_the_figures_is_told_to_who_may_see_it(
    resulted_sheet: Sheet,
    as_person: AsPerson,
    person: MakePerson,
    authority: Organisation,
    role: str,
    told: bool,  # noqa: FBT001  # of the table
) -> None:
    Result.objects.filter(subject="reading").update(scaled_score=300)
    who = person(role, resulted_sheet.school if role == "office" else authority)
    text = as_person(who).get("/school/900003/2026/results/figures/").text

    assert ("The scaled score 300 is not between" in text) == told
    assert ("The school can see which" in text) != told
