"""Every broken, hostile and odd file gets what the index says; none crashes, hangs or passes."""

import time
import tomllib
from pathlib import Path

import make_corpus
import pytest

from keystage.checks.returns.run import run_returns
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.records.returns import ReturnSet
from keystage.statute.collection_loader import load_collection

INDEX = tomllib.loads((make_corpus.FOLDER / make_corpus.INDEX).read_text(encoding="utf-8"))
ENTRIES = {entry["file"]: entry for entry in INDEX["files"]}
FOUND = {name: entry["code"] for name, entry in ENTRIES.items() if "code" in entry}
SECONDS = 2
LARGEST = 16_000


def read(name: str) -> ReturnSet:
    return read_returns([make_corpus.FOLDER / name], load_profile())


@pytest.mark.parametrize("name", ENTRIES)
def test_each_file_gets_its_fault_or_is_read(name: str) -> None:
    expected = ENTRIES[name]
    start = time.perf_counter()
    found = read(name)

    assert time.perf_counter() - start < SECONDS
    assert sorted(found.faults["fault"]) == expected["faults"]
    assert found.files["form"].count() == expected["read"]
    if "line" in expected:
        assert expected["line"] in found.faults["line"]


@pytest.mark.parametrize("name", ENTRIES)
def test_each_refusal_is_a_sentence_and_leaves_nothing_behind(name: str) -> None:
    found = read(name)
    refused = found.files.filter(found.files["form"].is_null())["file"].to_list()

    reasons = found.faults["reason"].to_list()
    assert [reason for reason in reasons if reason[0].islower() or reason[-1] != "."] == []
    assert not found.pupils["file"].is_in(refused).any()
    assert not found.results["file"].is_in(refused).any()


@pytest.mark.parametrize(("name", "code"), FOUND.items())
def test_what_a_reader_cannot_find_a_check_finds(name: str, code: str) -> None:
    data = (make_corpus.FOLDER / name).read_bytes()
    returns = read_returns([NamedBytes("9990301_CTF_NAALLLL_001.xml", data)], load_profile())
    findings = run_returns(returns, load_collection(2026), channel="preflight")

    assert code in findings.frame["code"]


def test_the_corpus_is_what_its_maker_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Archives apart: how tightly they are packed depends on the version of a library."""
    monkeypatch.setattr("sys.argv", ["make_corpus.py", str(tmp_path)])
    (tmp_path / "left_over.xml").write_text("<CTfile/>")
    make_corpus.main()
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in make_corpus.FOLDER.iterdir()}

    assert made.keys() == kept.keys()
    archives = {name for name, data in kept.items() if data.startswith(b"PK")}
    assert [name for name in kept.keys() - archives if made[name] != kept[name]] == []


def test_the_corpus_is_large_and_its_files_small() -> None:
    sizes = [path.stat().st_size for path in make_corpus.FOLDER.iterdir() if path.name in ENTRIES]

    assert len(sizes) == len(ENTRIES) >= 150
    assert max(sizes) < LARGEST
