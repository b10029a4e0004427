"""Checks of the header: what kind of file, which version and year, from whom, and made when."""

import polars as pl

from keystage.checks.returns.registry import check
from keystage.checks.returns.rules import rules
from keystage.checks.returns.setting import Setting

_HEADER = "Common Transfer File, header"
_VERSIONS = "Common Transfer File, versions; help pages of suppliers"
_SUBMITTING = "Standards and Testing Agency, submitting key stage 2 teacher assessment data"
_TOOLS = "National Curriculum Assessments tools, sending files"
_SETTINGS = (
    "Correct it in the settings of your management information system, or ask your supplier, then "
    "export the file again."
)


@check(
    "TA-101",
    view="files",
    fields={"DocumentName": "document", "Stage": "stages"},
    message="This is not a transfer file of key stage 2: its {column} is {value}.",
    why="Only key stage 2 results can be taken here.",
    todo="Export the file for key stage 2, not for another stage or purpose.",
    source=_HEADER,
    form="ctf",
)
def document_is_a_transfer_file_of_the_stage(column: str, setting: Setting) -> pl.Expr | None:
    """The document names itself a transfer file, and what results it has are of the stage."""
    if column == "stages":
        return (pl.col("results") > 0) & (pl.col("stage_results") == 0)
    return (pl.col(column) != setting.collection.format.document_name).fill_null(True)


@check(
    "TA-102",
    view="files",
    fields={"CTFversion": "version"},
    message="The file is of version {value}; this year's is {year.format.version}, and "
    "{year.format.previous} is taken too.",
    why="Other versions write some values in another way, and are turned away.",
    todo="Ask your supplier for this year's update, install it, and export the file again. "
    "Do not change the number by hand.",
    source=_VERSIONS,
    form="ctf",
)
def version_is_in_use(column: str, setting: Setting) -> pl.Expr | None:
    """The version is this year's or the one before."""
    return pl.col("number").is_not_null() & ~pl.col(column).is_in(_accepted(setting))


def _accepted(setting: Setting) -> tuple[str, str]:
    return setting.collection.format.version, setting.collection.format.previous


@check(
    "TA-103",
    view="slots",
    fields={"Year": "year"},
    message="Assessments of {measure} are of the year {value}, not of {year.year.id} "
    "(results: {times}).",
    why="Only the judgements of this year are collected; those of another year are not taken.",
    todo="Export the assessments of {year.year.label} only.",
    source=_SUBMITTING,
)
def assessments_are_of_the_year(column: str, setting: Setting) -> pl.Expr | None:
    """The teacher assessments of the stage are of the collection's year."""
    form = setting.collection.format
    return (
        (pl.col("kind") == "assessment")
        & (pl.col("stage") == form.stage)
        & (pl.col(column) != setting.collection.year.id)
    )


@check(
    "TA-104",
    view="files",
    fields={"SourceSchool": "school"},
    message="{fault}",
    why="The judgements cannot be put to a school.",
    todo="Give the number of the authority (three digits) and of the school (four digits): with a "
    "mark sheet, or in the settings of your management information system. Then export the file "
    "again.",
    source=_TOOLS,
)
def sender_is_a_school(column: str, _setting: Setting) -> pl.Expr | None:
    """The sender is a school by a number of seven digits, open if the schools are known."""
    return pl.col(f"{column}_fault").is_not_null()


@check(
    "TA-106",
    view="files",
    fields={"SupplierID": "supplier"},
    message="The file does not name the program that made it.",
    why="Without the name nobody can tell whom to ask if something is wrong with the file.",
    todo="Nothing needs to be done for this return. Tell your supplier.",
    source=_HEADER,
    form="ctf",
)
def program_is_named(column: str, _setting: Setting) -> pl.Expr | None:
    """The supplier is given."""
    return pl.col(column).is_null()


@check(
    "TA-110",
    view="files",
    fields={"Pupil": "pupils"},
    message="There are no pupils in the file.",
    why="Without pupils nothing can be taken.",
    todo="Choose the pupils of year 6, those who left included, and export the file again.",
    source=_HEADER,
)
def file_has_pupils(column: str, _setting: Setting) -> pl.Expr | None:
    """There is at least one pupil."""
    return pl.col(column) == 0


@check(
    "TA-111",
    view="files",
    fields={"Gender": "genders", "Sex": "sexes"},
    message="The file is of version {version}, and has {column} for {value} of its pupils, as "
    "files of other versions do.",
    why="Old files say Gender, newer ones Sex; a file that mixes them was made by an old program "
    "and is turned away.",
    todo="Ask your supplier for this year's update, install it, and export the file again. "
    "Do not change the file by hand.",
    source=_VERSIONS,
    form="ctf",
)
def sex_is_named_as_the_version_names_it(column: str, setting: Setting) -> pl.Expr | None:
    """Sex stands in the element of the version; in the one between, either is taken.

    A version that is not taken at all is told by itself.
    """
    named = rules().sex_element
    wrong = (
        pl.col("number") > named.gender_to_version
        if column == "genders"
        else pl.col("number") < named.sex_from_version
    )
    return wrong & (pl.col(column) > 0) & pl.col("version").is_in(_accepted(setting))


@check(
    "TA-112",
    view="files",
    fields={"DateTime": "made_at"},
    message="The time at which the file was made is missing or cannot be read: {value}.",
    why="Without it nobody can tell which of two files is the newer one.",
    todo=_SETTINGS,
    source=_HEADER,
    form="ctf",
)
def time_of_making_is_given(column: str, _setting: Setting) -> pl.Expr | None:
    """The file says when it was made, as a date and a time."""
    return pl.col(column).is_null()


@check(
    "TA-113",
    view="files",
    fields={"DocumentQualifier": "qualifier"},
    message="The file says that it is {value}, which is neither full nor partial.",
    why="The word says whether the file has all that is known of the pupils or some of it.",
    todo="Nothing needs to be done for this return. Tell your supplier.",
    source=_HEADER,
    form="ctf",
)
def qualifier_is_full_or_partial(column: str, setting: Setting) -> pl.Expr | None:
    """The file says whether it is full or partial."""
    known = setting.collection.format.document_qualifiers
    return ~pl.col(column).is_in(known).fill_null(False)


@check(
    "TA-114",
    view="files",
    fields={"AcademicYear": "academic_year"},
    message="The file is of the academic year that begins in {value}; that of this collection "
    "begins on {year.academic_year.starts}.",
    why="The file may be one of an earlier year.",
    todo="Check that you exported the file for {year.year.label}. If you did, set the academic "
    "year in your management information system.",
    source=_HEADER,
    form="ctf",
)
def academic_year_is_that_of_the_collection(column: str, setting: Setting) -> pl.Expr | None:
    """The academic year, if given, is the collection's."""
    return pl.col(column) != setting.collection.academic_year.starts.year


@check(
    "TA-116",
    view="files",
    fields={"CTFversion": "version"},
    message="The version of the file, {value}, is missing or not written like "
    "{year.format.version}.",
    why="Without the version nobody can tell how the file is to be read.",
    todo=_SETTINGS,
    source=_HEADER,
    form="ctf",
)
def version_has_its_form(_column: str, _setting: Setting) -> pl.Expr | None:
    """The version is a number followed by a point and a nought."""
    return pl.col("number").is_null()


@check(
    "TA-117",
    view="files",
    fields={"DateTime": "made_at"},
    message="The file says that it was made on {value}, which is in the future.",
    why="The clock of a computer is wrong, and the order of files cannot be told by it.",
    todo="Set the clock of the computer, then export the file again.",
    source=_HEADER,
    needs=("today",),
    form="ctf",
)
def file_was_not_made_in_the_future(column: str, setting: Setting) -> pl.Expr | None:
    """The file was made today or before."""
    return pl.col(column).dt.date() > setting.today
