"""The pack of a year: what a mark sheet is made from, with the digest of the file it lies in."""

import hashlib
from dataclasses import dataclass

from keystage.statute.collection_loader import collection_file, load_collection


@dataclass(frozen=True)
class Pack:
    """The codes and rules of one year as they lie in this version of the program.

    Attributes:
        year: the year of the results.
        label: the academic year, for people.
        version: the version of transfer files the year uses.
        checksum: SHA-256 of the year's file; another checksum is another pack.
    """

    year: int
    label: str
    version: str
    checksum: str


def load_pack(year: int) -> Pack:
    """The pack of a year.

    Raises:
        UsageError: there is none of this year.
    """
    collection = load_collection(year)
    data = collection_file(year).read_bytes()
    return Pack(
        year=year,
        label=collection.year.label,
        version=collection.format.version,
        checksum=hashlib.sha256(data).hexdigest(),
    )
