"""What a system may be let do, and the permission that each of it stands for."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from keystage.access.permissions import Permission
from keystage.access.rights import Level


class Scope(StrEnum):
    """One thing that a system may be let do.

    ``permission`` and ``level`` are what a person would need for it, ``sentence`` says what it is.
    """

    permission: Permission
    level: Level
    sentence: str

    def __new__(cls, value: str, permission: Permission, level: Level, sentence: str = "") -> Self:
        """A scope is its name; what it stands for goes with it."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.permission, made.level, made.sentence = permission, level, sentence
        return made

    ROLL_READ = "roll:read", Permission.SEE_PUPILS, Level.NAMED, "Fetch the roll"
    ROLL_WRITE = (
        "roll:write",
        Permission.EDIT_ROLL,
        Level.NAMED,
        "Send the roll, for a person to look at before anything changes",
    )
    REGISTRATION_READ = (
        "registration:read",
        Permission.SEE_REGISTRATIONS,
        Level.NAMED,
        "Fetch how pupils are registered for the tests",
    )
    REGISTRATION_WRITE = (
        "registration:write",
        Permission.MANAGE_COHORT,
        Level.NAMED,
        "Change how pupils are registered for the tests",
    )
    RETURNS_UPLOAD = (
        "returns:upload",
        Permission.PREPARE_SUBMISSION,
        Level.NAMED,
        "Upload files of teacher assessments and have them checked",
    )
    RETURNS_SUBMIT = (
        "returns:submit",
        Permission.SUBMIT,
        Level.NAMED,
        "Submit a file that it uploaded, without asking a person each time",
    )
    RETURNS_READ = (
        "returns:read",
        Permission.SEE_PUPILS,
        Level.NAMED,
        "Fetch what was sent, its findings, numbers and receipts",
    )
    RESULTS_READ = (
        "results:read",
        Permission.DOWNLOAD_RESULTS,
        Level.NAMED,
        "Fetch test results once they are released",
    )


def scopes_of(words: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes of their names, in their own order; what is none is left out."""
    named = set(words)
    return tuple(scope for scope in Scope if scope.value in named)
