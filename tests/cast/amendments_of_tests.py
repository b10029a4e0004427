"""Amendments of the tests: one that is drafted, and what the agency answers."""

from collections.abc import Callable

from releases_of_tests import Agency

from keystage.actions.amendments import deciding
from keystage.store.models import Amendment

#: Drafts an amendment of the pupil in this place of the return.
Draft = Callable[..., Amendment]


def answered(amendment: Amendment, answer: str, agency: Agency, reason: str = "As asked.") -> None:
    """Let the agency answer."""
    deciding.decide_on(
        amendment,
        answer,
        agency=agency.organisation,
        reason=reason,
        seen=amendment.version,
        by=agency.one,
    )
    amendment.refresh_from_db()
