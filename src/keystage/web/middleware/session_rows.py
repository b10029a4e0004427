"""Sessions in the database, as the framework keeps them, looked up by a question written once."""

from django.contrib.sessions.backends.db import SessionStore as KeptByFramework
from django.contrib.sessions.models import Session
from django.utils import timezone

from keystage.store.prepared import Prepared

_LIVE = Prepared(
    lambda: Session,
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now),
    key="session_key",
    now="expire_date",
)


class SessionStore(KeptByFramework):
    """The sessions of the framework; what is read is asked of the database at every request."""

    def _validate_session_key(self, key: str) -> bool:
        """Whether a cookie names a session at all: PostgreSQL takes no text with a NUL."""
        valid: bool = super()._validate_session_key(key)  # type: ignore[misc]  # not told by the types
        return valid and key.isalnum()

    def _get_session_from_db(self) -> Session | None:
        """The session of the key; None, and no key, where none lives."""
        found = _LIVE.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
