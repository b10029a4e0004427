"""Files of a release to keep: similar schools, pupils by name, and everything in one archive."""

import csv
import re
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import lxml.html
import pytest
from cast_of_tests import AsPerson, MakePerson
from contents_of_tests import content
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from scene_of_figures import FIGURES_YEAR, figures_of
from scene_of_units import lines_of, of_trust, units_of, words_of

from keystage.actions.by import By
from keystage.actions.figures.pupils_of_schools import pupils_of_schools
from keystage.actions.releases.downloads import downloads_of
from keystage.flows.figures.contents import encode
from keystage.store.models import AuditEvent, FiguresRelease, Organisation, Person, Pupil
from keystage.store.rights import live_grants

pytestmark = pytest.mark.django_db
HERE = f"/school/900003/{FIGURES_YEAR}/figures/"


@pytest.fixture
def released(
    nation: Organisation, school: Organisation, pupils: list[Pupil], headteacher: Person
) -> FiguresRelease:
    assert pupils
    return figures_of(nation, school, headteacher, FIGURES_YEAR, stage="revised")


def files_in(answer: Any) -> dict[str, str]:
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_a_head_takes_everything_away_in_one_archive_with_the_pupils(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    answer = as_person(headteacher).get(f"{HERE}{released.pk}/all/file/csv/")
    files = files_in(answer)

    stem = "figures-900003-2025-revised-v1-"
    assert f"{stem}all-20" in answer["Content-Disposition"]
    assert {
        f"{stem}{part}.csv" for part in ("headline", "similar-schools", "gaps", "pupils")
    } <= set(files)
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


def test_every_file_says_when_its_release_was_computed_as_people_say_it(
    as_person: AsPerson, person: MakePerson, headteacher: Person, released: FiguresRelease,
    trust: Organisation, nation: Organisation, operator: Person,
) -> None:  # fmt: skip
    of_the_trust = of_trust(units_of(nation, operator), "all/file/csv/")
    archives = (
        as_person(headteacher).get(f"{HERE}{released.pk}/all/file/csv/"),
        as_person(person("trust_trustee", trust)).get(of_the_trust),
    )
    for answer in archives:
        for name, text in files_in(answer).items():
            (said,) = (line for line in text.splitlines() if line.startswith("About: release"))
            assert re.search(r", computed on \d+ \w+ \d{4} at \d", said), name
            assert "+00:00" not in said


def test_a_school_sees_that_a_wider_body_took_its_pupils_away_even_when_it_has_left_it(
    as_person: AsPerson, person: MakePerson, authority: Organisation, school: Organisation,
    other_school: Organisation, released: FiguresRelease,
) -> None:  # fmt: skip
    """The authority's name is so long that the register has no room for all that is said."""
    authority.name = "Bournemouth, Christchurch, Poole and the Isles of Purbeck Combined Council"
    authority.save()
    made = _of_unit(released, authority)
    here = f"/authority/{authority.code}/{FIGURES_YEAR}/figures/{made.pk}/la/{authority.code}/"
    officer = as_person(person("authority_officer", authority))
    files = files_in(officer.get(f"{here}all/file/csv/"))
    assert any("Ashby" in text for text in files.values())
    school.authority = None
    school.save()

    (taken,) = downloads_of(school, FIGURES_YEAR)

    assert (taken.who, taken.form) == (str(authority), "CSV")
    assert taken.what.startswith("Figures, ")
    assert downloads_of(other_school, FIGURES_YEAR) == []
    assert len(downloads_of(authority, FIGURES_YEAR)) == 1
    analyst = as_person(person("authority_analyst", authority))
    assert not any(
        "Ashby" in text for text in files_in(analyst.get(f"{here}all/file/csv/")).values()
    )
    assert len(downloads_of(school, FIGURES_YEAR)) == 1, "no pupil was in that one"


def test_an_archive_of_many_schools_asks_the_database_no_more_often_than_one_of_a_few(
    as_person: AsPerson, person: MakePerson, authority: Organisation, released: FiguresRelease,
) -> None:  # fmt: skip
    """So that 620 schools with 25,000 pupils are packed within a request: see the guide."""
    codes = [str(900_100 + at) for at in range(12)]
    made = _of_unit(released, authority, codes)
    here = f"/authority/{authority.code}/{FIGURES_YEAR}/figures/{made.pk}/la/{authority.code}/"
    officer, asked = as_person(person("authority_officer", authority)), []
    for some in (codes[:1], codes):
        for code in some:
            Organisation.objects.get_or_create(
                kind="school",
                code=code,
                defaults={"name": f"School {code}", "authority": authority},
            )
        officer.get(f"{here}all/file/csv/")
        with CaptureQueriesContext(connection) as queries:
            files = files_in(officer.get(f"{here}all/file/csv/"))
        (pupils,) = (text for name, text in files.items() if name.endswith("-pupils.csv"))
        asked.append((len(queries), pupils.count(",201,")))

    assert asked[0][0] == asked[1][0]
    assert 0 < asked[0][1] < asked[1][1], "pupils of more schools are in the second"


def _of_unit(
    release: FiguresRelease, authority: Organisation, others: Iterable[str] = ()
) -> FiguresRelease:
    """A release with the pupils of another that says something of an authority too.

    Args:
        release: the other.
        authority: the authority.
        others: schools that have pupils like those of the other's school.
    """
    made = FiguresRelease.objects.create(
        organisation=release.organisation, year=FIGURES_YEAR, stage="provisional", version=2,
        asked_at=release.asked_at, asked_by=release.asked_by,
    )  # fmt: skip
    for level in ("complete", "suppressed"):
        kept = encode(
            content(level, kind="la", code=authority.code, name=authority.name, year=FIGURES_YEAR)
        )
        made.contents.create(
            kind="la", code=authority.code, level=level, name=authority.name, content=kept,
            sha256=sha256(kept).hexdigest(),
        )  # fmt: skip
    for row in release.pupils.all():
        for code in (row.code, *others):
            made.pupils.create(code=code, count=row.count, content=row.content, sha256=row.sha256)
    for name in ("computed_at", "approved_at", "approved_by", "shown_at", "state"):
        setattr(made, name, getattr(release, name))
    made.save()
    return made
