"""Files that are read well, and say something a check must find; each names the check's code."""

from collections.abc import Iterator

import invented
from corpus_case import Case
from invented import document, header, judgements, pupil, row, stage

_OTHER_PUPILS = (pupil(2), pupil(3))


def one(name: str, wrong: str, code: str, first: str, faults: tuple[str, ...] = ()) -> Case:
    """A file whose first pupil is odd."""
    return Case(f"{name}.xml", wrong, document(first, *_OTHER_PUPILS), 1, faults, code=code)


def head(name: str, wrong: str, code: str, changed: str) -> Case:
    """A file whose header is odd."""
    return Case(
        f"{name}.xml", wrong, document(pupil(1), *_OTHER_PUPILS, head=changed), 1, code=code
    )


def cases() -> Iterator[Case]:
    """Every case."""
    yield from headers()
    yield from identities()
    yield from names_and_dates()
    yield from results()
    yield from rows()
    yield from tolerated()


def headers() -> Iterator[Case]:
    """What the header says, or does not."""
    yield head("header_document_other", "another kind of transfer", "TA-101",
        header(DocumentName="School Census"))  # fmt: skip
    yield head("header_document_missing", "no document name", "TA-101", header(DocumentName=None))
    yield head("header_version_old", "an old version", "TA-102", header(CTFversion="21.0"))
    yield head("header_version_short", "a version without .0", "TA-116", header(CTFversion="25"))
    yield head("header_version_missing", "no version", "TA-116", header(CTFversion=None))
    yield head("header_time_impossible", "a time that cannot be", "TA-112",
        header(DateTime="2026-06-31T10:30:00"))  # fmt: skip
    yield head("header_time_british", "a time as people write it", "TA-112",
        header(DateTime="15/06/2026 10:30"))  # fmt: skip
    yield head("header_time_missing", "no time", "TA-112", header(DateTime=None))
    yield head("header_qualifier_other", "neither full nor partial", "TA-113",
        header(DocumentQualifier="some"))  # fmt: skip
    yield head("header_supplier_missing", "no supplier", "TA-106", header(SupplierID=None))
    yield head("header_authority_missing", "no authority", "TA-104", header(source={"LEA": None}))
    yield head("header_school_blank", "a blank establishment number", "TA-104",
        header(source={"Estab": ""}))  # fmt: skip
    yield head("header_school_short", "an establishment number of three digits", "TA-104",
        header(source={"Estab": "301"}))  # fmt: skip
    yield head("header_destination_school", "addressed to another school", "TA-011",
        header(destination={"LEA": "999", "Estab": "0302"}))  # fmt: skip
    yield head("header_destination_authority", "addressed to the authority", "TA-011",
        header(destination={"LEA": "999", "Estab": "LLLL"}))  # fmt: skip
    yield head("header_year_other", "an academic year that is over", "TA-114",
        header(source={"AcademicYear": "2024"}))  # fmt: skip
    yield head("header_year_words", "an academic year in words", "TA-018",
        header(source={"AcademicYear": "2025/26"}))  # fmt: skip
    yield Case("header_missing.xml", "no header", document(pupil(1), head=""), 1, code="TA-101")
    yield Case("pupils_none.xml", "no pupils", document(), 1, code="TA-110")
    yield Case("pupils_element_missing.xml", "no element for pupils",
        document().replace("  <CTFpupilData>\n  </CTFpupilData>\n", ""), 1, code="TA-110",
    )  # fmt: skip
    yield Case("root_alone.xml", "nothing in the file's own element", "<CTfile/>", 1, code="TA-110")


def identities() -> Iterator[Case]:
    """Numbers that are not right."""
    yield one("upn_missing", "no UPN", "TA-201", pupil(1, UPN=None))
    yield one("upn_blank", "a blank UPN", "TA-201", pupil(1, UPN=""))
    yield one("upn_only_blanks", "a UPN of blanks", "TA-201", pupil(1, UPN="   "), ("repaired",))
    yield one(
        "upn_check_letter",
        "a wrong check letter",
        "TA-202",
        pupil(1, UPN="Z" + invented.UPNS[0][1:]),
    )
    yield one("upn_vendor_example", "the number a supplier's page shows", "TA-202",
        pupil(1, UPN="Q207000016049"))  # fmt: skip
    yield one("upn_authority", "characters 2 to 4 are no authority", "TA-203",
        pupil(1, UPN="H123030120001"))  # fmt: skip
    yield one("upn_letter_inside", "a letter among the digits", "TA-204",
        pupil(1, UPN="A9990301200O1"))  # fmt: skip
    yield one("upn_last_letter", "a last letter that no number has", "TA-205",
        pupil(1, UPN="A99903012000S"))  # fmt: skip
    yield one("upn_temporary", "a temporary number", "TA-206", pupil(1, UPN="D99929992500A"))
    yield one("upn_short", "twelve characters", "TA-216", pupil(1, UPN="A99903012000"))
    yield one("upn_long", "fourteen characters", "TA-216", pupil(1, UPN="A9990301200011"))
    yield one("upn_twice", "two pupils with one number", "TA-207", pupil(1, UPN=invented.UPNS[1]))
    yield one("upn_element_twice", "two numbers of one pupil", "TA-018",
        pupil(1, Surname=f"Ash</Surname><UPN>{invented.UPNS[8]}</UPN><Surname>B"))  # fmt: skip


def names_and_dates() -> Iterator[Case]:
    """Names, dates of birth and sex."""
    yield one("surname_missing", "no surname", "TA-209", pupil(1, Surname=None))
    yield one("forename_blank", "a blank forename", "TA-209", pupil(1, Forename=" "), ("repaired",))
    yield one("surname_long", "a surname of 129 characters", "TA-209", pupil(1, Surname="A" * 129))
    yield one("surname_signs", "signs that no name has", "TA-217", pupil(1, Surname="=1+1"))
    yield one("forename_emoji", "a picture in a name", "TA-217", pupil(1, Forename="Mabel \N{OWL}"))
    yield one("birth_missing", "no date of birth", "TA-210", pupil(1, DOB=None))
    yield one("birth_impossible", "30 February", "TA-210", pupil(1, DOB="2015-02-30"))
    yield one("birth_british", "a date as people write it", "TA-210", pupil(1, DOB="20/01/2015"))
    yield one("birth_short_year", "a year of two digits", "TA-210", pupil(1, DOB="15-01-20"))
    yield one("birth_words", "a date in words", "TA-210", pupil(1, DOB="20 January 2015"))
    yield one("birth_adult", "a pupil born in 1975", "TA-211", pupil(1, DOB="1975-01-20"))
    yield one("birth_infant", "a pupil of five", "TA-211", pupil(1, DOB="2021-01-20"))
    yield one("sex_missing", "no sex", "TA-212", pupil(1, Sex=None))
    yield one("sex_word", "a word for sex", "TA-212", pupil(1, Sex="Female"))
    yield one("sex_number", "a number for sex", "TA-212", pupil(1, Sex="2"))
    yield one("gender_in_version_25", "Gender in version 25.0", "TA-111",
        pupil(1, Sex=None, Gender="F"))  # fmt: skip
    yield Case("sex_in_version_21.xml", "Sex in version 21.0",
        document(pupil(1), head=header(CTFversion="21.0")), 1, code="TA-102",
    )  # fmt: skip
    yield one("name_padded", "blanks around a name", "TA-015", pupil(1, Surname=" Ash "),
        ("repaired",))  # fmt: skip
    yield one("same_person_twice", "one person under two numbers", "TA-214",
        pupil(1, Surname="Ashc", DOB="2015-01-03"))  # fmt: skip


def results() -> Iterator[Case]:
    """Judgements that are not right."""
    results = {
        "level": ("4b", "EXS", "TA-401"),
        "word": ("Expected", "EXS", "TA-401"),
        "symbol": ("✓", "EXS", "TA-401"),
        "number": ("104", "EXS", "TA-401"),
        "formula": ("=A1", "EXS", "TA-401"),
        "code_of_science": ("HNM", "HNM", "TA-401"),
        "code_of_writing": ("EXS", "GDS", "TA-401"),
        "old_below": ("BLW", "HNM", "TA-419"),
        "old_foundation": ("PKF", "HNM", "TA-419"),
        "small_letters": ("exs", "EXS", "TA-418"),
        "blanks_around": (" EXS ", "EXS", "TA-418"),
        "blank": ("", "EXS", "TA-403"),
        "of_the_agency": ("Q", "EXS", "TA-425"),
        "left_in_one": ("L", "EXS", "TA-409"),
        "unusual": ("GDS", "HNM", "TA-408"),
    }
    for name, (writing, science, code) in results.items():
        yield one(
            f"result_{name}", name.replace("_", " "), code, pupil(1, judgements(writing, science))
        )
    yield one("result_missing_writing", "no writing", "TA-403", pupil(1, row("SCI", "SUB", "EXS")))
    yield one("result_missing_science", "no science", "TA-403", pupil(1, row("ENG", "WRI", "EXS")))
    yield one("result_twice", "two judgements of writing", "TA-414",
        pupil(1, judgements() + row("ENG", "WRI", "GDS")))  # fmt: skip
    yield one("result_twice_the_same", "one judgement twice", "TA-423",
        pupil(1, judgements() + row("ENG", "WRI", "EXS")))  # fmt: skip
    yield Case("results_none.xml", "no results at all",
        document(*(pupil(n, stages="") for n in (1, 2, 3))), 1, code="TA-301",
    )  # fmt: skip
    yield Case("results_of_last_year.xml", "results of last year only",
        document(*(pupil(n, judgements().replace("2026", "2025")) for n in (1, 2, 3))), 1,
        code="TA-103",
    )  # fmt: skip


def rows() -> Iterator[Case]:
    """Rows whose parts are missing or odd."""
    for part in ("Locale", "Subject", "Component", "ResultStatus", "ResultQualifier"):
        yield one(f"row_no_{part.lower()}", f"no {part}", "TA-420",
            pupil(1, judgements() + row("ENG", "REA", "PK4", **{part: None})))  # fmt: skip
    yield one("row_stage_missing", "no stage", "TA-420",
        pupil(1, stages=stage(judgements()) + stage(row("MAT", "SUB", "PK4"), None)))  # fmt: skip
    yield one("row_wales", "an assessment of Wales", "TA-421",
        pupil(1, judgements() + row("ENG", "REA", "PK4", Locale="WAL")))  # fmt: skip
    yield one("row_target", "a target, no result", "TA-422",
        pupil(1, judgements() + row("ENG", "WRI", "GDS", ResultStatus="T")))  # fmt: skip
    yield one("row_unknown", "a component nobody knows", "TA-424",
        pupil(1, judgements() + row("XYZ", "ABC", "EXS")))  # fmt: skip
    yield one("row_year_words", "a year that is none", "TA-018",
        pupil(1, judgements() + row("ENG", "REA", "PK4", Year="2025/26")))  # fmt: skip
    yield one("row_date_impossible", "a date of a result that cannot be", "TA-018",
        pupil(1, judgements() + row("ENG", "REA", "PK4", ResultDate="2026-13-01")))  # fmt: skip
    yield one("row_result_twice", "two results in one row", "TA-018",
        pupil(1, judgements("EXS</Result><Result>GDS")))  # fmt: skip


def tolerated() -> Iterator[Case]:
    """Files as some systems write them, in which nothing is wrong."""
    clean = invented.clean()
    space = 'xmlns="http://www.dcsf.gov.uk/schemas/cbds"'
    forms = {
        "namespace": clean.replace("<CTfile>", f"<CTfile {space}>"),
        "prefix": _prefixed(clean).replace("<c:CTfile>", f"<c:CTfile {space.replace('=', ':c=')}>"),
        "one_line": clean.replace("\n", "").replace("  ", ""),
        "windows_lines": clean.replace("\n", "\r\n"),
        "old_mac_lines": clean.replace("\n", "\r"),
        "comments": clean.replace("<UPN>", "<!-- 1 --><UPN>").replace("Mabel", "Ma<!-- -->bel"),
        "cdata": clean.replace("Mabel", "<![CDATA[Mabel]]>"),
        "characters_by_number": clean.replace("Mabel", "M&#97;b&#x65;l"),
        "empty_sections": clean.replace(
            "<StageAssessments>", "<SENhistory/><Address></Address><StageAssessments>"
        ),
        "header_last": _header_last(clean),
    }
    for name, text in forms.items():
        yield Case(f"fine_{name}.xml", f"nothing: {name.replace('_', ' ')}", text, 1)


def _prefixed(text: str) -> str:
    text = text.replace("<", "<c:")
    return text.replace("<c:/", "</c:").replace("<c:?", "<?")


def _header_last(text: str) -> str:
    before, rest = text.split("  <Header>", 1)
    inside, after = rest.split("  </Header>\n", 1)
    pupils = after.removesuffix("</CTfile>\n")
    return f"{before}{pupils}  <Header>{inside}  </Header>\n</CTfile>\n"
