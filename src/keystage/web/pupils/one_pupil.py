"""The page of one pupil: who it is, where he or she stands, and where all of it comes from."""

from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.roll.cohort_history import as_text
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.roll.pupils import FIELDS
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, ExportedPupil, ImportRow, Pupil
from keystage.web.doors import KEPT_BELOW, Here, page
from keystage.web.pupils.history import changes_of, title_of
from keystage.web.wording import as_date


@page(Permission.SEE_PUPILS)
def pupil(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """One pupil: identity, registrations, judgements, results, history and files."""
    found = _pupil(here, pupil)
    member = (
        CohortPupil.objects.select_related("sheet")
        .filter(pupil=found, sheet__school=here.organisation, sheet__year=here.season)
        .first()
    )
    context = {
        "pupil": found,
        "member": member,
        "identity": _identity(found),
        "registrations": _registrations(member, here.season) if member else [],
        "judgements": _judgements(member, here.season) if member else [],
        "results": _results(member, here) if member else [],
        "changes": changes_of(found, member, here.season),
        "imports": _imports(found, here),
        "files": ExportedPupil.objects.filter(
            pupil=found, return_file__sheet__school=here.organisation
        )
        .select_related("return_file__made_by")
        .defer("return_file__content")
        .order_by("-return_file__made_at"),
        "may_manage": here.may(Permission.MANAGE_COHORT, Level.NAMED),
        "may_correct": here.may(Permission.EDIT_ROLL, Level.NAMED),
        "back_href": here.href("pupils:cohort"),
    }
    return render(request, "pupils/pupil.html", context)


def _pupil(here: Here, key: UUID) -> Pupil:
    """A pupil of the school, of the classes the person may see.

    Raises:
        Http404: there is none.
    """
    pupils = Pupil.objects.filter(pk=key, school=here.organisation)
    if here.classes is not None:
        pupils = pupils.filter(class_name__in=here.classes)
    found = pupils.first()
    if found is None:
        raise Http404
    return found


def _identity(found: Pupil) -> list[dict[str, str]]:
    rows = []
    for name, label in FIELDS.items():
        value = getattr(found, name, None)
        if not value and name not in {"upn", "birth_date", "sex", "year_group", "class_name"}:
            continue
        words = (
            as_date(value) if name in {"birth_date", "entered_on", "left_on"} and value else value
        )
        if name == "sex":
            words = found.get_sex_display()
        rows.append({"key": label[:1].upper() + label[1:], "value": words or "Not known"})
    return rows


def _registrations(member: CohortPupil, year: int) -> list[dict[str, str]]:
    codes = load_collection(year).registrations.codes
    rows = []
    for subject in TESTED:
        code = getattr(member, subject)
        words = f"{codes[code].label}: {codes[code].meaning}" if code in codes else "Not known"
        rows.append({"key": title_of(subject), "value": words})
    register = as_text(member.on_register).capitalize() or "Not known"
    return [*rows, {"key": "On the attendance register", "value": register}]


def _judgements(member: CohortPupil, year: int) -> list[dict[str, str]]:
    collection = load_collection(year)
    given = {one.subject: one.code for one in member.judgements.all() if one.code}
    rows = []
    for subject in ASSESSED:
        code = given.get(str(subject), "")
        known = collection.judgements.of(subject)
        meaning = f": {known[code].meaning}" if code in known else ""
        rows.append({"key": title_of(subject), "value": f"{code}{meaning}" if code else "None"})
    return rows


def _results(member: CohortPupil, here: Here) -> list[dict[str, str]] | None:
    """The results of the tests; None for a person who may not see them."""
    see = here.on(Permission.SEE_RESULTS)
    classes = see.classes_at(Level.NAMED, KEPT_BELOW | {Condition.ON_RELEASE})
    if classes is not None and member.pupil.class_name not in classes:
        return None
    codes = load_collection(here.season).test_codes.codes
    given = {one.subject: one for one in member.results.all()}
    rows = []
    for subject in TESTED:
        one = given.get(str(subject))
        said = []
        if one is not None and one.raw_mark is not None:
            said.append(f"{one.raw_mark} marks")
        if one is not None and one.scaled_score is not None:
            said.append(f"scaled score {one.scaled_score}")
        if one is not None and one.outcome:
            meaning = f" ({codes[one.outcome].meaning})" if one.outcome in codes else ""
            said.append(f"{one.outcome}{meaning}")
        rows.append({"key": title_of(subject), "value": ", ".join(said) or "None"})
    return rows


def _imports(found: Pupil, here: Here) -> list[ImportRow]:
    """The rows of files that brought something of the pupil."""
    rows = (
        ImportRow.objects.filter(
            Q(applied=True), pupil=found, import_file__school=here.organisation
        )
        .select_related("import_file__applied_by")
        .defer("import_file__content")
        .order_by("-import_file__applied_at")
    )
    return list(rows)
