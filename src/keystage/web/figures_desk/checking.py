"""The review of a release: checks of quality, how scores are spread, the derived reference."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.actions.figures.reviews import review_of
from keystage.flows.figures.reviewed import ANSWERS, Answer
from keystage.web.doors import Here
from keystage.web.figures_desk.doors import desk_page, href, release_of
from keystage.web.figures_desk.histogram import histogram

#: The colours of the tags, by the answer.
COLOURS: Mapping[Answer, str] = {"fail": "red", "look": "orange", "none": "grey", "pass": "green"}


@desk_page(Permission.SEE_STATISTICS)
def checks(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """What the makers look at before they approve a release."""
    found = release_of(here, release)
    review = review_of(found, person=here.by.who)
    context = {
        "release": found,
        "review": review,
        "answers": ANSWERS,
        "colours": COLOURS,
        "open": [
            one
            for answer in ANSWERS
            if review and answer != "pass"
            for one in review.answered(answer)
        ],
        "passed": list(review.answered("pass")) if review else [],
        "spread": [(one, histogram(one)) for one in review.distributions] if review else [],
        "back_href": href(here, "release", release=release),
    }
    return render(request, "figures_desk/checks.html", context)
