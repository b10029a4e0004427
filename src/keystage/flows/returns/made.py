"""A return made in memory: written, read back and checked as it would be before sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from keystage.checks.returns.severity import Severity
from keystage.flows.returns.groups import PRESSING, said
from keystage.flows.returns.preflight import Preflight, preflight
from keystage.flows.returns.scales import judgements_of, p_scales
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.header import School, return_header
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.writing import unwritable, write_return
from keystage.records.circumstances import Circumstances
from keystage.records.returns import ReturnSet
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

_FIELDS = {
    "Surname": "surname",
    "Forename": "forename",
    "DOB": "date of birth",
    "Sex": "sex",
    "Result": "judgements",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Making:
    """How a return is made.

    Attributes:
        collection: the year.
        profile: the tuple of each assessment.
        school: who sends it.
        name: the name of the file.
        made_at: the time the file says it was made.
        expected: the pupils expected, columns `records.returns.EXPECTED`, if known.
        circumstances: what else is known; by default the school alone.
    """

    collection: Collection
    profile: AssessmentProfile
    school: School
    name: str
    made_at: datetime
    expected: pl.DataFrame | None = None
    circumstances: Circumstances | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class MadeReturn:
    """A return and what there is to say of it.

    Attributes:
        content: the file; empty where no pupil could be written.
        processed: pupils who were to be in it.
        in_file: pupils who are.
        log: what there is to say of pupils, columns `LOG`, what matters first.
        check: the check of the file as it was read back; None where there is none.
    """

    content: bytes
    processed: int
    in_file: int
    log: pl.DataFrame
    check: Preflight | None

    @property
    def not_exported(self) -> int:
        """Pupils who were to be in the file and are not."""
        return self.processed - self.in_file

    @property
    def fit(self) -> bool:
        """Whether everybody is in the file and nothing would have it refused."""
        return (
            self.check is not None
            and self.check.verdict is not Severity.RED
            and not self.not_exported
        )


def make_return(returns: ReturnSet, making: Making) -> MadeReturn:
    """Make a return of what was read or is kept; it is checked whether or not it is fit."""
    given = judgements_of(returns, making.collection).join(
        p_scales(returns, making.collection), on="pupil", how="left", maintain_order="left"
    )
    faults = unwritable(returns.pupils, given)
    pupils = returns.pupils.join(faults, on="pupil", how="anti", maintain_order="left")
    log = [_unwritable_log(returns, faults, making.name)]
    content, check = b"", None
    if pupils.height:
        header = return_header(making.school, making.made_at, making.collection)
        content = write_return(header, pupils, given, making.collection, making.profile)
        check = _checked(content, making)
        log.append(_check_log(check))
    return MadeReturn(
        content=content,
        processed=returns.pupils.height,
        in_file=pupils.height,
        log=pl.concat(log).sort("matters", descending=True, maintain_order=True),
        check=check,
    )


def _checked(content: bytes, making: Making) -> Preflight:
    returns = read_returns([NamedBytes(making.name, content)], making.profile)
    number = f"{making.school.la}{making.school.estab}"
    return preflight(
        returns,
        making.collection,
        making.profile,
        expected=making.expected,
        circumstances=making.circumstances or Circumstances(own_school=number),
    )


def log_of(pupils: pl.DataFrame, told: pl.DataFrame, file: str, *, matters: bool) -> pl.DataFrame:
    """Lines of the log about pupils: ``told`` has columns pupil and message."""
    people = pupils.select("pupil", "upn", "surname", "forename", "sex", "birth_date")
    return (
        told.join(people, on="pupil", how="left", maintain_order="left")
        .with_columns(file=pl.lit(file), matters=pl.lit(matters))
        .select(*LOG)
    )


def _unwritable_log(returns: ReturnSet, faults: pl.DataFrame, file: str) -> pl.DataFrame:
    field = pl.col("field").replace(_FIELDS)
    message = pl.format("Not exported: {}: {} (line {} of the sheet).", field, "reason", "line")
    return log_of(returns.pupils, faults.select("pupil", message=message), file, matters=True)


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
