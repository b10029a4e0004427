"""The error for a transfer file that is not read at all."""

from typing import TYPE_CHECKING

from keystage.core.errors import InputError

if TYPE_CHECKING:  # the tables of a return need the engine, and plain rows do without it
    from keystage.records.returns import Fault


class CtfRefusedError(InputError):
    """A file is refused whole: nothing of it is believed.

    Args:
        what: what is wrong, as a sentence.
        fault: which of the faults of a file it is.
        line: the line it was found in, if it has one.
        name: the name of the file.
        todo: what the reader can do about it, as a sentence.
    """

    def __init__(
        self,
        what: str,
        *,
        fault: "Fault",
        line: int | None = None,
        name: str = "",
        todo: str = "Export the file again, and send it as it is.",
    ) -> None:
        """Keep the fault and the line beside the sentence."""
        self.fault, self.line, self.name = fault, line, name
        place = [name] if name else []
        place += [] if line is None else [f"line {line}"]
        super().__init__(what, where=", ".join(place), todo=todo)
