"""``keystage receipt``, as a person runs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keystage.flows.receipts import canonical, key_name, public_of, published, sign, written

FILE = b"a return"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A receipt, its file, and the keys."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = public_of(private)
    document = {
        "school": "Storybook Lane",
        "serial": None,
        "counts": {"pupils": 45, "missing": None},
        "sha256": "0" * 64,
        "key": key_name(public),
    }
    content = canonical(document)
    (tmp_path / "receipt.json").write_bytes(written(content, sign(content, private)))
    (tmp_path / "keys.json").write_bytes(published({key_name(public): public}))
    (tmp_path / "file.xml").write_bytes(FILE)
    return tmp_path


def test_a_genuine_receipt_is_verified_and_shown(run: Callable[..., Any], folder: Path) -> None:
    ran = run("receipt", "verify", folder / "receipt.json", "--keys", folder / "keys.json")

    assert ran.code == 0
    assert "The receipt is genuine." in ran.out
    assert "Storybook Lane" in ran.out
    assert "not known" in ran.out


def test_a_receipt_of_another_file_ends_with_a_code_of_its_own(
    run: Callable[..., Any], folder: Path
) -> None:
    given = folder / "receipt.json", folder / "file.xml", "--keys", folder / "keys.json"

    assert run("receipt", "verify", *given).code == 9
    ran = run("receipt", "verify", *given, "--json")
    assert (ran.code, json.loads(ran.out)["same_file"]) == (9, False)
    assert "not the one the receipt was given for" in ran.err


def test_a_receipt_is_shown_without_keys(run: Callable[..., Any], folder: Path) -> None:
    assert "Storybook Lane" in run("receipt", "show", folder / "receipt.json").out
    told = json.loads(run("receipt", "show", folder / "receipt.json", "--json").out)
    assert told["counts"] == {"missing": None, "pupils": 45}


def test_what_is_no_receipt_or_not_there_is_refused(run: Callable[..., Any], folder: Path) -> None:
    assert run("receipt", "show", folder / "file.xml").code == 3
    ran = run("receipt", "show", folder / "nothing.json")
    assert (ran.code, "cannot be opened" in ran.err) == (3, True)
