"""The corpus of hostile files at both doors of the gateway: kept or refused, and never an error."""

import json
import tomllib
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import make_corpus
import polars as pl
import pytest
from cast_of_tests import AsPerson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from files_of_tests import Gate
from pytest_django import Settings
from systems_of_tests import Let
from typer.testing import CliRunner

from keystage.actions.gateway.receiving.reading import written
from keystage.cli.main import app
from keystage.core.errors import KeystageError
from keystage.flows.returns.groups import said
from keystage.formats.ctf.limits import UPLOAD
from keystage.formats.ctf.sniffing import sniff
from keystage.store.models import Organisation, Person, Submission

pytestmark = pytest.mark.django_db
REFUSED = Submission.State.REFUSED


def names_of(*, each: int | None) -> list[str]:
    """The files of the corpus, so many of each sort, or all of them."""
    text = (make_corpus.FOLDER / make_corpus.INDEX).read_text(encoding="utf-8")
    names = sorted(one["file"] for one in tomllib.loads(text)["files"])
    sorts = groupby(names, lambda name: name.partition("_")[0])
    return [name for _, some in sorts for name in list(some)[:each]]


def on_the_command_line(file: Path, school: str, day: date) -> dict[str, Any]:
    """What ``keystage ctf check`` says of a file."""
    asked = ["--year", "2026", "--school", school, "--on", str(day), "--channel", "gateway"]
    ran = CliRunner().invoke(app, ["ctf", "check", str(file), *asked, "--json"])
    assert isinstance(ran.exception, KeystageError | SystemExit | None), file.name
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def told(findings: Sequence[dict[str, Any]], codes: set[str]) -> list[tuple[str, ...]]:
    """What some checks found, as both ways tell it; what follows from all of it is left out."""
    parts = ("code", "severity", "message")
    rows = [[written(one[part]) for part in parts] for one in findings if one["code"] in codes]
    return sorted(said(pl.DataFrame(rows, dict.fromkeys(parts, pl.String), orient="row")).rows())


@pytest.mark.parametrize(
    "each",
    [
        pytest.param(
            1,
            id="one of each sort",
            marks=pytest.mark.skipif(
                connection.vendor == "sqlite", reason="All of them are sent here."
            ),
        ),
        pytest.param(None, id="all", marks=pytest.mark.slow),
    ],
)
def test_every_hostile_file_is_kept_or_refused_with_what_the_command_line_finds(
    gate: Gate, school: Organisation, office: Person, as_person: AsPerson, let: Let,
    gateway_open: date, settings: Settings, each: int | None,
) -> None:  # fmt: skip
    settings.API_CHANGES = settings.API_READS = 10_000
    speaker, page = let("returns:upload", "returns:read"), as_person(office)
    names = names_of(each=each)
    assert len(names) > 40
    differ = {}

    for name in names:
        file = make_corpus.FOLDER / name
        content = file.read_bytes()
        shown = page.post(
            "/school/900003/2026/gateway/upload/", {"file": SimpleUploadedFile(name, content)}
        )
        sent = speaker.send(
            "POST", "/returns", content,
            **{"Content-Disposition": f'attachment; filename="{name}"'},
        )  # fmt: skip
        if not content or len(content) > UPLOAD.file_bytes:
            assert sent.status_code in {400, 413}, name
            assert shown.status_code in {302, 413, 422}, name
            assert not Submission.objects.filter(name=name).exclude(state=REFUSED).exists(), name
            continue
        assert (shown.status_code, sent.status_code) == (302, 201), name
        assert page.get(shown["Location"]).status_code == 200, name
        newest = Submission.objects.order_by("-uploaded_at")[:2]  # not the hundreds before them
        kept = {one.channel: one for one in newest}
        by_page, by_system = kept["page"], kept["api"]
        assert by_page.findings == by_system.findings == sent.json()["findings"], name
        for one in (by_page, by_system):
            refused = one.state == REFUSED
            assert refused == bool(one.red) == (one.content is None), name
            assert not (refused and one.pupils), name
            assert one.findings or not refused, name
        if sniff(content) == "zip":
            assert by_page.state == REFUSED, name
            continue
        by_hand = on_the_command_line(file, gate.school.number, gateway_open)
        not_run = {code for one in by_hand["not_run"] for code in one["codes"]}
        known = {one["code"] for one in [*by_hand["findings"], *by_page.findings]} - not_run
        found = [told(one, known) for one in (by_page.findings, by_hand["findings"])]
        if found[0] != found[1] or (by_hand["verdict"] == "red") > (by_page.verdict == "red"):
            differ[name] = found
    assert not differ
    assert not Submission.objects.filter(state="taken").exists()
