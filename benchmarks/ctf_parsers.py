"""Measure the reader of transfer files in one process, in turns with others that make its rows.

    python benchmarks/ctf_parsers.py TIMES

CPU time of every file of a set, one way after the other, time after time; the rows of all ways that
make rows must be the same. Prints the seconds of every turn as JSON.
"""

import json
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

import xmltodict
from lxml import etree

from ctf_files import school
from keystage.formats.ctf.batch import Batch, Header, Slots
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.rows import FileReader

FILES = 40
BROKEN = Path(__file__).parents[1] / "tests" / "examples" / "returns" / "broken"
IDENTITY = ("UPN", "Surname", "Forename", "DOB", "Sex")
PARTS = ("Locale", "Year", "Subject", "Method", "Component", "ResultStatus", "ResultQualifier")
Row = tuple[str | None, ...]


class Keystage:
    """The reader, which remembers what rows are about from file to file."""

    def __init__(self) -> None:
        """Start with no slots."""
        self.slots = Slots()
        self.reader = FileReader(self.slots)

    def read(self, data: bytes) -> list[Batch]:
        """The plain rows of a file."""
        return list(self.reader.read(data, Header()))

    def rows(self, batches: list[Batch]) -> list[Row]:
        """The same as single rows, to be compared."""
        keys = list(self.slots.keys)
        return [
            (*batch.identities[pupil - batch.first][:5], *keys[slot], result)
            for batch in batches
            for pupil, slot, result in zip(
                batch.result_pupils, batch.result_slots, batch.results, strict=True
            )
        ]


def with_standard_tree(data: bytes) -> list[Row]:
    """The rows, by the standard library's tree."""
    rows = []
    for pupil in ET.fromstring(data).iter("Pupil"):  # noqa: S314  # our own file
        identity = [pupil.findtext(name) for name in IDENTITY]
        for group in pupil.iterfind("StageAssessments/KeyStage"):
            stage = group.findtext("Stage")
            for one in group.iterfind("StageAssessment"):
                parts = {child.tag: child.text for child in one}
                values = [parts.get(name) for name in PARTS]
                rows.append((*identity, stage, *values, parts.get("Result")))
    return rows


def with_xmltodict(data: bytes) -> list[Row]:
    """The rows, by xmltodict."""
    lists = ("Pupil", "KeyStage", "StageAssessment")
    whole = xmltodict.parse(data, force_list=lists)
    rows = []
    for pupil in whole["CTfile"]["CTFpupilData"]["Pupil"]:
        identity = [pupil.get(name) for name in IDENTITY]
        for group in pupil["StageAssessments"]["KeyStage"]:
            for one in group["StageAssessment"]:
                values = [one.get(name) for name in PARTS]
                rows.append((*identity, group.get("Stage"), *values, one.get("Result")))
    return rows


def bare_expat(data: bytes) -> None:
    """Nothing but parsing, by expat."""
    expat.ParserCreate().Parse(data, True)


def main() -> None:
    """Measure and print."""
    times = int(sys.argv[1])
    files = [school(number).encode() for number in range(FILES)]
    ours = Keystage()
    for data in files:
        rows = ours.rows(ours.read(data))
        assert with_standard_tree(data) == rows
        assert with_xmltodict(data) == rows
    ways: dict[str, Callable[[bytes], object]] = {
        "expat, parse only": bare_expat,
        "lxml, parse only": etree.fromstring,
        "keystage": ours.read,
        "ElementTree": with_standard_tree,
        "xmltodict": with_xmltodict,
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):
        for name, way in ways.items():
            start = time.process_time()
            for data in files:
                way(data)
            seconds[name].append(time.process_time() - start)
    size = sum(map(len, files))
    print(json.dumps({"seconds": seconds, "size": size, "files": FILES, "refused": refusals()}))


def refusals() -> dict[str, float]:
    """The seconds it takes to refuse each hostile file; one that is read stops the run."""
    profile = load_profile()
    attacks = {
        path.name: path.read_bytes()
        for path in sorted(BROKEN.iterdir())
        if path.name.startswith(("doctype", "deep", "entity", "stylesheet", "zip_bomb", "utf7"))
    }
    attacks["a document of 10 MB, nothing but start tags"] = b"<CTfile>" + b"<a>" * 3_300_000
    attacks["an attribute of 10 MB"] = b'<CTfile a="' + b"x" * 10_000_000 + b'"><b>'
    attacks["a name of 10 MB"] = b"<CTfile><" + b"x" * 10_000_000
    taken = {}
    for name, data in attacks.items():
        start = time.perf_counter()
        found = read_returns([NamedBytes(name, data)], profile)
        taken[name] = time.perf_counter() - start
        bad = found.files.filter(found.files["form"].is_null())
        assert bad.height or "after_root" in name, name
    return taken


if __name__ == "__main__":
    main()
