"""Pages of releases as they were made: a content never changes, so neither does what it prints."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from django.utils.safestring import SafeString, mark_safe

_MOST = 256


class Fragments:
    """The fragments that were made last, by what they were made from; safe among threads."""

    def __init__(self, most: int = _MOST) -> None:
        """Keep as many as these.

        Args:
            most: how many, the newest.
        """
        self._most = most
        self._kept: OrderedDict[Hashable, SafeString] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable, make: Callable[[], str]) -> SafeString:
        """The fragment of a key, made if it is not kept.

        Args:
            key: all that the fragment depends on.
            make: what renders it; what it raises is raised, and nothing is kept.
        """
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = mark_safe(make())  # noqa: S308  # a template of ours rendered it
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


FRAGMENTS = Fragments()
