"""Released figures of trusts and authorities: who sees which, worked out, and listed by school."""

from fractions import Fraction
from typing import Any

import lxml.html
import pytest
from cast_of_tests import AsPerson, MakePerson
from scene_of_units import (
    AT_TRUST,
    TRUSTS_YEAR,
    lines_of,
    of_authority,
    of_trust,
    units_of,
    words_of,
)
from trusts_of_tests import TRUST, of_a_year_without_rules

from keystage.store.models import AuditEvent, FiguresRelease, Organisation, Person
from keystage.web.figures.fragments import FRAGMENTS, Fragments
from keystage.web.figures_units.parts import parts_of
from keystage.web.figures_units.reached import APART

pytestmark = pytest.mark.django_db
READING = "READ_PROGSCORE_EM_ADJ_WGTAVG"


@pytest.fixture
def released(nation: Organisation, operator: Person) -> FiguresRelease:
    return units_of(nation, operator)


@pytest.fixture
def analyst(person: MakePerson, trust: Organisation) -> Person:
    return person("trust_analyst", trust, name="Tara Analyst")


@pytest.fixture
def trustee(person: MakePerson, trust: Organisation) -> Person:
    return person("trust_trustee", trust, name="Tom Trustee")


@pytest.fixture
def officer(person: MakePerson, authority: Organisation) -> Person:
    return person("authority_analyst", authority, name="Ola Officer")


def test_an_analyst_of_forty_schools_sees_the_guides_example_worked_out(
    as_person: AsPerson, analyst: Person, released: FiguresRelease
) -> None:
    text = words_of(as_person(analyst).get(of_trust(released, f"workings/?figure={READING}")))

    for words in (
        "School 1 2.5 0.8 to 4.2 3 52 156 390.00 0.49",
        "School 5 −1.5 −3.2 to 0.2 4 60 240 −360.00 −0.46",
        "Sum 788 −156.40 −0.20",
        "−156.4 / 788 = −0.198477157… (−391/1970).",
        "Printed: −0.2.",
        "217.7 pupils",
        "School 40 URN 900040 8 Does not count It did not join the trust before 14 September 2019",
        "annex B",
    ):
        assert words in text


def test_the_file_of_workings_adds_up_to_the_figures_exactly(
    as_person: AsPerson, analyst: Person, released: FiguresRelease
) -> None:
    lines = lines_of(as_person(analyst).get(of_trust(released, "workings/file/csv/")))
    figures = [line for line in lines if line["School"] == "Fable Trust"]

    assert len(figures) == 12
    for figure in figures:
        name = figure["Name in the tables"]
        adds = [
            Fraction(line["Adds to the figure, exact"].removeprefix("'"))
            for line in lines
            if line["Name in the tables"] == name and line["URN"]
        ]
        exact = Fraction(figure["Adds to the figure, exact"].removeprefix("'"))
        assert (len(adds), sum(adds)) == (5, exact)
    (reading,) = [one for one in figures if one["Name in the tables"] == READING]
    assert reading["Adds to the figure, exact"].removeprefix("'") == "-391/1970"
    assert sum(line["Counts"] == "No" for line in lines) == 35
    heads = [line["Figure"] for line in lines]
    for head in ("release", "scope", "purpose", "warning", "level of data"):
        assert f"About: {head}" in heads


def test_a_trustee_is_told_who_counts_and_not_what_each_adds(
    as_person: AsPerson, trustee: Person, released: FiguresRelease
) -> None:
    client = as_person(trustee)
    text = words_of(client.get(of_trust(released, f"workings/?figure={READING}")))

    assert "figures without those of few pupils" in text
    assert "did not join the trust before" in text
    assert "What each school adds is shown to those who see every figure" in text
    assert "−156.40" not in text
    lines = lines_of(client.get(of_trust(released, "workings/file/csv/")))
    assert not any(line["Adds to the numerator, exact"] for line in lines)
    assert "What each school adds" not in words_of(
        client.get(of_trust(released, f"figure/{READING}/"))
    )


def test_an_order_that_is_not_turned_is_kept_for_others_as_it_is(
    as_person: AsPerson, analyst: Person, released: FiguresRelease
) -> None:
    client, page = as_person(analyst), of_trust(released, "schools/?order=name&turned=")

    assert words_of(client.get(page)) != words_of(client.get(f"{page}1"))


@pytest.mark.parametrize("at", [of_trust, of_authority])
def test_every_page_of_a_unit_is_whole(
    at: Any, as_person: AsPerson, analyst: Person, officer: Person, released: FiguresRelease
) -> None:
    client = as_person(analyst if at is of_trust else officer)
    kind = "trust" if at is of_trust else "la"
    for part, told in parts_of(kind).items():
        page: Any = lxml.html.fromstring(client.get(at(released, f"{part}/")).content)
        assert page.findtext(".//h1") is not None, part
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), part
        text = page.find(".//main").text_content()
        assert "This school" not in text, part
        assert "You see every figure" in text, part
        if part not in APART:
            assert page.findtext(".//h1") == told.title


def test_an_authority_opens_a_figure_to_what_each_school_adds(
    as_person: AsPerson, officer: Person, released: FiguresRelease
) -> None:
    client = as_person(officer)
    text = words_of(client.get(of_authority(released, "figure/READPROG/")))

    assert "School 1 125 50 " in text
    assert "state-funded mainstream and special schools" in text
    plain = words_of(client.get(of_authority(released, "figure/PTMAT_EXP/")))
    assert "kept for the headline figures" in plain
    assert client.get(of_authority(released, "figure/NO_SUCH/")).status_code == 404


def test_nobody_comes_to_another_bodys_figures(
    as_person: AsPerson,
    analyst: Person,
    officer: Person,
    headteacher: Person,
    governor: Person,
    released: FiguresRelease,
) -> None:
    assert as_person(analyst).get(of_authority(released)).status_code == 404
    assert as_person(officer).get(of_trust(released)).status_code == 404
    for one in (headteacher, governor):
        assert as_person(one).get(of_trust(released)).status_code == 404
    across = f"{AT_TRUST}{released.pk}/la/999/headline/"
    for rest in ("headline/", "schools/", "workings/", "figure/PTRWM_EXP/"):
        assert as_person(analyst).get(across.replace("headline/", rest)).status_code == 404


def test_what_is_no_page_is_not_found(
    as_person: AsPerson, analyst: Person, released: FiguresRelease
) -> None:
    client = as_person(analyst)
    for rest in (
        "elsewhere/", "subjects/", "headline/file/exe/", "schools/file/exe/",
        "workings/file/exe/", "schools/file/",
    ):  # fmt: skip
        assert client.get(of_trust(released, rest)).status_code == 404, rest
    for unit in ("school/900001", "region/Elsewhere/schools", "planet/earth"):
        path = f"{AT_TRUST}{released.pk}/{unit}/headline/"
        assert client.get(path).status_code == 404, unit


def test_a_trustee_sees_england_and_regions_without_small_numbers(
    as_person: AsPerson, trustee: Person, released: FiguresRelease
) -> None:
    client = as_person(trustee)
    areas = words_of(client.get(f"{AT_TRUST}{released.pk}/areas/"))
    region = client.get(f"{AT_TRUST}{released.pk}/region/North East/headline/")

    assert "North East" in areas
    assert "Trusts" not in areas
    assert "figures without those of few pupils" in words_of(region)


def test_the_agency_comes_to_every_authority_and_trust(
    as_person: AsPerson, person: MakePerson, nation: Organisation, released: FiguresRelease
) -> None:
    client = as_person(person("statistician", nation))
    here = f"/national/N1/{TRUSTS_YEAR}/figures/"
    areas: Any = lxml.html.fromstring(client.get(f"{here}{released.pk}/areas/").content)

    found = areas.xpath("//main//li/a/@href")
    assert f"{here}{released.pk}/trust/{TRUST}/headline/" in found
    assert all(client.get(href).status_code == 200 for href in found)
    assert f"{released.pk}/areas/" in client.get(here).text


def test_a_release_is_there_for_its_makers_alone_before_it_is_out(
    as_person: AsPerson,
    analyst: Person,
    person: MakePerson,
    nation: Organisation,
    operator: Person,
) -> None:
    made = units_of(nation, operator, state="computed", shown_at=None, approved_at=None)
    at_nation = f"/national/N1/{TRUSTS_YEAR}/figures/{made.pk}/trust/{TRUST}/headline/"

    assert as_person(analyst).get(of_trust(made)).status_code == 404
    client, not_out = as_person(person("statistician", nation)), "This release is not out."
    assert not_out in client.get(at_nation).text
    assert not_out in client.get(f"{at_nation}file/csv/").content.decode()
    FiguresRelease.objects.filter(pk=made.pk).update(state="withdrawn")
    assert "This release was withdrawn." in client.get(f"{at_nation}file/csv/").content.decode()
    assert "This release was withdrawn." in client.get(at_nation).text


def test_schools_that_belong_to_the_body_lead_to_their_own_pages(
    as_person: AsPerson, analyst: Person, school: Organisation, released: FiguresRelease
) -> None:
    page: Any = lxml.html.fromstring(as_person(analyst).get(of_trust(released, "schools/")).content)

    links = page.xpath("//tbody//th/a/@href")
    assert links == [f"/school/{school.code}/{TRUSTS_YEAR}/figures/"]


def test_a_trusts_progress_is_never_for_parents(
    as_person: AsPerson, analyst: Person, released: FiguresRelease
) -> None:
    client = as_person(analyst)
    for part in ("headline/", "disadvantaged/"):
        assert "not for parents. Look at the interval" in words_of(
            client.get(of_trust(released, part))
        )
        file = client.get(of_trust(released, f"{part}file/csv/")).content.decode()
        assert "Pupil progress is not for parents." in file


def test_each_file_is_written_down_with_its_release_and_level(
    as_person: AsPerson, trustee: Person, released: FiguresRelease
) -> None:
    client = as_person(trustee)
    for rest in ("headline/file/csv/", "schools/file/ods/", "workings/file/csv/"):
        assert client.get(of_trust(released, rest)).status_code == 200
    taken = AuditEvent.objects.filter(action="taken away")
    assert [(one.after["form"], one.after["level"]) for one in taken.order_by("pk")] == [
        ("csv", "suppressed"), ("ods", "suppressed"), ("csv", "suppressed"),
    ]  # fmt: skip


def test_the_file_of_schools_has_those_that_were_chosen(
    as_person: AsPerson, analyst: Person, released: FiguresRelease
) -> None:
    chosen = "schools/file/csv/?counts=yes&show=progress&order=READPROG"
    lines = lines_of(as_person(analyst).get(of_trust(released, chosen)))

    read = [line for line in lines if line["Name in the tables"] == "READPROG"]
    assert [line["School"] for line in read] == [f"School {at}" for at in (3, 1, 4, 5, 2)]
    assert any(line["Figure"] == "" and "not for parents" in str(line) for line in lines)


def test_a_page_is_made_once_for_all_who_see_the_same(
    as_person: AsPerson,
    analyst: Person,
    trustee: Person,
    released: FiguresRelease,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = Fragments()
    monkeypatch.setattr(FRAGMENTS, "_kept", kept._kept)
    for query in ("show=progress&name=", "name=&show=progress", "show=progress&other=1"):
        as_person(analyst).get(of_trust(released, f"schools/?{query}"))
    assert len(kept._kept) == 1

    as_person(trustee).get(of_trust(released, "schools/?show=progress"))
    assert len(kept._kept) == 2


def test_a_year_without_rules_for_trusts_says_so_and_lists_the_schools(
    as_person: AsPerson, analyst: Person, nation: Organisation, operator: Person
) -> None:
    made = units_of(nation, operator, 2025, of_a_year_without_rules())
    client, here = as_person(analyst), f"/trust/{TRUST}/2025/figures/"
    at = f"{here}{made.pk}/trust/{TRUST}/"

    assert "no weighted measures of trusts" in words_of(client.get(f"{at}headline/"))
    assert "No weighted measures this year" in words_of(client.get(f"{at}workings/"))
    assert "School 3" in words_of(client.get(f"{at}schools/"))
    assert client.get(f"{at}headline/file/csv/").status_code == 200


def test_a_release_that_says_nothing_of_a_body_says_so(
    as_person: AsPerson, person: MakePerson, released: FiguresRelease
) -> None:
    other = Organisation.objects.create(kind="trust", code="T002", name="Riddle Trust")
    client = as_person(person("trust_analyst", other))
    here = f"/trust/T002/{TRUSTS_YEAR}/figures/{released.pk}/trust/T002/"

    assert "Nothing of this body in this release" in words_of(client.get(f"{here}headline/"))
    for rest in ("schools/", "workings/", "headline/file/csv/"):
        assert client.get(f"{here}{rest}").status_code == 404


def test_withdrawn_releases_stand_with_their_reason(
    as_person: AsPerson, analyst: Person, nation: Organisation, operator: Person
) -> None:
    assert "No figures have been released" in as_person(analyst).get(AT_TRUST).text
    made = units_of(nation, operator)
    made.state, made.withdrawn_at = "withdrawn", made.approved_at and made.shown_at
    made.withdrawn_why = "Marks of one test were wrong."
    made.save()

    text = as_person(analyst).get(AT_TRUST).text
    assert text.index(">Not out yet<") < text.index("<li>Provisional figures, before")
    assert "Marks of one test were wrong." in text
    assert as_person(analyst).get(of_trust(made)).status_code == 404


def test_few_disadvantaged_pupils_of_a_school_are_told_to_those_who_see_every_figure_alone(
    as_person: AsPerson, analyst: Person, trustee: Person, released: FiguresRelease
) -> None:
    page = of_trust(released, "schools/?show=disadvantaged&name=900006")
    file = page.replace("schools/", "schools/file/csv/")
    client = as_person(analyst)
    assert "3 of 3 pupils 100%" in words_of(client.get(page))
    assert "100%" in {line["Value"] for line in lines_of(client.get(file))}

    client = as_person(trustee)
    assert "Suppressed: it would tell of a few pupils" in words_of(client.get(page))
    assert "100%" not in words_of(client.get(page))
    assert "100%" not in {line["Value"] for line in lines_of(client.get(file))}
