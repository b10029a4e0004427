"""A client that knows nothing but the description: its types and addresses are made from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any, Literal
from uuid import UUID

import pytest
from django.test import Client
from files_of_tests import row_of, sheet_file
from pydantic import BaseModel, ConfigDict, create_model
from systems_of_tests import Let

from keystage.actions.gateway.keys import published_keys
from keystage.flows.receipts import verify
from keystage.store.models import Pupil, Sheet

pytestmark = pytest.mark.django_db
_KEYS = count(1)
_PLAIN = {"string": str, "integer": int, "boolean": bool, "null": None}


@dataclass
class Made:
    """A client made from a description."""

    described: dict[str, Any]
    token: str
    types: dict[str, type[BaseModel]] = field(default_factory=dict)

    def kind(self, schema: dict[str, Any]) -> Any:
        """The type that a schema describes."""
        if "$ref" in schema:
            return self.model(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            kinds = [self.kind(one) for one in schema["anyOf"]]
            return kinds[0] | kinds[1]
        if "enum" in schema:
            return Literal[tuple(schema["enum"])]
        if schema.get("type") == "array":
            return list[self.kind(schema["items"])]  # type: ignore[misc]  # made at run time
        return UUID if schema.get("format") == "uuid" else _PLAIN[schema["type"]]

    def model(self, name: str) -> type[BaseModel]:
        """The type of a shape; one that the answer has and the description has not is a fault."""
        if name not in self.types:
            shape = self.described["components"]["schemas"][name]
            needed = shape.get("required", ())
            fields: dict[str, Any] = {
                one: (self.kind(schema), ... if one in needed else None)
                for one, schema in shape["properties"].items()
            }
            more: Literal["allow", "forbid"] = (
                "allow" if shape.get("additionalProperties") else "forbid"
            )
            self.types[name] = create_model(name, __config__=ConfigDict(extra=more), **fields)
        return self.types[name]

    def call(self, operation: str, body: bytes = b"", **parts: object) -> tuple[Any, bytes]:
        """What an operation answers, in its own type; and its bytes."""
        path, method, told = next(
            (path, method, told)
            for path, methods in self.described["paths"].items()
            for method, told in methods.items()
            if told["operationId"] == operation
        )
        headers = {"Authorization": f"Bearer {self.token}"}
        for one in told["parameters"]:
            if one["in"] == "header" and one["required"]:
                headers[one["name"]] = f"made-{next(_KEYS)}"
        kind = next(iter(told.get("requestBody", {}).get("content", {})), "application/json")
        answer = Client().generic(
            method.upper(), path.format(**parts), body, content_type=kind, headers=headers
        )
        shape = told["responses"][str(answer.status_code)]["content"]["application/json"]
        return self.kind(shape["schema"]).model_validate_json(answer.content), answer.content


def test_a_client_made_from_the_description_plays_a_return(
    let: Let, client: Client, judged_sheet: Sheet, pupils: Sequence[Pupil], gateway_open: date
) -> None:
    speaker = let("returns:upload", "returns:submit", "returns:read")
    made = Made(client.get("/api/v1/openapi.json").json(), speaker.token)
    place: dict[str, Any] = {"urn": "900003", "year": 2026}
    content = sheet_file([row_of(one) for one in pupils])

    leave, _ = made.call("leave")
    assert [one.urn for one in leave.schools] == ["900003"]
    broken, _ = made.call("validate", content.replace(b"EXS", b"ABC"), **place)
    assert broken.verdict == "red"
    assert broken.findings[0].todo
    sent, _ = made.call("send", content, **place)
    assert sent.state == "uploaded"
    found, _ = made.call("one_file", **place, file=sent.id)
    assert found == sent
    receipt, raw = made.call("submit", b"", **place, file=sent.id)
    assert receipt.receipt.sha256 == sent.sha256
    assert verify(raw, content, published_keys()).holds
    standing, _ = made.call("numbers", **place)
    assert (standing.state, standing.not_yet) == ("accepted", "")
