"""A school's figures for others: the summary, the governors' pack, its links, the website."""

import re
from datetime import timedelta

import lxml.html
import pytest
from cast_of_tests import AsPerson, MakePerson
from django.test import Client
from django.utils import timezone
from scene_of_figures import figures_of
from words_of_pdf import words_of

from keystage.store.models import (
    AuditEvent,
    FiguresRelease,
    Organisation,
    Person,
    Pupil,
    SharedPack,
)

pytestmark = pytest.mark.django_db
YEAR = 2025
HERE = f"/school/900003/{YEAR}/packs/"


@pytest.fixture
def agency() -> Organisation:
    return Organisation.objects.create(kind="national", code="N1", name="National Agency")


@pytest.fixture
def released(
    agency: Organisation, school: Organisation, pupils: list[Pupil], headteacher: Person
) -> FiguresRelease:
    return figures_of(agency, school, headteacher, YEAR, stage="revised")


def at(release: FiguresRelease, rest: str = "") -> str:
    return f"{HERE}{release.pk}/{rest}"


def shared(as_person: AsPerson, who: Person, release: FiguresRelease) -> str:
    """The path of a link that was just made."""
    client = as_person(who)
    client.post(at(release, "share/"), {"days": "7"})
    text = client.get(at(release, "share/")).text
    assert "shown once" not in client.get(at(release, "share/")).text
    found = re.search(r"/pack/[\w-]+/", text)
    assert found is not None
    return found.group()


def test_pages_are_reached_from_the_figures_and_say_which_release(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    assert HERE in client.get(f"/school/900003/{YEAR}/figures/").text
    page = client.get(HERE).text
    for rest in ("", "summary/", "website/", "share/"):
        assert f'"{at(released, rest)}"' in page
        told = client.get(at(released, rest))
        assert told.status_code == 200
        assert "evised" in told.text
        tree = lxml.html.fromstring(told.content)
        assert len(tree.findall(".//h1")) == 1
        ids = [one.get("id") for one in tree.iter() if one.get("id")]
        assert len(ids) == len(set(ids))


def test_the_pack_is_the_suppressed_one_for_the_head_as_well(
    as_person: AsPerson, headteacher: Person, governor: Person, released: FiguresRelease
) -> None:
    for who in (headteacher, governor):
        text = as_person(who).get(at(released)).text
        assert "figures without those of few pupils" in text
        assert "every figure, those of few pupils included" not in text
        assert "Suppressed: few pupils" in text
        assert "17 of 28" not in text


def test_what_has_no_figures_of_few_pupils_is_not_called_personal_data_on_paper(
    as_person: AsPerson, headteacher: Person, client: Client, released: FiguresRelease
) -> None:
    for rest, told in (("", False), ("website/", False), ("share/", False), ("summary/", True)):
        page = as_person(headteacher).get(at(released, rest)).text
        assert ("Contains personal data" in page) is told, rest
    link = shared(as_person, headteacher, released)
    assert "<h1" in client.get(link).text
    assert "Figures for governors" in client.get(link).text


def test_a_governor_shares_nothing_and_a_teacher_sees_nothing(
    as_person: AsPerson, governor: Person, teacher: Person, released: FiguresRelease
) -> None:
    assert as_person(governor).get(at(released, "share/")).status_code == 403
    assert "Share by a link" not in as_person(governor).get(HERE).text
    assert as_person(teacher).get(at(released)).status_code == 403


@pytest.mark.parametrize("form", ["pdf", "csv", "ods"])
def test_each_file_is_written_down_and_says_what_goes_with_it(
    form: str, as_person: AsPerson, governor: Person, released: FiguresRelease
) -> None:
    answer = as_person(governor).get(at(released, f"file/{form}/"))
    name = f"governors-900003-{YEAR}-revised-v{released.version}.{form}"
    assert name in answer["Content-Disposition"]
    taken = AuditEvent.objects.get(action="taken away")
    assert taken.after == {"form": form, "release": str(released.pk), "level": "suppressed"}
    said = {"csv": answer.content.decode("utf-8", "ignore"), "ods": ""}
    text = said[form] if form in said else " ".join(words_of(answer.content))
    if text:
        for words in ("revised, version 1", "Storybook Lane Primary", "For governors", "withheld"):
            assert words in text
    assert as_person(governor).get(at(released, "file/exe/")).status_code == 404


def test_the_navigation_marks_the_figures_on_what_is_made_of_them(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    about = f"/school/900003/{YEAR}/release-of-figures/{released.pk}/"
    for address in (HERE, at(released, "summary/"), about):
        page = lxml.html.fromstring(as_person(headteacher).get(address).content)
        assert page.xpath("count(//nav//a[@aria-current])") == 1
        assert page.xpath("normalize-space(//nav//a[@aria-current])") == "Figures"


def test_the_summary_shows_the_level_of_the_person_and_leaves_out_what_is_quiet(
    as_person: AsPerson, headteacher: Person, governor: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    brief, every = (client.get(at(released, f"summary/{q}")).text for q in ("", "?all=yes"))
    assert "every figure, those of few pupils included" in brief
    assert "There is nothing to highlight" in brief
    assert "not different from England" not in brief
    assert "not different from England" in every
    assert f"/figures/{released.pk}/figure/PTRWM_EXP/" in every
    assert "figures without those of few pupils" in (
        as_person(governor).get(at(released, "summary/")).text
    )


def test_the_block_is_copied_or_taken_away_and_has_no_progress(
    as_person: AsPerson, office: Person, released: FiguresRelease
) -> None:
    client = as_person(office)
    page = lxml.html.fromstring(client.get(at(released, "website/")).content)
    html = page.findtext(".//textarea") or ""
    assert "Key stage 2 results 2025" in html
    assert "rogress score" not in html
    assert "compare-school-performance" in html
    file = client.get(at(released, "website/file/"))
    assert file.content.decode() == html.lstrip("\n")
    assert "attachment" in file["Content-Disposition"]
    assert AuditEvent.objects.get(action="taken away").subject.startswith("website block")


def test_figures_that_are_not_published_give_no_block(
    as_person: AsPerson,
    office: Person,
    headteacher: Person,
    agency: Organisation,
    school: Organisation,
    pupils: list[Pupil],
) -> None:
    early = figures_of(agency, school, headteacher, YEAR)
    client = as_person(office)
    assert "not published yet" in client.get(at(early, "website/")).text
    assert "textarea" not in client.get(at(early, "website/")).text
    assert client.get(at(early, "website/file/")).status_code == 302


def test_a_link_opens_the_pack_for_whoever_has_it_and_each_file_is_written_down(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    link, anybody = shared(as_person, headteacher, released), Client()
    assert "PTRWM" not in anybody.get(link).content.decode(), "a look-ahead opens nothing"
    page = anybody.post(link)
    assert "What stands out" in page.content.decode()
    assert "Storybook Lane Primary" in page.content.decode()
    assert SharedPack.objects.get().opened == 1
    file = anybody.post(link, {"form": "pdf"})
    assert file.content.startswith(b"%PDF")
    taken = AuditEvent.objects.get(action="taken away")
    assert taken.after["level"] == "suppressed"
    assert taken.person_id is None
    assert "release of figures" in AuditEvent.objects.get(action="pack shared").after


def test_a_link_ends_with_its_time_by_hand_and_when_the_release_is_withdrawn(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    links = [shared(as_person, headteacher, released) for _ in range(3)]
    one, two, _ = SharedPack.objects.order_by("pk")
    SharedPack.objects.filter(pk=one.pk).update(expires_at=timezone.now())
    client = as_person(headteacher)
    client.post(f"{HERE}link/{two.pk}/end/")
    assert [Client().post(link).status_code for link in links] == [404, 404, 200]
    moved = timezone.now() + timedelta(hours=1)
    FiguresRelease.objects.filter(pk=released.pk).update(shown_at=moved)
    assert Client().post(links[2]).status_code == 404
    FiguresRelease.objects.filter(pk=released.pk).update(
        shown_at=timezone.now(), state="withdrawn", withdrawn_at=timezone.now()
    )
    assert Client().post(links[2]).status_code == 404
    assert "Ended" in client.get(HERE).text


def test_packs_of_results_and_of_figures_are_listed_apart(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    shared(as_person, headteacher, released)
    results = as_person(headteacher).get(f"/school/900003/{YEAR}/released/packs/")
    assert results.status_code == 200
    assert "Packs of the season" not in results.text


def test_how_long_a_link_lasts_is_asked_and_another_schools_is_not_found(
    as_person: AsPerson,
    headteacher: Person,
    person: MakePerson,
    other_school: Organisation,
    released: FiguresRelease,
) -> None:
    answer = as_person(headteacher).post(at(released, "share/"), {"days": "99"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    shared(as_person, headteacher, released)
    elsewhere = as_person(person("headteacher", other_school))
    end = f"/school/{other_school.code}/{YEAR}/packs/link/{SharedPack.objects.get().pk}/end/"
    assert elsewhere.post(end).status_code == 404
    assert elsewhere.get(at(released).replace("900003", other_school.code)).status_code == 404
