"""What the service knows beyond a file: the day, the schools, what was taken, moderation, the list.

`Known.digest` stands for all of it that may change, so that a file is checked again before it is
submitted only if something did.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property, lru_cache

import polars as pl
from django.utils import timezone
from msgspec.structs import replace as with_changes

from keystage.actions.gateway.standing.numbers import sheet_of
from keystage.actions.gateway.standing.states import is_reopened
from keystage.actions.moderation.choosing import is_over
from keystage.actions.returns import circumstances_of, expected_of
from keystage.actions.season.dates import collection_in_force
from keystage.actions.settings import SENT_BY_AUTHORITY, THROUGH_AUTHORITY, value_of
from keystage.records.circumstances import (
    ACCEPTED,
    MODERATION,
    SCHOOLS_KNOWN,
    VALUES,
    Circumstances,
)
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.statute.collection_rules import Phase, TestWeek, Window
from keystage.store.models import (
    ModeratedPupil,
    Moderation,
    Organisation,
    SchoolReturn,
    Sheet,
    Submission,
)

_LA = 3
_Rows = list[tuple[object, ...]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """What is known of one school's return; lists are fetched when they are asked for.

    Attributes:
        school: whose return it is.
        day: on which it is looked at.
        clock: at which time in London.
        collection: the year, with the window that holds for the school.
        sheet: the mark sheet whose cohort is the list of expected pupils; None without a list.
        taken: the file that was taken last.
        moderation: the moderation of the school, if it may know of one.
        moderated: the judgements agreed there, columns `VALUES`.
        authorities: those that ask for returns through them.
    """

    school: Organisation
    day: date
    clock: time
    collection: Collection
    sheet: Sheet | None
    taken: Submission | None
    moderation: Moderation | None
    moderated: _Rows
    authorities: frozenset[str]

    @cached_property
    def digest(self) -> str:
        """What changes whenever anything does that the checks know beside a file."""
        held = self.moderation
        facts = (
            self.day,
            self.phase,
            str(self.collection.window),
            str(self.collection.test_week),
            _version(self.sheet),
            self.taken and self.taken.pk,
            held and (held.pk, held.visited_on, held.outcome),
            self.moderated,
            sorted(self.authorities),
        )
        return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()

    @property
    def phase(self) -> Phase | None:
        """Whether files are taken at this minute; None where the last day is not known."""
        window = self.collection.window
        return None if window is None else window.phase(self.day, self.clock)

    @cached_property
    def expected(self) -> pl.DataFrame | None:
        """The pupils expected; None where there is no list."""
        return None if self.sheet is None else expected_of(self.sheet)

    def of_sender(self, number: str | None) -> Circumstances:
        """The circumstances of a file that names a school: a sender may send for its own alone."""
        own, held = self.school.number, self.moderation
        numbers = [one for one in (number, own) if one]
        schools = [
            (one, True, one[:_LA], one == own)
            for one in Organisation.objects.filter(number__in=numbers).values_list(
                "number", flat=True
            )
        ]
        visit = [] if held is None else [(own, held.visited_on if is_over(held) else None)]
        return Circumstances(
            today=self.day,
            clock=self.clock,
            own_school=own,
            schools=_frame(schools, SCHOOLS_KNOWN),
            accepted=_frame(_accepted(self.school, self.taken), ACCEPTED),
            moderation=_frame(visit, MODERATION),
            moderated=_frame(self.moderated, VALUES),
            signed=None if self.sheet is None else circumstances_of(self.sheet).signed,
            through_authority=self.authorities,
        )


def today() -> date:
    """The day on which a file is looked at."""
    return timezone.localdate()


def clock() -> time:
    """The time in London at which a file is looked at."""
    return timezone.localtime().time()


def known_of(school_return: SchoolReturn, *, through_authority: bool = False) -> Known:
    """What is known of a return at this moment.

    Args:
        school_return: whose file is looked at.
        through_authority: whether the authority itself sends it for the school.
    """
    school, at, day = school_return.school, clock(), today()
    return Known(
        school=school,
        day=day,
        clock=at,
        collection=_collection(school_return, day),
        sheet=sheet_of(school_return),
        taken=last_taken(school_return),
        moderation=standing_moderation(school_return),
        moderated=_moderated(school_return),
        authorities=frozenset() if through_authority else _authorities(school),
    )


def last_taken(school_return: SchoolReturn) -> Submission | None:
    """The file that was taken last, without its content."""
    return (
        school_return.submissions.filter(state=Submission.State.TAKEN)
        .order_by("-return_version")
        .defer("content", "pupils", "findings")
        .first()
    )


def standing_moderation(school_return: SchoolReturn) -> Moderation | None:
    """The moderation of the school that stands and that the school may know of."""
    return Moderation.objects.filter(
        school=school_return.school_id,
        year=school_return.year,
        withdrawn_at__isnull=True,
        told_at__lte=timezone.now(),
    ).first()


def phase_of(school_return: SchoolReturn) -> Phase | None:
    """Whether files of a return are taken at this minute; None where the last day is not known."""
    at, day = clock(), today()
    window = _collection(school_return, day).window
    return None if window is None else window.phase(day, at)


def _collection(school_return: SchoolReturn, day: date) -> Collection:
    """The collection as it holds for the school; a return that was reopened has time."""
    found = collection_in_force(school_return.school, school_return.year)
    window = found.window
    if window is not None and is_reopened(school_return):
        window = with_changes(window, closes=max(window.closes, day), closes_at=None)
    return _with_dates(school_return.year, window, found.test_week)


@lru_cache(maxsize=64)
def _with_dates(year: int, window: Window | None, week: TestWeek | None) -> Collection:
    """A year with some dates: one object for all files, by which the checks keep their rules."""
    collection = load_collection(year)
    if (window, week) == (collection.window, collection.test_week):
        return collection
    return with_changes(collection, window=window, test_week=week)


def _authorities(school: Organisation) -> frozenset[str]:
    authority = school.authority
    if authority is None:
        return frozenset()
    asks = value_of(authority, THROUGH_AUTHORITY) == "yes"
    if not asks and value_of(school, SENT_BY_AUTHORITY) != "yes":
        return frozenset()
    return frozenset((authority.code,))


def _accepted(school: Organisation, taken: Submission | None) -> _Rows:
    if taken is None or taken.submitted_at is None:
        return []
    day, counts = timezone.localdate(taken.submitted_at), taken.counts
    return [
        (school.number, taken.serial, taken.sha256, day, counts["pupils"], counts["judgements"])
    ]


def _frame(rows: Sequence[tuple[object, ...]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema), orient="row")


def _moderated(school_return: SchoolReturn) -> _Rows:
    rows = ModeratedPupil.objects.exclude(after="").filter(
        moderation__school=school_return.school_id,
        moderation__year=school_return.year,
        moderation__withdrawn_at__isnull=True,
    )
    values = rows.order_by("pk").values_list("cohort_pupil__pupil__upn", "subject", "after")
    return [(school_return.school.number, *one) for one in values]


def _version(sheet: Sheet | None) -> tuple[object, ...] | None:
    if sheet is None:
        return None
    signed = sheet.sign_offs.order_by("-at").values_list("pk", flat=True).first()
    return sheet.pk, sheet.content_version, signed
