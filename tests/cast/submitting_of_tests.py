"""``keystage submit`` as tests run it: against the service in their own process."""

import io
from collections.abc import Callable
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

from django.test import Client

HERE = ("--to", "https://keystage.example.org", "--school", "900003", "--year", "2026")
#: Runs the command with arguments; gives its exit code, and all that it says.
Run = Callable[..., tuple[int, str]]


class Opener:
    """Opens addresses by asking the service in this process."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.asked: list[str] = []

    def open(self, request: Request, timeout: float) -> Any:
        assert timeout
        path = request.full_url.removeprefix("https://keystage.example.org")
        self.asked.append(f"{request.get_method()} {path}")
        body = request.data if isinstance(request.data, bytes) else b""
        answer = self.client.generic(
            request.get_method(),
            path,
            body,
            content_type=request.get_header("Content-type", ""),
            headers=dict(request.header_items()),
        )
        headers = Message()
        for name, value in answer.items():
            headers[name] = value
        if answer.status_code >= 300:
            raise HTTPError(
                request.full_url, answer.status_code, "", headers, io.BytesIO(answer.content)
            )
        found = io.BytesIO(answer.content)
        found.headers = headers  # type: ignore[attr-defined]  # as an answer has them
        return found
