"""Contents and pupils of releases of figures are opened for people in one place alone."""

import ast
from collections.abc import Iterator, Mapping

CONTENTS = "keystage.flows.figures.contents"
#: Who opens what a release keeps, and why it is not for a person to read as it is.
DECODES = {
    "actions/checking/effects.py": "figures beside those of a change, for who may ask for it",
    "actions/figures/computing.py": "what the next release is withheld beside and compared with",
    "actions/figures/history.py": "what is published of the school that a school was before",
    "actions/figures/looked_at.py": "what a pack of results day is withheld beside",
    "actions/figures/seeing.py": "the place itself",
}
#: Modules of pages that give figures as files.
GIVES = ("web/figures/", "web/figures_units/", "web/figures_packs/")
QUERIES = {"contents", "tables", "pupils"}
ASKED = {"filter", "all", "first", "get", "values_list", "iterator", "exclude", "order_by"}


def test_contents_are_decoded_where_the_level_of_data_is_decided(
    trees: Mapping[str, ast.Module],
) -> None:
    found = {
        name
        for name, tree in trees.items()
        if name.startswith(("actions/", "web/")) and "decode" in imported(tree, CONTENTS)
    }
    assert found - DECODES.keys() == set(), "ask keystage.actions.figures.seeing"
    assert DECODES.keys() - found == set(), "these decode none"


def test_no_page_asks_the_database_for_what_a_release_keeps(
    trees: Mapping[str, ast.Module],
) -> None:
    pages = {name: tree for name, tree in trees.items() if name.startswith("web/figures")}
    assert pages
    found = [f"{name}, line {line}" for name, tree in pages.items() for line in queried(tree)]
    assert found == [], "ask keystage.actions.figures.seeing"


def test_packs_and_websites_are_made_of_suppressed_contents_alone(
    trees: Mapping[str, ast.Module],
) -> None:
    made = trees["actions/figures_packs/making.py"]
    functions = {
        node.name: {call.func.id for call in ast.walk(node)
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}
        for node in made.body if isinstance(node, ast.FunctionDef)
    }  # fmt: skip
    for name in ("pack_for", "website_for"):
        assert "suppressed_for" in functions[name]
        assert "content_for" not in functions[name]


def test_whoever_gives_figures_as_a_file_writes_it_down(trees: Mapping[str, ast.Module]) -> None:
    """In each function that answers with a file, or in one it calls in its own module."""
    bare = []
    for name, tree in trees.items():
        if not name.startswith(GIVES):
            continue
        calls = {
            node.name: {
                call.func.id
                for call in ast.walk(node)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            }
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
        }
        writers = {one for one, called in calls.items() if "taken_away" in called}
        bare += [
            f"{name}: {one}"
            for one, called in calls.items()
            if "attached" in called and not called & {"taken_away", *writers} and one not in writers
        ]
    assert bare == []


def imported(tree: ast.Module, module: str) -> set[str]:
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }


def queried(tree: ast.Module) -> Iterator[int]:
    """Lines with ``release.contents.filter(…)``, and those that import the tables themselves."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ASKED
            and isinstance(node.value, ast.Attribute)
            and node.value.attr in QUERIES
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in {"release", "found", "figures"}
        ):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and any(
            alias.name == "FiguresPupils" for alias in node.names
        ):
            yield node.lineno


def test_what_asks_the_database_is_recognised() -> None:
    text = "release.contents.filter(kind='school')\nfound.tables.first()\nfound.pupils\n"
    assert list(queried(ast.parse(text))) == [1, 2]
