"""Verifying a release of figures: what is kept is what was made, and the engine makes it again.

What is kept must be the very bytes that were hashed. What is made again must say the same: another
version of the compressor may pack it otherwise. What another engine makes otherwise is told, and is
no fault: it may withhold more, or compute what this one had wrong.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from keystage.actions.figures.computing import Beside, computed
from keystage.actions.figures.pupils_seen import as_kept
from keystage.actions.figures.rules import digest, rules_of
from keystage.actions.figures.sums import outputs_of
from keystage.core.errors import InputError
from keystage.flows.figures.contents import encode
from keystage.flows.figures.engine import engine
from keystage.flows.figures.school_pupils import rebuilt
from keystage.flows.figures.snapshot import Snapshot
from keystage.store.models import FiguresRelease

_State = FiguresRelease.State
#: Releases that hold something.
VERIFIED = (_State.COMPUTED, _State.APPROVED, _State.WITHDRAWN)
_AT_ONCE = 500
_Unit = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was found.

    Attributes:
        contents: how many contents were compared.
        schools: how many schools' pupils were.
        faults: what is not as it was kept, or is not made again, in sentences.
        told: what a reader should know that is no fault, such as another version of the engine.
        otherwise: how many contents and tables another version of the engine computes otherwise.
    """

    contents: int
    schools: int
    faults: tuple[str, ...]
    told: tuple[str, ...] = ()
    otherwise: int = 0

    @property
    def whole(self) -> bool:
        """Whether everything is as it was made, and is made again."""
        return not self.faults


def verify(release: FiguresRelease, step: Callable[[str], None] = lambda _: None) -> Verified:
    """Look at every row of a release, and compute it again from its own pupils and rules.

    Args:
        release: one that was computed.
        step: told what is being done.
    """
    step("Looking at what is kept.")
    kept = {(kind, code, level): sha256 for kind, code, level, sha256 in _contents(release)}
    faults = [*_damaged(release), *_sums(release)]
    gone = Beside.kept(release).gone()
    other = release.engine != engine()
    differing = () if faults or gone else tuple(_differing(release, kept, step))
    told = tuple(_other_engine(release, differing)) if other else ()
    return Verified(
        contents=len(kept),
        schools=release.pupils.count(),
        faults=(*faults, *(() if other else differing)),
        told=(*told, *_deleted(gone)),
        otherwise=len(differing) if other else 0,
    )


def _other_engine(release: FiguresRelease, differing: Sequence[str]) -> Iterator[str]:
    """Another version may compute otherwise, and need not."""
    yield (
        f"It was made by version {release.engine} of the engine, and this is version {engine()}."
    )
    if differing:
        yield (
            f"What is kept is as it was hashed. This version computes otherwise, in "
            f"{len(differing):,} of the contents and tables: only the version that made them "
            "shows whether they are made again."
        )


def _deleted(gone: int) -> Iterator[str]:
    """What it was made beside is not to be had, so it cannot be made again."""
    if gone:
        yield (
            f"It was not computed again: {gone} of the releases that it was made beside were "
            "deleted for good."
        )


def _contents(release: FiguresRelease) -> Iterable[tuple[str, str, str, str]]:
    return release.contents.order_by().values_list("kind", "code", "level", "sha256")


def _damaged(release: FiguresRelease) -> Iterator[str]:
    """Rows whose bytes are not those that were hashed."""
    for one in release.contents.order_by("pk").iterator(chunk_size=_AT_ONCE):
        if digest(bytes(one.content)) != one.sha256:
            yield f"The content of {one.kind} {one.code} ({one.level}) is not what was kept."
    for table in release.tables.order_by("pk").iterator(chunk_size=_AT_ONCE):
        if digest(bytes(table.content)) != table.sha256:
            yield f"The table of {table} ({table.level}) is not what was kept."
    for row in release.pupils.order_by("pk").iterator(chunk_size=_AT_ONCE):
        if digest(bytes(row.content)) != row.sha256:
            yield f"The pupils of school {row.code} are not those that were kept."


def _sums(release: FiguresRelease) -> Iterator[str]:
    """What the release says it holds, and does not."""
    found = outputs_of(release)
    for name, what in (
        ("contents_sha256", "The contents"),
        ("pupils_sha256", "The pupils"),
        ("tables_sha256", "The tables of schools and checks"),
        ("rules_sha256", "The tables of the year"),
    ):
        if release.outputs.get(name) != found[name]:
            yield f"{what} are not those that the release was made with."


def _differing(
    release: FiguresRelease, kept: dict[_Unit, str], step: Callable[[str], None]
) -> Iterator[str]:
    """What the engine makes otherwise of the same pupils and rules."""
    try:
        records = rebuilt(as_kept(row) for row in release.pupils.order_by("pk").iterator())
    except InputError as error:
        yield str(error)
        return
    snapshot = computed(
        release,
        records,
        rules_of(release),
        beside=Beside.kept(release),
        derived=False,
        step=step,
    )
    left = dict(kept)
    for content in snapshot.contents:
        unit = (content.kind, content.code, content.level)
        made, was = encode(content), left.pop(unit, None)
        if was != digest(made) and not (was and _says(made, _kept_content(release, unit))):
            yield f"{content.kind} {content.code} ({content.level}) is computed otherwise."
    for kind, code, level in left:
        yield f"{kind} {code} ({level}) is not computed again."
    yield from _tables_differing(release, snapshot)


def _tables_differing(release: FiguresRelease, snapshot: Snapshot) -> Iterator[str]:
    """Tables that the engine makes otherwise; asked for after the contents."""
    rows = release.tables.order_by().values_list("what", "kind", "code", "level", "sha256")
    kept: dict[tuple[str, ...], str] = {tuple(unit): sha256 for *unit, sha256 in rows}
    otherwise: set[tuple[str, ...]] = set()
    left = set(kept)
    for one in snapshot.tables:
        unit = (one.what, one.kind, one.code, one.level)
        left.discard(unit)
        was = kept.get(unit)
        if was != digest(one.content) and not (
            was and _says(one.content, _kept_table(release, unit))
        ):
            otherwise.add(unit)
    for what, kind, code, level in sorted(otherwise | left):
        yield f"The table of {what} of {kind} {code} ({level}) is computed otherwise."


def _says(made: bytes, kept: bytes) -> bool:
    """Whether two say the same, however they are compressed."""
    return zlib.decompress(made) == zlib.decompress(kept)


def _kept_content(release: FiguresRelease, unit: _Unit) -> bytes:
    kind, code, level = unit
    return bytes(release.contents.get(kind=kind, code=code, level=level).content)


def _kept_table(release: FiguresRelease, unit: tuple[str, ...]) -> bytes:
    what, kind, code, level = unit
    return bytes(release.tables.get(what=what, kind=kind, code=code, level=level).content)
