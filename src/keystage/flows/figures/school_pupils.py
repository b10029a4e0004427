"""The pupils of one school as a release keeps them: typed columns, compressed, with a hash.

Opening a figure, trying a change and comparing two releases start from here; nothing of the other
schools has to be read.
"""

import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Literal

import msgspec
import polars as pl

from keystage.core.errors import InputError
from keystage.records.recordset import UNREADABLE, RecordSet
from keystage.records.schema import LINE


class SchoolPupils(msgspec.Struct, frozen=True, kw_only=True):
    """The pupils of a school.

    Attributes:
        urn: the school.
        count: how many pupils it has in the file.
        sha256: of ``content``.
        content: the pupils, with every column of the pupil file, and the row of the school.
    """

    urn: int
    count: int
    sha256: str
    content: bytes


class _Kept(msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True):
    """What is kept of a school: frames in Arrow's stream format, compressed together.

    The frames of one school are small, so that most of their bytes name columns: compressed as one
    they take a seventh of what they take with compressed columns.
    """

    layout: Literal[1] = 1
    urn: int
    pupils: bytes
    school: bytes
    unreadable: bytes
    missing: tuple[str, ...]
    missing_schools: tuple[str, ...]


_DECODER = msgspec.msgpack.Decoder(_Kept)


def schools_of(records: RecordSet) -> Iterator[SchoolPupils]:
    """The pupils of every school of the school table, in order of their URN; some have none.

    Who stands at no school of the table is kept with none: such pupils do not count.
    """
    schools = records.schools.sort("URN")
    here = pl.col("URN").is_in(schools["URN"].implode())
    pupils = records.pupils.filter(here).sort("URN", maintain_order=True)
    counts = (
        schools.select("URN")
        .join(pupils.group_by("URN").len("count"), on="URN", how="left", maintain_order="left")[
            "count"
        ]
        .fill_null(0)
    )
    lost = records.unreadable.filter(pl.col("table") == "pupils")
    of_line = lost.join(pupils.select("line", "URN"), on="line", how="left")
    start = 0
    for place, (urn, count) in enumerate(zip(schools["URN"], counts, strict=True)):
        unread = of_line.filter(pl.col("URN") == urn).drop("URN") if lost.height else lost
        kept = _Kept(
            urn=urn,
            pupils=_bytes(pupils.slice(start, count)),
            school=_bytes(schools.slice(place, 1)),
            unreadable=_bytes(unread) if unread.height else b"",
            missing=records.missing,
            missing_schools=records.missing_schools,
        )
        content = zlib.compress(msgspec.msgpack.encode(kept))
        yield SchoolPupils(
            urn=urn, count=count, sha256=sha256(content).hexdigest(), content=content
        )
        start += count


def rebuilt(schools: Iterable[SchoolPupils]) -> RecordSet:
    """The records that schools were kept from: of one school, of several, or of all of a release.

    Pupils come in the order of their lines; which files they were read from is not known.

    Raises:
        InputError: a school's bytes are damaged, of another layout, or not those that were hashed;
            or there is no school.
    """
    kept = [_opened(one) for one in schools]
    if not kept:
        raise InputError(
            "There are no schools to put together.", todo="Name the schools of a release."
        )
    lost = [_frame(one.unreadable) for one in kept if one.unreadable]
    return RecordSet(
        pupils=pl.concat([_frame(one.pupils) for one in kept]).sort(LINE),
        schools=pl.concat([_frame(one.school) for one in kept]).sort("URN"),
        unreadable=pl.concat(lost) if lost else pl.DataFrame(schema=UNREADABLE),
        missing=kept[0].missing,
        missing_schools=kept[0].missing_schools,
    )


def pupils_of(one: SchoolPupils, columns: Sequence[str]) -> pl.DataFrame:
    """Some columns of the pupils of one school, and nothing else of it.

    Args:
        one: the school.
        columns: columns of the pupil file.

    Raises:
        InputError: its bytes are damaged, of another layout, or not those that were hashed.
    """
    return pl.read_ipc_stream(io.BytesIO(_opened(one).pupils), columns=list(columns))


def _opened(one: SchoolPupils) -> _Kept:
    if sha256(one.content).hexdigest() != one.sha256:
        raise _damaged(one.urn, "the hash is another")
    try:
        return _DECODER.decode(zlib.decompress(one.content))
    except (zlib.error, msgspec.DecodeError) as error:
        raise _damaged(one.urn, str(error)) from error


def _damaged(urn: int, why: str) -> InputError:
    return InputError(
        "The pupils of a release cannot be read.",
        where=f"school {urn}, {why}",
        todo="Compute the release again: what is kept of it is damaged or of another layout.",
    )


def _bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.rechunk().write_ipc_stream(buffer, compression="uncompressed")
    return buffer.getvalue()


def _frame(content: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(io.BytesIO(content))
