"""Addresses of pages: the shape of a route is looked up once, a page fills in its parts.

Gives what `django.urls.reverse` gives. A page has dozens of addresses, and looking each up among
all routes takes longer than asking the database.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, reverse
from django.urls.resolvers import get_ns_resolver
from django.utils.http import escape_leading_slashes

_Parts = dict[str, object]
#: What stands in an address as it is: the rest is quoted, as the framework does.
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
_SAFE = "!$&'()*+,;=" + "/~:@"


def href(route: str, parts: _Parts) -> str:
    """The address of a page.

    Args:
        route: the name of its route.
        parts: the parts of its address, by name.

    Raises:
        NoReverseMatch: there is no such route, or its address cannot have such parts.
    """
    shape = _shape(route, frozenset(parts))
    if shape is None:
        return reverse(route, kwargs=parts)
    return folder() + shape.filled(route, parts)


def folder() -> str:
    """What stands before every address: the folder that the service lies in, mostly the root."""
    prefix = get_script_prefix()
    return prefix if prefix == "/" else escape_leading_slashes(quote(prefix, safe=_SAFE))


@dataclass(frozen=True)
class _Part:
    """A part of an address: how it is written, and what it may be."""

    name: str
    to_url: Callable[[Any], object]
    allowed: re.Pattern[str]


@dataclass(frozen=True)
class _Shape:
    """The address of a route, with places for its parts."""

    written: str
    parts: tuple[_Part, ...]

    def filled(self, route: str, parts: _Parts) -> str:
        """The address with these parts."""
        texts = {}
        for part in self.parts:
            try:
                text = str(part.to_url(parts[part.name]))  # of a text it gives whatever it is given
            except ValueError:
                text = ""
            if part.allowed.fullmatch(text) is None:
                raise NoReverseMatch(f"The address of {route} cannot have this {part.name}.")
            texts[part.name] = text if _PLAIN.fullmatch(text) else quote(text, safe=_SAFE)
        return self.written % texts


@cache
def _shape(route: str, names: frozenset[str]) -> _Shape | None:
    """The one shape that a route has with parts of these names; None where it is not so simple."""
    *spaces, last = route.split(":")
    resolver: URLResolver = get_resolver()
    before: str = ""
    converters: dict[str, Any] = {}
    for space in spaces:
        if space not in resolver.namespace_dict:
            return None
        more, resolver = resolver.namespace_dict[space]
        before += more
        converters |= resolver.pattern.converters
    if before:
        resolver = get_ns_resolver(before, resolver, tuple(converters.items()))
    found = [
        (written, given)
        for shapes, _, defaults, given in resolver.reverse_dict.getlist(last)
        for written, asked in shapes
        if not defaults and set(asked) == names <= given.keys()
    ]
    if len(found) != 1:
        return None
    written, given = found[0]
    parts = (_Part(one, given[one].to_url, re.compile(given[one].regex)) for one in sorted(names))
    return _Shape(written, tuple(parts))
