"""Released figures on a school's pages: who sees which, opened to the pupils, and tried."""

from datetime import timedelta
from functools import partial
from typing import Any

import lxml.html
import pytest
from cast_of_tests import AsPerson, MakePerson
from django.utils import timezone
from scene_of_figures import FIGURES_YEAR, figures_of

from keystage.store.models import AuditEvent, FiguresRelease, Organisation, Person, Pupil, Sheet
from keystage.web.figures.forms import TryForm
from keystage.web.figures.fragments import FRAGMENTS, Fragments
from keystage.web.figures.parts import PARTS
from keystage.web.figures.ways import WAYS

pytestmark = pytest.mark.django_db
HERE = f"/school/900003/{FIGURES_YEAR}/figures/"


@pytest.fixture
def agency() -> Organisation:
    return Organisation.objects.create(kind="national", code="N1", name="National Agency")


@pytest.fixture
def released(
    agency: Organisation, school: Organisation, pupils: list[Pupil], headteacher: Person
) -> FiguresRelease:
    return figures_of(agency, school, headteacher, FIGURES_YEAR)


def at(release: FiguresRelease, rest: str = "headline/") -> str:
    return f"{HERE}{release.pk}/{rest}"


def test_the_releases_stand_newest_first_and_withdrawn_ones_with_their_reason(
    as_person: AsPerson,
    headteacher: Person,
    agency: Organisation,
    school: Organisation,
    released: FiguresRelease,
) -> None:
    figures_of(agency, school, headteacher, FIGURES_YEAR, version=2)
    figures_of(
        agency, school, headteacher, FIGURES_YEAR, version=3, state="withdrawn",
        withdrawn_at=timezone.now(), withdrawn_why="Marks of one test were wrong.",
    )  # fmt: skip

    text = as_person(headteacher).get(HERE).text

    assert text.index("Provisional, version 2") < text.index("Provisional, version 1")
    assert text.index(">Not out yet<") < text.index("<li>Revised figures, with")
    assert "Marks of one test were wrong." in text


def test_without_a_release_the_page_says_so(as_person: AsPerson, headteacher: Person) -> None:
    assert "No figures have been released" in as_person(headteacher).get(HERE).text


def test_a_schools_own_figures_are_offered_where_the_service_holds_its_sheet(
    as_person: AsPerson, headteacher: Person, sheet: Sheet
) -> None:
    there = as_person(headteacher).get(f"/school/900003/{sheet.year}/figures/")

    assert f"/school/900003/{sheet.year}/results/figures/" in there.text
    assert "results/figures/" not in as_person(headteacher).get(HERE).text


def test_a_release_is_not_there_before_its_minute(
    as_person: AsPerson,
    headteacher: Person,
    agency: Organisation,
    school: Organisation,
    released: FiguresRelease,
) -> None:
    later = figures_of(
        agency, school, headteacher, FIGURES_YEAR, version=2,
        shown_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip

    client = as_person(headteacher)
    assert "version 2" not in client.get(HERE).text
    for rest in ("headline/", "figure/PTRWM_EXP/", "what-if/", "headline/file/csv/"):
        assert client.get(at(later, rest)).status_code == 404
        assert client.get(at(released, rest)).status_code == 200


def test_a_release_of_another_season_or_page_is_not_found(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    other = at(released).replace(str(FIGURES_YEAR), "2024", 1)

    assert client.get(other).status_code == 404
    assert client.get(at(released, "elsewhere/")).status_code == 404
    assert client.get(at(released, "headline/file/exe/")).status_code == 404
    assert client.get(at(released, "figure/NO_SUCH/")).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_every_page_is_whole(
    part: str, as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    page: Any = lxml.html.fromstring(as_person(headteacher).get(at(released, f"{part}/")).content)

    assert page.findtext(".//h1") == PARTS[part].title
    assert "Read the interval before the score." in page.text_content()
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for link in page.xpath("//main//a/@href[contains(., '/figure/')]"):
        assert str(released.pk) in link


def test_every_other_side_of_a_release_is_linked_for_whom_it_opens(
    as_person: AsPerson, headteacher: Person, governor: Person, released: FiguresRelease
) -> None:
    for who, many in ((headteacher, len(WAYS)), (governor, 5)):
        client = as_person(who)
        page: Any = lxml.html.fromstring(client.get(at(released)).content)
        links = page.xpath("//nav[@aria-label='Other sides of this release']//a/@href")
        assert len(links) == many
        for link in links:
            assert client.get(link).status_code == 200


def test_a_head_and_a_governor_are_told_which_data_they_see(
    as_person: AsPerson, headteacher: Person, governor: Person, released: FiguresRelease
) -> None:
    whole = as_person(headteacher).get(at(released)).text
    withheld = as_person(governor).get(at(released)).text

    assert "every figure, those of few pupils included" in whole
    assert "figures without those of few pupils" in withheld


def test_a_teacher_sees_no_figures_of_the_school(
    as_person: AsPerson, teacher: Person, released: FiguresRelease
) -> None:
    client = as_person(teacher)

    assert client.get(HERE).status_code == 403
    assert client.get(at(released)).status_code == 403


def test_a_head_opens_a_figure_to_each_pupil_and_rule(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    text = as_person(headteacher).get(at(released, "figure/PTRWM_EXP/")).text

    assert "Ashby, Mabel" in text
    assert "Left out" in text
    assert "inclusion code 202" in text
    assert "4 × 100 / 5 = 80" in text
    assert "What if" not in text
    assert "Try what a change" in text


def test_a_governor_is_told_the_method_and_no_pupil(
    as_person: AsPerson, governor: Person, released: FiguresRelease
) -> None:
    text = as_person(governor).get(at(released, "figure/PTRWM_EXP/")).text

    assert "What it is" in text
    assert "shown to those who may see them" in text
    for hidden in ("Ashby", "4 × 100", "How many pupils", "code 202)", "Try what a change"):
        assert hidden not in text


def test_an_analyst_sees_pupils_under_made_up_numbers(
    as_person: AsPerson, person: MakePerson, authority: Organisation, released: FiguresRelease
) -> None:
    analyst = person("authority_analyst", authority)
    text = as_person(analyst).get(at(released, "figure/PTRWM_EXP/")).text

    assert "Pupil 6" in text
    assert "Ashby" not in text
    assert not any(pupil.upn in text for pupil in Pupil.objects.all())
    tried = as_person(analyst).get(at(released, "what-if/")).text
    assert "takes the right to see the pupils" in tried
    assert "Ashby" not in tried


def test_who_sees_figures_but_no_pupils_tries_nothing(
    as_person: AsPerson, person: MakePerson, school: Organisation, released: FiguresRelease
) -> None:
    reader = person("school_reader", school, given=["see_measures"])
    answer = as_person(reader).post(at(released, "what-if/"), {"pupil": "3", "what": "out"})

    assert "takes the right to see the pupils" in answer.text
    assert "Ashby" not in answer.text


def test_each_look_of_an_inspector_at_pupils_is_recorded(
    as_person: AsPerson, person: MakePerson, school: Organisation, released: FiguresRelease
) -> None:
    client = as_person(person("inspector", school, ends_on=timezone.localdate()))
    assert "Pupil 6" in client.get(at(released, "figure/PTRWM_EXP/")).text
    looks = AuditEvent.objects.filter(action="page opened", subject__startswith="pupils of figures")
    assert looks.count() == 1


def test_a_teacher_opens_a_figure_to_own_pupils_alone(
    as_person: AsPerson, teacher: Person, released: FiguresRelease
) -> None:
    text = as_person(teacher).get(at(released, "figure/PTRWM_EXP/")).text

    assert "Ashby, Mabel" in text
    for hidden in ("Zhang", "4 × 100", "How many pupils"):
        assert hidden not in text


def test_a_three_year_figure_says_that_one_year_is_listed(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    text = as_person(headteacher).get(at(released, "figure/PTRWM_EXP_3YR/")).text

    assert f"the pupils of {FIGURES_YEAR} alone are listed" in text
    assert "Ashby, Mabel" in text


def test_a_file_is_written_down_with_its_release_and_level(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    answer = as_person(headteacher).get(at(released, "headline/file/csv/"))

    assert "figures-900003-2025-provisional-v1-headline.csv" in answer["Content-Disposition"]
    taken = AuditEvent.objects.get(action="taken away")
    assert taken.after == {"form": "csv", "release": str(released.pk), "level": "complete"}


def test_a_governors_file_is_the_suppressed_one(
    as_person: AsPerson, governor: Person, released: FiguresRelease
) -> None:
    answer = as_person(governor).get(at(released, "headline/file/csv/"))
    assert "Figures of few pupils are withheld" in answer.content.decode()


def test_what_if_shows_what_a_change_would_do_and_keeps_nothing(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client, page = as_person(headteacher), at(released, "what-if/")
    before = AuditEvent.objects.count()
    given = {"pupil": "3", "what": "out"}  # who is counted elsewhere

    text = client.post(page, given).text

    assert "were not in the file" in text
    assert AuditEvent.objects.count() == before
    assert "No figure of the school would change" in text


def test_what_if_tells_figures_before_and_after(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    given = {"pupil": "4", "what": "change", "column": "WRITTAOUTCOME", "value": "WTS"}
    page = as_person(headteacher).post(at(released, "what-if/"), given)

    assert page.status_code == 200
    assert "60%" in page.text
    assert "−20.00" in page.text
    given |= {"column": "NEWMOBILE", "value": "1"}
    lacking = as_person(headteacher).post(at(released, "what-if/"), given)
    assert "has no column NEWMOBILE" in lacking.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Select a pupil"),
        ({"pupil": "2", "what": "change"}, "Select the value to change"),
        ({"pupil": "99", "what": "out"}, "Select a valid choice"),
        (
            {"pupil": "2", "what": "change", "column": "READSCORE", "value": "many"},
            "many is no value of READSCORE",
        ),
        (
            {"pupil": "2", "what": "change", "column": "READSCORE", "value": "999"},
            "The scaled score 999 is not between 80 and 120. The outcome NS says the expected",
        ),
        ({"pupil": "2", "what": "change", "column": "UPN", "value": "X"}, "Select a valid choice"),
    ],
)
def test_what_if_says_what_is_wrong_beside_the_field(
    given: dict[str, str],
    said: str,
    as_person: AsPerson,
    headteacher: Person,
    released: FiguresRelease,
) -> None:
    answer = as_person(headteacher).post(at(released, "what-if/"), given)

    assert answer.status_code == 422
    assert said in answer.text
    assert "There is a problem" in answer.text
    assert "line 2" not in answer.text, "nobody here has seen the file"


def test_a_page_is_made_once_for_all_who_see_the_same(
    as_person: AsPerson,
    headteacher: Person,
    lead: Person,
    governor: Person,
    released: FiguresRelease,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = Fragments()
    monkeypatch.setattr(FRAGMENTS, "_kept", kept._kept)
    first = as_person(headteacher).get(at(released)).text
    as_person(lead).get(at(released))
    assert len(kept._kept) == 1

    assert as_person(governor).get(at(released)).text != first
    assert len(kept._kept) == 2


def test_the_oldest_fragment_goes_when_there_are_too_many() -> None:
    made: list[int] = []

    def make(number: int) -> str:
        made.append(number)
        return str(number)

    kept = Fragments(2)
    for number in (1, 2, 1, 3, 1, 2):
        assert kept.of(number, partial(make, number)) == str(number)
    assert made == [1, 2, 3, 2]


def test_every_value_that_may_be_tried_has_words() -> None:
    form = TryForm(pupils={1: "A"})
    texts = [text for _, text in form.fields["column"].choices]  # type: ignore[attr-defined]  # of tests
    assert len(set(texts)) == len(texts)
    assert not any("(UPN)" in text or "(URN)" in text for text in texts)
