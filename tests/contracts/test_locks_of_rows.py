"""Rows are locked in one way: without what they belong to, and with their keys free."""

from pathlib import Path

import keystage

_SRC = Path(keystage.__file__).parent
_HERE = _SRC / "actions" / "locks.py"


def test_rows_are_locked_in_one_place_alone() -> None:
    elsewhere = [
        str(path.relative_to(_SRC))
        for path in sorted(_SRC.rglob("*.py"))
        if path != _HERE and "select_for_update" in path.read_text("utf-8")
    ]

    assert elsewhere == [], "Use locking() of actions/locks.py, which says the order."
    assert 'select_for_update(of=("self",), no_key=True)' in _HERE.read_text("utf-8")
