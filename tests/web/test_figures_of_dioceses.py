"""The schools of a diocese: their rows of the tables of their authorities, and nothing summed."""

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.utils import timezone
from scene_of_units import TRUSTS_YEAR, lines_of, units_of, words_of

from keystage.store.models import AuditEvent, FiguresRelease, Organisation, Person

pytestmark = pytest.mark.django_db
HERE = f"/diocese/D1/{TRUSTS_YEAR}/figures/"


@pytest.fixture
def released(nation: Organisation, operator: Person) -> FiguresRelease:
    return units_of(nation, operator)


@pytest.fixture
def diocese(authority: Organisation) -> Organisation:
    """A diocese with two schools of the release, and one that it says nothing of."""
    make = Organisation.objects.create
    diocese = make(kind="diocese", code="D1", name="Diocese of Fables")
    for code, name in (("900002", "School 2"), ("900006", "School 6"), ("900399", "New School")):
        make(
            kind="school", code=code, name=name, number=f"9990{code[-3:]}", authority=authority,
            diocese=diocese,
        )  # fmt: skip
    return diocese


@pytest.fixture
def officer(person: MakePerson, diocese: Organisation) -> Person:
    """Figures are shown by a short grant alone; one that began a month ago ends today."""
    return person("diocese", diocese, given=["see_measures"], ends_on=timezone.localdate())


def of_diocese(release: FiguresRelease, rest: str = "schools/") -> str:
    return f"{HERE}{release.pk}/diocese/D1/{rest}"


def test_an_officer_comes_from_the_list_of_releases_to_the_schools_of_the_diocese(
    as_person: AsPerson, officer: Person, released: FiguresRelease
) -> None:
    client = as_person(officer)
    assert of_diocese(released) in client.get(HERE).text

    text = words_of(client.get(of_diocese(released)))
    assert "Diocese of Fables" in text
    assert "You see every figure" in text
    assert "2 of 2 schools shown" in text
    assert "School 2 URN 900002" in text
    assert "School 1 URN" not in text
    assert "No figures are worked out for a diocese as a whole" in text
    assert "The release lists nothing of: New School." in text


def test_a_diocese_and_a_school_that_are_called_otherwise_are_so_at_the_next_look(
    as_person: AsPerson, officer: Person, released: FiguresRelease
) -> None:
    client = as_person(officer)
    client.get(of_diocese(released))
    Organisation.objects.filter(kind="diocese").update(name="Diocese of Myths")
    assert "Diocese of Myths" in words_of(client.get(of_diocese(released)))
    Organisation.objects.filter(code="900399").update(name="Newer School")
    assert "nothing of: Newer School." in words_of(client.get(of_diocese(released)))


def test_the_file_of_a_diocese_has_its_schools_and_is_written_down(
    as_person: AsPerson, officer: Person, released: FiguresRelease
) -> None:
    answer = as_person(officer).get(of_diocese(released, "schools/file/csv/?show=attainment"))
    lines = lines_of(answer)

    schools = {(line["URN"], line["School number"]) for line in lines if line["URN"].isdigit()}
    assert schools == {("900002", "9990002"), ("900006", "9990006")}
    assert {line["School"] for line in lines if line["School"].startswith("About")} >= {
        f"About: {head}" for head in ("release", "scope", "purpose", "warning", "level of data")
    }
    taken = AuditEvent.objects.get(action="taken away")
    assert "schools of Diocese of Fables, complete" in taken.subject


def test_a_diocese_has_no_other_page_and_nobody_elses_schools(
    as_person: AsPerson,
    person: MakePerson,
    headteacher: Person,
    officer: Person,
    released: FiguresRelease,
) -> None:
    client = as_person(officer)
    for rest in ("headline/", "figure/PTRWM_EXP/", "headline/file/csv/"):
        assert client.get(of_diocese(released, rest)).status_code == 404, rest
    assert client.get(of_diocese(released, "workings/"))["Location"] == of_diocese(released)
    other = Organisation.objects.create(kind="diocese", code="D2", name="Diocese of Riddles")
    assert client.get(f"{HERE}{released.pk}/diocese/D2/schools/").status_code == 404
    assert client.get(f"{HERE}{released.pk}/la/999/schools/").status_code == 404
    stranger = person("diocese", other, name="Otto Other")
    for one in (stranger, headteacher):
        assert as_person(one).get(of_diocese(released)).status_code == 404


def test_an_officer_without_a_grant_that_names_figures_sees_none(
    as_person: AsPerson, person: MakePerson, diocese: Organisation, released: FiguresRelease
) -> None:
    client = as_person(person("diocese", diocese))

    assert client.get(of_diocese(released)).status_code == 403


def test_a_diocese_without_schools_of_the_release_is_told_so(
    as_person: AsPerson, officer: Person, released: FiguresRelease
) -> None:
    Organisation.objects.filter(diocese__code="D1").update(diocese=None)

    client = as_person(officer)
    assert "Nothing of this body in this release" in words_of(client.get(of_diocese(released)))
    assert client.get(of_diocese(released, "schools/file/csv/")).status_code == 404
