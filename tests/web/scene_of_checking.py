"""Requests of the checking exercise as a school has them: a draft, and one that was sent."""

from collections.abc import Callable
from typing import Any

from cast_of_tests import YEAR
from django.utils import timezone
from scene_of_checking_desk import document_of_request, sent_request
from scene_of_figures import figures_of

from keystage.store.models import CheckingRequest, FiguresRelease

#: Pages of a release, of a draft, and of a request that was sent.
_OF_RELEASE = (
    "pupils", "pupils_file", "zipped", "measures", "correct", "confirm", "take_back", "add",
    "choose",
)  # fmt: skip
_OF_DRAFT = ("question", "explain", "add_document", "remove_document", "one", "propose", "send",
             "put_back", "hand_back", "reply", "withdraw", "recall")  # fmt: skip
_OF_SENT = ("document", "sent")


def _release(scene: Any) -> FiguresRelease:
    agency = scene.organisations["national"]
    return figures_of(agency, scene.sheet.school, scene.head, YEAR)


def draft_of(release: FiguresRelease, scene: Any) -> CheckingRequest:
    """A draft of the school of the walk."""
    found, _ = CheckingRequest.objects.get_or_create(
        release=release,
        school=scene.sheet.school,
        state=CheckingRequest.State.DRAFT,
        defaults={
            "kind": "remove",
            "reason": "home_education",
            "pupil": scene.sheet.school.pupils.order_by("surname")[1].upn,
            "drafted_at": timezone.now(),
            "drafted_by": scene.head,
        },
    )
    return found


def _draft(scene: Any) -> CheckingRequest:
    return draft_of(_release(scene), scene)


def _sent(scene: Any) -> CheckingRequest:
    found = CheckingRequest.objects.filter(school=scene.sheet.school, sent_at__isnull=False)
    return found.first() or sent_request(_release(scene), scene.sheet.school, scene.head)


#: What stands in the addresses of the exercise at a school, for the walk over all of them.
OF_CHECKING: dict[str, Callable[[Any], Any]] = {
    **{f"checking:{name} release": lambda scene: _release(scene).pk for name in _OF_RELEASE},
    **{f"checking:{name} which": lambda _: "included" for name in ("pupils", "pupils_file")},
    "checking:choose line": lambda _: 2,
    **{f"checking:{name} asked": lambda scene: _draft(scene).pk for name in _OF_DRAFT},
    **{f"checking:{name} asked": lambda scene: _sent(scene).pk for name in _OF_SENT},
    "checking:question question": lambda _: "left_on",
    "checking:document document": lambda s: document_of_request(_sent(s), s.head).pk,
    "checking:remove_document document": lambda s: document_of_request(_draft(s), s.head).pk,
}
