"""One file of the corpus, and what is expected of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A file, what is wrong with it, and what a reader says.

    Attributes:
        file: its name.
        wrong: what is wrong, for people.
        content: text, or bytes as they are.
        read: how many files of it are read, well or with repairs.
        faults: the faults told of, in the order of their names.
        line: the line of the fault, where it is to be told exactly.
        code: the code of the check that must find it, if it is for a check to find.
        encoding: of text.
    """

    file: str
    wrong: str
    content: str | bytes
    read: int = 0
    faults: tuple[str, ...] = ()
    line: int | None = None
    code: str | None = None
    encoding: str = "utf-8"

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        content = self.content
        return content if isinstance(content, bytes) else content.encode(self.encoding)


def refused(
    file: str,
    wrong: str,
    content: str | bytes,
    fault: str,
    line: int | None,
    encoding: str = "utf-8",
) -> Case:
    """A file of which nothing is read."""
    return Case(file, wrong, content, faults=(fault,), line=line, encoding=encoding)
