"""A return made from a mark sheet: named, numbered, checked, and written only if it would pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from keystage.checks.returns.severity import Severity
from keystage.core.errors import UsageError
from keystage.flows.returns.differences import differences
from keystage.flows.returns.groups import PRESSING, said
from keystage.flows.returns.outputs import write_bytes
from keystage.flows.returns.preflight import Preflight, preflight
from keystage.flows.returns.sender import agreed_school, school_of
from keystage.flows.returns.sources import read_files, refuse_unread
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.header import return_header
from keystage.formats.ctf.names import FileName, format_name, next_serial, parse_name
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.writing import unwritable, write_return
from keystage.formats.sheets.reading import headings_not_read
from keystage.records.circumstances import Circumstances
from keystage.records.returns import ReturnSet, judgements
from keystage.statute.collection import Collection

#: The log of an export, as management information systems give it.
LOG: Mapping[str, pl.DataType] = {
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "sex": pl.String(),
    "birth_date": pl.Date(),
    "message": pl.String(),
    "file": pl.String(),
    "matters": pl.Boolean(),  # for key stage 2; what does not can be ignored
}

_OF_FILE = ("message", "file")
_DOUBTFUL = (
    "If these are judgements to send, call it by the name of its subject: Reading, Writing, Maths "
    "or Science."
)
_FIELDS = {
    "Surname": "surname",
    "Forename": "forename",
    "DOB": "date of birth",
    "Sex": "sex",
    "Result": "judgements",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to export.

    Attributes:
        sheet: the mark sheet, CSV or Excel.
        collection: the year.
        profile: the tuple of each assessment.
        school: authority and establishment number, seven digits; the sheet may not say another.
        folder: where the file goes, and where files of earlier exports are looked for.
        made_at: the time the file says it was made.
        serial: the number in the file's name; None for one more than the highest in the folder.
        urn: the school's URN, if it is to stand in the file.
        school_name: likewise its name.
        expected: the pupils expected, columns `records.returns.EXPECTED`, if known.
    """

    sheet: Path
    collection: Collection
    profile: AssessmentProfile
    school: str
    folder: Path
    made_at: datetime
    serial: int | None = None
    urn: str | None = None
    school_name: str | None = None
    expected: pl.DataFrame | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Export:
    """What became of an export.

    Attributes:
        path: the file; it is there only if ``written``.
        written: whether it was written.
        processed: pupils in the mark sheet.
        in_file: pupils in the file, or who would have been.
        log: what there is to say of pupils, columns `LOG`.
        check: the check of the file, or None where no pupil could be written.
        earlier: the file of the last export, if the folder has one.
        gone: pupils in that file who are in this one no longer: upn, surname, forename.
    """

    path: Path
    written: bool
    processed: int
    in_file: int
    log: pl.DataFrame
    check: Preflight | None
    earlier: Path | None
    gone: pl.DataFrame

    @property
    def not_exported(self) -> int:
        """Pupils in the mark sheet who are not in the file."""
        return self.processed - self.in_file


def export(job: Job) -> Export:
    """Make a return of a mark sheet, check it, and write it if nothing would have it refused.

    The file is read back and checked as it would be before sending. If a pupil of the sheet cannot
    be written, or the check is red, no file is left.

    Raises:
        InputError: the sheet cannot be read, the folder cannot be written, the file is there
            already, or no serial number is left.
        UsageError: the school's number is not one, or the sheet says another school.
    """
    school = school_of(job.school, urn=job.urn, name=job.school_name)
    returns = read_files([job.sheet], job.profile, collection=job.collection)
    refuse_unread(returns, job.sheet)
    agreed_school(returns.files, job.school, job.sheet)
    path, earlier = _place(job)
    given = judgements(returns, job.collection.year.id)
    faults = unwritable(returns.pupils, given)
    pupils = returns.pupils.join(faults, on="pupil", how="anti", maintain_order="left")
    log = [
        _unwritable_log(returns, faults, path.name),
        _unread_log(returns, path.name),
        _headings_log(job.sheet, path.name),
    ]
    content, check = b"", None
    if pupils.height:
        header = return_header(school, job.made_at, job.collection)
        content = write_return(header, pupils, given, job.collection, job.profile)
        check = _checked(content, path.name, job)
        log.append(_check_log(check))
    refused = check is None or check.verdict is Severity.RED or bool(faults.height)
    if not refused:
        write_bytes(content, path, replace=False)
    return Export(
        path=path,
        written=not refused,
        processed=returns.pupils.height,
        in_file=pupils.height,
        log=pl.concat(log).sort("matters", descending=True, maintain_order=True),
        check=check,
        earlier=earlier,
        gone=_gone(earlier, check, job.profile),
    )


def _place(job: Job) -> tuple[Path, Path | None]:
    """The file to write, and that of the last export."""
    form = job.collection.format
    source, destination = job.school.strip(), f"{form.destination_la}{form.destination_estab}"
    paths = sorted(job.folder.iterdir()) if job.folder.is_dir() else []
    named = {path: parse_name(path.name) for path in paths}
    before = {
        name.serial: path
        for path, name in named.items()
        if name is not None
        and (name.source, name.type, name.destination) == (source, form.name_type, destination)
    }
    serial = job.serial
    if serial is None:
        serial = next_serial(
            (path.name for path in paths),
            source=source,
            destination=destination,
            type_=form.name_type,
        )
    latest = max(before, default=0)
    if before and serial <= latest:
        raise UsageError(
            f"{before[latest].name} is in the folder: a file with the number {serial} would not be "
            "taken for a newer one.",
            todo=f"Leave --serial out, or give it a number above {latest}.",
        )
    name = FileName(source=source, type=form.name_type, destination=destination, serial=serial)
    return job.folder / format_name(name), before.get(latest)


def _checked(content: bytes, name: str, job: Job) -> Preflight:
    returns = read_returns([NamedBytes(name, content)], job.profile)
    return preflight(
        returns,
        job.collection,
        job.profile,
        expected=job.expected,
        circumstances=Circumstances(own_school=job.school),
    )


def _unwritable_log(returns: ReturnSet, faults: pl.DataFrame, file: str) -> pl.DataFrame:
    field = pl.col("field").replace(_FIELDS)
    message = pl.format("Not exported: {}: {} (line {} of the sheet).", field, "reason", "line")
    return _log(returns.pupils, faults.select("pupil", message=message), file, matters=True)


def _unread_log(returns: ReturnSet, file: str) -> pl.DataFrame:
    message = pl.format("Not taken from the sheet: {} {}: {}.", "field", "text", "reason")
    told = returns.unreadable.select("pupil", message=message)
    return _log(returns.pupils, told, file, matters=True)


def _headings_log(sheet: Path, file: str) -> pl.DataFrame:
    """The columns that are not in the file; those that look like judgements matter."""
    doubtful, others = headings_not_read(sheet)
    rows = [
        (f"Not taken from the sheet: the column {heading}. {_DOUBTFUL}", file, True)
        for heading in doubtful
    ]
    if others:
        columns = "the column" if len(others) == 1 else "the columns"
        told = f"Not taken from the sheet, as no return has it: {columns} {', '.join(others)}."
        rows.append((told, file, False))
    given = pl.DataFrame(rows, schema=dict.fromkeys(_OF_FILE, pl.String) | {"matters": pl.Boolean},
                         orient="row")  # fmt: skip
    return given.select(
        (pl.col(name) if name in given.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in LOG.items()
    )


def _check_log(check: Preflight) -> pl.DataFrame:
    """What the check of the file says, a line a finding; not what is for information only."""
    told = pl.col("upn").is_not_null() | _matters()
    frame = said(check.named()).filter(told)
    message = pl.concat_str(
        pl.format("{}: {}", "code", "message"), "todo", separator=" ", ignore_nulls=True
    )
    names = ("upn", "surname", "forename")
    listed = frame.select("pupil", "file", *names, message=message, matters=_matters())
    people = check.returns.pupils.select("pupil", "sex", "birth_date")
    return listed.join(people, on="pupil", how="left", maintain_order="left").select(*LOG)


def _matters() -> pl.Expr:
    return pl.col("severity").is_in([str(severity) for severity in PRESSING])


def _log(pupils: pl.DataFrame, told: pl.DataFrame, file: str, *, matters: bool) -> pl.DataFrame:
    people = pupils.select("pupil", "upn", "surname", "forename", "sex", "birth_date")
    return (
        told.join(people, on="pupil", how="left", maintain_order="left")
        .with_columns(file=pl.lit(file), matters=pl.lit(matters))
        .select(*LOG)
    )


def _gone(
    earlier: Path | None, check: Preflight | None, profile: AssessmentProfile
) -> pl.DataFrame:
    """Pupils of the last export who are not in this one; none where that cannot be read."""
    names = ("upn", "surname", "forename")
    if earlier is None or check is None:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    before = read_returns([earlier], profile)
    return differences(before, check.returns).pupils("removed").select(names)
