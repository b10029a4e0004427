"""Reports to parents as PDF: whole, accessible, repeatable, and never of another pupil."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import page
import pytest
import typst

import keystage.reports.parents
from keystage.core.errors import InputError, UsageError
from keystage.core.subjects import Subject
from keystage.reports import tagged_pdf as tagged
from keystage.reports.parents.pdf import parent_pdf, parents_pdf
from keystage.reports.parents.report import (
    Attendance,
    Comment,
    Comparison,
    Comparisons,
    ParentReport,
    SchoolHeading,
    SubjectResult,
)
from keystage.reports.parents.words import about_scores, result_of_assessment, result_of_test
from keystage.reports.tagged_pdf import UnprintableError, tagged_pdf

Pages = Callable[[bytes], list[str]]
MADE_ON = date(2025, 7, 14)
HEADING = SchoolHeading(
    name="Storybook Lane Primary School",
    academic_year="2024/25",
    contact="Please ask the school office for a time with Ms Adeyemi.",
    address="Storybook Lane, Inventown",
    comparison=Comparisons(
        rows=[
            Comparison(label="Reading", school="71%", national="75%"),
            Comparison(label="Science", school=None, national="82%"),
        ],
        national="National shares: an invented source, read on 1 July 2025.",
        notes=["A share is not shown where there is none."],
    ),
    about_scores=about_scores(2025),
)
REPORT = ParentReport(
    pupil="Mabel Ashdown",
    class_name="6 Oak",
    year_group="Year 6",
    tests=[
        result_of_test(2025, Subject.READING, "AS", 112, mark=41),
        result_of_test(2025, Subject.MATHS, "NS", 96),
        result_of_test(2025, Subject.GPS, "A", None),
    ],
    assessments=[
        result_of_assessment(2025, Subject.WRITING, "GDS"),
        result_of_assessment(2025, Subject.SCIENCE, None),
    ],
    attendance=Attendance(
        possible=346, attended=329, authorised=15, unauthorised=2, up_to="11 July 2025"
    ),
    teacher=Comment(text="Mabel reads widely.\n\nShe helps others.", writer="Ms R. Adeyemi"),
    head=Comment(text="A year to be proud of.", writer="Mr T. O'Connell"),
)
HOSTILE_NAMES = [
    "O'Brien-Łukasiewicz",
    "Siân D\u2019Arcy",
    "Żółć Ğürşen Ỳ",
    "Ng",
    "x" * 128,
    ("Aurelia-Maximiliana " * 7)[:128].strip(),
    "#strong[x] = y $x$ @a <b> // c /* d */ `e` ~ \\u{41}",
    "= Heading",
    "- list",
    "+ list",
    "\\",
    '"quoted" {{ said }} #{1+1} %s',
    "Ελένη Παπαδοπούλου",
    "Юлия",
    "</script><b>&amp;",
]
SIGN_BY_SIGN = ["محمد علي", "שירה לוי", "Nguyễn", "e\u0301\u0302"]


def of(**changes: Any) -> ParentReport:
    return replace(REPORT, **changes)


def assert_accessible(content: bytes) -> None:
    report = page.validate_pdf_bytes(content)
    assert str(report.profile).endswith("PDF_UA_1")
    assert [failure.message for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.total > 100


def test_a_report_says_all_it_holds_and_is_accessible(pages_of: Pages) -> None:
    content = parent_pdf(HEADING, REPORT, made_on=MADE_ON)
    assert_accessible(content)
    text = " ".join(pages_of(content))
    for part in (
        "Storybook Lane Primary School", "Mabel Ashdown", "Year 6 · 6 Oak · academic year 2024/25",
        "Reading 41 of 50 112 Your child met the expected standard, with a high score (110 or",
        "Maths not given 96 Your child did not meet the expected standard (a score of 100 or more)",
        "not given none Your child did not take this test, because they were absent.",
        "A scaled score lies between 80 and 120.",
        "Writing Your child is working at greater depth within the expected standard in writing.",
        "There was no teacher assessment in science when this report was made.",
        "Reading 71% 75%", "Science not shown 82%", "National shares: an invented source",
        "A share is not shown where there is none.",
        "346 329 15 2", "95.1% of possible sessions were attended.", "up to 11 July 2025.",
        "From the class teacher Mabel reads widely. She helps others. Ms R. Adeyemi",
        "From the headteacher A year to be proud of. Mr T. O'Connell",
        "You have the right to talk to the school about this report.", "a time with Ms Adeyemi.",
        "Page 1 of",
    ):  # fmt: skip
        assert part in text


def test_what_is_not_given_is_said_in_words(pages_of: Pages) -> None:
    heading = replace(HEADING, comparison=Comparisons.none("Nothing had been published."))
    bare = of(tests=[], assessments=[], attendance=None, teacher=None, head=Comment(text=" \n "))
    content = parent_pdf(replace(heading, address=""), bare, made_on=MADE_ON)
    assert_accessible(content)
    (text,) = pages_of(content)
    assert "There are no test results in this report." in text
    assert "There are no teacher assessments in this report." in text
    assert "Nothing had been published." in text
    assert "The school had not given attendance when this report was made." in text
    assert "From the" not in text


def test_the_marks_stand_only_where_some_are_given(pages_of: Pages) -> None:
    without = of(tests=[result_of_test(2025, Subject.READING, "AS", 104)])
    text = " ".join(pages_of(parent_pdf(HEADING, without, made_on=MADE_ON)))
    assert "Marks" not in text
    assert "Reading 104 Your child met" in text


def test_each_pupil_begins_on_a_page_of_their_own_and_is_named_on_every_one(
    pages_of: Pages,
) -> None:
    long = Comment(text="She has led the recycling team with good humour. " * 150)
    names = ["Mabel Ashdown", "Amir Bell", "Zoë Clarke"]
    reports = [of(pupil=name, teacher=long if at == 1 else None) for at, name in enumerate(names)]
    content = parents_pdf(HEADING, reports, made_on=MADE_ON)
    assert_accessible(content)
    pages = pages_of(content)
    of_whom = [next(name for name in names if name in text) for text in pages]
    assert of_whom == sorted(of_whom, key=names.index)
    assert set(of_whom) == set(names)
    for name in names:
        own = [text for text in pages if name in text]
        assert [f"Page {at} of {len(own)}" in text for at, text in enumerate(own, 1)] == [
            True
        ] * len(own)
        assert not any(other in text for text in own for other in names if other != name)
    assert of_whom.count("Amir Bell") > 2


def test_sixty_pupils_are_one_file_that_is_the_same_again(pages_of: Pages) -> None:
    reports = [of(pupil=f"Pupil {number}") for number in range(1, 61)]
    content = parents_pdf(HEADING, reports, made_on=MADE_ON)
    assert_accessible(content)
    assert content == parents_pdf(HEADING, reports, made_on=MADE_ON)
    text = " ".join(pages_of(content))
    assert all(f"Pupil {number} Year 6" in text for number in range(1, 61))


def test_another_day_is_another_file() -> None:
    first, second = (
        parent_pdf(HEADING, REPORT, made_on=day) for day in (MADE_ON, date(2025, 7, 15))
    )
    assert first != second
    assert b"D:20250714" in first
    assert b"D:20250715" in second


def test_the_title_of_the_file_names_the_school_and_no_pupil() -> None:
    content = parent_pdf(HEADING, REPORT, made_on=MADE_ON)
    titles = re.findall(rb"/Title\(([^)]*)\)/Creator", content)
    assert titles == [b"Report to parents and carers, 2024/25: Storybook Lane Primary School"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_any_name_stands_as_it_is_written(name: str, pages_of: Pages) -> None:
    content = parent_pdf(HEADING, of(pupil=name), made_on=MADE_ON)
    assert_accessible(content)
    text = pages_of(content)[0].replace(" ", "")
    assert name.replace(" ", "") in text


@pytest.mark.parametrize("name", SIGN_BY_SIGN)
def test_a_name_from_right_to_left_or_of_letters_in_parts_is_shown(
    name: str, pages_of: Pages
) -> None:
    content = parent_pdf(HEADING, of(pupil=name), made_on=MADE_ON)
    assert_accessible(content)
    assert set(name) <= set(pages_of(content)[0])


@pytest.mark.parametrize("text", [*HOSTILE_NAMES, '*a* _b_\n= c\n#include "/etc/passwd"\n@d'])
def test_markup_in_a_comment_stays_text(text: str, pages_of: Pages) -> None:
    content = parent_pdf(HEADING, of(teacher=Comment(text=text, writer=text)), made_on=MADE_ON)
    assert_accessible(content)
    shown = " ".join(pages_of(content)).replace(" ", "")
    assert shown.count(re.sub(r"\s", "", text)) >= 2


@pytest.mark.parametrize(
    ("text", "told"),
    [("Well done 😀", "U+1F600"), ("日本", "U+65E5"), ("a\x00b", "U+0000"), ("👩‍👧", "U+1F469")],
)
def test_a_character_that_no_font_has_is_refused_by_number_and_report(text: str, told: str) -> None:
    reports = [REPORT, of(head=Comment(text=text))]
    with pytest.raises(UnprintableError) as refused:
        parents_pdf(HEADING, reports, made_on=MADE_ON)
    assert refused.value.where == "report 2"
    assert told in refused.value.what
    assert "Mabel" not in str(refused.value)
    assert isinstance(refused.value, InputError)


def test_a_character_of_the_school_is_told_to_be_the_schools() -> None:
    with pytest.raises(UnprintableError) as refused:
        parent_pdf(replace(HEADING, contact="☎️ 🏫"), REPORT, made_on=MADE_ON)
    assert refused.value.where == "the school's own text"


def test_a_file_of_nobody_is_refused() -> None:
    with pytest.raises(UsageError, match="no pupil to report on"):
        parents_pdf(HEADING, [], made_on=MADE_ON)


@pytest.mark.parametrize(
    "numbers", [(10, 9, 0, 0), (10, 11, 0, -1), (0, 1, 0, 0), (10, 9, 1, 1), (-1, 0, 0, -1)]
)
def test_attendance_that_does_not_add_up_is_refused(numbers: tuple[int, int, int, int]) -> None:
    possible, attended, authorised, unauthorised = numbers
    with pytest.raises(InputError, match="do not make"):
        Attendance(
            possible=possible, attended=attended, authorised=authorised, unauthorised=unauthorised
        )


@pytest.mark.parametrize(
    ("possible", "attended", "share"),
    [(3, 2, "66.7%"), (8, 1, "12.5%"), (2000, 1, "0.1%"), (380, 380, "100.0%"), (1, 0, "0.0%")],
)
def test_the_share_attended_is_rounded_half_up(
    possible: int, attended: int, share: str, pages_of: Pages
) -> None:
    given = Attendance(
        possible=possible, attended=attended, authorised=possible - attended, unauthorised=0
    )
    text = " ".join(pages_of(parent_pdf(HEADING, of(attendance=given), made_on=MADE_ON)))
    assert f" {share} of possible sessions were attended." in text


def test_no_session_possible_has_no_share(pages_of: Pages) -> None:
    none = Attendance(possible=0, attended=0, authorised=0, unauthorised=0)
    text = " ".join(pages_of(parent_pdf(HEADING, of(attendance=none), made_on=MADE_ON)))
    assert "0 0 0 0 A session is half a school day." in text
    assert "were attended" not in text


def test_a_report_has_no_place_for_progress_prior_attainment_or_another_pupil() -> None:
    places = {
        f"{kind.__name__}.{field.name}"
        for kind in (ParentReport, SubjectResult, Attendance, Comment, SchoolHeading, Comparisons,
                     Comparison)
        for field in fields(kind)
    }  # fmt: skip
    assert places == {
        "ParentReport.pupil", "ParentReport.class_name", "ParentReport.year_group",
        "ParentReport.tests", "ParentReport.assessments", "ParentReport.attendance",
        "ParentReport.teacher", "ParentReport.head",
        "SubjectResult.subject", "SubjectResult.sentence", "SubjectResult.score",
        "SubjectResult.mark", "SubjectResult.highest_mark",
        "Attendance.possible", "Attendance.attended", "Attendance.authorised",
        "Attendance.unauthorised", "Attendance.up_to",
        "Comment.text", "Comment.writer",
        "SchoolHeading.name", "SchoolHeading.academic_year", "SchoolHeading.contact",
        "SchoolHeading.address", "SchoolHeading.comparison", "SchoolHeading.about_scores",
        "Comparisons.rows", "Comparisons.national", "Comparisons.notes",
        "Comparison.label", "Comparison.school", "Comparison.national",
    }  # fmt: skip
    kinds = {kind for name in get_type_hints(ParentReport).values() for kind in get_args(name)}
    assert kinds <= {SubjectResult, Attendance, Comment, type(None)}


def test_the_text_of_a_report_has_no_progress_and_no_prior_attainment(pages_of: Pages) -> None:
    text = " ".join(pages_of(parent_pdf(HEADING, REPORT, made_on=MADE_ON)))
    assert not re.search(
        r"progress|prior|attainment|key stage 1|baseline|group|UPN|URN", text, re.IGNORECASE
    )


def test_a_warning_of_the_template_is_an_error(tmp_path: Path) -> None:
    template = tmp_path / "warned.typ"
    template.write_text('#set document(title: "T")\n#set text(font: "No Such Face")\nText\n')
    with pytest.raises(RuntimeError, match="unknown font family"):
        tagged_pdf(template, {}, MADE_ON)


def test_a_template_that_is_wrong_is_no_fault_of_the_reader(tmp_path: Path) -> None:
    template = tmp_path / "wrong.typ"
    template.write_text("#nothing-of-the-name\n")
    with pytest.raises(typst.TypstError, match="unknown variable"):
        tagged_pdf(template, {}, MADE_ON)


def test_a_sign_between_quotation_marks_is_named_as_it_is() -> None:
    assert tagged._unescaped('\\u{1f600}\\"\\\\') == '😀"\\'


def test_the_fonts_are_those_of_their_provenance() -> None:
    folder = Path(tagged.__file__).with_name("fonts")
    told = (folder / "PROVENANCE.md").read_text(encoding="utf-8")
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.ttf")
    }
    assert len(found) == 2
    assert all(f"| `{name}` | `{digest}` |" in told for name, digest in found.items())
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text(encoding="utf-8")


def test_every_file_a_report_needs_lies_in_the_package() -> None:
    folder = Path(keystage.reports.parents.__file__).parent
    assert {path.name for path in folder.iterdir() if path.suffix in {".typ", ".toml"}} == {
        "letter.typ", "record.typ", "report.typ", "words.toml",
    }  # fmt: skip
