"""The gap to England over the years, one measure, what measures are, and the school before."""

import re
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
import scene_of_figures
from cast_of_tests import AsPerson, MakePerson
from contents_of_tests import FIGURES, withheld
from django.utils import timezone
from scene_of_figures import figures_of

from keystage.flows.figures.contents import Content
from keystage.store.models import (
    AuditEvent,
    DataConfirmed,
    FiguresRelease,
    Job,
    Organisation,
    Person,
    Pupil,
)

pytestmark = pytest.mark.django_db
YEAR = 2025
HERE = f"/school/900003/{YEAR}/figures/"
EARLIER = f"{HERE}earlier-school/"
GIVEN = {"urn": "900007", "first_year": "2024", "agreed": "on"}


@pytest.fixture
def agency() -> Organisation:
    return Organisation.objects.create(kind="national", code="N1", name="National Agency")


@pytest.fixture
def released(
    agency: Organisation, school: Organisation, pupils: list[Pupil], headteacher: Person
) -> FiguresRelease:
    figures_of(agency, school, headteacher, YEAR - 1)
    return figures_of(agency, school, headteacher, YEAR)


@pytest.fixture
def former(agency: Organisation, pupils: list[Pupil], headteacher: Person) -> Organisation:
    """A school with figures of two years, in releases that do not hold the other school."""
    return before(agency, pupils, headteacher)


def before(
    agency: Organisation, pupils: list[Pupil], headteacher: Person, stage: str = "revised"
) -> Organisation:
    """The school before, with a release a year at a stage."""
    made = Organisation.objects.create(kind="school", code="900007", name="Old Mill Infants")
    one = pupils[0]
    Pupil.objects.create(school=made, upn=one.upn, surname=one.surname, birth_date=one.birth_date)
    for year in (YEAR - 3, YEAR - 2):
        figures_of(agency, made, headteacher, year, stage=stage)
    return made


def hide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Withhold the combined share from those who see suppressed figures, from now on."""
    hidden = tuple(withheld("PTRWM_EXP") if one.name == "PTRWM_EXP" else one for one in FIGURES)
    made: Callable[..., Content] = vars(scene_of_figures)["content"]

    def content(level: Any, **given: Any) -> Content:
        return made(level, **(given | ({"figures": hidden} if level == "suppressed" else {})))

    monkeypatch.setattr(scene_of_figures, "content", content)


def at(release: FiguresRelease, rest: str = "gaps/") -> str:
    return f"{HERE}{release.pk}/{rest}"


def tree_of(answer: Any) -> Any:
    return lxml.html.fromstring(answer.content)


def row_of(tree: Any, head: str) -> list[str]:
    """The cells of the row with a heading."""
    (row,) = [one for one in tree.iter("tr") if head in "".join(one.xpath("./th[1]//text()"))]
    return [" ".join(cell.text_content().split()) for cell in row.iter("td")]


def test_each_year_has_its_gap_and_an_arrow_only_beside_an_interval(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    page = client.get(at(released, "headline/"))
    assert f'"{at(released)}"' in page.text
    answer = client.get(at(released))
    assert answer.status_code == 200
    tree = tree_of(answer)
    first, last = row_of(tree, "in reading, writing and maths")
    assert first.startswith("+1")
    assert "gap to England" not in first
    assert last.startswith("+1")
    assert last.endswith("→ gap to England stayed")
    assert [cell[:2] for cell in row_of(tree, "scaled score in reading")] == ["−1", "−1"]
    assert "Do not compare one year's figure" in answer.text.replace("&#39;", "'")


def test_one_measure_stands_beside_others_with_chart_and_table_and_says_what_it_is(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    answer = as_person(headteacher).get(at(released, "gaps/PTRWM_EXP/"))
    tree = tree_of(answer)
    assert answer.status_code == 200
    assert len(tree.findall(".//figure")) == 2
    assert row_of(tree, "The middle one of 1 similar school") == ["61%"]
    assert row_of(tree, "Testshire") == ["58%"]
    assert row_of(tree, "2024")[-1] == "The first year that is held here"
    assert row_of(tree, "2025")[-1] == "→ gap to England stayed"
    assert row_of(tree, "2025")[2].endswith("in pupils: 4 fewer")
    assert "halves go away from zero" in answer.text
    assert "counts pupils" in answer.text
    assert "National Agency" in answer.text
    assert "Approved by a second person on " in answer.text
    assert as_person(headteacher).get(at(released, "gaps/PTRWM_EXP_B/")).status_code == 404
    assert as_person(headteacher).get(at(released, "gaps/TELIG/")).status_code == 404


def test_the_last_check_is_told_with_what_it_found(
    as_person: AsPerson, agency: Organisation, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    for whole, said in ((True, "every figure is as it was made"), (False, "Ask its makers")):
        Job.objects.create(
            kind="verify figures", organisation=agency, year=YEAR, state="done",
            arguments={"release": str(released.pk)}, outcome={"whole": whole},
            asked_at=timezone.now(), ended_at=timezone.now(), asked_by=headteacher,
        )  # fmt: skip
        text = client.get(at(released, "measures/")).text
        assert said in text
        assert "Computed again on " in text
        assert "Laid down by" in text
        assert "PTRWM_EXP" in text
        assert "PTRWM_EXP_B" not in text


def test_pages_that_tell_of_nobody_print_no_warning_of_personal_data(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    for address in (at(released, "measures/"), EARLIER):
        assert "Contains personal data" not in client.get(address).text
    assert "Contains personal data" in client.get(at(released)).text


def test_progress_is_cautioned_in_the_same_words_on_every_page(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    caution = "is for those who are responsible for the pupils, not for parents"
    for rest in ("headline/", "gaps/READPROG/"):
        assert caution in client.get(at(released, rest)).text
    assert caution not in client.get(at(released, "gaps/PTRWM_EXP/")).text


def test_of_one_year_alone_nothing_is_said_of_a_move(
    as_person: AsPerson,
    agency: Organisation,
    school: Organisation,
    pupils: list[Pupil],
    headteacher: Person,
) -> None:
    alone = figures_of(agency, school, headteacher, YEAR)
    text = as_person(headteacher).get(at(alone)).text
    assert "there is one year alone, and nothing is said of a move" in text
    assert "gap to England stayed" not in text


def test_a_governor_is_told_of_no_gap_of_a_figure_that_is_withheld(
    as_person: AsPerson,
    agency: Organisation,
    school: Organisation,
    governor: Person,
    headteacher: Person,
    released: FiguresRelease,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hide(monkeypatch)
    other = figures_of(agency, school, headteacher, YEAR, stage="revised")

    for rest in ("gaps/", "gaps/PTRWM_EXP/"):
        told, seen = (
            row_of(tree_of(as_person(who).get(at(other, rest))), head)
            for who, head in (
                (headteacher, "2025" if "PTR" in rest else "in reading, writing and maths"),
                (governor, "2025" if "PTR" in rest else "in reading, writing and maths"),
            )
        )
        assert any(cell.startswith("+1") for cell in told)
        assert any("Suppressed" in cell for cell in seen)
        assert "gap to England stayed" not in seen[-1]
        assert seen[-2:] != told[-2:]
        assert not any("+1" in cell for cell in seen[1:])
    text = as_person(governor).get(at(other, "gaps/file/csv/")).content.decode()
    (line,) = (one for one in text.splitlines() if ",PTRWM_EXP,2025," in one)
    assert "61%" not in line
    assert "+1" not in line


def test_the_gaps_are_taken_away_with_their_cautions_which_is_written_down(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    answer = client.get(at(released, "gaps/file/csv/"))
    text = answer.content.decode("utf-8-sig")
    assert f"figures-900003-{YEAR}-provisional-v1-gaps.csv" in answer["Content-Disposition"]
    assert re.search(r"PTRWM_EXP,2025,.*61%,60%,\+1,percentage points,-4,", text)
    assert "Do not compare" in text
    taken = AuditEvent.objects.get(action="taken away")
    assert taken.after == {"form": "csv", "release": str(released.pk), "level": "complete"}
    assert client.get(at(released, "gaps/file/exe/")).status_code == 404


def test_the_school_before_stands_apart_once_the_school_has_agreed(
    as_person: AsPerson,
    headteacher: Person,
    released: FiguresRelease,
    former: Organisation,
) -> None:
    client = as_person(headteacher)
    assert "Old Mill" not in client.get(at(released)).text

    missing = client.post(EARLIER, {**GIVEN, "agreed": ""})
    assert missing.status_code == 422
    assert "Confirm that the school agrees" in missing.text
    assert "900007" in missing.text
    assert client.post(EARLIER, GIVEN).status_code == 303
    assert "Old Mill Infants (900007)" in client.get(EARLIER).text

    tree = tree_of(client.get(at(released, "gaps/PTRWM_EXP/")))
    assert "2022, Old Mill Infants" not in tree.text_content(), "never public of any school"
    assert row_of(tree, "2023, Old Mill Infants")[-1] == "The first year that is held here"
    assert row_of(tree, "2024")[-1] == (
        "Figures of another school: no gap is followed across the change"
    )
    assert row_of(tree, "2025")[-1] == "→ gap to England stayed"
    told = " ".join(tree.text_content().split())
    assert "Figures before 2024 are those of Old Mill Infants" in told

    assert client.post(EARLIER, {"take_back": "yes"}).status_code == 303
    assert "Old Mill" not in client.get(at(released)).text
    acts = AuditEvent.objects.filter(action__startswith="earlier school")
    assert [one.action for one in acts.order_by("pk")] == [
        "earlier school linked", "earlier school no longer linked",
    ]  # fmt: skip


def test_of_the_school_before_nobody_sees_more_than_is_published(
    as_person: AsPerson,
    agency: Organisation,
    pupils: list[Pupil],
    headteacher: Person,
    released: FiguresRelease,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The head sees every figure of the own school, and of the other what is published."""
    hide(monkeypatch)
    before(agency, pupils, headteacher)
    client = as_person(headteacher)
    client.post(EARLIER, GIVEN)

    tree = tree_of(client.get(at(released, "gaps/PTRWM_EXP/")))
    assert row_of(tree, "2025")[0].startswith("61%")
    figure, _, gap, moved = row_of(tree, "2023, Old Mill Infants")
    assert figure == gap == "Suppressed: few pupils"
    assert not moved


def test_before_figures_are_public_nothing_of_the_school_before_is_shown(
    as_person: AsPerson,
    agency: Organisation,
    pupils: list[Pupil],
    headteacher: Person,
    released: FiguresRelease,
) -> None:
    before(agency, pupils, headteacher, "unamended")
    client = as_person(headteacher)
    assert client.post(EARLIER, GIVEN).status_code == 303
    assert "Old Mill" not in client.get(at(released)).text


def test_what_is_wrong_is_said_on_the_page_and_nothing_is_lost(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease, former: Organisation
) -> None:
    client = as_person(headteacher)
    for given, said in (
        ({"urn": "12"}, "Enter a URN of six digits"),
        ({"urn": "900998"}, "No other school here"),
        ({"urn": "900003"}, "No other school here"),
        ({"first_year": "2023"}, "Old Mill Infants has results of its own in 2023"),
        ({"first_year": "2025"}, "results of its own in 2024"),
        ({"first_year": "x"}, "Enter a year of four digits"),
        ({"first_year": "20244"}, "Enter a year of four digits"),
    ):
        answer = client.post(EARLIER, {**GIVEN, **given})
        assert answer.status_code == 422, given
        assert said in answer.text
        assert "There is a problem" in answer.text
        assert f'value="{given.get("urn", "900007")}"' in answer.text


def test_only_the_school_itself_says_which_it_was(
    as_person: AsPerson,
    person: MakePerson,
    office: Person,
    governor: Person,
    authority: Organisation,
    released: FiguresRelease,
    former: Organisation,
) -> None:
    for who in (office, governor):
        assert as_person(who).get(EARLIER).status_code == 403
        assert "Link the school before" not in as_person(who).get(at(released)).text
    officer = person("authority_officer", authority)
    answer = as_person(officer).post(EARLIER, GIVEN)
    assert answer.status_code in {403, 404, 422}
    assert not AuditEvent.objects.filter(action="earlier school linked").exists()


def test_the_schools_word_that_its_data_are_correct_stands_with_its_releases(
    as_person: AsPerson,
    headteacher: Person,
    governor: Person,
    school: Organisation,
    released: FiguresRelease,
) -> None:
    client = as_person(headteacher)
    assert "The school has not confirmed the data of this year" in client.get(HERE).text
    word = DataConfirmed.objects.create(
        release=released, school=school, at=timezone.now(), by=headteacher
    )
    assert f"in the release {YEAR} provisional, version 1 are correct" in client.get(HERE).text
    assert "confirmed" not in as_person(governor).get(HERE).text
    word.withdrawn_at = timezone.now()
    word.save()
    assert "has not confirmed" in as_person(headteacher).get(HERE).text
