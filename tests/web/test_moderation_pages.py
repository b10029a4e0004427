"""Pages of moderation: the authority chooses, draws and records; the school sees it when told."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cast_of_tests import YEAR, AsPerson, MakePerson
from django.utils import timezone
from pages_of_tests import hidden

from keystage.actions.by import By
from keystage.actions.moderation import choosing
from keystage.actions.moderation.visits import sample_of
from keystage.store.models import Moderation, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
THERE = "/authority/999/2026/moderation/"
HERE = "/school/900003/2026/moderation/"


@pytest.fixture
def moderator(person: MakePerson, authority: Organisation) -> Person:
    return person("authority_moderator", authority, name="Mo Derate")


@pytest.fixture
def chosen(judged_sheet: Sheet, moderator: Person) -> Moderation:
    """The school, chosen and told an hour ago."""
    return choosing.choose(
        judged_sheet.school,
        YEAR,
        told_at=timezone.now() - timedelta(hours=1),
        visit_on=None,
        by=By(moderator, "test"),
    )


def day(name: str, days: int = 0) -> dict[str, int]:
    """Three boxes of a date so many days from today."""
    value = timezone.localdate() + timedelta(days=days)
    return {
        f"{name}_day": value.day,
        f"{name}_month": value.month,
        f"{name}_year": value.year,
    }


def test_a_moderator_goes_from_the_choice_to_the_record(
    as_person: AsPerson, moderator: Person, judged_sheet: Sheet
) -> None:
    client = as_person(moderator)
    assert "No school is chosen" in client.get(THERE).text
    answer = client.post(f"{THERE}choose/", {})
    assert answer.status_code == 422
    assert "Select at least one school" in answer.text
    given: dict[str, Any] = {"schools": ["900003"], "hold": "on", **day("told_on")}
    client.post(f"{THERE}choose/", given)
    page = client.get(f"{THERE}900003/")
    assert "EXS: 6 to draw from" in page.text
    assert "Ashby" not in page.text

    seen = hidden(page.text, "seen")
    assert client.post(f"{THERE}900003/sample/", {"seen": seen, "count-0": "7"}).status_code == 422
    client.post(f"{THERE}900003/sample/", {"seen": seen, "count-0": "2"})
    made = Moderation.objects.get()
    sample = sample_of(made)
    assert len(sample) == 2
    page = client.get(f"{THERE}900003/visit/")
    form: dict[str, Any] = {
        "seen": made.version, "visited_by": "Mo Derate", "outcome": "changed",
        **day("visited_on"),
        f"code-{sample[0].pk}": "GDS", f"code-{sample[1].pk}": "EXS",
    }  # fmt: skip
    without = client.post(f"{THERE}900003/visit/", form)
    assert "Enter why the judgement was changed" in without.text
    form[f"reason-{sample[0].pk}"] = "Wider range"
    done = client.post(f"{THERE}900003/visit/", form)

    assert done.status_code == 302, done.text
    text = client.get(f"{THERE}900003/").text
    assert "Judgements were changed" in text
    assert "agreed GDS, in the mark sheet EXS" in text


def test_a_pupil_is_taken_out_of_the_sample(
    as_person: AsPerson, moderator: Person, chosen: Moderation
) -> None:
    client = as_person(moderator)
    client.post(f"{THERE}900003/sample/", {"seen": 1, "count-0": "2"})
    first = sample_of(chosen)[0]

    client.post(f"{THERE}900003/sample/", {"seen": 2, "out": first.pk})

    assert first not in sample_of(chosen)
    assert len(sample_of(chosen)) == 1


def test_what_was_changed_meanwhile_is_said(
    as_person: AsPerson, moderator: Person, chosen: Moderation
) -> None:
    client = as_person(moderator)
    form: dict[str, Any] = {"hold": "on", **day("told_on"), **day("visit_on", 9), "seen": 1}
    assert client.post(f"{THERE}900003/", form).status_code == 302

    answer = client.post(f"{THERE}900003/", {**form, **day("visit_on", 3)})

    assert answer.status_code == 422
    assert "Somebody changed this moderation" in answer.text


def test_a_school_is_taken_off_the_list_with_a_reason(
    as_person: AsPerson, moderator: Person, chosen: Moderation
) -> None:
    client = as_person(moderator)
    assert client.post(f"{THERE}900003/withdraw/", {"seen": 1}).status_code == 422

    client.post(f"{THERE}900003/withdraw/", {"seen": 1, "reason": "Drawn twice"})

    assert "Drawn twice" in client.get(THERE).text
    assert client.get(f"{THERE}900003/").status_code == 404


def test_the_school_sees_nothing_before_it_is_told(
    as_person: AsPerson, headteacher: Person, moderator: Person, chosen: Moderation
) -> None:
    Moderation.objects.update(told_at=timezone.now() + timedelta(days=2))

    assert "is not chosen" in as_person(headteacher).get(HERE).text
    assert "The school does not know yet" in as_person(moderator).get(HERE).text


def test_the_headteacher_sets_the_hold_aside_and_the_return_page_says_so(
    as_person: AsPerson, headteacher: Person, chosen: Moderation
) -> None:
    client = as_person(headteacher)
    assert "The return waits for the visit" in client.get("/school/900003/2026/gateway/").text
    assert client.post(f"{HERE}set-aside/", {"seen": 1}).status_code == 422

    client.post(f"{HERE}set-aside/", {"seen": 1, "reason": "The last day comes first"})

    assert "set aside with a reason" in client.get("/school/900003/2026/gateway/").text
    assert "The last day comes first" in client.get(HERE).text
    assert client.get(f"{HERE}set-aside/").headers["Location"] == HERE


def test_an_officer_sees_the_schools_and_records_nothing(
    as_person: AsPerson, person: MakePerson, authority: Organisation, chosen: Moderation
) -> None:
    client = as_person(person("authority_officer", authority))
    text = client.get(THERE).text

    assert "Storybook Lane" in text
    assert "Choose schools" not in text
    assert client.get(f"{THERE}900003/").status_code == 403


def test_a_school_of_another_authority_is_not_there(
    as_person: AsPerson, person: MakePerson, chosen: Moderation
) -> None:
    elsewhere = Organisation.objects.create(kind="authority", code="998", name="Elsewhere")
    client = as_person(person("authority_moderator", elsewhere))

    assert client.get("/authority/998/2026/moderation/900003/").status_code == 404


def test_a_day_of_summer_is_shown_and_kept_as_it_was_entered(
    as_person: AsPerson, moderator: Person, chosen: Moderation
) -> None:
    midnight = datetime(2027, 5, 31, 23, tzinfo=UTC)
    Moderation.objects.update(told_at=midnight)
    client = as_person(moderator)
    text = client.get(f"{THERE}900003/").text
    told = {
        part: re.search(rf'name="told_on_{part}"[^>]*value="(\d+)"', text)[1]  # type: ignore[index]
        for part in ("day", "month", "year")
    }
    assert told == {"day": "1", "month": "6", "year": "2027"}

    form = {f"told_on_{part}": value for part, value in told.items()}
    client.post(f"{THERE}900003/", {**form, "hold": "on", "seen": chosen.version})

    chosen.refresh_from_db()
    assert chosen.version == 2
    assert chosen.told_at == midnight


def test_a_corrected_record_leaves_who_was_not_looked_at(
    as_person: AsPerson, moderator: Person, chosen: Moderation
) -> None:
    client = as_person(moderator)
    client.post(f"{THERE}900003/sample/", {"seen": 1, "count-0": "1"})
    there = f"{THERE}900003/visit/"
    assert 'value="EXS" selected' in client.get(there).text
    form = {"seen": 2, "visited_by": "Mo", "outcome": "upheld", **day("visited_on")}
    assert client.post(there, form).status_code == 302

    assert 'value="EXS" selected' not in client.get(there).text
