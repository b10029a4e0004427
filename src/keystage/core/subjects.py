"""The subjects of key stage 2 and the prefixes the department's files give them."""

from enum import StrEnum


class Subject(StrEnum):
    """A subject assessed at the end of key stage 2."""

    READING = "reading"
    WRITING = "writing"
    MATHS = "maths"
    GPS = "gps"
    SCIENCE = "science"

    @property
    def prefix(self) -> str:
        """The prefix of the subject's columns in the department's files, such as ``READ``."""
        return _PREFIX[self]

    @property
    def label(self) -> str:
        """The subject's name for people."""
        return _TITLE[self]


_PREFIX = {
    Subject.READING: "READ",
    Subject.WRITING: "WRIT",
    Subject.MATHS: "MAT",
    Subject.GPS: "GPS",
    Subject.SCIENCE: "SCI",
}
_TITLE = {
    Subject.READING: "reading",
    Subject.WRITING: "writing",
    Subject.MATHS: "maths",
    Subject.GPS: "grammar, punctuation and spelling",
    Subject.SCIENCE: "science",
}

TESTED = (Subject.READING, Subject.MATHS, Subject.GPS)
ASSESSED = (Subject.READING, Subject.WRITING, Subject.MATHS, Subject.SCIENCE)
IN_PROGRESS = (Subject.READING, Subject.WRITING, Subject.MATHS)
