"""Who answers for what stands in the cells of a sheet: going back enters nothing of one's own."""

from collections.abc import Mapping

from keystage.store.models import Judgement, JudgementChange, Sheet

_Change = tuple[str, int, int | None]
"""How a version came about, by whom, and who brought the file it came from."""


def authors_of(sheet: Sheet) -> set[int]:
    """The keys of the people who entered what the cells of a sheet hold.

    Who undoes their own change puts back what others entered, and answers for nothing. Who undoes
    another person's change answers for what is put back, beside whoever entered it. For what came
    from a file both answer: who brought the file, and who applied it.
    """
    cells = Judgement.objects.filter(
        cohort_pupil__sheet=sheet, cohort_pupil__removed=False
    ).exclude(code="")
    changes: dict[int, dict[int, _Change]] = {}
    rows = JudgementChange.objects.filter(judgement__in=cells)
    for cell, version, how, person, bringer in rows.values_list(
        "judgement", "version", "how", "by", "import_file__uploaded_by"
    ):
        changes.setdefault(cell, {})[version] = (how, person, bringer)
    return {
        person
        for cell, version, last in cells.values_list("pk", "version", "changed_by")
        for person in _authors(changes.get(cell, {}), version, last)
    }


def _authors(changes: Mapping[int, _Change], version: int, last: int) -> set[int]:
    """Who entered what a version of a cell holds; an undoing takes back the version before it."""
    found: set[int] = set()
    while version in changes:
        how, person, bringer = changes[version]
        if how != JudgementChange.How.UNDONE:
            return {*found, person, bringer or person}
        undone = changes.get(version - 1)
        if undone is None or undone[1] != person:
            found.add(person)
        version -= 2
    return found or {last}
