"""The key that signs receipts, and every public key that ever did."""

from base64 import b64encode
from contextlib import suppress
from functools import lru_cache
from os import urandom
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils import timezone

from keystage.flows.receipts import Keys, key_name, private_of, public_of
from keystage.store.models import ReceiptKey

_BYTES = 32
_FILE = "receipt-key"


def signing_key() -> Ed25519PrivateKey:
    """The private key: of the setting, or of the file in the folder of the service.

    Raises:
        InputError: what is there is no key.
    """
    return private_of(settings.RECEIPT_KEY or made(settings.FOLDER))


def made(folder: Path) -> str:
    """The key in a folder, made if there is none; nobody but the service may read it."""
    file = folder / _FILE
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=folder, encoding="ascii") as new:  # made with mode 0600
            new.write(b64encode(urandom(_BYTES)).decode("ascii"))
            new.flush()
            with suppress(FileExistsError):  # of two that start together, the first one's holds
                file.hardlink_to(new.name)
    return file.read_text(encoding="ascii")


def kept(private: Ed25519PrivateKey) -> str:
    """The name of a key, whose public part is kept and published from now on."""
    public = public_of(private)
    name = _name_of(public)
    ReceiptKey.objects.get_or_create(
        name=name, defaults={"public": public, "first_used_at": timezone.now()}
    )
    return name


def published_keys() -> Keys:
    """Every public key that receipts were signed with, oldest first."""
    return dict(ReceiptKey.objects.values_list("name", "public"))


@lru_cache
def _name_of(public: str) -> str:
    return key_name(public)
