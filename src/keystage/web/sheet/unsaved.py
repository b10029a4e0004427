"""What could not be saved: both values of a conflict to choose from, and why a code was refused."""

from collections.abc import Collection as Some
from dataclasses import dataclass

from keystage.actions.sheets.cells import Conflict, Key, Refused, Saved
from keystage.actions.sheets.saving import kept_cells
from keystage.core.subjects import Subject
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Sheet
from keystage.web.sheet.grid import Option, name_of, options_of
from keystage.web.wording import as_moment

BLANK = "blank"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A conflict for the page: what is kept, and what the person wanted."""

    name: str
    label: str
    saw: str
    seen: int
    stored: Option
    wanted: Option
    by: str
    at: str


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A code that was refused: why, what to do, and the codes to choose from."""

    name: str
    label: str
    wanted: str
    what: str
    todo: str
    code: str
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """All that a person has still to decide."""

    choices: tuple[Choice, ...]
    corrections: tuple[Correction, ...]
    gone: tuple[Refused, ...]
    seen: dict[str, tuple[int, str]]

    @property
    def errors(self) -> list[dict[str, str]]:
        """What the error summary lists."""
        listed = [
            {"text": f"{one.label}: choose which judgement to keep", "href": f"#{one.name}"}
            for one in self.choices
        ]
        listed += [
            {"text": f"{one.label}: {one.what}", "href": f"#cell-{one.name}"}
            for one in self.corrections
        ]
        return listed + [{"text": one.what} for one in self.gone]


def unsettled_of(sheet: Sheet, saved: Saved) -> Unsettled:
    """What is left of a save, for the page that settles it."""
    keys = {one.pupil for one in saved.conflicts} | {one.pupil for one in saved.refused}
    members = {
        one.pk: one
        for one in sheet.cohort.filter(pk__in=keys, removed=False).select_related("pupil")
    }
    known = [one for one in saved.refused if one.check]
    kept = _kept(members, known)
    labels = {pk: one.pupil.full_name for pk, one in members.items()}
    seen = {name_of(one.key): (one.version, one.stored) for one in saved.conflicts}
    seen |= {name_of(one.key): kept.get(one.key, (0, "")) for one in known}
    return Unsettled(
        choices=tuple(_choice(sheet, one, labels[one.pupil]) for one in saved.conflicts),
        corrections=tuple(
            _correction(sheet, one, labels[one.pupil], kept.get(one.key, (0, ""))[1])
            for one in known
        ),
        gone=tuple(one for one in saved.refused if not one.check),
        seen=seen,
    )


def answer_of(saved: Saved) -> dict[str, object]:
    """What became of changes, as the script of the page is told."""
    return {
        "saved": [
            {"cell": name_of(one.key), "code": one.code, "version": one.version}
            for one in (*saved.saved, *saved.unchanged)
        ],
        "conflicts": [
            {
                "cell": name_of(one.key),
                "wanted": one.wanted,
                "stored": one.stored,
                "version": one.version,
                "words": f"{one.by} saved {one.stored or BLANK} on {as_moment(one.at)}",
            }
            for one in saved.conflicts
        ],
        "refused": [
            {"cell": name_of(one.key), "wanted": one.wanted, "what": one.what, "todo": one.todo}
            for one in saved.refused
        ],
    }


def _kept(members: Some[int], refused: list[Refused]) -> dict[Key, tuple[int, str]]:
    rows = kept_cells(members)
    return {
        one.key: (rows[one.key].version, rows[one.key].code) for one in refused if one.key in rows
    }


def _choice(sheet: Sheet, one: Conflict, pupil: str) -> Choice:
    texts = {option.value: option for option in _options(sheet, one.subject)}
    subject = Subject(one.subject).label.capitalize()
    return Choice(
        name=name_of(one.key),
        label=f"{subject}, {pupil}",
        saw=one.saw or BLANK,
        seen=one.seen,
        stored=texts.get(one.stored, Option(one.stored, one.stored)),
        wanted=texts.get(one.wanted, Option(one.wanted, one.wanted)),
        by=one.by,
        at=as_moment(one.at),
    )


def _correction(sheet: Sheet, one: Refused, pupil: str, code: str) -> Correction:
    return Correction(
        name=name_of(one.key),
        label=f"{Subject(one.subject).label.capitalize()}, {pupil}",
        wanted=one.wanted,
        what=one.what,
        todo=one.todo,
        code=code,
        options=_options(sheet, one.subject),
    )


def _options(sheet: Sheet, subject: str) -> tuple[Option, ...]:
    return options_of(load_collection(sheet.year), Subject(subject))
