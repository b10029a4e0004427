"""The error for a sheet that is not read at all."""

from pathlib import Path

from keystage.core.errors import InputError
from keystage.records.returns import Fault


class SheetRefusedError(InputError):
    """A sheet is refused whole.

    Args:
        what: what is wrong, as a sentence.
        fault: which of the faults of a file it is.
        path: the file.
        line: the row it was found in, if it has one.
        todo: what the reader can do about it, as a sentence.
    """

    def __init__(
        self, what: str, *, fault: Fault, path: Path, line: int | None = None, todo: str
    ) -> None:
        """Keep the fault and the row beside the sentence."""
        self.fault, self.line = fault, line
        super().__init__(
            what, where=str(path) if line is None else f"{path}, line {line}", todo=todo
        )
