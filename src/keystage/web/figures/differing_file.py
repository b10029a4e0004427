"""What changed between two releases as a file, with releases, scope, purpose and warning."""

from collections.abc import Iterable

from keystage.flows.figures.contents import Content
from keystage.web.figures.differing import Moved
from keystage.web.figures.files import about, computed_when
from keystage.web.figures.sections import has_progress
from keystage.web.figures.sheets import sheet_of

_HEADS = (
    "Figure", "Name in the tables", "Earlier release", "Later release", "Change",
    "Band", "Reasons", "Pupils who make the change",
)  # fmt: skip
PURPOSE = "To see what a later release changed and why. No pupil is in this file."


def differing_file(old: Content, new: Content, rows: Iterable[Moved], form: str) -> bytes:
    """The figures that differ as a file, a row each; below them what goes with them.

    Args:
        old: the earlier content.
        new: the later one.
        rows: the figures that differ.
        form: a key of `sheets.FORMS`.
    """
    between, changed = f"{old.release} to {new.release}", tuple(rows)
    lines: list[tuple[str | None, ...]] = [
        (
            row.label,
            row.name,
            row.before.first,
            row.after.first,
            row.change,
            row.band,
            "; ".join(row.reasons),
            None if row.pupils is None else str(row.pupils),
        )
        for row in changed
    ]
    figures = (new.figure(row.name) or old.figure(row.name) for row in changed)
    progress = has_progress(one for one in figures if one is not None)
    return sheet_of(_HEADS, lines, _about(old, new, progress=progress), between, form)


def name_of_file(old: Content, new: Content, form: str, versions: tuple[int, int]) -> str:
    """What the file is called: which school, year and releases; nothing of a pupil."""
    before, after = versions
    between = f"{old.stage}-v{before}-to-{new.stage}-v{after}"
    return f"figures-{new.code}-{new.year}-{between}-changes.{form}"


def _about(old: Content, new: Content, *, progress: bool) -> list[tuple[str, str]]:
    lines = about(new, progress=progress)
    told = [(head, PURPOSE if head == "About: purpose" else text) for head, text in lines]
    return [("About: earlier release", computed_when(old)), *told]
