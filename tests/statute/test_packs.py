"""The pack of a year: what a mark sheet is made from."""

import hashlib

import pytest

from keystage.core.errors import UsageError
from keystage.statute.collection_loader import collection_file
from keystage.statute.packs import load_pack


def test_a_pack_is_the_file_of_its_year() -> None:
    pack = load_pack(2026)
    assert (pack.year, pack.label, pack.version) == (2026, "2025/26", "25.0")
    assert pack.checksum == hashlib.sha256(collection_file(2026).read_bytes()).hexdigest()


def test_there_is_no_pack_of_a_year_without_tests() -> None:
    with pytest.raises(UsageError, match="2020"):
        load_pack(2020)
