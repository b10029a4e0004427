"""The workbook made for a school, with its expected pupils, in which judgements are entered."""

import hashlib
from dataclasses import dataclass

import polars as pl
from django.db import transaction

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.standing.numbers import sheet_of
from keystage.actions.gateway.standing.states import lock
from keystage.actions.returns import cohort_of
from keystage.actions.roll.closing import says_nobody
from keystage.actions.sheets.asked import asked_of
from keystage.core.subjects import ASSESSED
from keystage.formats.sheets.template_cells import Template
from keystage.formats.sheets.template_writing import write_template
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, SchoolReturn, Sheet

_FACTS = ("upn", "surname", "forename", "birth_date", "sex")


@dataclass(frozen=True)
class TemplateFile:
    """A workbook to hand out."""

    name: str
    content: bytes


@transaction.atomic
def make_template(school_return: SchoolReturn, *, by: By) -> TemplateFile:
    """The workbook of a school and season with its expected pupils.

    The same pupils give the same file; others make a new version of it.

    Raises:
        RefusedError: nobody is expected, or the year's judgements have P scales beside them, for
            which the workbook has no columns.
    """
    locked = lock(school_return)
    sheet = sheet_of(locked)
    if sheet is None or says_nobody(sheet):
        raise RefusedError(
            "There is no list of expected pupils, so no template can be made.",
            todo="Bring in the roll and register the pupils first.",
        )
    collection = load_collection(locked.year)
    if collection.p_scales is not None:
        raise RefusedError(
            f"Judgements of {locked.year} have P scales beside them, and the template has no "
            "columns for those.",
            todo="Send a Common Transfer File.",
        )
    members = cohort_of(sheet)
    pupils = _pupils(sheet, members)
    digest = hashlib.sha256(pupils.write_json().encode()).hexdigest()
    if locked.template_digest != digest:
        locked.template_version += 1
        locked.template_digest = digest
        locked.save(update_fields=("template_version", "template_digest"))
    template = Template(
        year=locked.year,
        school=locked.school.number,
        version=locked.template_version,
        upns=tuple(pupils["upn"]),
    )
    record(
        "template made",
        by=by,
        organisation=locked.school,
        year=locked.year,
        after={"version": template.version, "pupils": len(members)},
    )
    return TemplateFile(template.name, write_template(pupils, template, collection))


def _pupils(sheet: Sheet, members: list[CohortPupil]) -> pl.DataFrame:
    asked = asked_of(sheet, members)
    rows = [
        [
            *(getattr(member.pupil, fact) for fact in _FACTS),
            *(asked[member.pk][str(subject)].due for subject in ASSESSED),
        ]
        for member in members
    ]
    flags: dict[str, pl.DataType] = {f"{subject}_asked": pl.Boolean() for subject in ASSESSED}
    texts: dict[str, pl.DataType] = dict.fromkeys(_FACTS, pl.String())
    return pl.DataFrame(rows, schema=texts | {"birth_date": pl.Date()} | flags, orient="row")
