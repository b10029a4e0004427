"""The checking exercise for tests: a window that is open, a release with the pupils of a school."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from cast_of_tests import YEAR
from django.utils import timezone
from figures_of_tests import Stage

from keystage.actions.by import By
from keystage.actions.checking import drafting, sending
from keystage.flows.figures.contents import Content, encode
from keystage.flows.figures.school_pupils import SchoolPupils
from keystage.flows.figures.snapshot import snapshot
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.statute.checking_loader import checking_document
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year
from keystage.store.models import (
    CheckingRequest,
    CheckingRules,
    FiguresContent,
    FiguresPupils,
    FiguresRelease,
    Organisation,
    Person,
    Pupil,
)

PDF = b"%PDF-1.4 /Type /Pages /Count 2 /Type /Page /Type /Page %%EOF"
#: A pupil who moved into a lower year group: the rules agree at once.
LOWER = ("remove", "year_group", {"year_change": "lower"})
#: One who was taken home after the tests began: the rules refuse at once.
HOME_LATE = ("remove", "home_education", {"left_on": "12/5/2026"})
#: One who was taken home before: a person looks.
HOME_EARLY = ("remove", "home_education", {"left_on": "1/5/2026"})
#: A pupil who is missing from the list, without a number.
ADDED = ("add", "added", {
    "first_name": "Ida", "last_name": "Newcome", "birth_date": "3/4/2015", "sex": "F",
    "admitted_on": "1/9/2025", "year_group": "6", "sen": "N",
})  # fmt: skip
#: The row of the pupil who is not counted, after the six who are.
NOT_COUNTED = 8
_ABSENT = 'absent = "the service has a window in September 2026; its days were not found"'


def text_with_window(
    opens: date | None = None, closes: date | None = None, *, stage: str = "unamended"
) -> str:
    """The rules of 2026 with a window; open for a week without more."""
    today = timezone.localdate()
    window = f"""source = "checking_code_2026"
confidence = "C"
late_results = "Results that come late are not in these figures."
last_chance = "Pupils cannot be amended after it."
[windows.windows.september]
label = "September checking exercise"
opens = {opens or today - timedelta(days=2)}
closes = {closes or today + timedelta(days=5)}
closes_at = 17:00:00
stage = "{stage}"
"""
    text = checking_document(YEAR).text
    assert _ABSENT in text
    return text.replace(_ABSENT, window)


def keep_rules(agency: Organisation, who: Person, text: str) -> CheckingRules:
    """Put a text into force, as if two people had."""
    now = timezone.now()
    last = CheckingRules.objects.filter(year=YEAR).order_by("-version").first()
    return CheckingRules.objects.create(
        organisation=agency,
        year=YEAR,
        version=last.version + 1 if last else 2,
        text=text,
        why="The days of the window.",
        made_at=now,
        made_by=who,
        approved_at=now,
        approved_by=who,
    )


@cache
def _made(urn: int, upns: tuple[str, ...]) -> tuple[tuple[Content, ...], SchoolPupils]:
    """What the engine makes of the pupils of a school, and of one without a number."""
    year = load_year(YEAR, "provisional")
    codes = code_lists(year)
    typical = {
        "URN": urn, "P_INCL": "201", "SEX": "F", "SENF": "N", "EALGRP": "2", "FSM6_P": "0",
        "NEWMOBILE": "0", "READOUTCOME": "AS", "MATOUTCOME": "AS", "GPSOUTCOME": "AS",
        "WRITTAOUTCOME": "EXS", "SCITAOUTCOME": "EXS",
    }  # fmt: skip
    scores = [dict.fromkeys(("READSCORE", "MATSCORE", "GPSSCORE"), 100 + at) for at in range(6)]
    rows = [{**typical, **scores[at], "UPN": upn} for at, upn in enumerate(upns)]
    rows += [{**typical, **scores[0], "P_INCL": "202", "EALGRP": "1"}]
    records = RecordSet(
        pupils=pupils_frame(rows, codes),
        schools=schools_frame([{"URN": urn, "LEA": 999, "RECTYPE": 1}], codes),
    )
    found = snapshot(
        records, year, stage="unamended", release="2026 unamended, version 1",
        made_at=timezone.now(),
    )  # fmt: skip
    contents = tuple(one for one in found.contents if one.code == str(urn))
    return contents, next(iter(found.pupils))


def release_of(
    agency: Organisation, who: Person, pupils: list[Pupil], **given: Any
) -> FiguresRelease:
    """A release of the agency that is out, with the pupils of a school."""
    now = timezone.now()
    code = pupils[0].school.code
    contents, kept = _made(int(code), tuple(one.upn for one in pupils))
    fields: dict[str, Any] = {
        "organisation": agency,
        "year": YEAR,
        "stage": Stage.UNAMENDED,
        "version": 1 + FiguresRelease.objects.count(),
        "asked_at": now - timedelta(days=3),
        "asked_by": who,
    }
    release = FiguresRelease.objects.create(**(fields | given))
    FiguresPupils.objects.create(
        release=release, code=code, count=kept.count, content=kept.content, sha256=kept.sha256
    )
    for one in contents:
        encoded = encode(one)
        FiguresContent.objects.create(
            release=release,
            kind=one.kind,
            code=one.code,
            level=one.level,
            name=one.name,
            content=encoded,
            sha256=sha256(encoded).hexdigest(),
        )
    release.computed_at = now - timedelta(days=2)
    release.approved_at, release.approved_by = now - timedelta(days=1), who
    release.shown_at, release.state = now - timedelta(days=1), FiguresRelease.State.APPROVED
    release.save()
    return release


@dataclass(frozen=True)
class Exercise:
    """A school with a release to be checked, and its people: one enters, one sends."""

    release: FiguresRelease
    school: Organisation
    enters: By
    sends: By
    pupils: list[Pupil]

    def draft(self, asked: tuple[str, str, dict[str, str]] = LOWER, at: int = 0) -> CheckingRequest:
        """A draft about a pupil, with every question answered."""
        kind, reason, answers = asked
        made = drafting.draft(
            release=self.release,
            school=self.school,
            kind=kind,
            reason=reason,
            pupil="" if kind == "add" else self.pupils[at].upn,
            by=self.enters,
        )
        for question, text in answers.items():
            found = drafting.answer(
                request=made, question=question, text=text, by=self.enters, version=made.version
            )
            assert not found.fault
            made.refresh_from_db()
        return made

    def proposed(
        self, asked: tuple[str, str, dict[str, str]] = LOWER, at: int = 0
    ) -> CheckingRequest:
        """A request that waits to be sent."""
        made = self.draft(asked, at)
        return sending.propose(request=made, by=self.enters, version=made.version)

    def sent(self, asked: tuple[str, str, dict[str, str]] = LOWER, at: int = 0) -> CheckingRequest:
        """A request that was sent."""
        made = self.proposed(asked, at)
        return sending.send(request=made, by=self.sends, version=made.version)
