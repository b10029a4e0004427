"""The lists of pupils of a release as a page and a file show them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking.listing import Entry, Listed
from keystage.actions.checking.windows import may_be_changed
from keystage.store.models import FiguresRelease, Organisation
from keystage.web.checking.found import sees_drafts
from keystage.web.checking.records import COLUMNS, Record, results_of
from keystage.web.checking.states import COLOURS
from keystage.web.doors import Here
from keystage.web.figures.files import PURPOSE, WARNINGS
from keystage.web.spreadsheet import line

_NO_CODE = "No code"
_HEADS = ("Pupil", "UPN", "Inclusion code", "What it means", "Late result", "Request")


@dataclass(frozen=True, kw_only=True)
class PupilRow:
    """A pupil of a list.

    Attributes:
        entry: the pupil.
        record: what the release holds.
        state: the state of the live request, in words; empty without one.
        colour: how the state looks.
        href: where to go on; empty where nothing can be done.
        action: what is done there.
    """

    entry: Entry
    record: Record
    state: str
    colour: str
    href: str
    action: str

    @property
    def name(self) -> str:
        """What the pupil is called."""
        return self.entry.name

    @property
    def late(self) -> bool:
        """Whether a result came after the release was made."""
        return self.entry.late

    @property
    def code(self) -> str:
        """The inclusion code."""
        return self.entry.inclusion or _NO_CODE

    @property
    def meaning(self) -> str:
        """What the inclusion code means."""
        return self.entry.inclusion_words

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """The results of the pupil."""
        return results_of(self.record)

    def fits(self, words: Iterable[str]) -> bool:
        """Whether every word is part of the name, or is the UPN."""
        name, upn = self.entry.name.casefold(), self.entry.upn.casefold()
        return all(word.casefold() in name or word.casefold() == upn for word in words)


def rows_of(
    here: Here, release: FiguresRelease, entries: Iterable[Entry], records: Mapping[int, Record]
) -> list[PupilRow]:
    """The rows of a list.

    Args:
        here: where the person is.
        release: the release.
        entries: the pupils.
        records: what the release holds of them, by line.
    """
    may_ask, drafts = _may_ask(here, release), sees_drafts(here)
    rows = []
    for entry in entries:
        live = entry.live if entry.live and (drafts or entry.live.sent_at) else None
        href, action = here.href("checking:choose", release=release.pk, line=entry.line), "Look"
        if live:
            href, action = here.href("checking:one", asked=live.pk), "Open the request"
        elif may_ask and entry.key:
            action = "Ask for a change"
        rows.append(
            PupilRow(
                entry=entry,
                record=records.get(entry.line, {}),
                state=live.get_state_display() if live else "",
                colour=COLOURS[live.state] if live else "",
                href=href,
                action=action,
            )
        )
    return rows


def of_list(listed: Listed, which: str) -> tuple[Entry, ...]:
    """The pupils of one of the lists."""
    if which == "late":
        return tuple(one for one in (*listed.included, *listed.not_included) if one.late)
    return listed.included if which == "included" else listed.not_included


def add_href(here: Here, release: FiguresRelease) -> str:
    """Where to ask for a pupil to be added; empty where one cannot."""
    if not _may_ask(here, release):
        return ""
    return here.href("checking:add", release=release.pk)


def lines_of(
    rows: Iterable[PupilRow], release: FiguresRelease, school: Organisation
) -> Iterator[str]:
    """A list as lines for a spreadsheet; what must go with it wherever it goes stands below."""
    yield line((*_HEADS, *COLUMNS))
    for row in rows:
        entry = row.entry
        yield line(
            (
                entry.name,
                entry.upn,
                entry.inclusion,
                entry.inclusion_words,
                "Yes" if entry.late else "No",
                row.state or "None",
                *(_plain(row.record.get(name)) for name in COLUMNS),
            )
        )
    for told in (
        ("About: release", f"{release}, made by {release.organisation.name}"),
        ("About: scope", f"{school.name} ({school.code}), results of {release.year}"),
        ("About: level of data", "pupils by name"),
        ("About: purpose", PURPOSE),
        ("About: warning", WARNINGS["complete"]),
    ):
        yield line(told)


def _may_ask(here: Here, release: FiguresRelease) -> bool:
    may = here.may(Permission.PROPOSE_CHECKING_REQUEST, Level.NAMED)
    return may and may_be_changed(release)


def _plain(value: object) -> str:
    return "" if value is None else str(value)
