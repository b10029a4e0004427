"""What result rows are about is data: exact tuples first, then synonyms."""

from pathlib import Path

import polars as pl
import pytest
from msgspec.structs import replace

from keystage.core.errors import InputError
from keystage.core.subjects import Subject
from keystage.formats.ctf.profile import load_profile, save_profile
from keystage.records.returns import SLOTS

PROFILE = load_profile()
SHIPPED = save_profile(PROFILE)


def slots(*tuples: str, status: str | None = "R") -> pl.DataFrame:
    """Slots from words: stage, subject, method, component and qualifier; a dash is nothing."""
    names = ("stage", "subject", "method", "component", "qualifier")
    rows = [
        {"slot": at, "locale": "ENG", "year": 2026, "status": status}
        | {name: None if part == "-" else part for name, part in zip(names, words, strict=True)}
        for at, words in enumerate(text.split(" ") for text in tuples)
    ]
    schema = {name: dtype for name, dtype in SLOTS.items() if name not in {"measure", "kind"}}
    return pl.DataFrame(rows, schema=schema)


def about(text: str, status: str | None = "R") -> tuple[str | None, str | None]:
    row = PROFILE.classify(slots(text, status=status)).row(0, named=True)
    return row["measure"], row["kind"]


@pytest.mark.parametrize(
    ("written", "measure", "kind"),
    [
        ("KS2 ENG TA REA NL", "reading", "assessment"),
        ("KS2 ENG TA WRI NL", "writing", "assessment"),
        ("KS2 MAT TA SUB NL", "maths", "assessment"),
        ("KS2 MAT TA MAT NL", "maths", "assessment"),
        ("KS2 MAT TA MA NL", "maths", "assessment"),
        ("KS2 SCI TA SCI NL", "science", "assessment"),
        ("KS2 REA TA XYZ NL", "reading", "assessment"),
        ("KS2 WRI TA - NL", "writing", "assessment"),
        ("KS2 ENG TT GPS SS", "gps", "score"),
        ("KS2 GPS TT ABC NM", "gps", "mark"),
        ("KS2 MAT TT SUB TO", "maths", "outcome"),
        ("KS2 MAT TT MTC MT", None, "multiplication"),
        ("KS1 ENG TA REA NL", "reading", "assessment"),
    ],
)
def test_a_row_is_known_by_its_tuple_or_a_synonym(
    written: str, measure: str | None, kind: str
) -> None:
    assert about(written) == (measure, kind)


def test_case_and_blanks_do_not_matter() -> None:
    padded = slots("KS2 eng TA wri nl").with_columns(pl.col("component") + "  ")

    assert PROFILE.classify(padded).select("measure", "kind").row(0) == ("writing", "assessment")


@pytest.mark.parametrize("qualifier", ["-", "XX", "NC"])
def test_an_assessment_is_one_whatever_its_qualifier_is_called(qualifier: str) -> None:
    assert about(f"KS2 ENG TA WRI {qualifier}") == ("writing", "assessment")


@pytest.mark.parametrize("qualifier", ["CM", "NM", "EG", "LL"])
def test_a_comment_a_mark_and_a_grade_are_no_assessment(qualifier: str) -> None:
    assert about(f"KS2 ENG TA WRI {qualifier}") == ("writing", None)


def test_a_test_with_an_unknown_qualifier_has_a_measure_and_no_kind() -> None:
    assert about("KS2 MAT TT SUB XX") == ("maths", None)


@pytest.mark.parametrize("status", ["E", "T", "t "])
def test_an_estimate_and_a_target_are_no_result(status: str) -> None:
    assert about("KS2 ENG TA WRI NL", status) == ("writing", None)


@pytest.mark.parametrize("status", ["R", "P", "I", "", None])
def test_any_other_status_may_be_a_result(status: str | None) -> None:
    assert about("KS2 ENG TA WRI NL", status) == ("writing", "assessment")


@pytest.mark.parametrize(
    "written", ["KS2 HIS TA SUB NL", "KS3 ENG TA REA NL", "- - - - -", "KS1 PHO TT PHO MT"]
)
def test_what_the_profile_does_not_know_stays_unknown(written: str) -> None:
    assert about(written) == (None, None)


def test_classifying_keeps_the_order_and_the_columns_of_slots() -> None:
    found = PROFILE.classify(slots("KS2 SCI TA SUB NL", "KS2 ENG TA REA NL", "KS2 X Y Z A"))

    assert found.columns == list(SLOTS)
    assert found["slot"].to_list() == [0, 1, 2]
    assert found["measure"].to_list() == ["science", "reading", None]
    assert PROFILE.classify(slots()).schema == pl.Schema(SLOTS)


def test_classifying_twice_gives_the_same() -> None:
    once = PROFILE.classify(slots("KS2 SCI TA SUB NL", "KS2 X Y Z A"))

    assert PROFILE.classify(once).equals(once)


def test_only_the_row_of_the_multiplication_check_is_verified() -> None:
    verified = [row.kind for row in PROFILE.rows if row.verified]

    assert verified == ["multiplication"]
    assert all(row.evidence for row in PROFILE.rows)


def test_a_verified_row_is_written_before_others(tmp_path: Path) -> None:
    mine = replace(PROFILE.rows[0], component="RDG", verified=True)
    path = tmp_path / "mine.toml"
    path.write_text(save_profile(replace(PROFILE, rows=(*PROFILE.rows, mine))), "utf-8")

    assert load_profile(path).row_of(Subject.READING, "assessment").component == "RDG"
    assert PROFILE.row_of(Subject.READING, "assessment").component == "REA"


def test_a_result_without_a_tuple_cannot_be_written() -> None:
    with pytest.raises(InputError, match="no row for the writing score"):
        PROFILE.row_of(Subject.WRITING, "score")


def test_a_saved_profile_is_read_back_the_same_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(SHIPPED, "utf-8")

    assert load_profile(path) == PROFILE
    assert save_profile(load_profile(path)) == SHIPPED


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "mark"', 'kind = "marks"', r"line \d+: kind may not be 'marks'"),
        ('measure = "reading"\n', "", r"line \d+: Item 1 of rows should have a measure"),
        ("verified = true", "", r"line \d+: The key verified is missing"),
        ('name = "default"', 'nam = "default"', "There is no key nam|The key name is missing"),
        ("[[synonyms]]", "[[synonym]]", "There is no key synonym"),
        ('component = "WRI"', 'component = "rea "', "Row 2 has the tuple KS2 ENG TA REA NL"),
        ("verified = true", 'verified = "yes"', "verified should be true or false, not text"),
        ("[[rows]]", "[[rows]", "not valid TOML"),
        ('measure = "reading"\nev', 'measure = "history"\nev', "may not be 'history'"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_place(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(SHIPPED.replace(old, new, 1), "utf-8")

    with pytest.raises(InputError, match=says) as raised:
        load_profile(path)
    assert raised.value.where.startswith(str(path))
    assert raised.value.todo


def test_a_multiplication_result_has_no_measure(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(SHIPPED.replace('"multiplication"', '"multiplication"\nmeasure = "maths"'))

    with pytest.raises(InputError, match="should have a measure"):
        load_profile(path)
