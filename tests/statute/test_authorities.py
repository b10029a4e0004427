"""Local authorities: who they are, and which numbers a pupil number may name."""

from pathlib import Path

import pytest

from keystage.cohort.england import nowhere
from keystage.core.errors import StatuteError
from keystage.flows.figures.naming import authority_name
from keystage.statute.authorities import assemble_authorities, load_authorities
from keystage.statute.reading import read

FILE = """
[sources.mine]
title = "Mine"
read_on = 2026-11-21
[names]
source = "mine"
confidence = "C"
names = { 999 = "Test" }
[issuers]
source = "mine"
confidence = "C"
ranges = [["001", "005"]]
[invented]
source = "mine"
confidence = "C"
names = { 999 = "Fable" }
"""


def test_authorities_have_their_names() -> None:
    names = load_authorities().names.names
    assert names["330"] == "Birmingham"
    assert names["838"] == "Dorset"
    assert names["999"] == "Test"


def test_what_is_invented_has_one_name_wherever_it_is_read() -> None:
    found = load_authorities()
    assert found.called(999) == found.called("999") == authority_name(999) == "Storyshire"
    assert nowhere().name == "Storyshire"
    assert "Storyshire" not in found.names.names.values()
    assert found.called(330) == "Birmingham"
    assert found.called(7) == "Local authority 7"


def test_pupil_numbers_may_name_former_authorities_too() -> None:
    found = load_authorities()
    assert {"001", "005", "661", "701", "820", "835", "943", "999"} <= found.issuing
    assert not found.issuing & {"000", "006", "200", "214", "900", "998"}
    assert found.numbers < found.issuing
    assert "820" not in found.numbers


@pytest.mark.parametrize(
    ("old", "new", "sentence", "where"),
    [
        ("999 =", "99 =", "The authority 99 has no number of three digits.", "[names], line 8"),
        ('"005"', '"5"', "The range 001 to 5 is none.", "[issuers], line 12"),
        ('"005"', '"000"', "The range 001 to 000 is none.", "[issuers], line 12"),
        ("[issuers]", "[issuing]", "There is no statutory table [issuing].", "[issuing], line 9"),
        ('"mine"', '"my"', "The source my is not among the file's sources.", "[names], line 6"),
        (
            '{ 999 = "Fable" }', '{ 998 = "Fable" }',
            "The invented authority 998 is none that is known.", "[invented], line 16",
        ),
        ('"Test"', "1", "999 should be text, not a whole number.", "[names], line 8"),
    ],
)  # fmt: skip
def test_a_file_with_one_thing_wrong_is_refused(
    old: str, new: str, sentence: str, where: str, tmp_path: Path
) -> None:
    path = tmp_path / "authorities.toml"
    path.write_text(FILE, "utf-8")
    assert assemble_authorities(read(path, "mine.toml")).issuing == {
        "001", "002", "003", "004", "005", "999",
    }  # fmt: skip
    path.write_text(FILE.replace(old, new, 1), "utf-8")
    with pytest.raises(StatuteError) as caught:
        assemble_authorities(read(path, "mine.toml"))
    assert caught.value.what == sentence
    assert caught.value.where == f"mine.toml, table {where}"
