"""Pages read what is kept and change nothing: every change is a function of the actions."""

import ast
from collections.abc import Iterator, Mapping

#: Methods that write, whatever they are called on.
WRITES = {
    "save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete",
    "adelete", "asave", "select_for_update",
}  # fmt: skip
#: What a query is made of: ``update`` writes only at the end of one.
QUERY = {"objects", "filter", "exclude", "all", "select_related", "order_by", "distinct"}
#: Where a name on this list is something else, and what.
ELSE = {"web/sign_in/forms.py": {"save": "the library's form, which writes nothing itself"}}


def test_no_page_writes(trees: Mapping[str, ast.Module]) -> None:
    found = [
        f"{name}, line {line}: {verb}"
        for name, tree in trees.items()
        if name.startswith("web/")
        for line, verb in written(tree)
        if verb not in ELSE.get(name, {})
    ]
    assert found == [], "make it a function of keystage.actions"


def written(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            verb = node.func.attr
            if verb in WRITES or (verb == "update" and QUERY & set(links(node.func.value))):
                yield node.lineno, verb


def links(node: ast.expr) -> Iterator[str]:
    """The names along ``Pupil.objects.filter(…).order_by(…)``."""
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        else:
            return


def test_what_writes_is_recognised() -> None:
    text = "Pupil.objects.filter(pk=1).update(a=1)\nfound.save()\nwords.update(a=1)\n"

    assert list(written(ast.parse(text))) == [(1, "update"), (2, "save")]
