"""How settings are read from the environment: words, numbers, lists, and the service's secret."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import dj_database_url
from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

_WORDS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def flag(name: str, *, default: bool) -> bool:
    """A yes or a no; an empty setting says nothing.

    Raises:
        ImproperlyConfigured: it says neither.
    """
    word = (os.environ.get(name) or str(default)).strip().lower()
    if word not in _WORDS:
        raise ImproperlyConfigured(f"{name} is yes or no, not {word!r}.")
    return _WORDS[word]


def number(name: str, default: int) -> int:
    """A whole number; an empty setting says nothing.

    Raises:
        ImproperlyConfigured: it is none.
    """
    word = (os.environ.get(name) or str(default)).strip()
    if not word.isdecimal():
        raise ImproperlyConfigured(f"{name} is a whole number, not {word!r}.")
    return int(word)


def listed(name: str, default: str = "") -> list[str]:
    """What stands between commas."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def database(folder: Path) -> DBConfig:
    """The database of ``DATABASE_URL``; the embedded one of the folder where that is empty."""
    url = os.environ.get("DATABASE_URL", "").strip() or f"sqlite:///{folder / 'keystage.sqlite3'}"
    return dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)


def secret(folder: Path, *, production: bool) -> str:
    """The secret that sessions and links are signed with; kept in the folder of a local service.

    Raises:
        ImproperlyConfigured: production has none.
    """
    if key := os.environ.get("KEYSTAGE_SECRET_KEY"):
        return key
    if production:
        raise ImproperlyConfigured("Set KEYSTAGE_SECRET_KEY: production makes none by itself.")
    file = folder / "secret-key"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=folder, encoding="ascii") as made:
            made.write(get_random_secret_key())
            made.flush()
            with suppress(FileExistsError):  # of two that start together, the first one's holds
                file.hardlink_to(made.name)
    return file.read_text(encoding="ascii")
