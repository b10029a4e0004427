"""The file that goes with pupils to another school: identity, assessments, and when they were here.

It holds what Keystage keeps and the regulations' list has, and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from lxml import etree

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.roll.files.columns import roll_columns
from keystage.formats.ctf.contents import contents
from keystage.formats.ctf.document import read_document
from keystage.formats.ctf.header import Header
from keystage.formats.ctf.layouts import LAYOUT
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.transfer import write_transfer
from keystage.formats.ctf.tree import Element, child
from keystage.formats.ctf.writing import unidentified, write_results
from keystage.records.returns import PUPILS
from keystage.statute.collection import Collection

_FIRST_STAGE = "KS1"
_DETAILS = "BasicDetails"
_ROW = "StageAssessment"
_TRUE = "true"
#: The columns of the pupils who move.
MOVING: Mapping[str, pl.DataType] = {
    **{name: PUPILS[name] for name in ("pupil", "line", "upn", "surname", "forename")},
    **{name: PUPILS[name] for name in ("birth_date", "sex", "former_upn", "left_on")},
    "preferred_surname": pl.String(),
    "preferred_forename": pl.String(),
    "year_group": pl.String(),
    "entered_on": pl.Date(),
    **{f"ks1_{subject}": pl.String() for subject in IN_PROGRESS},
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Moving:
    """Pupils who go to another school, and what goes with them.

    Attributes:
        header: who sends, and to whom.
        pupils: columns `MOVING`.
        results: columns pupil, subject, mark, score and outcome.
        judgements: column pupil and the assessed subjects, with P scales where there are any.
        first_stage: the year of the outcomes of key stage 1; None if it is not known, and they
            stay behind.
    """

    header: Header
    pupils: pl.DataFrame
    results: pl.DataFrame
    judgements: pl.DataFrame
    first_stage: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class MovingFile:
    """The file, and who is not in it.

    Attributes:
        content: the file; empty where nobody can be written.
        in_file: the numbers of the pupils who are in it.
        left: pupils who are not, columns pupil and message.
    """

    content: bytes
    in_file: tuple[int, ...]
    left: pl.DataFrame


def moving_file(
    moving: Moving, collection: Collection, profile: AssessmentProfile, name: str
) -> MovingFile:
    """The file for the school that pupils go to.

    Args:
        moving: who goes, and what goes with them.
        collection: the year of judgements and results.
        profile: the tuple of each assessment.
        name: the name of the file.
    """
    faults = unidentified(moving.pupils)
    pupils = moving.pupils.join(faults, on="pupil", how="anti", maintain_order="left")
    left = faults.select("pupil", message=pl.format("Not in the file: {}: {}.", "field", "reason"))
    if pupils.is_empty():
        return MovingFile(content=b"", in_file=(), left=left)
    kept = pupils.select("pupil")
    text = write_results(
        moving.header,
        pupils,
        moving.results.join(kept, on="pupil", how="semi", maintain_order="left"),
        collection,
        profile,
        judgements=moving.judgements.join(kept, on="pupil", how="semi", maintain_order="left"),
    )
    document, first = read_document(text, name), _first_stage_rows(moving, collection, profile)
    for element, row in zip(document.pupils(), pupils.iter_rows(named=True), strict=True):
        _complete(element, row, moving, first)
    return MovingFile(
        content=write_transfer(document, moving.header),
        in_file=tuple(pupils["pupil"]),
        left=left,
    )


def _complete(
    pupil: Element,
    row: Mapping[str, object],
    moving: Moving,
    first: Mapping[Subject, Mapping[str, str]],
) -> None:
    """Add what a return does not have: names in use, key stage 1, and the time at the school."""
    names = roll_columns().transfer
    former = next(path[-1] for path, name in LAYOUT.identity.items() if name == "former_upn")
    given = {former: row["former_upn"]} | {names[name]: row[name] for name in names}
    _add(pupil, _DETAILS, {part: given[part] for part in contents().transfer.details})
    _add_first_stage(pupil, row, first)
    source = moving.header.source
    left = row["left_on"]
    values = (source.la, source.estab, source.name, row["entered_on"], left, _TRUE)
    history = etree.SubElement(pupil, LAYOUT.history)
    _add(history, LAYOUT.school, dict(zip(contents().transfer.history, values, strict=True)))


def _add(parent: Element, name: str, values: Mapping[str, object]) -> Element:
    """An element with the values that are known, each in an element of its own."""
    made = etree.SubElement(parent, name)
    for part, value in values.items():
        if value is not None and str(value).strip():
            etree.SubElement(made, part).text = str(value)
    return made


def _add_first_stage(
    pupil: Element, row: Mapping[str, object], first: Mapping[Subject, Mapping[str, str]]
) -> None:
    rows = [
        {**values, "Result": row[f"ks1_{subject}"]}
        for subject, values in first.items()
        if row[f"ks1_{subject}"]
    ]
    if not rows:
        return
    stages = child(pupil, LAYOUT.section)
    if stages is None:
        stages = etree.SubElement(pupil, LAYOUT.section)
    stage = etree.Element(LAYOUT.group)
    etree.SubElement(stage, LAYOUT.stage).text = _FIRST_STAGE
    for values in rows:
        _add(stage, _ROW, values)
    stages.insert(0, stage)


def _first_stage_rows(
    moving: Moving, collection: Collection, profile: AssessmentProfile
) -> dict[Subject, Mapping[str, str]]:
    """The elements of a row of key stage 1 by subject, without the result."""
    if moving.first_stage is None:
        return {}
    return dict(_rows_of(moving.first_stage, collection, profile))


def _rows_of(
    year: int, collection: Collection, profile: AssessmentProfile
) -> Iterator[tuple[Subject, Mapping[str, str]]]:
    form = collection.format
    for subject in IN_PROGRESS:
        row = profile.row_of(subject, "assessment")
        yield (
            subject,
            {
                "Locale": form.locale,
                "Year": str(year),
                "Subject": row.subject,
                "Method": row.method,
                "Component": row.component,
                "ResultStatus": form.result_status,
                "ResultQualifier": row.qualifier,
            },
        )
