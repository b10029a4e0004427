"""Which engine made a release: another as soon as anything that figures are made by is another."""

from pathlib import Path

import pytest

import keystage
from keystage.flows.figures.engine import engine
from keystage.store.models import FiguresRelease


def test_the_engine_is_a_version_and_a_hash_that_fit_where_they_are_kept() -> None:
    version, digits = engine().split("+")

    assert version == keystage.__version__
    assert int(digits, 16)
    assert len(engine()) <= (FiguresRelease._meta.get_field("engine").max_length or 0)


@pytest.mark.parametrize(
    ("name", "engines"),
    [
        ("flows/figures/protecting.py", 2),
        ("flows/measures.py", 2),
        ("statute/years/2022/2022.toml", 2),
        ("measures/deep/figures.py", 2),
        ("web/views.py", 1),
        ("flows/checking/deciding.py", 1),
        ("measures/notes.txt", 1),
    ],
)
def test_it_is_another_with_each_file_that_figures_are_made_by(
    name: str, engines: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for said in ("one", "two"):
        package = tmp_path / said
        for file in (name, "core/errors.py"):
            (package / file).parent.mkdir(parents=True, exist_ok=True)
            (package / file).write_text(said if file == name else "same", encoding="utf-8")
        monkeypatch.setattr(keystage, "__file__", str(package / "__init__.py"))
        found.add(engine())

    assert len(found) == engines
