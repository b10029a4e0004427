"""The return and the files of an address, and who may see names in them."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.access.roles import load_roles
from keystage.actions.sending.exporting import RETURN
from keystage.statute.collection_loader import available_collections
from keystage.store.models import Person, ReturnFile, SchoolReturn, Sheet, Submission
from keystage.store.rights import live_grants
from keystage.web.doors import KEPT_BELOW, Here

State = Submission.State
_NOBODY_BEGAN = 0


def return_here(here: Here) -> SchoolReturn:
    """The return of the school and season of an address, to be looked at.

    Of a return that nobody began nothing is kept, so that looking at it writes nothing: it is given
    under a key that no row has.

    Raises:
        Http404: nothing is collected in that year.
    """
    if here.season not in available_collections():
        raise Http404
    place = {"school": here.organisation, "year": here.season}
    found = SchoolReturn.objects.filter(**place).select_related("school__authority").first()
    return found or SchoolReturn(pk=_NOBODY_BEGAN, **place)


def submission_here(here: Here, key: UUID) -> Submission:
    """A file that was given for the school and season of an address, without its content.

    Raises:
        Http404: there is none.
    """
    rows = Submission.objects.select_related(
        "school_return__school", "uploaded_by", "submitted_by", "client", "batch", "receipt"
    ).defer("content")
    return get_object_or_404(
        rows,
        pk=key,
        school_return__school=here.organisation,
        school_return__year=here.season,
    )


def may_see_names(here: Here) -> bool:
    """Whether the person may see the pupils of files and what files are called."""
    return here.may(Permission.PREPARE_SUBMISSION, Level.NAMED)


def may_submit(here: Here) -> bool:
    """Whether the person may submit, take a pupil out, and put one back."""
    return here.may(Permission.SUBMIT, Level.NAMED)


def who_submit(here: Here, *, but: Person | None = None) -> list[str]:
    """The people of the school who may submit its return, by name."""
    roles = [role.key for role in load_roles().allowing(Permission.SUBMIT)]
    today, met = timezone.localdate(), KEPT_BELOW
    people = Person.objects.filter(
        grants__organisation=here.organisation, grants__role__in=roles, is_active=True
    ).distinct()
    found = []
    for one in people:
        grants = live_grants(one, today)
        decision = decide(grants, Permission.SUBMIT, here.place, season=here.season, on=today)
        if one != but and decision.classes_at(Level.NAMED, met) is None:
            found.append(str(one))
    return sorted(found)


def made_file(here: Here) -> ReturnFile | None:
    """The newest file made from the mark sheet, where it holds what the sheet does."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    if sheet is None:
        return None
    return ReturnFile.objects.filter(
        sheet=sheet,
        profile=RETURN,
        superseded_at__isnull=True,
        content_version=sheet.content_version,
    ).first()


def is_newest_taken(submission: Submission) -> bool:
    """Whether no later file was taken after this one."""
    later = submission.school_return.submissions.filter(
        state=State.TAKEN, return_version__gt=submission.return_version or 0
    )
    return not later.exists()
