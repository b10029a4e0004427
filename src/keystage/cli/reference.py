"""The choice between a published and a derived national reference."""

from enum import StrEnum


class Reference(StrEnum):
    """Where the national reference comes from."""

    PUBLISHED = "published"
    DERIVED = "derived"
