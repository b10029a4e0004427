"""Receipts: short signed documents that are checked from themselves and a public key alone.

A receipt is JSON in one exact form, so that a change of any byte of it is found. What is signed is
the document under ``receipt``, written without blanks; the signature is Ed25519 (RFC 8032).
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keystage.core.errors import InputError
from keystage.formats.ctf.limits import MIB

#: Public keys by name, as they are published: base64 of 32 bytes.
Keys = Mapping[str, str]
Document = dict[str, Any]

_NAME_LENGTH = 16
_SIGNED, _SIGNATURE, _KEYS = "receipt", "signature", "keys"
_LARGEST = MIB
_CHOOSE = "Choose the receipt as it was given, a file ending in .json."


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a receipt says, and whether it may be believed.

    Attributes:
        document: what it says; empty where it is no receipt.
        faults: what is wrong, in sentences; empty if nothing is.
        same_file: whether the file beside it is the one it was given for; None if none was given.
    """

    document: Document
    faults: tuple[str, ...]
    same_file: bool | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def canonical(document: Document) -> str:
    """A document as it is signed."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def key_name(public: str) -> str:
    """The name of a public key: the beginning of its digest."""
    return sha256(b64decode(public)).hexdigest()[:_NAME_LENGTH]


def public_of(private: Ed25519PrivateKey) -> str:
    """The public key of a private one, as it is published."""
    return b64encode(private.public_key().public_bytes_raw()).decode("ascii")


def private_of(text: str) -> Ed25519PrivateKey:
    """A private key from its text, base64 of 32 bytes.

    Raises:
        InputError: it is none.
    """
    try:
        return Ed25519PrivateKey.from_private_bytes(b64decode(text.strip(), validate=True))
    except ValueError:
        raise InputError(
            "The key that signs receipts is none: it is 32 bytes, written in base64.",
            todo="Make one with: openssl rand -base64 32",
        ) from None


def sign(content: str, private: Ed25519PrivateKey) -> str:
    """The signature of some words."""
    return b64encode(private.sign(content.encode("ascii"))).decode("ascii")


def written(content: str, signature: str) -> bytes:
    """The file people keep, of the words that were signed and their signature."""
    return _form(json.loads(content), signature)


def _form(document: Document, signature: str) -> bytes:
    whole = {_SIGNED: document, _SIGNATURE: signature}
    return f"{json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=True)}\n".encode("ascii")


def published(keys: Keys) -> bytes:
    """Public keys as a file."""
    listed = [{"name": name, "public": public} for name, public in keys.items()]
    return f"{json.dumps({_KEYS: listed}, indent=2)}\n".encode("ascii")


def read_keys(data: bytes) -> Keys:
    """Public keys from the file in which they are published.

    Raises:
        InputError: it is none, or a key in it is none.
    """
    try:
        listed = json.loads(data)[_KEYS]
        keys = {one["name"]: one["public"] for one in listed}
        for public in keys.values():
            _public(public)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(
            "This is no list of the keys of receipts.",
            todo="Fetch it from the service: its address ends in receipts/keys.json.",
        ) from None
    return keys


def verify(receipt: bytes, content: bytes | None, keys: Keys) -> Verified:
    """Hold a receipt against the public keys, and the file it was given for against the receipt.

    Args:
        receipt: the receipt, byte for byte.
        content: the file; None where only the receipt is looked at.
        keys: the public keys of the service that gave it.
    """
    found = _read(receipt)
    if found is None:
        return Verified(document={}, faults=(f"This is no receipt. {_CHOOSE}",))
    document, signature = found
    fault = _fault(receipt, document, signature, keys)
    same = None
    if content is not None:
        same = document.get("sha256") == sha256(content).hexdigest()
    faults = [] if fault is None else [fault]
    if same is False:
        faults.append("The file is not the one the receipt was given for.")
    return Verified(document=document, faults=tuple(faults), same_file=same)


def _read(receipt: bytes) -> tuple[Document, str] | None:
    if len(receipt) > _LARGEST:
        return None
    try:
        whole = json.loads(receipt.decode("ascii"))
        json.dumps(whole, ensure_ascii=False).encode()  # half a character can be shown to nobody
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict):
        return None
    document, signature = whole.get(_SIGNED), whole.get(_SIGNATURE)
    if not isinstance(document, dict) or not isinstance(signature, str):
        return None
    return document, signature


def _fault(receipt: bytes, document: Document, signature: str, keys: Keys) -> str | None:
    """Why a receipt is not to be believed; None if it is."""
    name = document.get("key")
    public = keys.get(name) if isinstance(name, str) else None
    if public is None:
        return (
            "The receipt names a key that is not among those published. It was changed, or another "
            "service gave it."
        )
    if receipt != _form(document, signature):
        return "The receipt was changed since it was given."
    try:
        signed = b64decode(signature, validate=True)
        _public(public).verify(signed, canonical(document).encode("ascii"))
    except (ValueError, InvalidSignature):
        return "The receipt was changed since it was given, or was not given by this service."
    if b64encode(signed).decode("ascii") != signature:
        return "The receipt was changed since it was given."
    return None


def _public(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True))
