"""The message that brings an invitation."""

from django.core.mail import send_mail

from keystage.access.roles import load_roles
from keystage.core.clock import moment_in_words
from keystage.store.models import Invitation


def mailed(invitation: Invitation, address: str) -> bool:
    """Send the message; whether the mail server took it.

    Args:
        invitation: what it is about.
        address: the page where it is taken up, with the token that is kept nowhere.
    """
    role = load_roles().roles[invitation.role]
    sentences = (
        f"Hello {invitation.name},",
        (
            f"{invitation.given_by} invites you to Keystage as {role.label.lower()} of "
            f"{invitation.organisation}. {role.sentence}"
        ),
        *_takes_over(invitation),
        f"Take it up here: {address}",
        (f"The link works once, until {moment_in_words(invitation.expires_at)}."),
        "If you did not expect this, do nothing. Nobody can use it without this message.",
    )
    try:
        send_mail(
            f"You are invited to {invitation.organisation} on Keystage",
            "\n\n".join(sentences),
            None,
            [invitation.email],
        )
    except OSError:
        return False
    return True


def _takes_over(invitation: Invitation) -> list[str]:
    if invitation.replaces is None:
        return []
    before, there = invitation.replaces.person, invitation.organisation
    return [
        f"You take the role over from {before}.",
        f"Every role of {before} at {there} ends the moment you take it up.",
    ]
