"""Verifying a release of figures: what is kept is what was made, and the engine makes it again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import keystage
from keystage.actions.figures.computing import Beside, computed
from keystage.actions.figures.pupils_seen import as_kept
from keystage.actions.figures.rules import digest, rules_of
from keystage.actions.figures.sums import outputs_of
from keystage.core.errors import InputError
from keystage.flows.figures.contents import encode
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
    """

    contents: int
    schools: int
    faults: tuple[str, ...]
    told: tuple[str, ...] = ()

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
    if not faults and not gone:
        faults += _differing(release, kept, step)
    return Verified(
        contents=len(kept),
        schools=release.pupils.count(),
        faults=tuple(faults),
        told=(*_other_engine(release), *_deleted(gone)),
    )


def _other_engine(release: FiguresRelease) -> Iterator[str]:
    """Another version may compute otherwise, and need not."""
    if release.engine != keystage.__version__:
        yield (
            f"It was made by version {release.engine} of the engine, and this is version "
            f"{keystage.__version__}."
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
        was = left.pop((content.kind, content.code, content.level), None)
        if was != digest(encode(content)):
            yield f"{content.kind} {content.code} ({content.level}) is computed otherwise."
    for kind, code, level in left:
        yield f"{kind} {code} ({level}) is not computed again."
    yield from _tables_differing(release, snapshot)


def _tables_differing(release: FiguresRelease, snapshot: Snapshot) -> Iterator[str]:
    """Tables that the engine makes otherwise; asked for after the contents."""
    rows = release.tables.order_by().values_list("what", "kind", "code", "level", "sha256")
    kept: dict[tuple[str, ...], str] = {tuple(unit): sha256 for *unit, sha256 in rows}
    made: dict[tuple[str, ...], str] = {
        (one.what, one.kind, one.code, one.level): digest(one.content) for one in snapshot.tables
    }
    for unit in sorted(kept.keys() | made.keys()):
        what, kind, code, level = unit
        if kept.get(unit) != made.get(unit):
            yield f"The table of {what} of {kind} {code} ({level}) is computed otherwise."
