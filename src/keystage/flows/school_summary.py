"""One school's statutory figures for its headteacher: from its own pupils, in memory.

Each figure comes with its numerator, its denominator and every pupil in or out of it, each with the
condition that decided. It is the department's method on the school's own data; the notes say why
the department's figures may yet differ.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import msgspec
import polars as pl

from keystage.checks.run import run as run_checks
from keystage.core.errors import AbsentValueError
from keystage.core.subjects import Subject
from keystage.flows.computing import TOLD, scorable, writing_scorable
from keystage.flows.own_pupils import Rows, own_records
from keystage.flows.school_notes import notes_on, told
from keystage.measures.compute import Computed, compute
from keystage.measures.explain import before_withholding, explain
from keystage.measures.fields import Field, fields
from keystage.measures.gaps import comparators
from keystage.measures.parts import WHOLE
from keystage.records.recordset import RecordSet
from keystage.records.schema import KEY_STAGE_1_AVERAGE, KEY_STAGE_1_RESULTS
from keystage.reports.disclosure import publish
from keystage.reports.published import PublishedTable
from keystage.statute.loader import load_year
from keystage.statute.year import Year

Place = Literal["numerator", "denominator", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilPlace:
    """A pupil as one figure sees them.

    Attributes:
        line: the pupil's line or row, as given.
        upn: the UPN, if there is one.
        place: in the numerator, in the denominator only, or out of the figure.
        reason: the condition that decided, as a sentence with the pupil's own values.
    """

    line: int
    upn: str | None
    place: Place
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFigure:
    """A figure, opened.

    Attributes:
        field: its name in the department's tables.
        label: what it is, for people.
        subject: none for reading, writing and maths combined.
        printed: as the year prints it, before any withholding; empty where there is no figure.
        limits: of progress, the printed confidence limits; none where there are none.
        published: the cell a published table would carry: the same, or the code in its place.
        numerator: the exact sum of what pupils contribute.
        denominator: how many pupils are counted.
        definition: what is counted, over whom, in sentences.
        steps: from the exact figure to the printed one, in sentences.
        sources: the guides the conditions rest on.
        pupils: every pupil of the school, in or out.
    """

    field: str
    label: str
    subject: Subject | None
    printed: str
    limits: tuple[str, str] | None
    published: str
    numerator: Fraction
    denominator: int
    definition: tuple[str, ...]
    steps: tuple[str, ...]
    sources: tuple[str, ...]
    pupils: tuple[PupilPlace, ...]

    @property
    def left_out(self) -> tuple[PupilPlace, ...]:
        """The pupils who are not in the denominator, each with the reason."""
        return tuple(pupil for pupil in self.pupils if pupil.place == "out")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SchoolSummary:
    """A school's figures of one year.

    Attributes:
        urn: the school.
        year: the statutory year and release the rules are of.
        pupils: how many pupils were given.
        eligible: those of them at the end of key stage 2.
        figures: reading, writing and maths combined first, then by subject, progress last.
        notes: sentences the reader must know: what there is not, and why figures may differ.
        findings: what the checks found that a reader should know, as sentences.
        published: the school's published table, for what is shown to others.
    """

    urn: int
    year: Year
    pupils: int
    eligible: int
    figures: tuple[SummaryFigure, ...]
    notes: tuple[str, ...]
    findings: tuple[str, ...]
    published: PublishedTable


def school_summary(  # noqa: PLR0913  # of whom, by which rules
    pupils: pl.DataFrame | Rows,
    schools: pl.DataFrame | None,
    year: int,
    release: str,
    *,
    urn: int,
    supplement: Path | None = None,
) -> SchoolSummary:
    """Compute and open the headline figures of one school.

    Args:
        pupils: pupils in the columns of a pupil file, as a typed frame or as rows; columns may be
            left out, and pupils of other schools are not looked at.
        schools: schools in the columns of a school file, or None.
        year: the year of the results.
        release: provisional, revised or final.
        urn: the school.
        supplement: a statute file whose tables replace the shipped ones.

    Raises:
        UsageError: there is no such year or release, or no pupil of the school.
        InputError: a column is missing, a value does not fit, or the checks found an error.
        StatuteError: the supplement is refused.
        AbsentValueError: the year lacks a value its attainment needs.
    """
    statute = load_year(year, release, supplement)
    records = own_records(pupils, schools, statute, urn)
    without = _why_no_progress(records, statute)
    rules = statute if without is None else _without_progress(statute)
    findings = run_checks(records, rules, listed=TOLD)
    findings.raise_if_errors()
    computed = compute(records, rules)
    published = publish(computed.table, "school", comparators(computed.table))
    eligible = int(computed.working.select(pl.col("included").sum()).collect().item())
    return SchoolSummary(
        urn=urn,
        year=statute,
        pupils=records.pupils.height,
        eligible=eligible,
        figures=tuple(_figure(computed, field, urn, published) for field in _headlines(rules)),
        notes=tuple(notes_on(statute, eligible, without)),
        findings=tuple(told(findings)),
        published=published,
    )


def _why_no_progress(records: RecordSet, year: Year) -> str | None:
    """Why there are no progress scores, as a sentence; none where there are."""
    if not year.year.progress:
        reason = year.absent["key_stage_1"].absent
        return f"There are no progress scores in {year.year.id}: {reason}."
    results = set(KEY_STAGE_1_RESULTS) & set(records.missing)
    if results and KEY_STAGE_1_AVERAGE in records.missing:
        return (
            "There are no progress scores here, because the pupils were given without their key "
            "stage 1 results."
        )
    try:
        scorable(year, derived=False)
        writing_scorable(year)
    except AbsentValueError as error:
        return f"There are no progress scores here. {error.what}"
    return None


def _without_progress(year: Year) -> Year:
    """The year's rules of attainment alone."""
    identity = msgspec.structs.replace(year.year, progress=False)
    return msgspec.structs.replace(year, year=identity)


def _headlines(year: Year) -> list[Field]:
    """The published figures of all pupils: attainment, averages and progress."""
    return [
        field
        for field in fields(year)
        if field.kind == "figure"
        and field.group == WHOLE
        and field.published
        and field.measure is not None
        and (field.measure.family in {"attainment", "average"} or field.measure.progress)
    ]


def _figure(computed: Computed, field: Field, urn: int, published: PublishedTable) -> SummaryFigure:
    opened = explain(computed, field, urn)
    measure = field.measure
    if measure is None or opened.denominator is None:
        raise LookupError(f"{field.name} is neither a share nor an average of pupils.")
    return SummaryFigure(
        field=field.name,
        label=measure.label,
        subject=measure.subject,
        printed=opened.printed,
        limits=_limits(computed, field, urn),
        published=published.frame.filter(pl.col("URN") == urn)[field.name].item(),
        numerator=opened.numerator,
        denominator=opened.denominator,
        definition=opened.definition,
        steps=opened.steps,
        sources=opened.sources,
        pupils=tuple(
            PupilPlace(line=line, upn=upn, place=place, reason=reason)
            for line, upn, place, reason in opened.pupils.select(
                "line", "UPN", "place", "reason"
            ).iter_rows()
        ),
    )


def _limits(computed: Computed, field: Field, urn: int) -> tuple[str, str] | None:
    """The printed confidence limits of a progress score; none where there are none."""
    ends = [
        before_withholding(end, computed.table, urn)
        for kind in ("lower", "upper")
        for end in fields(computed.table.year)
        if end.kind == kind and end.measure is field.measure and end.group == field.group
    ]
    return (ends[0], ends[1]) if ends and all(ends) else None
