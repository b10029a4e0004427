"""What changed between two releases as a file, with releases, scope, purpose and warning."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from keystage.flows.figures.contents import Content
from keystage.formats.sheets.writing import write_sheet
from keystage.web.figures.differing import Moved
from keystage.web.figures.files import NOT_FOR_PARENTS, about
from keystage.web.figures.sections import has_progress

_HEADS = (
    "Figure", "Name in the tables", "Earlier release", "Later release", "Change",
    "Band", "Reasons", "Pupils who make the change", "Release",
)  # fmt: skip
PURPOSE = "To see what a later release changed and why. No pupil is in this file."


def differing_file(old: Content, new: Content, rows: Iterable[Moved], form: str) -> bytes:
    """The figures that differ as a file, a row each; below them what goes with them.

    Args:
        old: the earlier content.
        new: the later one.
        rows: the figures that differ.
        form: ``csv`` or ``ods``.
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
            between,
        )
        for row in changed
    ]
    figures = (new.figure(row.name) or old.figure(row.name) for row in changed)
    progress = has_progress(one for one in figures if one is not None)
    lines += [
        (head, None, text, *(None,) * (len(_HEADS) - 4), between)
        for head, text in _about(old, new, progress=progress)
    ]
    frame = pl.DataFrame(lines, schema=dict.fromkeys(_HEADS, pl.String()), orient="row")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"changes.{form}"
        write_sheet(frame, path, title="Changes")
        return path.read_bytes()


def name_of_file(old: Content, new: Content, form: str) -> str:
    """What the file is called: which school, year and stages; nothing of a pupil."""
    stages = f"{old.stage}-to-{new.stage}"
    return f"figures-{new.code}-{new.year}-{stages}-changes.{form}"


def _about(old: Content, new: Content, *, progress: bool) -> list[tuple[str, str]]:
    told = [(head, PURPOSE if head == "About: purpose" else text) for head, text in about(new)]
    if progress:
        told.append(("About: warning", NOT_FOR_PARENTS))
    return [("About: earlier release", f"{old.release}, computed {old.made_at}"), *told]
