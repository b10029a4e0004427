"""What approved requests change of the pupils, and evidence."""

import pytest

from keystage.flows.checking.altering import Alteration, Request, changes_of, tried_as
from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.evidence import (
    evidence_missing,
    fault_of_evidence,
    pages_of,
    too_long,
)
from keystage.flows.figures.trying import Add, Remove, SetValue
from keystage.statute.checking import Evidence
from keystage.statute.checking_loader import load_checking


def alteration(book: RuleBook, reason: str, pupil: str = "p", **answers: str) -> Alteration:
    return changes_of(
        book, Request(reference="KS2-ABC1234", reason=reason, answers=answers, pupil=pupil)
    )


@pytest.mark.parametrize(
    ("reason", "code"),
    [("home_education", "203"), ("recently_arrived", "203"), ("year_group", "202"),
     ("included", "201")],
)  # fmt: skip
def test_inclusion_is_set_by_the_reason(book: RuleBook, reason: str, code: str) -> None:
    found = alteration(book, reason)

    assert found.values == {"P_INCL": code}
    assert found.reason_class == "inclusion_changed"
    assert (found.pupil, found.reference, found.merged) == ("p", "KS2-ABC1234", "")


def test_a_pupil_who_is_added_is_counted_and_keeps_what_is_known(book: RuleBook) -> None:
    found = alteration(
        book, "added", "", first_name="Ann", last_name="Ash", sex="not_known", sen="K"
    )

    assert found.values == {"P_INCL": "201", "FORENAME": "Ann", "SURNAME": "Ash", "SENF": "K"}
    assert (found.kind, found.reason_class) == ("add", "addition")
    assert tried_as([found], {}) == (Add(values={"P_INCL": "201", "SENF": "K"}),)


def test_a_merged_record_goes_and_the_other_stays(book: RuleBook) -> None:
    found = alteration(book, "same_pupil", other_record="q")

    assert (found.pupil, found.merged, found.reason_class) == ("p", "q", "merged")
    assert found.values == {}
    assert tried_as([found], {"p": 4, "q": 9}) == (Remove(line=9),)
    with pytest.raises(KeyError):
        tried_as([found], {"p": 4})


def test_an_amendment_sets_what_was_answered_and_nothing_else(book: RuleBook) -> None:
    found = alteration(book, "characteristic", characteristic="SEX", right_sex="F", right_sen="E")
    results = alteration(book, "key_stage_1", ks1_reading="EXS", told="See the report.")

    assert (found.values, found.reason_class) == ({"SEX": "F"}, "characteristic_changed")
    assert results.values == {"KS1READ": "EXS"}
    assert results.reason_class == "prior_attainment_changed"
    assert tried_as([found], {"p": 4}) == (SetValue(line=4, column="SEX", value="F"),)


PDF = b"%PDF-1.7\n/Type /Pages /Count 2\n/Type /Page\n/Type/Page\n%%EOF\n"
RULE = Evidence(source="s", confidence="B", megabytes=1, pages=1, pages_refused=True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no PDF"),
        (b"PK\x03\x04 a sheet", "is no PDF"),
        (PDF[:-7], "is no PDF, or is cut short"),
        (b" " * 1_000_001, "larger than 1 MB"),
        (PDF, "has 2 pages, and only the first 1 are looked at"),
    ],
)
def test_a_file_that_is_no_evidence_says_why(content: bytes, said: str) -> None:
    assert said in fault_of_evidence(RULE, content)


def test_pages_are_a_setting_and_are_only_said_where_it_is_off() -> None:
    shipped = load_checking(2026).evidence
    assert shipped is not None
    long = PDF.replace(b"/Count 2", b"/Count 7")

    assert fault_of_evidence(shipped, long) == ""
    assert "has 7 pages, and only the first 6" in too_long(shipped, long)
    assert too_long(shipped, PDF) == ""
    assert pages_of(b"%PDF-1.7 packed %%EOF") is None
    assert "does not say how many pages" in fault_of_evidence(RULE, b"%PDF-1.7 packed %%EOF")


def test_evidence_is_asked_for_where_it_is_required(book: RuleBook) -> None:
    reason = book.reason("illness")

    assert evidence_missing(reason, 0).startswith("Add evidence as PDF. Good evidence is: a letter")
    assert evidence_missing(reason, 1) == ""
    assert evidence_missing(book.reason("home_education"), 0) == ""
