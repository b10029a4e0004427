"""The error tree. Every error meant for a person says what, where and what to do."""


class KeystageError(Exception):
    """An error whose sentence is meant for the person at the keyboard.

    Args:
        what: what is wrong, as a sentence.
        where: the file, table, line, row or cell it was found in.
        todo: what the reader can do about it, as a sentence.

    >>> print(InputError("The column URN is missing.", where="pupils.csv", todo="Add it."))
    pupils.csv: The column URN is missing. Add it.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        """Keep the three parts, so that a page can lay them out its own way."""
        self.what, self.where, self.todo = what, where, todo
        place = f"{where}: " if where else ""
        what = what if what.endswith((".", "?", "!")) else f"{what}."
        super().__init__(f"{place}{what} {todo}".rstrip())


class UsageError(KeystageError):
    """What was asked cannot be asked: an unknown year, figure or school."""

    exit_code = 2


class InputError(KeystageError):
    """A file given by the user cannot be read or breaks a rule."""

    exit_code = 3


class StatuteError(KeystageError):
    """A statutory year's file is refused: a gap, an overlap, a value with no source."""

    exit_code = 4


class AbsentValueError(KeystageError):
    """A statutory value is needed that nobody has published; the reason says why it is absent."""

    exit_code = 5


class DisagreementError(KeystageError):
    """Published figures and the engine's rules disagree."""

    exit_code = 6


class ReturnRefusedError(KeystageError):
    """A teacher assessment return has faults for which it would be refused."""

    exit_code = 7


class ReceiptError(KeystageError):
    """A receipt is not to be believed, or is another file's."""

    exit_code = 9


class ReceiptNotKeptError(KeystageError):
    """A return was submitted, and its receipt could not be written; it can be fetched again."""

    exit_code = 11


class UnreachableError(KeystageError):
    """A service that was asked could not be reached, or asks to be asked later."""

    exit_code = 10
