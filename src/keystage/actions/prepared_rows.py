"""Rows written as prepared tuples: by ``executemany`` on SQLite, by ``COPY`` on PostgreSQL.

Making an instance of a model for each row takes longer than the database does, and the return is
locked meanwhile. Identifiers, times and days are prepared once: see `keys`, `moment` and `day`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection, models

Row = tuple[Any, ...]
#: What no text is: it stands for nothing in what PostgreSQL is given.
_NOTHING = r"\N"


def key(value: UUID) -> Any:
    """An identifier as the database has it."""
    return keys((value,))[0]


def keys(values: Iterable[UUID]) -> list[Any]:
    """Identifiers as the database has them."""
    if connection.features.has_native_uuid_field:
        return list(values)
    return [value.hex for value in values]


def moment(value: datetime) -> Any:
    """A time as the database has it."""
    return connection.ops.adapt_datetimefield_value(value)


def day(value: date | None) -> Any:
    """A day as the database has it."""
    return connection.ops.adapt_datefield_value(value)


def add(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Write new rows.

    Args:
        model: whose table.
        names: the fields, in the order of the values; an identifier the database gives is left out.
        rows: prepared values.
    """
    if not rows:
        return
    table, columns = _table(model), ", ".join(_columns(model, names))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        cursor.executemany(_insert(table, columns, len(names)), rows)


def add_frame(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Write new rows as they stand in a frame, without a look at each of them.

    Args:
        model: whose table.
        frame: a column for each field, under its name: numbers, texts, and whether or not.
            Identifiers and days stand in it as texts.
    """
    if frame.is_empty():
        return
    table, columns = _table(model), ", ".join(_columns(model, frame.columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Texts are quoted and nothing else is, so that no text is taken for nothing.
            text = frame.write_csv(
                include_header=False, null_value=_NOTHING, quote_style="non_numeric"
            )
            words = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '{_NOTHING}')"
            with cursor.copy(words) as copy:
                copy.write(text)
            return
        cursor.executemany(_insert(table, columns, frame.width), frame.rows())


def _insert(table: str, columns: str, width: int) -> str:
    places = ", ".join(["%s"] * width)
    return f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608  # names of our own


def refresh(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Change rows; the last value of each is its identifier."""
    given = list(rows)
    if not given:
        return
    changes = ", ".join(f"{column} = %s" for column in _columns(model, names))
    (where,) = _columns(model, ("pk",))
    words = f"UPDATE {_table(model)} SET {changes} WHERE {where} = %s"  # noqa: S608  # names of our own
    with connection.cursor() as cursor:
        cursor.executemany(words, given)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  # Django's own way


def _columns(model: type[models.Model], names: Sequence[str]) -> list[str]:
    known: Any = model._meta  # noqa: SLF001  # the same
    fields = [known.pk if name == "pk" else known.get_field(name) for name in names]
    return [connection.ops.quote_name(one.column) for one in fields]
