"""A school's released results: summary, one test, one result, tables, versions, files."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.releases.downloading import Form, download
from keystage.actions.releases.figures import effects_of
from keystage.actions.releases.into_sheet import old_results
from keystage.actions.releases.letters import letters
from keystage.actions.releases.released import Released, released_to
from keystage.actions.releases.reviewing import deadline_of, rules_of
from keystage.core.errors import KeystageError
from keystage.core.subjects import TESTED, Subject
from keystage.flows.results_day.charging import free_within
from keystage.flows.results_day.effects import Effect
from keystage.flows.results_day.tables import Distance, outcome_of
from keystage.flows.scaled_score import scaled_score
from keystage.statute.collection_loader import load_collection
from keystage.statute.reviews import Charging, last_read, load_reviews
from keystage.store.models import ReleasedResult, Sheet
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.released.forms import CalculatorForm
from keystage.web.released.rows import (
    changes_of,
    codes_used,
    distance_of,
    meaning_of,
    name_of,
    pupil_rows,
    subject_rows,
    ways,
)
from keystage.web.released.seen import said_of

ON_RELEASE = frozenset({Condition.ON_RELEASE})
OWN_ACTS = frozenset({Condition.OWN_ACTS})
SEE_OTHER = 303
_LETTERS = "pdf"
_FORMS: dict[str, Form] = {"csv": "csv", "ctf": "ctf"}


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE)
def results(request: HttpRequest, here: Here) -> HttpResponse:
    """Every pupil's released results; before the minute, that they are not out yet."""
    released = released_to(here.organisation, here.season)
    rows = pupil_rows(released)
    context = {
        "released": released,
        "rows": rows,
        "tests": TESTED,
        "codes": codes_used(released),
        "changed": len({(one.result.upn, one.result.subject) for one in released.differences}),
        "download_ways": ways(
            lambda part, form: here.href("released:fetch", part=part, form=form), letters=True
        )
        if here.may(Permission.DOWNLOAD_RESULTS, Level.NAMED, ON_RELEASE)
        else [],
        "old": len(old_results(here.organisation, released)),
        "may_take": here.may(Permission.IMPORT_RESULTS, Level.NAMED),
        "may_review": here.may(Permission.SEE_REVIEWS, Level.NAMED),
        "may_read": here.may(Permission.READ_AUDIT, sees_to=OWN_ACTS),
        "may_share": here.may(Permission.SHARE_PACK, Level.SUPPRESSED),
        "back_href": here.href("results:summary"),
    }
    return render(request, "released/results.html", context)


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE)
def one_test(request: HttpRequest, here: Here, test: str) -> HttpResponse:
    """One test: papers, marks, and how far each pupil is from the standards."""
    subject = subject_of(test)
    released = released_to(here.organisation, here.season)
    context = {
        "released": released,
        "test": subject,
        "rows": subject_rows(released, subject),
        "pairs": released.conversion.of(subject) if released.conversion else (),
        "back_href": here.href("released:results"),
    }
    return render(request, "released/test.html", context)


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE)
def result(request: HttpRequest, here: Here, result: int) -> HttpResponse:
    """One result: what a mark more or less would change, for the pupil and for the school."""
    released = released_to(here.organisation, here.season)
    row = row_of(released, result)
    away, rules = distance_of(row, released), rules_of(here.season)
    charging = rules.charging if rules else None
    known = last_read(here.season)
    context = {
        "row": row,
        "name": name_of(row),
        "test": Subject(row.subject),
        "meaning": meaning_of(row.outcome, load_collection(here.season)),
        "away": away,
        "free": _free(charging, away),
        "charging": charging,
        "why_unknown": rules.absent["charging"].absent if rules and not charging else "",
        "last_read": known if known != here.season else None,
        "by_last": _free(load_reviews(known).charging, away) if known and not charging else None,
        "rules": rules,
        "scripts": said_of(row, here.organisation, here.season),
        "may_review": here.may(Permission.SEE_REVIEWS, Level.NAMED),
        "deadline": deadline_of(here.organisation, here.season),
        "effects": _effects(here, released, row, away),
        "may_propose": here.may(Permission.PROPOSE_REVIEW, Level.NAMED),
        "back_href": here.href("released:test", test=row.subject),
    }
    return render(request, "released/result.html", context)


def _free(charging: Charging | None, away: Distance | None) -> tuple[int, int] | None:
    """How many marks down and up make a review free; None where a rule or a mark is not known."""
    return free_within(charging, away.expected, away.higher) if charging and away else None


def _effects(
    here: Here, released: Released, row: ReleasedResult, away: Distance | None
) -> tuple[Effect, ...]:
    """What one mark more would do to the school's figures; nothing where they cannot be made."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    if sheet is None or away is None or away.one_more is None:
        return ()
    if not here.may(Permission.SEE_MEASURES, Level.AGGREGATE):
        return ()
    try:
        found = effects_of(
            sheet,
            released,
            upn=row.upn,
            subject=Subject(row.subject),
            score=away.one_more,
            outcome=outcome_of(away.one_more, load_collection(here.season)),
        )
    except KeystageError:
        return ()
    return tuple(one for one in found if one.pupils or one.before != one.after)


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE)
def tables(request: HttpRequest, here: Here) -> HttpResponse:
    """The tables of scaled scores that came with the results, and a calculator for any year."""
    released = released_to(here.organisation, here.season)
    form = CalculatorForm(request.GET if "mark" in request.GET else None)
    found = None
    if form.is_valid():
        asked_for = form.cleaned_data
        found = _calculated(asked_for["of_year"], asked_for["subject"], asked_for["mark"], released)
    context = {
        "released": released,
        "form": form,
        "found": found,
        "tables": [(test, released.conversion.of(test)) for test in TESTED]
        if released.conversion
        else [],
        "back_href": here.href("released:results"),
    }
    return render(request, "released/tables.html", context)


def _calculated(year: int, subject: Subject, mark: int, released: Released) -> str:
    """The scaled score of a mark in words: by the table that was released, or the year's own."""
    table = released.conversion if year == released.year else None
    pairs = dict(table.of(subject)) if table else {}
    if not pairs:
        try:
            return scaled_score(year, subject, mark).sentence
        except KeystageError as error:
            return str(error)
    if mark > max(pairs):
        return f"{mark} is not a mark in {subject.label}."
    score = pairs.get(mark)
    told = "too few for a scaled score" if score is None else f"a scaled score of {score}"
    return f"{mark} marks in {subject.label} in {year}: {told}."


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE)
def versions(request: HttpRequest, here: Here) -> HttpResponse:
    """What later releases changed, pupil by pupil."""
    released = released_to(here.organisation, here.season)
    context = {
        "released": released,
        "changes": changes_of(released.differences, released),
        "back_href": here.href("released:results"),
    }
    return render(request, "released/versions.html", context)


@page(Permission.DOWNLOAD_RESULTS, sees_to=ON_RELEASE)
def fetch(request: HttpRequest, here: Here, part: str, form: str) -> HttpResponse:
    """The results as a file; that it was taken away is written down."""
    del request
    released = released_to(here.organisation, here.season)
    if form == _LETTERS:
        made = letters(school=here.organisation, released=released, part=part, by=here.by)
        return attached(made.name, made.content)
    made = download(
        organisation=here.organisation,
        released=released,
        part=part,
        form=form_of(form),
        by=here.by,
    )
    return attached(made.name, made.content)


def form_of(text: str) -> Form:
    """The form of a file in an address.

    Raises:
        Http404: there is none.
    """
    if text not in _FORMS:
        raise Http404
    return _FORMS[text]


def subject_of(text: str) -> Subject:
    """The test in an address.

    Raises:
        Http404: there is none.
    """
    if text not in {str(test) for test in TESTED}:
        raise Http404
    return Subject(text)


def row_of(released: Released, result: int) -> ReleasedResult:
    """A result in force that somebody sees.

    Raises:
        Http404: they see none of that number.
    """
    found = next((row for row in released.results if row.pk == result), None)
    if found is None:
        raise Http404
    return found


def back_to(here: Here, route: str, **parts: object) -> HttpResponseRedirect:
    """To a page after a form."""
    return HttpResponseRedirect(here.href(route, **parts), status=SEE_OTHER)
