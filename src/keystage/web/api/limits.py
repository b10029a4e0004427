"""How often a system may ask, counted by the minute in the cache that all workers share."""

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

_MINUTE = 60


def over_limit(what: str, whose: object, most: int) -> bool:
    """Count one more, and say whether it is more than there may be in this minute."""
    said = f"{what} {whose} {int(time.time()) // _MINUTE}"
    key = f"api:{hashlib.sha256(said.encode()).hexdigest()}"  # what was said may hold anything
    if cache.add(key, 1, timeout=2 * _MINUTE):
        return most < 1
    try:
        return cache.incr(key) > most
    except ValueError:  # it was forgotten between the two
        return False


def seconds_left() -> int:
    """How long the minute still lasts."""
    return _MINUTE - int(time.time()) % _MINUTE


class PerSystem(BaseThrottle):
    """As many requests a minute as a setting says, for each system."""

    def __init__(self, setting: str) -> None:
        """Keep the name of the setting."""
        self.setting = setting

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether the system may ask once more in this minute."""
        system = request.visit.system  # type: ignore[attr-defined]  # put there by the door
        return not over_limit(self.setting, system.pk, getattr(settings, self.setting))

    def wait(self) -> float:
        """Seconds until it may ask again."""
        return seconds_left()


READS, CHANGES = PerSystem("API_READS"), PerSystem("API_CHANGES")
