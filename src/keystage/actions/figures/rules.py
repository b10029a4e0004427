"""The rules of a release: the year's tables at its stage, with those that were given or derived."""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from keystage.core.errors import StatuteError
from keystage.statute.loader import load_year, releases_of
from keystage.statute.table import RELEASES, Release
from keystage.statute.year import Year
from keystage.store.models import FiguresRelease


def statute_release(year: int, stage: str) -> Release:
    """The statutory release whose tables hold at a stage.

    The stage's own where it is shipped; else the last one before it; else the first there is.

    Raises:
        UsageError: there is no such year.
    """
    shipped = releases_of(year)
    last = RELEASES.index(next((one for one in RELEASES if one == stage), RELEASES[0]))
    reached = [one for one in shipped if RELEASES.index(one) <= last]
    return reached[-1] if reached else shipped[0]


def rules_of(release: FiguresRelease) -> Year:
    """The rules a release is computed by.

    Raises:
        KeystageError: there is no such year, or the tables it was given are refused.
    """
    return rules(release.year, release.stage, release.rules)


def rules(year: int, stage: str, tables: str = "") -> Year:
    """The year's rules at a stage.

    Args:
        year: the summer of the tests.
        stage: how far the data have come.
        tables: a statute file whose tables go before those shipped; empty for none.

    Raises:
        UsageError: there is no such year.
        StatuteError: the tables are refused.
    """
    name = statute_release(year, stage)
    if not tables:
        return load_year(year, name)
    with TemporaryDirectory() as folder:
        file = Path(folder, "reference.toml")
        file.write_text(tables, encoding="utf-8")
        try:
            return load_year(year, name, file)
        except StatuteError as error:
            where = error.where.replace(f"{folder}/", "")
            raise StatuteError(error.what, where=where, todo=error.todo) from error


def digest(content: bytes) -> str:
    """The hash by which content is known."""
    return hashlib.sha256(content).hexdigest()
