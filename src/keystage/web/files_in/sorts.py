"""The sorts of files that come in: what each brings, what is accepted, and who may bring it."""

from collections.abc import Mapping
from dataclasses import dataclass

from keystage.access.permissions import Permission
from keystage.store.models import Import


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One sort of file.

    Attributes:
        kind: as it is kept.
        permission: what bringing it in asks for.
        title: what it is, as a heading.
        brings: what it does, as a sentence.
        accepts: what a file must be, in sentences.
        enrols: whether it can add pupils to the roll.
    """

    kind: Import.Kind
    permission: Permission
    title: str
    brings: str
    accepts: tuple[str, ...]
    enrols: bool = False

    def route(self, name: str) -> str:
        """The name of one of its routes."""
        return f"files_in:{self.kind}_{name}"


_BY_HEADING = "Columns may stand in any order: they are known by their headings."
SORTS: Mapping[str, Sort] = {
    sort.kind: sort
    for sort in (
        Sort(
            kind=Import.Kind.ROLL,
            permission=Permission.EDIT_ROLL,
            title="Pupils",
            brings="The roll: who the pupils are, their year group, class and dates.",
            accepts=(
                "A Common Transfer File (XML), or a CSV, Excel or OpenDocument file.",
                "A sheet needs surname, forename and date of birth.",
                "UPN, sex, year group, class and dates of coming and leaving are taken if there.",
                _BY_HEADING,
                "Contacts, addresses, medical notes and attendance are never taken.",
                "The file itself is not kept.",
            ),
            enrols=True,
        ),
        Sort(
            kind=Import.Kind.REGISTRATION,
            permission=Permission.MANAGE_COHORT,
            title="Registration list",
            brings="How each pupil is registered for the reading, GPS and maths tests.",
            accepts=(
                "A sheet with the UPN and a column for at least one test.",
                _BY_HEADING,
            ),
        ),
        Sort(
            kind=Import.Kind.JUDGEMENTS,
            permission=Permission.ENTER_JUDGEMENTS,
            title="Teacher assessments",
            brings="Judgements out of a tracker. They are merged into the mark sheet.",
            accepts=(
                "A Common Transfer File (XML), or a CSV, Excel or OpenDocument file.",
                "A sheet needs the UPN and a column for at least one subject.",
                _BY_HEADING,
                "A blank never takes a judgement out.",
            ),
        ),
        Sort(
            kind=Import.Kind.RESULTS,
            permission=Permission.IMPORT_RESULTS,
            title="Test results",
            brings="Marks, scaled scores and outcomes of the tests.",
            accepts=(
                "The results file (XML) of the tests, or a CSV, Excel or OpenDocument file.",
                "A sheet needs the UPN, and marks, scaled scores or outcomes.",
                _BY_HEADING,
                "Bringing in a later file shows what differs before anything is changed.",
            ),
        ),
    )
}
