"""A school's figures count who is at the end of the key stage here, and nobody else."""

from datetime import date
from typing import Any

import pytest

from keystage.actions.results.summaries import summary_of
from keystage.actions.returns import cohort_of
from keystage.store.models import CohortPupil, Judgement, Pupil, Result, Sheet

pytestmark = pytest.mark.django_db


def change(sheet: Sheet, what: dict[str, Any], *, with_results: bool = False) -> None:
    """Change the last pupil, who has no results by default."""
    member = sheet.cohort.latest("pupil__surname")
    if not with_results:
        Result.objects.filter(cohort_pupil=member).delete()
    if "left_on" in what:
        Pupil.objects.filter(pk=member.pupil_id).update(**what)
    elif "code" in what:
        Judgement.objects.filter(cohort_pupil=member, subject="writing").update(**what)
    else:
        CohortPupil.objects.filter(pk=member.pk).update(**what)


@pytest.mark.parametrize(
    ("what", "eligible"),
    [
        ({"left_on": date(2026, 5, 10)}, 5),
        ({"left_on": date(2026, 5, 11)}, 6),
        ({"left_on": date(2026, 6, 20)}, 6),
        ({"code": "L"}, 5),
        ({"code": "F"}, 5),
        ({"reading": "left", "gps": "left", "maths": "left"}, 5),
        ({"reading": "future", "gps": "", "maths": ""}, 5),
        ({"reading": "future", "gps": "registered", "maths": "below"}, 6),
        ({"reading": "", "gps": "", "maths": ""}, 6),
        ({"reading": "unregistered", "gps": "unregistered", "maths": "unregistered"}, 6),
    ],
)
def test_who_is_assessed_elsewhere_is_in_no_figure(
    resulted_sheet: Sheet, what: dict[str, Any], eligible: int
) -> None:
    change(resulted_sheet, what)

    found = summary_of(resulted_sheet)

    assert (found.pupils, found.eligible) == (6, eligible)
    assert {figure.denominator for figure in found.figures} <= {eligible, eligible - 1}


def test_who_took_a_test_here_counts_whatever_day_of_leaving_is_kept(
    resulted_sheet: Sheet,
) -> None:
    change(resulted_sheet, {"left_on": date(2026, 5, 1)}, with_results=True)

    assert summary_of(resulted_sheet).eligible == 6


def test_pupils_of_one_name_without_a_number_always_stand_in_the_same_order(
    sheet: Sheet,
) -> None:
    Pupil.objects.update(surname="Khan", forename="Ali", upn="")

    assert cohort_of(sheet) == list(sheet.cohort.order_by("pk"))
