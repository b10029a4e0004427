"""The error for an uploaded file that is not read at all, in the words of a page."""

from keystage.core.errors import InputError
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.records.returns import Fault


class RollRefusedError(InputError):
    """An uploaded file is refused whole: nothing of it is taken.

    Args:
        what: what is wrong, as a sentence.
        fault: which of the faults of a file it is.
        name: the name of the file.
        line: the line or row it was found in, if it has one.
        todo: what the reader can do about it, as a sentence.
    """

    def __init__(
        self, what: str, *, fault: Fault, name: str = "", line: int | None = None, todo: str
    ) -> None:
        """Keep the fault and the line beside the sentence."""
        self.fault, self.name, self.line = fault, name, line
        place = [name] if name else []
        place += [] if line is None else [f"line {line}"]
        super().__init__(what, where=", ".join(place), todo=todo)


def refusal_of(error: CtfRefusedError | SheetRefusedError, name: str) -> RollRefusedError:
    """The refusal of an upload for the refusal of a reader."""
    return RollRefusedError(
        error.what, fault=error.fault, name=name, line=error.line, todo=error.todo
    )
