"""Write the corpus of broken and hostile files, and its index.

    python tests/formats/ctf/make_corpus.py [FOLDER]

The same files come out each time; FOLDER is tests/examples/returns/broken unless another is named.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import corpus_values
import corpus_xml
import corpus_zip
from corpus_case import Case

FOLDER = Path(__file__).parents[2] / "examples" / "returns" / "broken"
INDEX = "corpus.toml"
_HEAD = """\
# Broken, hostile and odd files, made by tests/formats/ctf/make_corpus.py: what is wrong with each,
# how many files of it are read, the faults told of, the line where it is certain, and the code of
# the check that must find what a reader cannot.
"""


def every_case() -> Iterator[Case]:
    """Every case, in the order of the file names."""
    cases = [*corpus_xml.cases(), *corpus_zip.cases(), *corpus_values.cases()]
    yield from sorted(cases, key=lambda case: case.file)


def entry(case: Case) -> str:
    """The case in the index."""
    values: Mapping[str, object] = {
        "file": case.file,
        "wrong": case.wrong,
        "read": case.read,
        "faults": sorted(case.faults),
        "line": case.line,
        "code": case.code,
    }
    return "\n[[files]]\n" + "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
        for key, value in values.items()
        if value is not None
    )


def main() -> None:
    """Write every file and the index; remove what is no part of the corpus."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    cases = list(every_case())
    for case in cases:
        (folder / case.file).write_bytes(case.data)
    (folder / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    (folder / INDEX).write_text(_HEAD + "".join(map(entry, cases)), encoding="utf-8")
    wanted = {INDEX, ".gitattributes", *(case.file for case in cases)}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()


if __name__ == "__main__":
    main()
