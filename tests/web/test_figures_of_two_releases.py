"""What changed between two releases, on pages: who is told what, and that effects add up."""

from fractions import Fraction
from typing import Any

import lxml.html
import pytest
from cast_of_tests import AsPerson, MakePerson
from contents_of_tests import content, figure, score, withheld
from django.utils import timezone
from scene_of_figures import FIGURES_YEAR, after, figures_of

from keystage.core.subjects import Subject
from keystage.flows.figures.contents import Figure, Level
from keystage.measures.changes.comparing import Change, Effect
from keystage.measures.changes.reasons import REASONS
from keystage.measures.fields import field_named
from keystage.statute.loader import load_year
from keystage.store.models import (
    AuditEvent,
    FiguresRelease,
    MarkingReview,
    Organisation,
    Person,
    Pupil,
)
from keystage.web.figures.differing import by, effects_of, moved
from keystage.web.figures.differing_file import differing_file
from keystage.web.figures.files import NOT_FOR_PARENTS

HERE = f"/school/900003/{FIGURES_YEAR}/figures/"


@pytest.fixture
def agency() -> Organisation:
    return Organisation.objects.create(kind="national", code="N1", name="National Agency")


@pytest.fixture
def old(
    agency: Organisation, school: Organisation, pupils: list[Pupil], headteacher: Person
) -> FiguresRelease:
    assert pupils
    return figures_of(agency, school, headteacher, FIGURES_YEAR)


@pytest.fixture
def new(
    agency: Organisation, school: Organisation, old: FiguresRelease, headteacher: Person
) -> FiguresRelease:
    return after(agency, school, headteacher, FIGURES_YEAR)


def at(old: FiguresRelease, new: FiguresRelease, rest: str = "") -> str:
    return f"{HERE}{new.pk}/against/{old.pk}/{rest}"


@pytest.mark.django_db
def test_a_head_sees_what_changed_and_why(
    as_person: AsPerson, headteacher: Person, old: FiguresRelease, new: FiguresRelease
) -> None:
    client = as_person(headteacher)
    text = client.get(at(old, new)).text

    assert "61%" in text
    assert "64%" in text
    assert "Inclusion changed" in text
    assert "Changed mark or score" in text
    assert at(old, new) in client.get(f"{HERE}{new.pk}/changes/").text
    swapped: str = client.get(f"{HERE}{old.pk}/against/{new.pk}/").text
    assert swapped.index("61%") < swapped.index("64%")


@pytest.mark.django_db
def test_a_list_can_be_narrowed_to_one_reason(
    as_person: AsPerson, headteacher: Person, old: FiguresRelease, new: FiguresRelease
) -> None:
    client = as_person(headteacher)

    def rows(because: str) -> int:
        page: Any = lxml.html.fromstring(client.get(at(old, new), {"because": because}).content)
        return len(page.xpath("//main//tbody/tr"))

    assert 0 < rows("Inclusion changed") < rows("")
    assert rows("No such reason") == rows("")


@pytest.mark.django_db
def test_effects_of_pupils_add_up_to_the_change(
    as_person: AsPerson, headteacher: Person, old: FiguresRelease, new: FiguresRelease
) -> None:
    page: Any = lxml.html.fromstring(
        as_person(headteacher).get(at(old, new, "figure/PTRWM_EXP/")).content
    )
    by_reason, by_pupil = (
        [[" ".join(cell.text_content().split()) for cell in row] for row in table.xpath("tbody/tr")]
        for table in page.xpath("//main//table")
    )

    # From 4 of 5 pupils to 6 of 6.
    assert by_reason[-1] == ["All together: the change", "2", "+20"]
    effects = {row[0]: row[3] for row in by_pupil}
    assert effects["Ashby, Mabel"].startswith("+16.666666666")
    assert sorted(effects.values())[1].startswith("+3.333333333")
    assert "Ashby, Mabel" in page.text_content()
    assert "READSCORE): 95 → 104" in page.text_content()


@pytest.mark.django_db
def test_an_analyst_sees_effects_under_made_up_numbers(
    as_person: AsPerson,
    person: MakePerson,
    authority: Organisation,
    old: FiguresRelease,
    new: FiguresRelease,
) -> None:
    client = as_person(person("authority_analyst", authority))
    text = client.get(at(old, new, "figure/PTRWM_EXP/")).text

    assert "Pupil " in text
    assert "+20" in text
    assert "Ashby" not in text
    assert not any(pupil.upn in text for pupil in Pupil.objects.all())


@pytest.mark.django_db
def test_a_governor_sees_printed_changes_and_nothing_behind_them(
    as_person: AsPerson, governor: Person, old: FiguresRelease, new: FiguresRelease
) -> None:
    client = as_person(governor)
    text = client.get(at(old, new)).text

    assert "+3" in text
    assert "Suppressed: few pupils" in text
    for hidden in ("Inclusion changed", "Because of", "+20", "what changed it"):
        assert hidden not in text
    assert client.get(at(old, new, "figure/PTRWM_EXP/")).status_code == 403


@pytest.mark.django_db
def test_who_sees_figures_but_may_not_explain_them_is_told_no_reason(
    as_person: AsPerson,
    person: MakePerson,
    school: Organisation,
    old: FiguresRelease,
    new: FiguresRelease,
) -> None:
    client = as_person(person("school_reader", school, given=["see_measures"]))

    assert "Inclusion changed" not in client.get(at(old, new)).text
    text = client.get(at(old, new, "figure/PTRWM_EXP/")).text
    assert "is not told to you" in text
    assert "Inclusion changed" not in text


@pytest.mark.django_db
def test_equal_releases_say_that_nothing_changed(
    as_person: AsPerson,
    agency: Organisation,
    school: Organisation,
    headteacher: Person,
    old: FiguresRelease,
) -> None:
    again = figures_of(agency, school, headteacher, FIGURES_YEAR, version=3)

    client = as_person(headteacher)
    assert "Nothing changed" in client.get(at(old, again)).text
    assert "Nothing changed" in client.get(at(old, again, "figure/PTRWM_EXP/")).text
    assert client.get(at(old, old)).status_code == 404


@pytest.mark.django_db
def test_the_file_of_changes_names_no_pupil_and_is_written_down(
    as_person: AsPerson, headteacher: Person, old: FiguresRelease, new: FiguresRelease
) -> None:
    answer = as_person(headteacher).get(at(old, new, "file/csv/"))
    text = answer.content.decode()

    between = f"provisional-v{old.version}-to-provisional-v{new.version}-changes.csv"
    assert between in answer["Content-Disposition"]
    assert "No pupil is in this file" in text
    assert "Ashby" not in text
    taken = AuditEvent.objects.get(action="taken away")
    assert taken.after == {"form": "csv", "release": str(new.pk), "level": "complete"}
    assert as_person(headteacher).get(at(old, new, "file/exe/")).status_code == 404


@pytest.mark.django_db
def test_a_review_that_changed_a_result_is_the_reason(
    as_person: AsPerson,
    school: Organisation,
    headteacher: Person,
    pupils: list[Pupil],
    old: FiguresRelease,
    new: FiguresRelease,
) -> None:
    upn = next(pupil.upn for pupil in pupils if pupil.surname == "Ashby")
    review = MarkingReview.objects.create(
        school=school, year=FIGURES_YEAR, kind="marking", state="changed", upn=upn,
        subject=Subject.READING, reason="A question.", proposed_at=timezone.now(),
        proposed_by=headteacher, answered_at=new.computed_at,
    )  # fmt: skip
    client, page = as_person(headteacher), at(old, new, "figure/READ_AVERAGE/")

    assert "Review of marking; changed mark or score" in client.get(page).text
    MarkingReview.objects.filter(pk=review.pk).update(answered_at=timezone.now())
    assert "Review of marking" not in client.get(page).text, "it came after the later release"


def test_an_effect_names_the_checking_request_behind_it() -> None:
    year = load_year(2025, "final")
    given: dict[str, Any] = {"effect": None, "of_pupil": None, "of_rules": None,
                             "reasons": REASONS[2:3], "columns": ()}  # fmt: skip
    change = Change(
        field=field_named("PTRWM_EXP", year), school=900003, old=None, new=None, change=None,
        effects=(
            Effect(old_upn="x1 ", new_upn=None, old_line=2, new_line=None, **given),
            Effect(old_upn="X2", new_upn="X2", old_line=3, new_line=3, **given),
            Effect(old_upn="X3", new_upn="X3", old_line=4, new_line=4, **given),
        ),
    )  # fmt: skip
    gone, other = effects_of(change, {2: "Ada"}, {3: "Ben"}, {"X1": "KS2-1"})
    masked = effects_of(change, {}, {3: "Pupil 12", 4: "Pupil 2"}, {})

    assert (gone.name, gone.reference) == ("Ada, of the earlier release", "KS2-1")
    assert (other.name, other.reference, other.effect) == ("Ben", "", "")
    assert [one.name for one in masked] == ["Pupil 2", "Pupil 12"]


@pytest.mark.parametrize("level", ["complete", "suppressed"])
def test_a_file_of_changed_progress_says_that_it_is_not_for_parents(level: Level) -> None:
    def text(*figures: Figure) -> str:
        old, new = (content(level, figures=(one,)) for one in figures)
        return differing_file(old, new, moved(old, new, None), "csv").decode()

    assert NOT_FOR_PARENTS in text(score(), score(text="0.3"))
    assert NOT_FOR_PARENTS not in text(figure("A", "61%"), figure("A", "58%"))


@pytest.mark.parametrize(
    ("before", "after", "change", "band"),
    [
        (figure("A", "61%"), figure("A", "58%"), "−3", ""),
        (score("A", "-1.2"), score("A", "0.3", band_words="Above"), "+1.5", "Average → Above"),
        (score("A", "-1.2", may_rank=False), score("A", "0.3", band_words="Above"), "+1.5", ""),
        (figure("A", "61%"), withheld("A"), "", ""),
        (figure("A", "61%"), None, "", ""),
    ],
)
def test_printed_figures_are_compared_as_they_are_printed(
    before: Figure, after: Figure | None, change: str, band: str
) -> None:
    (row,) = moved(content(figures=(before,)), content(figures=(after,) if after else ()), None)

    assert (row.change, row.band, row.reasons, row.pupils) == (change, band, (), None)
    assert not row.opens
    if after is None:
        assert row.after.first == "Not in this release"


def test_a_change_too_small_for_two_decimals_is_none_of_nothing() -> None:
    assert by(Fraction(1, 1000), "percent") == "less than 0.01"
    assert by(Fraction(-5, 2), "score") == "−2.50"
    assert by(None, "score") == ""


def test_a_change_of_a_number_of_pupils_is_whole() -> None:
    assert by(Fraction(-1), "pupils") == "−1"
    assert by(Fraction(2), "pupils") == "+2"
    assert by(Fraction(-1), "score") == "−1.00"
