"""Requests of the checking exercise as the desk finds them: sent, with a trace and a document."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from cast_of_tests import YEAR
from django.utils import timezone
from scene_of_figures import figures_of

from keystage.actions.checking.pupils import kept
from keystage.flows.checking.book import rule_book
from keystage.flows.checking.deciding import decide
from keystage.statute.checking_loader import load_checking
from keystage.store.models import (
    CheckingEvidence,
    CheckingHandover,
    CheckingRequest,
    FiguresRelease,
    Organisation,
    Person,
)

#: What a school says whose pupil left before the tests began: no rule refuses it, a person looks.
LEFT = {"left_on": "2026-05-01", "explanation": "Mabel left us."}
FACTS = {"EALGRP": "1"}


def sent_request(
    release: FiguresRelease, school: Organisation, person: Person, **given: Any
) -> CheckingRequest:
    """A request that was sent, with the trace that the year's rules leave.

    Args:
        release: the release it is about.
        school: whose.
        person: who drafted and sent it.
        given: fields that are another.
    """
    reason, answers = given.get("reason", "home_education"), given.get("answers", LEFT)
    decision = decide(rule_book(load_checking(release.year)), reason, answers, FACTS)
    now = timezone.now()
    number = CheckingRequest.objects.count() + 1
    fields: dict[str, Any] = {
        "reference": f"KS2-1-{number:07d}",
        "kind": "remove",
        "reason": reason,
        "pupil": _nth(release, school, number),
        "answers": answers,
        "explanation": "",
        "facts": FACTS,
        "state": "scrutiny",
        "rules_version": 1,
        "outcome": decision.branch,
        "trace": msgspec.to_builtins(decision.trace),
        "drafted_at": now - timedelta(days=2),
        "drafted_by": person,
        "sent_at": now - timedelta(days=1),
        "sent_by": person,
    }
    return CheckingRequest.objects.create(release=release, school=school, **(fields | given))


def _nth(release: FiguresRelease, school: Organisation, number: int) -> str:
    """A record of the school in the release; one after the other, then none."""
    found = kept(release, school)
    keys = sorted(found.lines) if found else []
    return keys[number - 1] if number <= len(keys) else ""


def document_of_request(request: CheckingRequest, person: Person) -> CheckingEvidence:
    """A document that goes with a request."""
    content = b"%PDF-1.4 /Type /Page %%EOF"
    return CheckingEvidence.objects.create(
        request=request,
        name="letter about Mabel Ashby.pdf",
        content=content,
        sha256=sha256(content).hexdigest(),
        pages=1,
        added_at=timezone.now() - timedelta(days=2),
        added_by=person,
    )


def _request_at(scene: Any) -> CheckingRequest:
    """A request that the school of the walk sent about the figures of the agency."""
    agency, school = scene.organisations["national"], scene.sheet.school
    found = CheckingRequest.objects.filter(school=school, sent_at__isnull=False).first()
    if found is not None:
        return found
    return sent_request(figures_of(agency, school, scene.head, YEAR), school, scene.head)


def _handover(scene: Any) -> CheckingHandover:
    """A file of decisions of the agency."""
    content = b"REFERENCE\r\n"
    made, _ = CheckingHandover.objects.get_or_create(
        organisation=scene.organisations["national"],
        year=YEAR,
        window="september",
        number=1,
        defaults={
            "content": content,
            "sha256": sha256(content).hexdigest(),
            "requests": 0,
            "made_at": timezone.now(),
            "made_by": scene.head,
        },
    )
    return made


#: What stands in the addresses of the desk, for the walk over all of them.
OF_CHECKING_DESK: dict[str, Callable[[Any], Any]] = {
    "asked_for": lambda scene: _request_at(scene).pk,
    "checking_desk:document document": lambda scene: (
        document_of_request(_request_at(scene), scene.head).pk
    ),
    "checking_desk:decisions_file handover": lambda scene: _handover(scene).pk,
    "version": lambda _: 1,
}
