"""The rules of reviews of marking: what is known has a source, what is not has a reason."""

from pathlib import Path

import pytest

from keystage.core.errors import StatuteError, UsageError
from keystage.statute.reading import read
from keystage.statute.reviews import assemble_reviews, available_reviews, last_read, load_reviews

WHOLE = """
[year]
id = 2025
[sources.here]
title = "A title"
read_on = 2026-11-21
[charging]
source = "here"
confidence = "B"
free_when_threshold_crossed = true
free_from_marks = 2
free_when_supplier_erred = true
[prices]
absent = "nobody says"
"""


def test_the_rule_of_2025_is_free_for_a_threshold_two_marks_or_the_suppliers_mistake() -> None:
    charging = load_reviews(2025).charging

    assert charging is not None
    assert charging.free_when_threshold_crossed
    assert charging.free_when_supplier_erred
    assert charging.free_from_marks == 2


@pytest.mark.parametrize("year", available_reviews())
def test_what_is_not_known_of_a_year_has_a_reason(year: int) -> None:
    reviews = load_reviews(year)
    missing = {name for name in ("charging", "prices") if getattr(reviews, name) is None}

    assert set(reviews.absent) == missing
    assert all(one.absent for one in reviews.absent.values())


def test_the_last_rule_read_is_never_one_of_a_later_year() -> None:
    assert (last_read(2024), last_read(2025), last_read(2026)) == (None, 2025, 2025)


def test_a_year_without_a_file_is_refused() -> None:
    with pytest.raises(UsageError, match="Nothing is known of reviews of marking in 2016"):
        load_reviews(2016)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id = 2025", "id = 2024", "for 2024, not for 2025"),
        ('source = "here"', 'source = "there"', "there is not among"),
        ("free_from_marks = 2", "free_from_marks = 0", "free from 0 marks"),
        ("[prices]", "[price]", "no statutory table"),
        ('absent = "nobody says"', 'absent = " "', "absent without a reason"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "reviews.toml"
    path.write_text(WHOLE.replace(old, new), encoding="utf-8")

    with pytest.raises(StatuteError, match=said):
        assemble_reviews(read(path), 2025)
