"""The methodology page: the worked examples of ``tests/spec``, in the order of its files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent
from types import ModuleType

from keystage.cli.pages import markdown
from keystage.cli.pages.example import COMPLETE, PLAIN, Example

SPECIFICATION = Path("tests/spec")
_TEST = "test_"
_INTRODUCTION = (
    """Each rule below is a test that runs the `keystage` command on the pupils shown and compares
every figure. Pupils, schools and trusts are invented. Unless another year is named, the year is
2022, the release provisional.""",
    """A figure is its *top* over its *bottom* (a percentage is that times 100). *Printed* is the
rounded figure; *published* is what a published table shows, which may be a code that withholds
it. `pupils` is a number of pupils alike.""",
)
_SCORES = "A score with no outcome beside it is AS where it reaches the standard and NS below."


@dataclass(frozen=True)
class Rule:
    """A rule in words, with its examples."""

    title: str
    words: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Chapter:
    """A module of the specification."""

    title: str
    words: str
    rules: tuple[Rule, ...]


def chapters(folder: Path = SPECIFICATION) -> tuple[Chapter, ...]:
    """Every chapter, its examples kept and not run.

    Args:
        folder: where the specification tests lie; a checkout has them, an installed package not.
    """
    return tuple(_chapter(path) for path in sorted(folder.glob("test_*.py"), key=_order))


def _order(path: Path) -> tuple[int, str]:
    number = path.stem.removeprefix(_TEST).split("_")[0]
    return (int(number) if number.isdigit() else 0, path.stem)


def _chapter(path: Path) -> Chapter:
    module = _imported(path)
    title, _, words = cleandoc(module.__doc__ or path.stem).partition("\n")
    rules = [_rule(name, test) for name, test in _tests(module)]
    return Chapter(title.rstrip("."), words.strip(), tuple(rules))


def _imported(path: Path) -> ModuleType:
    found = spec_from_file_location(f"keystage_specification_{path.stem}", path)
    if found is None or found.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _tests(module: ModuleType) -> Iterator[tuple[str, Callable[..., None]]]:
    for name, value in vars(module).items():
        if name.startswith(_TEST) and callable(value):
            yield name, value


def _rule(name: str, test: Callable[..., None]) -> Rule:
    kept: list[Example] = []
    test(kept.append)
    title = name.removeprefix(_TEST).replace("_", " ").capitalize()
    return Rule(_spelt(title), cleandoc(test.__doc__ or ""), tuple(kept))


def _spelt(title: str) -> str:
    names = {"jamie": "Jamie", "gps": "GPS", "sen": "SEN", "b": "B", "jamies": "Jamie's"}
    first, *rest = [names.get(word.casefold(), word) for word in title.split(" ")]
    return " ".join([first, *rest])


def worked_examples() -> str:
    """The page of worked examples."""
    plain = ", ".join(f"{markdown.code(name)} {value}" for name, value in PLAIN.items())
    blocks = [*_INTRODUCTION, f"Columns that are not shown hold: {plain}. {_SCORES}"]
    for chapter in chapters():
        blocks += [f"## {chapter.title}", chapter.words]
        for rule in chapter.rules:
            blocks += [f"### {rule.title}", rule.words]
            blocks += [part for example in rule.examples for part in _parts(example)]
    return markdown.page("Worked examples", *blocks)


def _parts(example: Example) -> Iterator[str]:
    if (example.year, example.release) != COMPLETE:
        yield f"Year: {example.year} {example.release}."
    if example.statute:
        yield "With the statute file:"
        yield markdown.block(dedent(example.statute).strip())
    for label in ("schools", "pupils", "progress", "figures", "trusts"):
        drawing = getattr(example, label)
        if drawing:
            yield f"{label.capitalize()}:"
            yield markdown.block(dedent(drawing).strip("\n"))
    if example.findings:
        yield f"Findings: {example.findings}."
    if example.refused:
        code, words = example.refused
        yield f"The file is refused (exit code {code}): “{words}”."
