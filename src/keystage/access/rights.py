"""How far a right goes: the level of data, and what else must hold."""

from collections.abc import Iterable
from enum import Enum, StrEnum

from msgspec import Struct


class Level(Enum):
    """How much of pupils a right shows, most first.

    Levels are compared with `reaches` and `best`; they have no order of their own, because an
    alphabetical one would be mistaken for it.
    """

    NAMED = "named"
    MASKED = "masked"
    PSEUDONYMISED = "pseudonymised"
    AGGREGATE = "aggregate"
    SUPPRESSED = "suppressed"
    NONE = "none"

    @property
    def sentence(self) -> str:
        """What a person sees at this level."""
        return _LEVELS[self]

    def reaches(self, other: "Level") -> bool:
        """Whether what is shown at the other level may be shown at this one."""
        return _RANKS[self] <= _RANKS[other]

    @staticmethod
    def best(levels: Iterable["Level"]) -> "Level":
        """The level that shows most; `NONE` of no levels."""
        found = set(levels)
        return next((level for level in Level if level in found), Level.NONE)


_RANKS = {level: rank for rank, level in enumerate(Level)}
_LEVELS = {
    Level.NAMED: "pupils by name",
    Level.MASKED: "single pupils, with names and numbers hidden",
    Level.PSEUDONYMISED: "single pupils, under a made-up number",
    Level.AGGREGATE: "figures of groups, small ones included",
    Level.SUPPRESSED: "figures of groups, without those of few pupils",
    Level.NONE: "nothing about pupils",
}


class Condition(StrEnum):
    """What else must hold. The first four are held by the decision, the rest by the caller."""

    OWN_CLASSES = "own_classes"
    GIVEN = "given"
    AGREEMENT = "agreement"
    TIME_LIMITED = "time_limited"
    OWN_PUPILS = "own_pupils"
    OWN_INTAKE = "own_intake"
    OWN_ACTS = "own_acts"
    SAMPLED = "sampled"
    ON_RELEASE = "on_release"
    DAY_AFTER_RELEASE = "day_after_release"
    ANOTHER_PERSON = "another_person"
    SECOND_PERSON = "second_person"
    USER_AGREES = "user_agrees"
    LOGGED = "logged"
    STRUCTURE_ONLY = "structure_only"
    TECHNICAL_ONLY = "technical_only"
    RELEASES_ONLY = "releases_only"

    @property
    def sentence(self) -> str:
        """What must hold, to go on from the right's sentence."""
        return _CONDITIONS[self]


_CONDITIONS = {
    Condition.OWN_CLASSES: "own classes only",
    Condition.GIVEN: "only where the grant gives it in so many words",
    Condition.AGREEMENT: "only for schools that agreed to it",
    Condition.TIME_LIMITED: "only by a short grant that gives it in so many words",
    Condition.OWN_PUPILS: "own pupils only: those with special educational needs",
    Condition.OWN_INTAKE: "own intake only: pupils with a confirmed place",
    Condition.OWN_ACTS: "own acts only",
    Condition.SAMPLED: "pupils of the sample only",
    Condition.ON_RELEASE: "from the day results are released to schools",
    Condition.DAY_AFTER_RELEASE: "from the day after results are released to schools",
    Condition.ANOTHER_PERSON: "not by a person who entered it",
    Condition.SECOND_PERSON: "takes effect once a second person confirms it",
    Condition.USER_AGREES: "only while the person concerned agrees",
    Condition.LOGGED: "each look is recorded",
    Condition.STRUCTURE_ONLY: "organisations and accounts only, no roles over pupils",
    Condition.TECHNICAL_ONLY: "technical events only",
    Condition.RELEASES_ONLY: "events of publications only",
}


class Right(Struct, frozen=True, forbid_unknown_fields=True):
    """What a role gives for one permission: the level of data, and what else must hold."""

    level: Level
    conditions: frozenset[Condition] = frozenset()
