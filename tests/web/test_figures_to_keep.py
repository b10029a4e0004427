"""Files of a release to keep: similar schools, pupils by name, and everything in one archive."""

import csv
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import lxml.html
import pytest
from cast_of_tests import AsPerson, MakePerson
from django.utils import timezone
from scene_of_figures import FIGURES_YEAR, figures_of
from scene_of_units import lines_of, of_trust, units_of, words_of

from keystage.actions.by import By
from keystage.actions.figures.pupils_of_schools import pupils_of_schools
from keystage.store.models import AuditEvent, FiguresRelease, Organisation, Person, Pupil
from keystage.store.rights import live_grants

pytestmark = pytest.mark.django_db
HERE = f"/school/900003/{FIGURES_YEAR}/figures/"


@pytest.fixture
def released(
    nation: Organisation, school: Organisation, pupils: list[Pupil], headteacher: Person
) -> FiguresRelease:
    assert pupils
    return figures_of(nation, school, headteacher, FIGURES_YEAR)


def files_in(answer: Any) -> dict[str, str]:
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_a_head_takes_everything_away_in_one_archive_with_the_pupils(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    answer = as_person(headteacher).get(f"{HERE}{released.pk}/all/file/csv/")
    files = files_in(answer)

    stem = "figures-900003-2025-provisional-v1-"
    assert f"{stem}all-20" in answer["Content-Disposition"]
    assert {f"{stem}{part}.csv" for part in ("headline", "similar-schools", "pupils")} <= set(files)
    for name, text in files.items():
        heads = {row[0] for row in csv.reader(text.splitlines())}
        for head in ("release", "scope", "purpose", "warning", "level of data"):
            assert f"About: {head}" in heads, name
    assert "Ashby,Mabel" in files[f"{stem}pupils.csv"]
    taken = AuditEvent.objects.get(action="taken away")
    assert (taken.after["form"], taken.after["level"]) == ("csv", "named")


def test_a_governors_archive_holds_no_pupil_and_no_figure_of_few_pupils(
    as_person: AsPerson, governor: Person, released: FiguresRelease
) -> None:
    client = as_person(governor)
    files = files_in(client.get(f"{HERE}{released.pk}/all/file/csv/"))

    assert not any("pupils.csv" in name or "Ashby" in text for name, text in files.items())
    levels = {"figures without those of few pupils", "every school as published"}
    assert all(any(level in text for level in levels) for text in files.values())
    assert client.get(f"{HERE}{released.pk}/pupils/file/csv/").status_code == 403
    assert "Pupils by name" not in words_of(client.get(f"{HERE}{released.pk}/files/"))


def test_the_file_of_pupils_has_a_row_a_pupil_with_what_could_not_be_read(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease, pupils: list[Pupil]
) -> None:
    lines = lines_of(as_person(headteacher).get(f"{HERE}{released.pk}/pupils/file/csv/"))
    named = [line for line in lines if line["UPN"] in {pupil.upn for pupil in pupils}]

    assert [line["Surname"] for line in named] == sorted(pupil.surname for pupil in pupils)
    assert any("delete it when it is no longer needed" in line["Forename"] for line in lines)


def test_similar_schools_are_a_file_with_the_formula_and_the_own_school_first(
    as_person: AsPerson, governor: Person, released: FiguresRelease
) -> None:
    lines = lines_of(as_person(governor).get(f"{HERE}{released.pk}/similar/file/csv/"))

    assert [(line["URN"], line["Distance"]) for line in lines[:3]] == [
        ("900003", "0.00"), ("900998", "0.41"), ("900999", "1.23"),
    ]  # fmt: skip
    assert any("divided by the standard deviation" in line["URN"] for line in lines)
    assert AuditEvent.objects.get(action="taken away").after["level"] == "suppressed"


def test_every_file_of_the_page_of_files_can_be_taken(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    page: Any = lxml.html.fromstring(client.get(f"{HERE}{released.pk}/files/").content)
    links = page.xpath("//main//td/a/@href")

    assert any("xlsx" in link for link in links)
    assert all(client.get(link).status_code == 200 for link in links)
    for form in ("exe", "pdf"):
        assert client.get(f"{HERE}{released.pk}/all/file/{form}/").status_code == 404
        assert client.get(f"{HERE}{released.pk}/scatter/file/{form}/").status_code == 404


def test_pupils_of_several_schools_are_for_those_who_may_take_each_away_by_name(
    person: MakePerson,
    released: FiguresRelease,
    authority: Organisation,
    school: Organisation,
    other_school: Organisation,
    teacher: Person,
) -> None:
    def taken(who: Person) -> list[str] | None:
        grants = live_grants(who, timezone.localdate())
        found = pupils_of_schools(released, [school, other_school], by=By(who), grants=grants)
        return found[1]["SURNAME"].to_list() if found else None

    assert "Ashby" in (taken(person("authority_officer", authority)) or [])
    for who in (person("authority_analyst", authority), teacher):
        assert taken(who) is None
    assert taken(person("headteacher", other_school)) is None


def test_a_trust_takes_its_figures_its_schools_and_its_workings_away_in_one_archive(
    as_person: AsPerson, person: MakePerson, trust: Organisation, nation: Organisation,
    operator: Person,
) -> None:  # fmt: skip
    client = as_person(person("trust_trustee", trust))
    answer = client.get(of_trust(units_of(nation, operator), "all/file/csv/"))
    files = files_in(answer)
    assert client.get(answer.request["PATH_INFO"].replace("csv", "ods")).status_code == 404

    stem = "figures-trust-t001-2022-provisional-v7-"
    assert {f"{stem}{what}.csv" for what in ("headline", "schools-attainment", "workings")} <= set(
        files
    )
    assert f"{stem}pupils.csv" not in files
    assert f"{stem}all-20" in answer["Content-Disposition"]
    assert AuditEvent.objects.get(action="taken away").after["level"] == "suppressed"
