"""Putting statute files together: what years and collections have in common."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args, get_type_hints

from keystage.core.errors import StatuteError
from keystage.statute.conversion import convert
from keystage.statute.fault import Fault
from keystage.statute.reading import Document
from keystage.statute.table import Absent, Record, Source, Table

NOT_TABLES = frozenset({"year", "sources", "absent"})


@cache
def tables_of(whole: type[Record]) -> dict[str, tuple[type[Any], bool]]:
    """The type of each statutory table of a year or collection, and whether it may be absent."""
    hints = get_type_hints(whole)
    return {
        name: (get_args(hint)[0] if get_args(hint) else hint, bool(get_args(hint)))
        for name, hint in hints.items()
        if name not in NOT_TABLES
    }


def raw_table(document: Document, name: str) -> dict[str, Any]:
    """A table as the file has it.

    Raises:
        StatuteError: there is none of that name.
    """
    found = document.tables.get(name)
    if not isinstance(found, dict):
        raise StatuteError(
            f"There is no table [{name}]." if found is None else f"{name} is not a table.",
            where=document.place(name) if found is not None else document.name,
            todo=f"Write [{name}] on a line of its own, and its keys below.",
        )
    return found


def refuse_other_year(document: Document, found: int, year: int) -> None:
    """Refuse a file that says it is for another year.

    Args:
        document: the file.
        found: the year it says.
        year: the year asked for.

    Raises:
        StatuteError: they differ.
    """
    if found != year:
        raise StatuteError(
            f"The file is for {found}, not for {year}.",
            where=document.place("year", "id"),
            todo="Use the file of the year asked for.",
        )


def read_sources(document: Document, known: Mapping[str, Source]) -> dict[str, Source]:
    """The sources of a file.

    Args:
        document: the file.
        known: sources of the files before it, whose keys may only be given the same meaning.

    Raises:
        StatuteError: a source is incomplete, or its key stands for another.
    """
    if "sources" not in document.tables:
        return {}
    found = {
        key: convert(value, Source, document, "sources", key)
        for key, value in raw_table(document, "sources").items()
    }
    for key, source in found.items():
        if key in known and known[key] != source:
            raise StatuteError(
                f"The source {key} already stands for “{known[key].title}”.",
                where=document.place("sources", key),
                todo="Give your source another key.",
            )
    return found


def check_names(document: Document, known: Iterable[str]) -> None:
    """See that a file has no other tables than the known ones.

    Raises:
        StatuteError: a table has another name.
    """
    known = list(known)
    for name in document.tables.keys() - {"year", "sources"}:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise StatuteError(
                f"There is no statutory table [{name}].",
                where=document.place(name),
                todo=f"Did you mean [{near[0]}]?" if near else f"Choose one of {', '.join(known)}.",
            )


def read_tables(
    origin: Mapping[str, Document], head: Document, whole: type[Record]
) -> tuple[dict[str, Any], dict[str, Absent]]:
    """The tables of a year or collection, and the absent ones with their reasons.

    Args:
        origin: the file of each table.
        head: the file a missing table should be in.
        whole: the record the tables are for.

    Raises:
        StatuteError: a table is missing, does not fit, or may not be absent.
    """
    tables: dict[str, Any] = {}
    absent: dict[str, Absent] = {}
    for name, (kind, optional) in tables_of(whole).items():
        if name not in origin:
            raise StatuteError(
                f"The table [{name}] is neither given nor absent.",
                where=head.name,
                todo=f'Add it, or write [{name}] with absent = "why nobody has published it".',
            )
        document = origin[name]
        raw = raw_table(document, name)
        if "absent" not in raw:
            tables[name] = convert(raw, kind, document, name)
            continue
        absent[name] = convert(raw, Absent, document, name)
        if not optional or not absent[name].absent.strip():
            raise StatuteError(
                f"The table [{name}] may not be absent."
                if not optional
                else f"The table [{name}] is absent without a reason.",
                where=document.place(name, "absent"),
                todo="Give its values." if not optional else 'Write absent = "why".',
            )
    return tables, absent


def tables_in(whole: Record) -> Iterator[tuple[str, Table]]:
    """The tables a year or collection has, by name."""
    for name in whole.__struct_fields__:
        table = getattr(whole, name)
        if isinstance(table, Table):
            yield name, table


def unnamed_sources(whole: Record, sources: Mapping[str, Source]) -> Iterator[Fault]:
    """Tables whose source is not among the sources."""
    for name, table in tables_in(whole):
        if table.source not in sources:
            yield Fault(
                f"The source {table.source} is not among the file's sources.",
                (name, "source"),
                f"Add [sources.{table.source}] with title and read_on.",
            )


def refuse_first(faults: Iterable[Fault], origin: Mapping[str, Document]) -> None:
    """Refuse the file of the first fault, if there is any.

    Raises:
        StatuteError: what is wrong, where, and what to do.
    """
    for fault in faults:
        document = origin[str(fault.path[0])]
        raise StatuteError(fault.what, where=document.place(*fault.path), todo=fault.todo)
