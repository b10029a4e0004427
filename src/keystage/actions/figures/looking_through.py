"""Files that a release is to be made of, looked through for faults by file, line and column.

Files that are small enough to be read while a person waits are looked through before a worker
begins; of larger ones the worker that refuses them keeps the list.
"""

from keystage.actions.errors import RefusedError
from keystage.actions.figures.asking import Given, files_of
from keystage.actions.figures.faults import Fault, faults_in
from keystage.actions.figures.rules import rules
from keystage.formats.ctf.limits import UPLOAD
from keystage.store.models import FiguresInput

#: Faults of each check and column that are told.
_TOLD = 20
_What = FiguresInput.What


def is_quick(given: Given) -> bool:
    """Whether the files are so small that a person may wait until they are looked through."""
    return sum(len(file.content) for file in files_of(given).values()) <= UPLOAD.file_bytes


def faults_of(given: Given) -> tuple[Fault, ...]:
    """Everything for which the files of a release are refused; a few of each kind.

    Args:
        given: what a release is to be made of.

    Raises:
        KeystageError: the year has no such rules, or the tables given are refused.
    """
    files = files_of(given)
    tables = files.get(_What.REFERENCE)
    try:
        text = tables.content.decode("utf-8-sig") if tables else ""
    except UnicodeDecodeError as error:
        raise RefusedError(
            "The tables of the year are no text.", todo="Save the file as UTF-8."
        ) from error
    named = {what: (file.name, file.content) for what, file in files.items()}
    return faults_in(named, rules(given.year, given.stage, text), _TOLD)
