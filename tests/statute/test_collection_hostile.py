"""Collections with one thing wrong are refused: the sentence, the table and the line."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from keystage.core.errors import StatuteError
from keystage.core.subjects import Subject
from keystage.statute.collection_codes import WithdrawnCode
from keystage.statute.collection_loader import assemble_collection, load_collection
from keystage.statute.loader import YEARS
from keystage.statute.proofs_of_collection import prove_collection
from keystage.statute.reading import read

# The year; what is replaced by what; then the sentence, the table, and a text on the line.
CASES: dict[str, tuple[int, str | re.Pattern[str], str, str, str, str]] = {
    "no outcome that says absent": (2026, ', says = "absent"', "",
        "The outcomes that say absent are none.", "test_codes", "[test_codes]"),
    "two outcomes that say met": (2026, 'says = "not_met"', 'says = "met"',
        "The outcomes that say met are AS and NS.", "test_codes", "[test_codes]"),
    "no year": (2026, "[year]", "[yaer]", "There is no table [year].", "", ""),
    "another year": (2026, "id = 2026", "id = 2025", "The file is for 2025, not for 2026.",
        "year", "id ="),
    "a release, which collections have none of": (2026, "id = 2026", 'id = 2026\nrelease = "final"',
        "There is no key release here.", "year", "release ="),
    "an unknown table": (2026, "[test_codes]", "[test_code]",
        "There is no statutory table [test_code].", "test_code", "[test_code]"),
    "an unknown key": (2026, "previous = ", "last = ", "There is no key last here.",
        "format", "last ="),
    "a source nobody gave": (2026, 'source = "juniper_codes"', 'source = "mine"',
        "The source mine is not among the file's sources.", "judgements", 'source = "mine"'),
    "no confidence": (2026, 'confidence = "B"\nsection = "status', 'section = "status',
        "The key confidence is missing.", "registrations", "[registrations]"),
    "absent without a reason": (2026,
        "the table comes with the results and has not been read; give it in a file", " ",
        "The table [conversion] is absent without a reason.", "conversion", "absent ="),
    "codes may not be absent": (2026,
        re.compile(r"\[agency_codes\]\n.*?(?=\n\n)", re.DOTALL), '[agency_codes]\nabsent = "why"',
        "The table [agency_codes] may not be absent.", "agency_codes", "absent ="),
    "an academic year of another year": (2026, "starts = 2025-09-01", "starts = 2024-09-01",
        "The academic year runs from 2024-09-01 to 2026-08-31, but the results are of 2026.",
        "academic_year", "starts ="),
    "a label of another year": (2026, 'label = "2025/26"', 'label = "2024/25"',
        "The academic year is called 2024/25.", "year", "label ="),
    "no date": (2026, "starts = 2025-09-01", "starts = 2025",
        "starts should be a date, not a whole number.", "academic_year", "starts ="),
    "a version of another year": (2026, 'version = "25.0"', 'version = "26.0"',
        "The version is 26.0, where 25.0 goes with the academic year.", "format", "version ="),
    "an unusual version that is usual": (2026, 'version = "25.0"',
        'version = "25.0"\nunusual_version = "why"',
        "The version is 25.0, where 25.0 goes with the academic year.", "format", "version ="),
    "no version": (2026, 'version = "25.0"', 'version = "25"',
        "version is 25, which is no version.", "format", "version ="),
    "a version before that is none": (2026, 'previous = "24.0"', 'previous = "25.0"',
        "The version before 25.0 cannot be 25.0.", "format", "previous ="),
    "a destination too short": (2026, 'destination_la = "NAA"', 'destination_la = "NA"',
        "The destination is not of three and four characters.", "format", "destination_la ="),
    "a destination that is not read": (2026, '["NAALLLL", "NAALLL"]', '["NAALLL"]',
        "NAALLLL is written, but not read.", "format", "destinations_read ="),
    "a kind of name that is not read": (2026, '["CTF", "KS2"]', '["KS2"]',
        "CTF is written, but not read.", "format", "name_types_read ="),
    "the birth dates of another year": (2026, "born_from = 2014-09-01", "born_from = 2013-09-01",
        "A pupil born on 2013-09-01 does not turn 11 on 2025-09-01.", "cohort", "born_from ="),
    "birth dates in the wrong order": (2026, "born_to = 2015-08-31", "born_to = 2014-08-31",
        "A pupil born on 2014-08-31 does not turn 11 on 2026-08-31.", "cohort", "born_to ="),
    "a test week that ends first": (2026, "first = 2026-05-11", "first = 2026-05-15",
        "The tests run from 2026-05-15 to 2026-05-14.", "test_week", "first ="),
    "a test week of another year": (2026, "first = 2026-05-11", "first = 2025-05-11",
        "The tests run from 2025-05-11 to 2026-05-14.", "test_week", "first ="),
    "a window that closes first": (2026, "opens = 2026-05-18", "opens = 2026-06-27",
        "The window runs from 2026-06-27 to 2026-06-26.", "window", "closes ="),
    "a window that closes in another year": (2025, "closes = 2025-06-27", "closes = 2026-06-27",
        "The window runs from an unknown day to 2026-06-27.", "window", "closes ="),
    "a window that closes before the tests": (2026, "closes = 2026-06-26", "closes = 2026-05-14",
        "The window runs from 2026-05-18 to 2026-05-14.", "window", "closes ="),
    "a window that closes within the tests": (2025, "closes = 2025-06-27", "closes = 2025-05-15",
        "The window closes on 2025-05-15, before the tests are over.", "window", "closes ="),
    "a window whose first day is given and unknown": (2026, "opens = 2026-05-18",
        'opens = 2026-05-18\nopens_unknown = "why"',
        "The first day of the window is given, and called unknown.", "window", "opens ="),
    "a window whose first day is left out": (2026, "opens = 2026-05-18\n", "",
        "The first day of the window is neither given nor unknown.", "window", "closes ="),
    "a subject without codes": (2026,
        re.compile(r"(?<=\[judgements.science\]\n).*?(?=\n\n)", re.DOTALL), "",
        "There is no code for science.", "judgements", "[judgements.science]"),
    "an unheard-of group": (2026, 'pupils below the standard of the tests", group = "below"',
        'pupils below the standard of the tests", group = "under"',
        "group may not be 'under'.", "judgements", "PK6 ="),
    "a code in small letters": (2026, "EXS = {", "Exs = {",
        "The code Exs is not in capitals, as codes are compared.", "judgements", "Exs ="),
    "a code that only the agency sets": (2026, "[agency_codes.codes]\n",
        '[agency_codes.codes]\nGDS = "mine"\n',
        "The code GDS may be sent in writing, and is set by the agency only.",
        "judgements", "GDS ="),
    "a code that has not ended yet": (2026, "last_year = 2022", "last_year = 2026",
        "The code D ended after 2026, which is not before this year.", "withdrawn", "D ="),
    "a code that ended in no subject": (2026,
        'subjects = ["reading", "maths"], last_year = 2018', "subjects = [], last_year = 2018",
        "The code EXS ended in no subject.", "withdrawn", "EXS ="),
    "a code that ended in a subject of tests": (2026,
        'subjects = ["reading", "maths"], last_year = 2018',
        'subjects = ["gps", "maths"], last_year = 2018',
        "The code EXS ended in gps, maths.", "withdrawn", "EXS ="),
    "a code that ended and may be sent": (2026,
        'subjects = ["reading", "maths"], last_year = 2018',
        'subjects = ["reading", "science"], last_year = 2018',
        "The code EXS has ended in science, and may be sent in it.", "withdrawn", "EXS ="),
    "an equivalent that is no code": (2026, 'instead = "EM"', 'instead = "EN"',
        "EN is named instead of P4, but is no code of reading.", "withdrawn", "P4 ="),
    "an equivalent that is no code of a second subject": (2026,
        'P4 = { meaning = "P scale 4", subjects = ["reading", "writing", "maths"]',
        'P4 = { meaning = "P scale 4", subjects = ["reading", "science"]',
        "EM is named instead of P4, but is no code of science.", "withdrawn", "P4 ="),
    "P scales beside nothing": (2019, 'beside = "BLW"', 'beside = "BLV"',
        "P scales go with BLV, which is no code of this year.", "p_scales", "beside ="),
    "a registration that sits and is below": (2026, "below = true", "below = true, sits = true",
        "What below says contradicts itself.", "registrations", "below ="),
    "a registration that stands for a judgement": (2026, 'elsewhere = "L"', 'elsewhere = "A"',
        "A stands in place of judgements for left, but is no such code of writing and science.",
        "registrations", "left ="),
    "a spelling given twice": (2026, 'spellings = ["L"]', 'spellings = ["L", "future YEAR"]',
        "“future year” is read as left and as future.", "registrations", "future ="),
    "a requirement without a registration": (2026, "[requirements.due.left]",
        "[requirements.due.gone]",
        "There is no registration gone.", "requirements", "[requirements.due.gone]"),
    "a registration without a requirement": (2026,
        re.compile(r"\[requirements.due.left\]\n(?:[a-z]+ = .*\n)+"), "",
        "There is no requirement for the registration left.", "requirements", "[requirements]"),
    "a requirement without a subject": (2026,
        'science = ["L"]\n', "", "The key science is missing.", "requirements", "due.left]"),
    "a code due that is none": (2026,
        '[requirements.due.below]\nreading = ["PK6"', '[requirements.due.below]\nreading = ["PK7"',
        "PK7 in reading does not go with the registration below.", "requirements", "reading ="),
    "a judgement due from a pupil who left": (2026,
        'science = ["L"]\n', 'science = ["L", "EXS"]\n',
        "EXS in science does not go with the registration left.", "requirements", "science ="),
    "something due where nothing can be": (2026,
        "[requirements.due.left]\nreading = []", '[requirements.due.left]\nreading = ["L"]',
        "L in reading does not go with the registration left.", "requirements", "reading ="),
    "a code for leavers due from those registered": (2026, '"EM", "A"]\nmaths = []',
        '"EM", "A", "L"]\nmaths = []',
        "L in writing does not go with the registration registered.", "requirements", "writing ="),
    "no test decides": (2026, 'maths = ["maths"]', "maths = []",
        "No test decides about maths.", "requirements", "decided_by ="),
    "a subject without a test decides": (2026, 'maths = ["maths"]', 'maths = ["maths", "science"]',
        "science has no test to decide by.", "requirements", "decided_by ="),
    "a score beside special consideration": (2026, 'kind = "consideration"',
        'kind = "consideration", with_score = true',
        "CA stands beside an outcome, and has a score of its own.", "test_codes", "CA ="),
    "a scale out of order": (2026, "expected = 100", "expected = 111",
        "The lowest, expected, higher and highest scores are out of order.", "scale", "lowest ="),
    "a test without marks": (2026, "gps = 70", "gps = 0", "The highest mark in gps is 0.",
        "marks", "gps ="),
    "half a mark": (2026, "gps = 70", "gps = 70.5", "gps should be a whole number, not a number.",
        "marks", "gps ="),
    "a limit of nothing": (2026, "same_value_pupils = 10", "same_value_pupils = 0",
        "same_value_pupils is 0.", "limits", "same_value_pupils ="),
    "a share above the whole": (2026, "not_assessed_percent = 10", "not_assessed_percent = 101",
        "not_assessed_percent is 101.", "limits", "not_assessed_percent ="),
    "names without letters": (2026, "name_length = 128", "name_length = 0",
        "name_length is 0.", "identity", "name_length ="),
    "a sign that is a word": (2026, '"-", ', '"--", ', "“--” is not one sign.",
        "identity", "name_signs ="),
    "a sign that is a letter": (2026, '"-", ', '"é", ', "“é” is not one sign.",
        "identity", "name_signs ="),
    "no sexes": (2026, '{ F = "female", M = "male" }', "{}", "There are no sexes.",
        "identity", "sexes ="),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_collection_with_one_thing_wrong_is_refused(name: str, tmp_path: Path) -> None:
    year, old, new, sentence, table, on_line = CASES[name]
    text = (YEARS / str(year) / "collection.toml").read_text("utf-8")
    pattern = old if isinstance(old, re.Pattern) else re.compile(re.escape(old))
    changed = pattern.sub(lambda _: new, text, count=1)
    assert changed != text
    path = tmp_path / "collection.toml"
    path.write_text(changed, "utf-8")
    with pytest.raises(StatuteError) as caught:
        assemble_collection(read(path, path.name), year)
    error = caught.value
    assert error.what == sentence
    assert error.todo
    if not table:
        assert error.where == "collection.toml"
        return
    place, line = error.where.rsplit(" ", 1)
    assert place == f"collection.toml, table [{table}], line"
    assert on_line in changed.splitlines()[int(line) - 1]


CONVERSION = """
[year]
id = 2026
[sources.mine]
title = "Mine"
read_on = 2026-07-16
[marks]
source = "mine"
confidence = "C"
reading = 3
gps = 2
maths = 1
[conversion]
source = "mine"
confidence = "C"
reading = [[1, 80], [2, 100], [3, 120]]
gps = [[2, 120]]
maths = [[0, 80], [1, 120]]
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence", "line"),
    [
        ("[[2, 120]]", "[[1, 120]]", "The scores in gps do not run up to the highest mark.", 17),
        ("[0, 80]", "[-1, 80]", "The scores in maths do not run up to the highest mark.", 18),
        ("[1, 80]", "[1, 79]",
         "The mark 1 in reading has the score 79, which is off the scale.", 16),
        ("[3, 120]", "[3, 121]",
         "The mark 3 in reading has the score 121, which is off the scale.", 16),
        ("[2, 100], ", "", "In reading the mark 3 (120) follows 1 (80).", 16),
        ("[3, 120]", "[3, 99]", "In reading the mark 3 (99) follows 2 (100).", 16),
        ("[3, 120]", "[3, 120.5]", "Item 2 of reading should be a whole number, not a number.", 16),
    ],
)  # fmt: skip
def test_a_conversion_of_marks_that_cannot_be_is_refused(
    old: str, new: str, sentence: str, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(CONVERSION, "utf-8")
    assert load_collection(2026, path).conversion is not None
    path.write_text(CONVERSION.replace(old, new), "utf-8")
    with pytest.raises(StatuteError) as caught:
        load_collection(2026, path)
    assert caught.value.what == sentence
    assert caught.value.where == f"{path}, table [conversion], line {line}"
    assert caught.value.todo


def test_a_proof_tells_everything_that_is_wrong() -> None:
    sound = load_collection(2026)
    withdrawn = replace(
        sound.withdrawn,
        codes={
            "OLD": WithdrawnCode(meaning="old", subjects=(Subject.GPS,), last_year=2030),
            "EXS": WithdrawnCode(meaning="old", subjects=(Subject.WRITING,), last_year=2019),
        },
    )
    requirements = replace(
        sound.requirements, due={**sound.requirements.due, "gone": sound.requirements.due["left"]}
    )
    wrong = replace(
        sound, withdrawn=withdrawn, requirements=requirements, window=None, test_week=None
    )
    assert [fault.what for fault in prove_collection(wrong)] == [
        "The code OLD ended after 2030, which is not before this year.",
        "The code OLD ended in gps.",
        "The code EXS has ended in writing, and may be sent in it.",
        "There is no registration gone.",
    ]
