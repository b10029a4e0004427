"""What the board says first: who has not submitted, how long there is, and how far all are."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cast_of_tests import YEAR, AsPerson
from django.utils import timezone

from keystage.actions.stages import SchoolStages, Stage
from keystage.store.models import Organisation, Person, SchoolReturn, Sheet
from keystage.web.organisation.rows import in_one_line
from keystage.web.organisation.totals import Due, drawing_of, due_of, numbers_of

THERE = "/authority/999/2026/"
LONDON = ZoneInfo("Europe/London")
AFTERNOON = datetime(2026, 6, 26, 16, 0, tzinfo=LONDON)


def school(state: str = "", **facts: object) -> SchoolStages:
    """A school whose return is in a state; nothing was begun where there is none."""
    sent = SchoolReturn(state=state, year=YEAR) if state else None
    return SchoolStages(school=Organisation(), now=AFTERNOON, sent=sent, **facts)  # type: ignore[arg-type]


@pytest.fixture
def afternoon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)


@pytest.mark.usefixtures("afternoon")
@pytest.mark.parametrize(
    ("due_at", "told"),
    [
        (
            datetime(2026, 6, 26, 23, 59, tzinfo=LONDON),
            Due(on=AFTERNOON.date(), left=0, hours=7),
        ),
        (
            datetime(2026, 6, 26, 16, 30, tzinfo=LONDON),
            Due(on=AFTERNOON.date(), left=0, clock="4:30pm", hours=0),
        ),
        (
            datetime(2026, 6, 26, 12, 0, tzinfo=LONDON),
            Due(on=AFTERNOON.date(), left=0, clock="midday"),
        ),
        (
            datetime(2026, 6, 29, 17, 0, tzinfo=LONDON),
            Due(on=datetime(2026, 6, 29, tzinfo=LONDON).date(), left=3, clock="5pm"),
        ),
    ],
)
def test_the_last_day_is_told_with_its_hours(due_at: datetime, told: Due) -> None:
    assert due_of([school(due_at=due_at), school(due_at=due_at)]) == told


def test_several_days_are_told_by_each_school() -> None:
    days = [AFTERNOON, AFTERNOON + timedelta(days=1)]
    assert due_of([school(due_at=one) for one in days]) == Due(several=True)
    assert due_of([school()]) == Due()


def test_every_school_that_is_not_accepted_is_counted_once_by_how_far_it_is() -> None:
    found = [school("accepted"), school("uploaded"), school("received"), school(), school()]
    numbers = numbers_of(found, lambda state: f"?sent={state}")
    assert [(one["number"], one["text"], one.get("href")) for one in numbers] == [
        (1, "accepted", None),
        (4, "not yet submitted", "?sent=not_submitted"),
        (2, "nothing sent", "?sent=not_started"),
        (1, "uploaded, to be submitted by a second person", "?sent=uploaded"),
        (1, "received, and pupils still to put right", "?sent=received"),
    ]


def test_the_bars_of_the_drawing_have_a_part_for_each_state_and_the_same_length() -> None:
    drawing = drawing_of([school("accepted", pupils=3), school("uploaded"), school()])
    bars = {bar.label: bar for bar in drawing.bars}
    assert len(bars) == len(Stage)
    assert bars["The return"].counts == (1, 1, 1)
    assert bars["Test results"].counts == (0, 0, 3)
    assert {round(sum(part.width for part in bar.parts)) for bar in drawing.bars} == {600}
    assert "3 schools" in drawing.words
    assert all(bar.parts == () for bar in drawing_of([]).bars)


def test_what_is_next_is_one_sentence_with_one_capital() -> None:
    assert in_one_line(["Not yet submitted", "The attendance register is empty"]) == (
        "Not yet submitted; the attendance register is empty"
    )
    assert in_one_line([]) == "All is done"


def test_results_are_waited_for_from_their_day() -> None:
    assert school("accepted").waits_for is Stage.RESULTS
    assert school("accepted", results_out=False).waiting == ()


@pytest.mark.django_db
def test_who_has_not_submitted_stands_first_and_is_reminded_with_one_press_more(
    as_person: AsPerson, officer: Person, judged_sheet: Sheet, other_school: Organisation
) -> None:
    SchoolReturn.objects.create(
        school=other_school, year=YEAR, state="accepted", changed_at=timezone.now(), expected=1,
        complete=1, incomplete=0, unexpected=0, missing=0,
    )  # fmt: skip
    client = as_person(officer)
    text = client.get(THERE).text

    assert "1 of 2 schools has not submitted yet." in text
    assert re.findall(r"Storybook|Riddle Road", text.partition("<tbody")[2])[0] == "Storybook"
    assert f'href="{THERE}remind/?sent=not_submitted"' in text
    reminded = client.get(f"{THERE}remind/?sent=not_submitted").text
    assert "Remind 1 school" in reminded
    assert "Riddle Road" not in reminded
    all_in = client.get(f"{THERE}?sent=accepted").text
    assert "The school has submitted its return." in all_in
    assert "remind/?sent=not_submitted" not in all_in
    assert judged_sheet.year == YEAR
