"""A return made from a mark sheet: named, numbered, checked, and written only if it would pass."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from keystage.core.errors import UsageError
from keystage.flows.returns.differences import differences
from keystage.flows.returns.made import LOG, Making, log_of, make_return
from keystage.flows.returns.outputs import write_bytes
from keystage.flows.returns.preflight import Preflight
from keystage.flows.returns.sender import agreed_school, school_of
from keystage.flows.returns.sources import read_files, refuse_unread
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.names import FileName, format_name, next_serial, parse_name
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.sheets.reading import headings_not_read
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

_OF_FILE = ("message", "file")
_DOUBTFUL = (
    "If these are judgements to send, call it by the name of its subject: Reading, Writing, Maths "
    "or Science."
)


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
    made = make_return(
        returns,
        Making(
            collection=job.collection,
            profile=job.profile,
            school=school,
            name=path.name,
            made_at=job.made_at,
            expected=job.expected,
        ),
    )
    log = [made.log, _unread_log(returns, path.name), _headings_log(job.sheet, path.name)]
    if made.fit:
        write_bytes(made.content, path, replace=False)
    return Export(
        path=path,
        written=made.fit,
        processed=made.processed,
        in_file=made.in_file,
        log=pl.concat(log).sort("matters", descending=True, maintain_order=True),
        check=made.check,
        earlier=earlier,
        gone=_gone(earlier, made.check, job.profile),
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


def _unread_log(returns: ReturnSet, file: str) -> pl.DataFrame:
    message = pl.format("Not taken from the sheet: {} {}: {}.", "field", "text", "reason")
    told = returns.unreadable.select("pupil", message=message)
    return log_of(returns.pupils, told, file, matters=True)


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


def _gone(
    earlier: Path | None, check: Preflight | None, profile: AssessmentProfile
) -> pl.DataFrame:
    """Pupils of the last export who are not in this one; none where that cannot be read."""
    names = ("upn", "surname", "forename")
    if earlier is None or check is None:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    before = read_returns([earlier], profile)
    return differences(before, check.returns).pupils("removed").select(names)
