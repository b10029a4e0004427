"""When figures were computed, in words."""

from datetime import datetime

from keystage.core.clock import moment_in_words


def made_in_words(made_at: str) -> str:
    """The minute a content was made at, as people say it in London.

    Args:
        made_at: the minute, as ISO 8601 writes it with its offset.

    >>> made_in_words("2026-11-22T19:54:03+00:00")
    '22 November 2026 at 7:54pm'
    """
    return moment_in_words(datetime.fromisoformat(made_at))
