"""The service for systems as it describes itself, in OpenAPI 3.1."""

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from keystage.web.api.problems import COMMON, CONTENT, OF_CHANGES

ROOT = "/api/v1/"
_PLAIN = "application/json"
_SENTENCES = {**COMMON, **OF_CHANGES, 304: "It is still the version that If-None-Match names."}


class Described(NinjaAPI):
    """The API, whose description names the scope of each route and says what problems are."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """The description."""
        schema = super().get_openapi_schema(**{"path_prefix": ROOT, **options})
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    _explain(int(status), response)
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of a route: that of its view."""
        return operation.view_func.__name__


def _explain(status: int, response: dict[str, Any]) -> None:
    response["description"] = _SENTENCES.get(status, response["description"])
    content = response.get("content", {})
    if status >= HTTPStatus.BAD_REQUEST and _PLAIN in content:
        content[CONTENT] = content.pop(_PLAIN)
