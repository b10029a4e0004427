"""From plain rows to the typed frames of a return set.

Files are gathered one after another and typed in large pieces. A date, year or time whose text has
no meaning becomes null, and its text goes to the table of unreadable values with its line.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

import polars as pl

from keystage.formats.ctf.assessments import NO_YEAR, YEAR
from keystage.formats.ctf.batch import PARTS, Batch, Header, Odd, Slots
from keystage.formats.ctf.combining import conform
from keystage.formats.ctf.given import FileFault
from keystage.formats.ctf.layouts import LAYOUT
from keystage.formats.ctf.pieces import Piece, typed
from keystage.records.returns import (
    FAULTS,
    FILES,
    HEADER_LINES,
    LINES,
    PUPILS,
    RESULTS,
    SLOTS,
    UNREADABLE,
    ReturnSet,
)

_PIECE = 131_072
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
NO_TIME = "it is not a date and time such as 2026-06-15T10:30:00"
_ELEMENTS = {field: path[-1] for path, field in LAYOUT.header_fields.items()}


class Gathering:
    """The files read so far, and their rows."""

    def __init__(self) -> None:
        """Begin without files."""
        self.slots = Slots()
        self._files: list[dict[str, object]] = []
        self._faults: list[tuple[object, ...]] = []
        self._header_lines: list[tuple[int, str, int]] = []
        self._unreadable: list[tuple[object, ...]] = []
        self._pieces: list[Piece] = []
        self._next_pupil = 0
        self._begin_piece()

    def _begin_piece(self) -> None:
        self._batches: list[tuple[int, int, Batch]] = []
        self._waiting = 0

    def refuse(self, refused: FileFault) -> None:
        """Note a file of which nothing is kept."""
        self._fault(len(self._files), refused)
        self._files.append({"name": refused.name})

    def _fault(self, file: int, found: FileFault) -> None:
        self._faults.append((file, found.line, found.fault, found.reason))

    def add(
        self,
        facts: Mapping[str, object],
        header: Header,
        batches: Iterable[Batch],
        notes: Iterable[FileFault] = (),
    ) -> None:
        """Take the rows of a file; whole, or not at all.

        Args:
            facts: the name, form, size and digest of the file, columns of `FILES`.
            header: its header, filled when the batches have been taken.
            batches: its pupils.
            notes: what had to be repaired.

        Raises:
            CtfRefusedError: the file is refused while its batches are taken.
        """
        file, next_pupil = len(self._files), self._next_pupil
        if not isinstance(batches, list):
            self._flush()
        kept, waiting = len(self._pieces), len(self._batches)
        padded: list[int] = []
        odd: list[tuple[object, ...]] = []
        try:
            for batch in batches:
                padded += batch.padded
                odd += _odd_rows(file, next_pupil, batch.odd)
                self._take(file, next_pupil, batch)
        except BaseException:
            del self._pieces[kept:], self._batches[waiting:]
            self._next_pupil = next_pupil
            raise
        self._files.append({**facts, **self._typed_header(file, header)})
        self._unreadable += odd + _odd_rows(file, None, header.odd)
        self._header_lines += [(file, field, line) for field, line in header.lines.items()]
        for note in notes:
            self._fault(file, note)
        padded += header.padded
        if padded:
            self._fault(file, _repaired(str(facts["name"]), padded))

    def _take(self, file: int, first: int, batch: Batch) -> None:
        self._batches.append((file, first, batch))
        self._next_pupil += len(batch.lines)
        self._waiting += len(batch.lines) + len(batch.results)
        if self._waiting > _PIECE:
            self._flush()

    def _flush(self) -> None:
        if self._batches:
            self._pieces.append(typed(self._batches))
        self._begin_piece()

    def _typed_header(self, file: int, header: Header) -> dict[str, object]:
        values: dict[str, object] = dict(header.values)
        year = header.values.get("academic_year")
        made_at = header.values.get("made_at")
        if year is not None:
            values["academic_year"] = int(year) if YEAR.fullmatch(year) else None
        if made_at is not None:
            values["made_at"] = _time(made_at)
        for field, reason in (("academic_year", NO_YEAR), ("made_at", NO_TIME)):
            if field in values and values[field] is None:
                text = header.values[field]
                row = (file, None, header.lines[field], _ELEMENTS[field], text, reason)
                self._unreadable.append(row)
        return values

    def finish(self) -> ReturnSet:
        """Everything gathered; the slots have no measure and kind yet."""
        self._flush()
        pieces = self._pieces
        slots, results = _used(self._slots(), _stack([p.results for p in pieces], RESULTS))
        unreadable = pl.DataFrame(self._unreadable, schema=dict(UNREADABLE), orient="row")
        return ReturnSet(
            files=pl.DataFrame(self._files, schema=dict(FILES)).with_columns(
                file=pl.int_range(pl.len(), dtype=pl.UInt32)
            ),
            pupils=_stack([p.pupils for p in pieces], PUPILS),
            results=results,
            slots=slots,
            unreadable=pl.concat([unreadable, *(p.unreadable for p in pieces)]).sort(
                "file", "line", maintain_order=True
            ),
            faults=pl.DataFrame(self._faults, schema=dict(FAULTS), orient="row"),
            lines=_stack([p.lines for p in pieces], LINES),
            header_lines=pl.DataFrame(self._header_lines, schema=dict(HEADER_LINES), orient="row"),
        )

    def _slots(self) -> pl.DataFrame:
        texts = pl.DataFrame(
            list(self.slots.keys), schema=dict.fromkeys(PARTS, pl.String), orient="row"
        )
        year = pl.when(pl.col("year").str.contains(rf"^{YEAR.pattern}$")).then("year")
        return texts.with_columns(year.cast(pl.Int16), slot=pl.int_range(pl.len()))


def _odd_rows(file: int, start: int | None, odd: Iterable[Odd]) -> list[tuple[object, ...]]:
    return [
        (
            file,
            None if start is None or item.pupil is None else start + item.pupil,
            item.line,
            item.field,
            item.text,
            item.reason,
        )
        for item in odd
    ]


def _repaired(name: str, lines: list[int]) -> FileFault:
    first = min(lines)
    what = "one value" if len(lines) == 1 else f"{len(lines):,} values"
    return FileFault(name, "repaired", f"Blanks around {what} were left out.", first)


def _time(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _used(slots: pl.DataFrame, results: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The slots that results speak of, numbered anew, and the results with those numbers."""
    known = slots.join(results.select("slot").unique(), on="slot", how="semi").sort("slot")
    known = known.with_row_index("new")
    results = results.join(
        known.select("slot", "new"), on="slot", how="left", maintain_order="left"
    ).with_columns(slot="new")
    missing = (pl.lit(None, dtype).alias(name) for name, dtype in SLOTS.items())
    slots = known.drop("slot").rename({"new": "slot"})
    slots = slots.with_columns(item for item in missing if item.meta.output_name() not in slots)
    return conform(slots, SLOTS), conform(results, RESULTS)


def _stack(frames: list[pl.DataFrame], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return conform(pl.concat(frames), schema) if frames else pl.DataFrame(schema=dict(schema))
