"""The checking exercise of an invented authority: an open window, and requests at every step.

The agency sets the days of the window itself, as it would for a year whose days nobody published:
one person proposes the version of the rules, another approves it. Its source says that it is made
up. Everything after that is done by the people whose work it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from django.db import transaction
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking import approving, deciding, drafting, rules, sending
from keystage.actions.checking.pupils import INCLUSION, kept
from keystage.actions.checking.windows import Window, why_none, windows
from keystage.actions.errors import RefusedError
from keystage.actions.inventing.released_figures import release_one
from keystage.actions.inventing.season import ADDRESS
from keystage.flows.checking.records import KEY
from keystage.flows.cohort.writing import PUPIL_FILE, SCHOOL_FILE
from keystage.store.models import (
    CheckingRequest,
    FiguresRelease,
    Organisation,
    Person,
    Result,
    SchoolReturn,
)

_OPEN_FOR = timedelta(days=14)
_WHY = "Invented: a window is open, so that the checking exercise can be tried."
_SOURCE = """[sources.invented]
title = "Made up, so that the checking exercise can be tried; nobody published these days"
where = "this service"
read_on = {today}

"""
_WINDOW = """[windows]
source = "invented"
confidence = "C"
late_results = "Results that come late are in the next figures."
last_chance = "Invented: there is no other chance after it."

[windows.windows.invented]
label = "Invented checking exercise"
opens = {today}
closes = {closes}
closes_at = 17:00:00
results_as_at = {today}
"""
#: What the school asks, each of another pupil: by reason, the kind and the answers.
_ASKED: Mapping[str, tuple[str, dict[str, str]]] = {
    "year_group": ("remove", {
        "year_change": "lower", "explanation": "Works in year 5, and takes the tests next year.",
    }),
    "missing": ("remove", {
        "whereabouts_known": "no", "located": "no",
        "explanation": "Not seen since the spring; letters come back.",
    }),
    "other": ("remove", {"told": "Was entered at our school and at another in the same week."}),
    "characteristic": ("amend", {
        "characteristic": "SENF", "right_sen": "K",
        "explanation": "The support began in the autumn and is not in the record.",
    }),
    "not_on_roll": ("remove", {
        "on_roll": "yes", "explanation": "On the roll of our nursery, and not of the school.",
    }),
    "moved": ("remove", {}),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What was set up.

    Attributes:
        year: the year of the results.
        school: the school that has asked for changes.
        window: the window that is open.
    """

    year: int
    school: Organisation
    window: Window


@transaction.atomic
def open_exercise(*, files: Path) -> Opened:
    """Open a window of the invented authority's season, with requests at every step.

    Args:
        files: the folder of the invented authority.

    Raises:
        RefusedError: there is no invented authority, its season has no rules of requests, or there
            is a window already.
    """
    result = Result.objects.select_related("cohort_pupil__sheet__school").order_by("pk").first()
    if result is None:
        raise RefusedError("There is no invented school with results.")
    school, year = result.cohort_pupil.sheet.school, result.cohort_pupil.sheet.year
    if why := rules.unknown(year):
        raise RefusedError(why)
    _open_window(year)
    release = windows(school, year)[0].release or _released(year, files)
    _ask_for_changes(release, school)
    return Opened(year=year, school=school, window=windows(school, year)[0])


def _open_window(year: int) -> None:
    found, today = rules.in_force(year), timezone.localdate()
    none = (
        f'[windows]\nabsent = "{found.checking.absent["windows"].absent}"\n'
        if why_none(year)
        else ""
    )
    if not none or none not in found.text:
        raise RefusedError(f"There is a window of {year} already.")
    proposes, approves = _pair("agency_operator")
    text = found.text.replace(none, _said(_SOURCE + _WINDOW, today))
    made = rules.propose(year=year, text=text, why=_WHY, by=proposes)
    approving.approve(rules=made, by=approves, against=found.number)


def _said(text: str, today: date) -> str:
    return text.format(today=today, closes=today + _OPEN_FOR)


def _released(year: int, files: Path) -> FiguresRelease:
    """The figures that are checked: of the schools whose judgements were received."""
    received = SchoolReturn.objects.filter(year=year, submissions__isnull=False)
    codes = [int(code) for code in received.values_list("school__code", flat=True).distinct()]
    pupils, schools = (
        pl.read_parquet(files / "cohort" / f"{name}.parquet").filter(pl.col("URN").is_in(codes))
        for name in (PUPIL_FILE, SCHOOL_FILE)
    )
    stage = FiguresRelease.Stage.UNAMENDED
    return release_one(year=year, stage=stage, pupils=pupils, schools=schools)


def _ask_for_changes(release: FiguresRelease, school: Organisation) -> None:
    """Agreed and refused by the rules, waiting for a person, for a second one, for an answer."""
    office, head = _person("office"), _person("headteacher")
    first, _ = _pair("agency_operator")
    drafts = dict(_drafts(release, school, office))
    at_desk = {}
    for reason in ("year_group", "missing", "other", "characteristic", "not_on_roll"):
        passed = sending.propose(request=drafts[reason], by=office, version=drafts[reason].version)
        at_desk[reason] = sending.send(request=passed, by=head, version=passed.version)
    judged, asked = at_desk["characteristic"], at_desk["not_on_roll"]
    why = "The census of the spring says the same."
    deciding.decide(request=judged, agreed=True, why=why, by=first, version=judged.version)
    question = "On which day did the pupil leave the nursery?"
    deciding.send_back(request=asked, question=question, by=first, version=asked.version)


def _drafts(
    release: FiguresRelease, school: Organisation, by: By
) -> Iterator[tuple[str, CheckingRequest]]:
    pupils = kept(release, school)
    if pupils is None:
        raise RefusedError(f"The figures have no pupil of {school}.")
    unsupported = (pl.col(INCLUSION) == "201") & (pl.col("SENF") == "N")
    counted = pupils.keyed.filter(unsupported)[KEY].to_list()
    for (reason, (kind, answers)), key in zip(_ASKED.items(), counted, strict=False):
        made = drafting.draft(
            release=release, school=school, kind=kind, reason=reason, pupil=key, by=by
        )
        for question, text in answers.items():
            drafting.answer(request=made, question=question, text=text, by=by, version=made.version)
            made.refresh_from_db()
        yield reason, made


def _pair(role: str) -> tuple[By, By]:
    found = list(Person.objects.filter(grants__role=role).distinct().order_by("pk"))
    if len(found) < len(("proposes", "approves")):
        raise RefusedError("There is no invented authority.", todo="Run invent_authority first.")
    return By(found[0], ADDRESS), By(found[1], ADDRESS)


def _person(role: str) -> By:
    return By(Person.objects.filter(grants__role=role).order_by("pk")[0], ADDRESS)
