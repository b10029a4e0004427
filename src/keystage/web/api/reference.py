"""The description of the service for systems, as a page lists it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keystage.web.api.api import api


@dataclass(frozen=True, kw_only=True)
class Named:
    """A part of a request, or a field of an answer, and what it is."""

    name: str
    kind: str
    needed: bool
    says: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one address.

    Attributes:
        anchor: its name in the page.
        method: such as GET.
        path: its address.
        says: what it does.
        scope: what a system needs for it; empty for a token alone.
        parts: what the address, its query and its headers hold.
        body: what it takes, in words; empty for nothing.
        answers: status and what it means, with the shape of what is answered.
    """

    anchor: str
    method: str
    path: str
    says: str
    scope: str
    parts: tuple[Named, ...]
    body: str
    answers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What is sent or answered as JSON: its fields."""

    name: str
    says: str
    fields: tuple[Named, ...]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The whole description."""

    says: str
    version: str
    subjects: tuple[tuple[str, tuple[Operation, ...]], ...]
    shapes: tuple[Shape, ...]


def reference() -> Reference:
    """The description as a page lists it: by subject, in the order of the addresses."""
    schema = api.get_openapi_schema()
    found: dict[str, list[Operation]] = {}
    for path, operations in schema["paths"].items():
        for method, told in operations.items():
            found.setdefault(told["tags"][0], []).append(_operation(path, method, told))
    return Reference(
        says=schema["info"]["description"],
        version=schema["info"]["version"],
        subjects=tuple((subject, tuple(some)) for subject, some in found.items()),
        shapes=tuple(
            Shape(name=name, says=one.get("description", ""), fields=tuple(_fields(one)))
            for name, one in sorted(schema["components"]["schemas"].items())
        ),
    )


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Operation:
    scopes = next(iter(told["security"][0].values()))
    content = told.get("requestBody", {}).get("content", {})
    return Operation(
        anchor=told["operationId"],
        method=method.upper(),
        path=path,
        says=told["description"],
        scope=" ".join(scopes),
        parts=tuple(
            Named(
                name=f"{one['name']} ({one['in']})",
                kind=_kind(one["schema"]),
                needed=one["required"],
                says=one.get("description", ""),
            )
            for one in told["parameters"]
        ),
        body=", ".join(f"{_kind(one['schema'])}, as {name}" for name, one in content.items()),
        answers=tuple(
            (
                str(status),
                one["description"],
                ", ".join(_kind(shape["schema"]) for shape in one.get("content", {}).values()),
            )
            for status, one in sorted(told["responses"].items())
        ),
    )


def _fields(shape: Mapping[str, Any]) -> Iterator[Named]:
    needed = shape.get("required", ())
    for name, one in shape.get("properties", {}).items():
        yield Named(
            name=name, kind=_kind(one), needed=name in needed, says=one.get("description", "")
        )


def _kind(schema: Mapping[str, Any]) -> str:
    """What sort of value a schema describes, in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    words = [str(schema.get("type", "anything")), schema.get("format", "")]
    limits = {"minimum": "at least", "maximum": "at most", "maxLength": "at most, long"}
    words += [f"{word} {schema[key]}" for key, word in limits.items() if key in schema]
    return ", ".join(filter(None, words))
