"""Results as a school sees them: in words, beside what was sent, and what they add up to."""

from uuid import uuid4

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.utils import timezone

from keystage.actions import packs
from keystage.actions.by import By
from keystage.actions.results.swapped import swapped_of
from keystage.actions.sending import exporting
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Judgement, Organisation, Person, Pupil, Result, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/results/"


def test_each_result_is_told_in_words(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    text = as_person(office).get(HERE).text

    assert "O&#39;Brien-Núñez, Aoife" in text
    assert "<strong>99</strong>" in text
    assert "Expected standard not met" in text
    assert "Did not take the test: absent" in text
    assert "Your child" not in text, "words for parents are not words for staff"


def test_before_results_the_page_says_what_to_do(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    assert "No results have come back" in as_person(office).get(HERE).text


def test_a_governor_sees_no_pupils_results(
    as_person: AsPerson, governor: Person, resulted_sheet: Sheet
) -> None:
    assert as_person(governor).get(HERE).status_code == 403


def test_the_figures_count_pupils_and_say_who_is_left_out(
    as_person: AsPerson, headteacher: Person, resulted_sheet: Sheet
) -> None:
    client = as_person(headteacher)
    text = client.get(f"{HERE}figures/").text

    assert "6 pupils of the cohort, 6 of them at the end of key stage 2" in text
    field = text.split("/results/figures/")[1].split("/")[0]
    opened = client.get(f"{HERE}figures/{field}/").text
    assert "Ashby, Mabel" in opened
    assert "Counts towards it" in opened


def test_an_unknown_figure_is_not_there(
    as_person: AsPerson, headteacher: Person, resulted_sheet: Sheet
) -> None:
    assert as_person(headteacher).get(f"{HERE}figures/NOPE/").status_code == 404


def test_without_results_the_figures_say_why_there_are_none(
    as_person: AsPerson, headteacher: Person, sheet: Sheet
) -> None:
    text = as_person(headteacher).get(f"{HERE}figures/").text

    assert "There are no test results of 2026 yet" in text


def test_what_changed_after_the_file_is_listed_cell_by_cell(
    as_person: AsPerson, office: Person, lead: Person, signed_sheet: Sheet
) -> None:
    client = as_person(office)
    assert "No file has been made" in client.get(f"{HERE}drift/").text
    exporting.make(sheet=signed_sheet, key=uuid4(), by=By(office, "test"))
    assert "says what the mark sheet says" in client.get(f"{HERE}drift/").text

    member = signed_sheet.cohort.earliest("pk")
    cell = member.judgements.get(subject="writing")
    change = Change(pupil=member.pk, subject="writing", code="GDS", seen=cell.version)
    save_cells(signed_sheet, [change], by=By(lead, "test"), classes=None)

    text = client.get(f"{HERE}drift/").text
    assert "1 judgement is not what" in text
    assert text.index(">EXS<") < text.index(">GDS<")


def test_a_mark_of_a_year_without_a_table_is_not_guessed(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)

    assert "not known" in client.get(f"{HERE}marks/?subject=reading&mark=30").text
    assert "Error:" in client.get(f"{HERE}marks/?subject=reading&mark=-1").text


def test_a_season_of_which_nothing_is_kept_has_empty_pages(
    as_person: AsPerson, office: Person
) -> None:
    client = as_person(office)

    assert client.get(HERE).status_code == 200
    assert client.get(f"{HERE}drift/").status_code == 404


@pytest.fixture
def like_names(sheet: Sheet, teacher: Person) -> Sheet:
    """Thirty pupils judged three ways; Ann and Amy Lee have the results of each other."""
    now = timezone.now()
    judged = {"WTS": 92, "EXS": 104, "GDS": 113}
    people = [
        (f"Name{code}{at}", f"Other{at}{code}", "6B", code, mean + (at % 5 - 2))
        for code, mean in judged.items()
        for at in range(10)
    ]
    people += [("Lee", "Ann", "6A", "GDS", 92), ("Lee", "Amy", "6A", "WTS", 113)]
    for number, (surname, forename, class_name, code, score) in enumerate(people):
        pupil = Pupil.objects.create(
            school=sheet.school,
            upn=f"Z99903013{number:04d}",
            surname=surname,
            forename=forename,
            class_name=class_name,
        )
        member = sheet.cohort.create(pupil=pupil, how="added")
        Judgement.objects.create(
            cohort_pupil=member, subject="writing", code=code, changed_at=now, changed_by=teacher
        )
        outcome = "AS" if score >= 100 else "NS"
        for test in ("reading", "gps", "maths"):
            Result.objects.create(
                cohort_pupil=member,
                subject=test,
                scaled_score=score,
                outcome=outcome,
                changed_at=now,
            )
    return sheet


def test_scripts_that_may_be_swapped_are_told_of_with_what_to_do(
    as_person: AsPerson, office: Person, like_names: Sheet
) -> None:
    text = as_person(office).get(HERE).text

    assert "1 pair of pupils with like names has results that fit the other pupil better" in text
    assert "Amy Lee and Ann Lee" in text
    assert "ask for a review of marking" in text
    assert "RES-101" in text


def test_a_pair_is_told_to_who_may_see_both_pupils(like_names: Sheet) -> None:
    assert len(swapped_of(like_names, {"6A"})) == 1
    Pupil.objects.filter(forename="Amy").update(class_name="6B")

    assert swapped_of(like_names, {"6A"}) == []
    assert len(swapped_of(like_names, {"6A", "6B"})) == 1


def test_of_results_that_fit_nothing_is_said(
    as_person: AsPerson, office: Person, like_names: Sheet
) -> None:
    Result.objects.filter(cohort_pupil__pupil__forename="Ann").update(
        scaled_score=113, outcome="AS"
    )
    Result.objects.filter(cohort_pupil__pupil__forename="Amy").update(scaled_score=92, outcome="NS")

    assert "Look at these scripts" not in as_person(office).get(HERE).text


@pytest.fixture
def with_first_stage(resulted_sheet: Sheet) -> Sheet:
    """The sheet with results, and outcomes of key stage 1 for all but one."""
    for at, member in enumerate(resulted_sheet.cohort.order_by("pupil__surname")[:5]):
        member.pupil.ks1_reading = ("GDS", "EXS")[at % 2]
        member.pupil.ks1_maths = " blw "
        member.pupil.save()
    return resulted_sheet


def test_starting_points_are_drawn_with_the_table_beside_and_a_caution(
    as_person: AsPerson, headteacher: Person, with_first_stage: Sheet
) -> None:
    text = as_person(headteacher).get(f"{HERE}figures/").text

    drawn = text.split("From key stage 1 to key stage 2 in reading", 1)[1]
    assert "<svg" in drawn.split("</figure>")[0]
    table = drawn.split("<table")[1].split("</table>")[0]
    assert [part.split("<")[0] for part in table.split('header">')[1:]][-3:] == [
        "GDS", "EXS", "Not known",
    ]  # fmt: skip
    assert "tell of single ones" in drawn
    assert "From key stage 1 to key stage 2 in writing" not in text
    assert "BLW" in text.split("to key stage 2 in maths", 1)[1]


def test_each_tile_says_when_and_of_which_data_it_was_worked_out(
    as_person: AsPerson, headteacher: Person, with_first_stage: Sheet
) -> None:
    text = as_person(headteacher).get(f"{HERE}figures/").text

    tiles = text.split('class="ks-counts"')[1].split("</ul>")[0].split("<li")[1:]
    assert len(tiles) >= 8
    assert all(f"mark sheet version {with_first_stage.content_version}" in one for one in tiles)
    assert all("results as of" in one for one in tiles)


def test_who_sees_figures_only_sees_no_table_in_which_a_child_can_be_found(
    as_person: AsPerson, person: MakePerson, authority: Organisation, with_first_stage: Sheet
) -> None:
    text = as_person(person("authority_analyst", authority)).get(f"{HERE}figures/").text

    assert "shown to those who may see every pupil" in text
    assert "<svg" not in text.split('id="starting-points"')[1]


def test_without_outcomes_of_key_stage_1_the_page_says_how_to_bring_them_in(
    as_person: AsPerson, headteacher: Person, resulted_sheet: Sheet
) -> None:
    text = as_person(headteacher).get(f"{HERE}figures/").text

    assert "No outcomes of key stage 1 are kept" in text


def test_a_mark_of_a_year_with_a_table_has_its_score_and_its_source(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    text = as_person(office).get("/school/900003/2024/results/marks/?subject=gps&mark=50").text

    assert "a scaled score of" in text
    assert "key stage 2 scaled score conversion tables 2024" in text.split("Source:")[1]


def test_the_year_before_stands_beside_with_what_differs_in_the_rules(
    as_person: AsPerson, headteacher: Person, lead: Person, resulted_sheet: Sheet
) -> None:
    before = packs.load(school=resulted_sheet.school, year=2023, by=By(lead, "test"))
    for number in range(3):
        pupil = Pupil.objects.create(
            school=before.school,
            upn=f"Z99903010{number:04d}",
            surname="Earlier",
            forename=str(number),
        )
        member = before.cohort.create(pupil=pupil, how="added")
        for test in ("reading", "gps", "maths"):
            Result.objects.create(
                cohort_pupil=member,
                subject=test,
                scaled_score=105,
                outcome="AS",
                changed_at=timezone.now(),
            )

    text = as_person(headteacher).get(f"{HERE}figures/").text.split("Last year")[1]

    assert "The year before" in text
    assert "100%" in text
    assert "3 years lie between them." in text
    assert "They are different pupils: 3 in 2023 and 6 in 2026." in text
