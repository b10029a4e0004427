"""Files brought into a season in tests: looked at, applied and undone."""

from typing import Any

from keystage.actions.by import By
from keystage.actions.imports import applying
from keystage.actions.imports.shapes import Preview
from keystage.store.models import Import, Person


def seen(file: Import, classes: Any = None) -> Preview:
    """What applying everything would change."""
    return applying.preview(file, "everything", classes=classes)


def apply(file: Import, who: Person, classes: Any = None) -> Import:
    """Apply what was seen."""
    return applying.apply(
        file=file,
        mode="everything",
        seal=seen(file, classes).seal,
        by=By(who),
        classes=classes,
        reason="It came late",
    )


def undo(file: Import, who: Person, **more: Any) -> Import:
    """Take it back."""
    return applying.undo(file=file, by=By(who), reason="It was the wrong list", **more)
