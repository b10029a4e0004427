"""Reviews of marking: listed, proposed, approved by another person, sent, answered."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.releases import reviewing
from keystage.actions.releases.released import released_to
from keystage.core.subjects import Subject
from keystage.statute.reviews import last_read
from keystage.store.models import MarkingReview
from keystage.web.doors import Here, page
from keystage.web.released.forms import AnswerForm, LateForm, ReviewForm
from keystage.web.released.rows import name_of
from keystage.web.released.views import back_to, row_of


@page(Permission.SEE_REVIEWS)
def reviews(request: HttpRequest, here: Here) -> HttpResponse:
    """The reviews of the season, the last day and the rule of charging."""
    rules = reviewing.rules_of(here.season)
    names = {row.upn: name_of(row) for row in released_to(here.organisation, here.season).results}
    found = MarkingReview.objects.filter(school=here.organisation, year=here.season).select_related(
        "proposed_by", "approved_by"
    )
    charging = rules.charging if rules else None
    known = last_read(here.season)
    context = {
        "reviews": [(one, names.get(one.upn, one.upn), Subject(one.subject)) for one in found],
        "deadline": reviewing.deadline_of(here.organisation, here.season),
        "rules": rules,
        "charging": charging,
        "last_read": known if known != here.season else None,
        "may_propose": here.may(Permission.PROPOSE_REVIEW, Level.NAMED),
        "may_approve": here.may(Permission.APPROVE_REVIEW, Level.NAMED),
        "late_form": LateForm(),
        "back_href": here.href("released:results"),
    }
    return render(request, "released/reviews.html", context)


@page(Permission.PROPOSE_REVIEW, methods=("GET", "POST"))
def propose(request: HttpRequest, here: Here, result: int) -> HttpResponse:
    """Propose a review of one result."""
    released = released_to(here.organisation, here.season)
    if released.newest is None:
        raise RefusedError("Results are not out yet.", todo="Wait for the day and the time.")
    row = row_of(released, result)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    deadline = reviewing.deadline_of(here.organisation, here.season)
    if form.is_valid():
        try:
            reviewing.propose(
                school=here.organisation,
                year=here.season,
                upn=row.upn,
                subject=row.subject,
                kind=MarkingReview.Kind(form.cleaned_data["kind"]),
                reason=form.cleaned_data["reason"],
                though_late=form.cleaned_data["though_late"],
                by=here.by,
            )
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The review is proposed. Another person approves it.")
            return back_to(here, "released:reviews")
    context = {
        "form": form,
        "name": name_of(row),
        "row": row,
        "test": Subject(row.subject),
        "deadline": deadline,
        "back_href": here.href("released:result", result=row.pk),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "released/propose.html", context, status=status)


def _review(here: Here, review: int) -> MarkingReview:
    return get_object_or_404(MarkingReview, pk=review, school=here.organisation, year=here.season)


@page(Permission.APPROVE_REVIEW, methods=("POST",))
def approve(request: HttpRequest, here: Here, review: int) -> HttpResponse:
    """Approve a review that somebody else proposed."""
    late = request.POST.get("though_late") == "on"
    reviewing.approve(review=_review(here, review), by=here.by, though_late=late)
    messages.success(request, "The review is approved. Send it where reviews are asked for.")
    return back_to(here, "released:reviews")


@page(Permission.APPROVE_REVIEW, methods=("POST",))
def send(request: HttpRequest, here: Here, review: int) -> HttpResponse:
    """Write down that a review was sent."""
    reviewing.send(review=_review(here, review), by=here.by)
    messages.success(request, "It is written down that the review was sent.")
    return back_to(here, "released:reviews")


@page(Permission.PROPOSE_REVIEW, methods=("POST",))
def withdraw(request: HttpRequest, here: Here, review: int) -> HttpResponse:
    """Take a review back that was not sent."""
    reviewing.withdraw(review=_review(here, review), by=here.by)
    messages.success(request, "The review is taken back.")
    return back_to(here, "released:reviews")


@page(Permission.APPROVE_REVIEW, methods=("GET", "POST"))
def answer(request: HttpRequest, here: Here, review: int) -> HttpResponse:
    """Write down what came of a review."""
    found = _review(here, review)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = reviewing.Answer(
            mark=form.cleaned_data["mark"], supplier_erred=form.cleaned_data["supplier_erred"]
        )
        try:
            reviewing.answer(review=found, given=given, by=here.by)
        except RefusedError as error:
            form.add_error("mark", str(error))
        else:
            messages.success(request, "The answer is written down.")
            return back_to(here, "released:reviews")
    context = {
        "form": form,
        "review": found,
        "test": Subject(found.subject),
        "back_href": here.href("released:reviews"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "released/answer.html", context, status=status)
