"""Outcomes of both key stages crossed: every pupil in one cell, by the figures' own rule."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.core.subjects import Subject
from keystage.flows.school_summary import SchoolSummary, school_summary
from keystage.flows.starting_points import STANDINGS, starting_points

URN = 900001


def pupil(score: int | None, writing: str = "EXS", included: str = "201") -> dict[str, object]:
    outcome = "A" if score is None else "AS" if score >= 100 else "NS"
    return {
        "URN": URN, "P_INCL": included, "READOUTCOME": outcome, "READSCORE": score,
        "MATOUTCOME": outcome, "MATSCORE": score, "WRITTAOUTCOME": writing,
    }  # fmt: skip


def summary(*rows: dict[str, object]) -> SchoolSummary:
    return school_summary(list(rows), None, 2026, "provisional", urn=URN)


def test_each_pupil_stands_in_one_cell_of_the_own_row() -> None:
    found = summary(pupil(104), pupil(98), pupil(110), pupil(None), pupil(100, included="202"))
    first = [{Subject.READING: code} for code in ("EXS", "EXS", "GDS", "WTS", "EXS")]

    reading = starting_points(found, first)[0]

    assert list(STANDINGS) == ["out", "below", "expected", "higher"]
    assert [(row.code, row.counts) for row in reading.rows] == [
        ("GDS", (0, 0, 0, 1)),
        ("EXS", (1, 1, 1, 0)),
        ("WTS", (0, 1, 0, 0)),
    ]
    assert (reading.known, reading.most) == (5, 1)


def test_writing_is_read_from_judgements_and_what_is_not_known_comes_last() -> None:
    found = summary(pupil(104, "GDS"), pupil(104, "WTS"), pupil(104, "EXS"))
    first = [{Subject.WRITING: "PK2"}, {Subject.WRITING: "ODD"}, {}]

    tables = {one.subject: one for one in starting_points(found, first)}

    assert [(row.code, row.counts) for row in tables[Subject.WRITING].rows] == [
        ("PK2", (0, 0, 0, 1)),
        ("ODD", (0, 1, 0, 0)),
        ("", (0, 0, 1, 0)),
    ]
    assert tables[Subject.READING].known == 0


def test_a_subject_without_figures_has_no_table() -> None:
    found = summary(pupil(104))
    reading = tuple(one for one in found.figures if one.subject is Subject.READING)

    tables = starting_points(replace(found, figures=reading), [{Subject.READING: "EXS"}])

    assert [one.subject for one in tables] == [Subject.READING]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(80, 120)),
            st.sampled_from(["", "EXS", "GDS", "BLW", "X"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_nobody_is_lost_and_nobody_counted_twice(given: list[tuple[int | None, str]]) -> None:
    found = summary(*(pupil(score) for score, _ in given))
    first = [{Subject.MATHS: code} for _, code in given]

    tables = {one.subject: one for one in starting_points(found, first)}

    assert sum(row.pupils for row in tables[Subject.MATHS].rows) == len(given)
    met = sum(sum(row.counts[2:]) for row in tables[Subject.MATHS].rows)
    assert met == sum(score is not None and score >= 100 for score, _ in given)
