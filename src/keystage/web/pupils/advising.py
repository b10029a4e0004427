"""The page of questions that end in what to record for a pupil."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.core.errors import UsageError
from keystage.flows.roll.comparing.tree import Advice, Asked, load_tree, walk
from keystage.statute.collection_loader import load_collection
from keystage.web.doors import Here, page


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def advice(request: HttpRequest, here: Here) -> HttpResponse:
    """The next question after the answers of the address, or the code of each subject."""
    answers = [one for one in request.GET.getlist("answer") if one]
    try:
        found = walk(load_tree(), load_collection(here.season), answers)
    except UsageError:
        return redirect(here.href("pupils:advice"))
    unanswered = isinstance(found, Asked) and request.GET.get("asked") == str(len(answers))
    errors = [{"text": "Select an answer", "href": "#answer-1"}] if unanswered else []
    context = {
        "answers": answers,
        "given": _given(answers, here),
        "question": found if isinstance(found, Asked) else None,
        "advice": found if isinstance(found, Advice) else None,
        "errors": errors,
        "personal_data": False,
        "back_href": here.href("pupils:cohort"),
    }
    return render(request, "pupils/advice.html", context)


def _given(answers: list[str], here: Here) -> list[tuple[str, str]]:
    """The questions that were answered, with their answers, in words."""
    collection, tree = load_collection(here.season), load_tree()
    said = []
    for count, answer in enumerate(answers):
        before = walk(tree, collection, answers[:count])
        if isinstance(before, Asked):
            words = next(one.text for one in before.answers if one.id == answer)
            said.append((before.text, words))
    return said
