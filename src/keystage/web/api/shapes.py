"""What the gateway tells systems of files: findings, numbers, submissions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from keystage.actions.gateway.standing.numbers import Counted
from keystage.store.models import Submission

Verdict = Literal["green", "amber", "red"]


class Finding(Schema):
    """One thing that a check found."""

    code: str = Field(description="The check, as the catalogue of checks names it.")
    severity: str
    line: int | None = Field(description="Where in the file; null where it is about no line.")
    upn: str
    name: str = Field(description="The pupil.")
    field: str = Field(description="The field it is about; empty for the whole.")
    value: str = Field(description="What the file says there.")
    message: str
    why: str
    todo: str


class Counts(Schema):
    """How many; null where there is no list of expected pupils."""

    pupils: int
    judgements: int
    expected: int | None
    complete: int | None
    incomplete: int | None
    unexpected: int | None
    missing: int | None


class Checked(Schema):
    """What the checks said of a file that was not kept."""

    verdict: Verdict = Field(description="red would be refused.")
    form: str = Field(description="ctf or sheet; empty where it could not be read.")
    red: int
    amber: int
    counts: Counts
    findings: list[Finding]


class File(Schema):
    """A file that was sent, and what became of it."""

    id: UUID
    state: Literal["refused", "uploaded", "withdrawn", "taken"] = Field(
        description="uploaded: checked, and waits to be submitted. taken: submitted."
    )
    channel: str
    verdict: Verdict
    form: str
    name: str
    bytes: int
    sha256: str
    serial: int | None
    red: int
    amber: int
    counts: Counts
    uploaded_at: datetime
    submitted_at: datetime | None


class FileWithFindings(File):
    """The same, with what was found."""

    findings: list[Finding]


class Files(Schema):
    """The files of a school and season, newest first."""

    total: int
    files: list[File]


class Pupil(Schema):
    """A pupil as counted."""

    upn: str
    name: str
    lacks: str = Field(description="The judgements that are due and not there.")


class Standing(Schema):
    """How far the return of a school is, held against the register."""

    state: str
    not_yet: str = Field(description="Why it is not yet submitted; empty once it is.")
    version: int = Field(description="Rises with each file that is taken.")
    known: bool = Field(
        description="Whether there is a list of expected pupils to hold it against."
    )
    complete: list[Pupil]
    incomplete: list[Pupil]
    unexpected: list[Pupil]
    missing: list[Pupil]


def file_of(submission: Submission) -> File:
    """A submission, without its findings."""
    return File(**_facts(submission))


def whole_file_of(submission: Submission) -> FileWithFindings:
    """A submission with its findings."""
    return FileWithFindings(
        **_facts(submission), findings=[Finding(**one) for one in submission.findings]
    )


def counts_of(counts: Mapping[str, int | None]) -> Counts:
    """The numbers of a file as they are kept."""
    values: dict[str, Any] = {name: counts.get(name) for name in Counts.model_fields}
    return Counts(
        **{**values, "pupils": values["pupils"] or 0, "judgements": values["judgements"] or 0}
    )


def pupils_of(counted: tuple[Counted, ...]) -> list[Pupil]:
    """Pupils as counted."""
    return [Pupil(upn=one.upn, name=one.name, lacks=one.lacks) for one in counted]


def _facts(submission: Submission) -> dict[str, Any]:
    names = File.model_fields.keys() - {"counts"}
    facts = {name: getattr(submission, name) for name in names}
    return {**facts, "counts": counts_of(submission.counts)}
