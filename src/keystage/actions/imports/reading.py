"""Reading an upload of each kind into what is kept of it. The file itself is not kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from keystage.actions.roll.facts import FIRST_STAGE, kept_unread, without_first_stage
from keystage.flows.registration import read_registrations
from keystage.flows.roll.files.reading import RollFile, read_roll
from keystage.flows.roll.files.results import read_judgements, read_results
from keystage.flows.roll.pupils import Incoming, Unread
from keystage.formats.ctf.profile import load_profile
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Import, Organisation

_FIRST_STAGE = "outcomes of key stage 1"


@dataclass(frozen=True, kw_only=True)
class Read:
    """What an upload says.

    Attributes:
        file: the pupils, and how the file was read.
        pupils: the pupils, with the facts that are kept.
        brings: what the file brings of each pupil besides, by the number of the row.
        unread: values besides those of the pupils that were not taken.
        left_out: sorts of facts that stand in the file and were not taken.
    """

    file: RollFile
    pupils: tuple[Incoming, ...]
    brings: Mapping[int, dict[str, Any]] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def told(self) -> dict[str, Any]:
        """How the file was read, as it is kept."""
        return {
            "form": self.file.form,
            "school": self.file.school,
            "unread": kept_unread((*self.file.unread, *self.unread)),
            "repairs": [{"line": one.line, "what": one.said} for one in self.file.repairs],
            "left_out": list(self.left_out),
            "not_read": list(self.file.not_read),
            "notes": list(self.file.notes),
        }


def read(kind: str, data: bytes, name: str, *, school: Organisation, year: int) -> Read:
    """Read an upload.

    Raises:
        RollRefusedError: it cannot be read, or holds nothing of the kind.
    """
    return _READERS[Import.Kind(kind)](data, name, school, year)


def _of(
    file: RollFile,
    brings: Mapping[int, dict[str, Any]] | None = None,
    unread: Iterable[Unread] = (),
) -> Read:
    """A file that brings something to pupils who are there: of them it only says who they are."""
    first = any(one.facts.value(name) for one in file.pupils for name in FIRST_STAGE)
    return Read(
        file=file,
        pupils=tuple(without_first_stage(one) for one in file.pupils),
        brings=brings or {},
        unread=tuple(unread),
        left_out=(*file.left_out, _FIRST_STAGE) if first else file.left_out,
    )


def _roll(data: bytes, name: str, school: Organisation, year: int) -> Read:
    del year
    file = read_roll(data, name, load_profile(), school=school.number)
    return Read(file=file, pupils=file.pupils, left_out=file.left_out)


def _registration(data: bytes, name: str, school: Organisation, year: int) -> Read:
    del school
    found = read_registrations(data, name, load_collection(year))
    brings = {
        one.row: {"tests": dict(one.tests), "on_register": one.on_register} for one in found.listed
    }
    return _of(found.file, brings, found.unread)


def _judgements(data: bytes, name: str, school: Organisation, year: int) -> Read:
    del school
    found = read_judgements(data, name, load_collection(year), load_profile())
    brings: dict[int, dict[str, Any]] = {}
    unread = []
    for one in found.judgements:
        if one.code is None:
            unread.append(
                Unread(
                    row=one.row,
                    line=one.line,
                    field=one.subject.label,
                    text=one.text,
                    reason=one.reason,
                )
            )
        else:
            brings.setdefault(one.row, {})[str(one.subject)] = one.code
    return _of(found.file, brings, unread)


def _results(data: bytes, name: str, school: Organisation, year: int) -> Read:
    del school
    found = read_results(data, name, load_collection(year), load_profile())
    brings: dict[int, dict[str, Any]] = {}
    for one in found.results:
        brings.setdefault(one.row, {})[str(one.subject)] = {
            "raw_mark": one.mark,
            "scaled_score": one.score,
            "outcome": one.outcome or "",
        }
    return _of(found.file, brings, found.unread)


_READERS: Mapping[Import.Kind, Callable[[bytes, str, Organisation, int], Read]] = {
    Import.Kind.ROLL: _roll,
    Import.Kind.REGISTRATION: _registration,
    Import.Kind.JUDGEMENTS: _judgements,
    Import.Kind.RESULTS: _results,
}
