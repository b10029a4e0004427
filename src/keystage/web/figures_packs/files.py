"""A pack as a file: tagged PDF, CSV or OpenDocument, with release, scope, purpose and warning."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from keystage.flows.figures_pack.pack import Pack
from keystage.formats.sheets.writing import write_sheet
from keystage.reports.figures_pack.paper import PaperPack, PaperTable, pack_pdf

#: The forms of files, in words.
FORMS = {"pdf": "PDF", "csv": "CSV", "ods": "OpenDocument"}
_HEADS = ("Part", "Of", "Name in the tables", "What", "Text", "Release")
_WARNING = "Warning"


def file_of(pack: Pack, form: str) -> bytes:
    """A pack as a file; the same pack gives the same bytes.

    Args:
        pack: the pack.
        form: one of `FORMS`.

    Raises:
        UnprintableError: no font at hand has a character of the school's name.
    """
    if form == "pdf":
        return pack_pdf(_on_paper(pack), made_on=date.fromisoformat(pack.made_at[:10]))
    frame = pl.DataFrame(list(_rows(pack)), schema=dict.fromkeys(_HEADS, pl.String()), orient="row")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"pack.{form}"
        write_sheet(frame, path, title="Figures for governors")
        return path.read_bytes()


def name_of(pack: Pack, form: str, version: int) -> str:
    """What the file is called: which school and release; nothing of a pupil."""
    return f"governors-{pack.code}-{pack.year}-{pack.stage}-v{version}.{form}"


def _on_paper(pack: Pack) -> PaperPack:
    shown = {one.text for one in pack.highlighted}
    warnings = [text for head, text in pack.about if head == _WARNING]
    return PaperPack(
        school=pack.name,
        year=pack.year,
        release=pack.release,
        pupils=pack.pupils,
        warning=warnings[0],
        highlights=[one.text for one in pack.highlighted],
        others=[one.text for one in pack.sentences if one.text not in shown],
        tables=[
            PaperTable(
                title=table.title,
                said=warnings[-1] if table.progress else "",
                columns=table.columns,
                rows=table.rows,
            )
            for table in pack.tables
        ],
        sure=pack.sure,
        caveats=pack.caveats,
        glossary=[(one.term, one.text) for one in pack.glossary],
        about=pack.about,
    )


def _rows(pack: Pack) -> Iterator[tuple[str | None, ...]]:
    """A row a cell, then the sentences, and below them what goes with the pack."""
    yield "Pupils", None, None, "Pupils at the end of key stage 2", pack.pupils, pack.release
    for table in pack.tables:
        for row, name in zip(table.rows, table.figures, strict=True):
            for head, text in zip(table.columns[1:], row[1:], strict=True):
                yield table.title, row[0], name, head, text, pack.release
    for one in pack.sentences:
        kind = "What stands out" if one.highlight else "What does not stand out"
        yield "Summary", kind, " ".join(one.figures) or None, None, one.text, pack.release
    for text in pack.sure:
        yield "How sure one may be", None, None, None, text, pack.release
    for text in pack.caveats:
        yield "Read with it", None, None, None, text, pack.release
    for term in pack.glossary:
        yield "Words", term.term, None, None, term.text, pack.release
    for head, text in pack.about:
        yield "About", head, None, None, text, pack.release
