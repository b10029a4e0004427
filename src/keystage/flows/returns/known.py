"""What is known beyond a return: who is expected, and what was accepted before."""

from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.flows.returns.sources import read_files, refuse_unread
from keystage.formats.ctf.names import parse_name
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.expected import read_expected
from keystage.records.circumstances import ACCEPTED
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection


def expected_pupils(path: Path, collection: Collection) -> pl.DataFrame:
    """The list of expected pupils, columns `records.returns.EXPECTED`.

    Raises:
        InputError: the file is not there or cannot be read, nobody is on it, or a value in it means
            nothing: a list that is half understood would call the wrong pupils missing.
    """
    expected, unreadable = read_expected(path, collection)
    if unreadable.height:
        first = unreadable.row(0, named=True)
        others = unreadable.height - 1
        more = f" There are {others} more such values." if others else ""
        raise InputError(
            f"{first['text']!r} cannot be read: {first['reason']}.{more}",
            where=f"{path}, line {first['line']}, column {first['field']}",
            todo="Correct the list, then check again.",
        )
    if expected.is_empty():
        raise InputError(
            "There is no pupil on the list of expected pupils.",
            where=str(path),
            todo="Fill it in, one line a pupil: with nobody expected, everybody is unexpected.",
        )
    return expected


def accepted_before(path: Path, profile: AssessmentProfile, collection: Collection) -> pl.DataFrame:
    """A return that was accepted, as the checks ask of it, columns `ACCEPTED`.

    Raises:
        InputError: it is not there or cannot be read.
    """
    returns = read_files([path], profile, collection=collection)
    refuse_unread(returns, path)
    return accepted(returns)


def accepted(returns: ReturnSet) -> pl.DataFrame:
    """Returns that were accepted, one row a file, columns `ACCEPTED`; the day is not known."""
    serials = {name: _serial(name) for name in returns.files["name"]}
    kinds = returns.slots.filter(kind="assessment").select("slot")
    judged = returns.results.join(kinds, on="slot", how="semi").group_by("file").len("judgements")
    return (
        returns.files.join(returns.pupils.group_by("file").len("pupils"), "file", "left")
        .join(judged, "file", "left")
        .select(
            school=pl.concat_str("source_la", "source_estab"),
            serial=pl.col("name").replace_strict(serials, return_dtype=pl.Int32),
            sha256="sha256",
            accepted_on=pl.lit(None, pl.Date),
            pupils=pl.col("pupils").fill_null(0).cast(pl.UInt32),
            judgements=pl.col("judgements").fill_null(0).cast(pl.UInt32),
        )
        .select(*ACCEPTED)
    )


def _serial(name: str) -> int | None:
    parsed = parse_name(name)
    return None if parsed is None else parsed.serial
