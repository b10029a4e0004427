"""Lines of the log: where in the code a fault came about, and no value that it came about with."""

import logging
import traceback
from types import TracebackType

from django.db import OperationalError, ProgrammingError

#: Errors whose message is about the service, not about what somebody entered.
_ABOUT_THE_SERVICE = (
    OperationalError,
    ProgrammingError,
    OSError,
    ImportError,
    AttributeError,
    NameError,
)
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """Formats a line of the log; of an error it tells the places and the kind.

    A database names the key that is there twice and a conversion the text it could not read: with
    such a message a pupil's number would stand in the log.
    """

    def formatException(self, ei: _Raised) -> str:  # noqa: N802  # the name is logging's
        """The error and what brought it about, the newest first, each with its places."""
        told, error = [], ei[1]
        while error is not None:
            places = "".join(traceback.format_tb(error.__traceback__))
            told.append(f"{places}{_named(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nbrought about by:\n\n".join(told)


def _named(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{kind}: {error}" if isinstance(error, _ABOUT_THE_SERVICE) else kind
