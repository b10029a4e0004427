"""A file of a checking exercise that does not fit in several places: all of them are told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.core.errors import StatuteError
from keystage.statute.checking_loader import (
    checking_document,
    faults_of_form,
    unproved_checking,
)
from keystage.statute.reading import Document, parsed

TEXT = checking_document(2026).text
CHANGES = (
    ("read_on = 2026-11-22", 'read_on = "lately"'),
    ("megabytes = 10", 'megabytes = "many"'),
    ("pages_refused = false", "pages_allowed = false"),
    ("[rules.kinds.merge]\nlabel", "[rules.kinds.join]\nlabel"),
    ('type = "name"', 'type = "names"'),
    ('{ id = "YGC-2", outcome = "scrutiny"', '{ id = "YGC-2", outcome = "maybe"'),
    ('{ id = "ADD-1", outcome', '{ name = "ADD-1", outcome'),
)


def edited(changes: tuple[tuple[str, str], ...]) -> Document:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parsed(text, "The text")


def test_every_fault_is_told_at_once_in_the_order_of_the_lines() -> None:
    found = faults_of_form(edited(CHANGES), 2026)

    assert [one.what for one in found] == [
        "read_on does not fit: Invalid RFC3339 encoded date.",
        "megabytes should be a whole number, not text.",
        "There is no key pages_allowed here.",
        "join may not be 'join'.",
        "type may not be 'names'.",
        "There is no key name here.",
        "The key id is missing.",
        "outcome may not be 'maybe'.",
    ]
    assert all("line " in one.where and one.todo for one in found)


def test_a_sound_file_has_none() -> None:
    assert faults_of_form(edited(()), 2026) == ()


def test_what_is_no_table_is_told_beside_what_is_in_the_others() -> None:
    document = parsed("sources = 7\nwindows = 3\n[year]\nid = 2026\n[rules]\nversion = 1", "x")

    told = [one.what for one in faults_of_form(document, 2026)]

    assert "sources is not a table." in told
    assert "version should be text, not a whole number." in told
    assert "The key source is missing." in told


def test_an_absent_table_is_not_looked_into() -> None:
    document = parsed('[year]\nid = 2025\n[rules]\nabsent = "so"\nversion = 1', "x")
    assert [one.what for one in faults_of_form(document, 2026)] == [
        "The file is for 2025, not for 2026."
    ]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(CHANGES)))
def test_the_fault_that_refuses_a_file_is_among_those_that_are_told(
    changes: set[tuple[str, str]],
) -> None:
    document = edited(tuple(changes))
    told = [str(one) for one in faults_of_form(document, 2026)]

    assert bool(told) is bool(changes)
    if changes:
        with pytest.raises(StatuteError) as refused:
            unproved_checking(document, 2026)
        assert str(refused.value) in told
