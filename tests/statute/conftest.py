"""Statute files with one thing changed, and how they are refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from keystage.core.errors import StatuteError
from keystage.statute.loader import YEARS, assemble
from keystage.statute.reading import read
from keystage.statute.table import Release

Refused = Callable[..., StatuteError]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """How a shipped year is refused once ``old`` stands for ``new`` in one of its files."""

    def refuse(
        old: str, new: str, *, stem: str = "provisional", year: int = 2022, release: str = ""
    ) -> StatuteError:
        kind: Release = release or ("provisional" if year in {2022, 2026} else "final")  # type: ignore[assignment]  # a test's own word
        documents = []
        for name in ("year", kind):
            text = (YEARS / str(year) / f"{name}.toml").read_text("utf-8")
            if name == stem:
                assert text.count(old) >= 1, f"nothing to change: {old}"
                text = text.replace(old, new, 1)
            path = tmp_path / f"{name}.toml"
            path.write_text(text, "utf-8")
            documents.append(read(path, path.name))
        with pytest.raises(StatuteError) as caught:
            assemble(tuple(documents), year, kind)
        return caught.value

    return refuse


@pytest.fixture
def refusal_of(refused: Refused, tmp_path: Path) -> Callable[[str, str, str, str, str, str], None]:
    """Check the sentence, and that the place named is the table and the line meant."""

    def check(stem: str, old: str, new: str, sentence: str, table: str, on_line: str) -> None:
        error = refused(old, new, stem=stem)
        assert error.what == sentence
        place, line = error.where.rsplit(" ", 1)
        assert place == f"{stem}.toml, table [{table}], line"
        lines = (tmp_path / f"{stem}.toml").read_text("utf-8").splitlines()
        assert on_line in lines[int(line) - 1]
        assert error.todo

    return check
