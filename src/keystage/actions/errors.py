"""Why an act was refused, in sentences for the person who tried."""

from keystage.core.errors import KeystageError


class RefusedError(KeystageError):
    """A rule forbids the act; nothing was changed."""

    exit_code = 8


class ChangedMeanwhileError(RefusedError):
    """Somebody else changed what the act was about; nothing was changed."""
