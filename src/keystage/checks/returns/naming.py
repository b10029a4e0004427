"""Checks of a file's name and address, and whether it came before or comes twice."""

import polars as pl

from keystage.checks.returns.registry import check
from keystage.checks.returns.sending_views import SCHOOL
from keystage.checks.returns.setting import Setting

_NAMES = "Common Transfer File, file naming; help pages of suppliers"


@check(
    "TA-010",
    view="files",
    fields={"File name": "base"},
    message="The name {value} is not of the usual form.",
    why="Some systems turn such a name away; browsers add (1) to the name of a second download.",
    todo="Rename the file to {expected}, if this is export number {serial} to that destination.",
    source=_NAMES,
    form="ctf",
)
def file_name_has_the_usual_form(_column: str, setting: Setting) -> pl.Expr | None:
    """The name has source, type, destination and serial, and no number of a copy."""
    types = setting.collection.format.name_types_read
    return (
        pl.col("name_source").is_null()
        | pl.col("name_copied").is_not_null()
        | ~pl.col("name_type").is_in(types)
    )


@check(
    "TA-011",
    view="files",
    fields={"DestSchool": "destination", "File name": "name_destination"},
    message="This file is addressed to {value}; it must be addressed to the national collection, "
    "{year.format.destination_la}{year.format.destination_estab}.",
    why="A file addressed to another school or to your authority is not taken as a return.",
    todo="Export the file again and choose the national collection as its destination. Some "
    "systems still call it National Assessment Agency.",
    source=_NAMES,
    form="ctf",
)
def file_is_addressed_to_the_collection(column: str, setting: Setting) -> pl.Expr | None:
    """The destination, in the header or else in the name, is the national collection.

    So is the authority, where it asks schools to send through it.
    """
    form = setting.collection.format
    own = pl.when("asks_through").then("source_la")
    right = [pl.lit(one) for one in form.destinations_read]
    theirs = pl.concat_str(own, pl.lit(form.destination_estab))

    def elsewhere(name: str) -> pl.Expr:
        written = pl.col(name).str.to_uppercase()
        return ~pl.any_horizontal((written == one).fill_null(False) for one in (*right, theirs))

    if column == "destination":
        return elsewhere(column)
    return elsewhere(column) & pl.col(column).is_not_null() & ~elsewhere("destination")


@check(
    "TA-012",
    view="files",
    fields={"File": "sha256"},
    message="Exactly this file was accepted{accepted_when}.",
    why="Sending it again changes nothing.",
    todo="Nothing is to be done. If you meant to send corrections, export the file again first.",
    source="Keystage: a choice of this program",
    needs=("accepted",),
)
def file_was_not_accepted_before(column: str, _setting: Setting) -> pl.Expr | None:
    """The file is not the one that was accepted last."""
    return pl.col(column) == pl.col(f"{column}_accepted")


@check(
    "TA-013",
    view="files",
    fields={"File name": "name_serial"},
    message="A newer file, number {serial}, was accepted{accepted_when}; this is number {value}.",
    why="An older file would put back older judgements.",
    todo="Send this file only if you mean to go back. Otherwise choose the newest export.",
    source="SIMS, Book 09 Exporting and uploading key stage 2 results, serial numbers of files",
    needs=("accepted",),
    form="ctf",
)
def file_is_newer_than_the_one_accepted(column: str, _setting: Setting) -> pl.Expr | None:
    """The serial number is not lower than that of the last file accepted."""
    return pl.col(column) < pl.col("serial")


@check(
    "TA-017",
    view="files",
    fields={"File name": "name_source"},
    message="The name says that the school {value} sends this file, the file itself says {school}.",
    why="One of the two is wrong, and the judgements may go to the wrong school.",
    todo="See which of the two is the number of your school. Export the file again and do not "
    "rename it; if the numbers still differ, ask your supplier.",
    source=_NAMES,
    form="ctf",
)
def file_name_agrees_with_the_header(column: str, _setting: Setting) -> pl.Expr | None:
    """The school in the name, if a school is named there, is the school in the header."""
    return pl.col(column).str.contains(SCHOOL) & (pl.col(column) != pl.col("school"))


@check(
    "TA-019",
    view="files",
    fields={"SourceSchool": "school"},
    message="More than one of the files is of the school {value}.",
    why="Where two files say different things of one pupil, nobody can tell which of them counts.",
    todo="Keep the newest file of the school and take the others out. If each has a part of the "
    "pupils, export all of them in one file.",
    source="Keystage: a choice of this program",
)
def school_has_one_file(column: str, _setting: Setting) -> pl.Expr | None:
    """No two files that are looked at together are of one school."""
    return pl.col(column).is_not_null() & pl.col(column).is_duplicated()
