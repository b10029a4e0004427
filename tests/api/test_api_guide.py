"""The guide for suppliers: each of its examples is run, and what it says is what there is."""

import json
import re
import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from files_of_tests import row_of, sheet_file
from systems_of_tests import Let

from keystage.actions.by import By
from keystage.actions.systems import secret
from keystage.actions.systems.scopes import Scope
from keystage.formats.ctf.limits import MIB, UPLOAD
from keystage.store.models import Person, Pupil, Sheet

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "api.md"
TEXT = GUIDE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)


def curl(command: str, known: dict[str, str], files: dict[str, bytes]) -> Any:
    """What a command of the guide asks, asked in this process."""
    text = re.sub(r"^\w+=\$\((.*?)\|.*\)$", r"\1", command.replace("\\\n", " ").strip())
    for name, value in known.items():
        text = text.replace(f"${name}", value)
    words = shlex.split(text)
    assert words.pop(0) == "curl"
    method, path, body, headers = "", "", b"", dict[str, str]()
    while words:
        match words.pop(0):
            case "-s":
                pass
            case "-X":
                method = words.pop(0)
            case "-H":
                name, value = words.pop(0).split(": ", 1)
                headers[name] = value
            case "-d":
                body += (b"&" if body else b"") + words.pop(0).encode()
            case "--data-binary":
                body = files[words.pop(0).removeprefix("@")]
            case word:
                path = word
    kind = headers.pop("Content-Type", "application/x-www-form-urlencoded")
    wanted = method or ("POST" if body else "GET")
    return Client().generic(wanted, path, body, content_type=kind, headers=headers)


def test_every_example_does_what_it_says(
    let: Let,
    headteacher: Person,
    judged_sheet: Sheet,
    pupils: Sequence[Pupil],
    gateway_open: date,
) -> None:
    system = let().system
    shown = secret.make(access=system, seen="", by=By(headteacher, "test"))
    known = {"SERVICE": "", "CLIENT": shown.client_id, "SECRET": shown.value}
    files = {"return.csv": sheet_file([row_of(one) for one in pupils])}
    statuses = []
    for example in EXAMPLES:
        answer = curl(example, known, files)
        statuses.append(answer.status_code)
        told = json.loads(answer.content)
        known["TOKEN"] = told.get("access_token", known.get("TOKEN", ""))
        known["FILE"] = told.get("id", known.get("FILE", ""))

    assert statuses == [200, 200, 200, 201, 200, 200, 202], TEXT


def test_the_guide_names_every_scope_and_the_limits_there_are() -> None:
    listed = re.findall(r"^\| `(\w+:\w+)` \|", TEXT, re.MULTILINE)

    assert listed == [scope.value for scope in Scope]
    assert f"{settings.API_READS} looks and {settings.API_CHANGES} changes" in TEXT
    assert f"{UPLOAD.file_bytes // MIB} MB" in TEXT
    assert f"for {settings.IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN // 60} minutes" in TEXT
