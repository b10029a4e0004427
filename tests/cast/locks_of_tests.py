"""Watches in which order acts lock tables, so that no two of them wait for each other."""

from threading import local
from typing import Any

import pytest
from django.db.models import Model, QuerySet
from django.db.transaction import Atomic

from keystage.actions.locks import ORDER


class Watch:
    """Notes what is locked against the order of `ORDER` within one transaction."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._here = local()

    def start(self, patched: pytest.MonkeyPatch) -> None:
        """Look at every transaction and every lock from here on."""
        enter, leave, lock = Atomic.__enter__, Atomic.__exit__, QuerySet.select_for_update

        def entered(atomic: Any) -> None:
            self._here.depth = self._depth + 1
            enter(atomic)

        def left(atomic: Any, *error: Any) -> None:
            self._here.depth = self._depth - 1
            if self._here.depth <= 0:
                self._here.held = []
            leave(atomic, *error)

        def locked(rows: QuerySet[Any], *how: Any, **so: Any) -> QuerySet[Any]:
            if self._depth > 0:
                self._note(rows.model)
            return lock(rows, *how, **so)

        patched.setattr(Atomic, "__enter__", entered)
        patched.setattr(Atomic, "__exit__", left)
        patched.setattr(QuerySet, "select_for_update", locked)

    @property
    def _depth(self) -> int:
        return getattr(self._here, "depth", 0)

    def _note(self, model: type[Model]) -> None:
        held: list[type[Model]] = self._here.__dict__.setdefault("held", [])
        if model in held:
            return
        for other in held:
            if model not in ORDER or other not in ORDER:
                self.faults.append(f"{other.__name__}, then {model.__name__}: not in ORDER")
            elif ORDER.index(other) > ORDER.index(model):
                self.faults.append(f"{other.__name__}, then {model.__name__}")
        held.append(model)
