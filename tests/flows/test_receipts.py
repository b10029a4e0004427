"""Receipts: genuine ones hold for ever, and a change of any byte is found."""

from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from keystage.core.errors import InputError
from keystage.flows.receipts import (
    canonical,
    key_name,
    private_of,
    public_of,
    published,
    read_keys,
    sign,
    verify,
    written,
)

FILE = b"<CTfile/>"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {key_name(public_of(one)): public_of(one) for one in (OTHER, PRIVATE)}


def receipt_of(private: Ed25519PrivateKey, **changed: object) -> bytes:
    """A receipt, signed."""
    document = {
        "school": "Saint Núñez",
        "year": 2026,
        "sha256": sha256(FILE).hexdigest(),
        "serial": None,
        "counts": {"pupils": 2},
        "key": key_name(public_of(private)),
    }
    content = canonical(document | changed)
    return written(content, sign(content, private))


RECEIPT = receipt_of(PRIVATE)


def test_a_genuine_receipt_holds_with_the_file_and_without() -> None:
    assert verify(RECEIPT, None, KEYS).holds
    found = verify(RECEIPT, FILE, KEYS)
    assert (found.holds, found.same_file, found.document["school"]) == (True, True, "Saint Núñez")


def test_an_old_key_still_verifies() -> None:
    assert verify(receipt_of(OTHER), FILE, KEYS).holds


def test_another_file_is_told() -> None:
    found = verify(RECEIPT, FILE + b" ", KEYS)

    assert (found.holds, found.same_file) == (False, False)
    assert found.faults == ("The file is not the one the receipt was given for.",)


@given(at=st.integers(0, len(RECEIPT) - 1), byte=st.integers(0, 255))
def test_a_change_of_any_byte_is_found(at: int, byte: int) -> None:
    changed = RECEIPT[:at] + bytes([byte]) + RECEIPT[at + 1 :]

    assert verify(changed, FILE, KEYS).holds == (changed == RECEIPT)


@given(at=st.integers(0, len(RECEIPT)), some=st.binary(min_size=1, max_size=4))
def test_what_is_put_in_or_taken_out_is_found(at: int, some: bytes) -> None:
    assert not verify(RECEIPT[:at] + some + RECEIPT[at:], FILE, KEYS).holds
    assert at == len(RECEIPT) or not verify(RECEIPT[:at], FILE, KEYS).holds


@given(st.binary(max_size=200))
def test_what_is_no_receipt_is_said_to_be_none(content: bytes) -> None:
    found = verify(content, None, KEYS)

    assert (found.holds, found.document) == (False, {})


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b'{"receipt": 1, "signature": ""}',
        b'{"receipt": {}, "signature": 1}',
        b'{"receipt": {"key": []}, "signature": ""}',
        b"[" * 5000,
        b" " * (2**20 + 1),
    ],
)
def test_odd_documents_are_refused(content: bytes) -> None:
    assert not verify(content, None, KEYS).holds


def test_a_receipt_of_a_key_that_is_not_published_is_not_believed() -> None:
    (fault,) = verify(RECEIPT, None, {}).faults

    assert "not among those published" in fault


def test_a_receipt_signed_by_another_key_under_a_published_name_is_not_believed() -> None:
    forged = receipt_of(OTHER, key=key_name(public_of(PRIVATE)))

    (fault,) = verify(forged, None, KEYS).faults
    assert "not given by this service" in fault


def test_a_signature_that_is_no_base64_or_has_bits_to_spare_is_found() -> None:
    content = canonical({"key": key_name(public_of(PRIVATE))})
    signature = sign(content, PRIVATE)
    assert signature.endswith(("A==", "Q==", "g==", "w=="))
    loose = signature[:-3] + chr(ord(signature[-3]) + 1) + "=="

    assert verify(written(content, signature), None, KEYS).holds
    assert not verify(written(content, loose), None, KEYS).holds
    assert not verify(written(content, "é"), None, KEYS).holds


def test_published_keys_are_read_back() -> None:
    assert read_keys(published(KEYS)) == KEYS


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"keys": [{"name": "a"}]}', b'{"keys": [{"name": "a", "public": "x"}]}'],
)
def test_what_is_no_list_of_keys_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="no list of the keys"):
        read_keys(content)


@pytest.mark.parametrize("text", ["", "abc", b64encode(bytes(31)).decode(), "é"])
def test_a_private_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="32 bytes"):
        private_of(text)


def test_what_could_not_be_shown_is_no_receipt() -> None:
    key = key_name(public_of(PRIVATE)).encode()
    odd = b'{"receipt": {"key": "%s", "school": "\\ud800"}, "signature": ""}' % key

    assert verify(odd, FILE, KEYS).document == {}
