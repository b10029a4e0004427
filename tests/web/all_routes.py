"""All addresses of the service, and what stands in each for the tests that walk over them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from scene_of_routes import Scene

from keystage.web.doors import Declared

#: Where the library's own pages lie; which of them there are is tested with signing in.
LIBRARY = "allauth."


@dataclass(frozen=True)
class Route:
    """One address of ours."""

    name: str
    view: Any
    parts: tuple[str, ...]
    kind: str

    @property
    def declared(self) -> Declared:
        """How it was declared."""
        found: Declared = self.view.declared
        return found

    @property
    def for_systems(self) -> bool:
        """Whether only systems are let in."""
        declared: Declared | None = getattr(self.view, "declared", None)
        return declared is not None and declared.door == "system"

    @property
    def entry(self) -> str:
        """What stands of it in the file of entries."""
        declared = self.declared
        words: list[str] = [declared.door]
        words += [f"{method} {scope}".strip() for method, scope in declared.scopes]
        if declared.permission:
            words = [declared.permission.value, declared.level.value]
            words += sorted(one.value for one in declared.sees_to)
            words += [] if declared.kind == "school" else [declared.kind or "anywhere"]
            words += ["proof"] if declared.reauthenticates else []
        return " ".join(words)


def routes() -> list[Route]:
    """All addresses that people come to; one that says the kind of organisation counts for each."""
    return [route for route in every_route() if not route.for_systems]


def every_route() -> list[Route]:
    """Those for systems too."""
    return list(_within(get_resolver(), "", {}))


def _within(resolver: URLResolver, space: str, parts: Mapping[str, Any]) -> Iterator[Route]:
    for one in resolver.url_patterns:
        here = {**parts, **one.pattern.converters}
        if isinstance(one, URLResolver):
            yield from _within(one, f"{space}{one.namespace}:" if one.namespace else space, here)
        elif not _module(one).startswith(LIBRARY):
            for kind in here["kind"].regex.split("|") if "kind" in here else [_kind(one)]:
                yield Route(f"{space}{one.name}", one.callback, tuple(here), kind)


def _kind(pattern: URLPattern) -> str:
    """The kind of organisation whose page it is: a school, unless it was declared another's."""
    declared: Declared | None = getattr(pattern.callback, "declared", None)
    return (declared.kind if declared else None) or "school"


def _module(pattern: URLPattern) -> str:
    found = getattr(pattern.callback, "view_class", pattern.callback)
    return str(found.__module__)


def address(route: Route, scene: Scene) -> str:
    """An address of the school, or of the body of its kind, with one thing of each sort."""
    place = {"code": scene.organisations[route.kind].code, "kind": route.kind}
    parts = {
        part: place[part] if part in place else scene.value(route.name, part, route.kind)
        for part in route.parts
    }
    return reverse(route.name, kwargs=parts)
