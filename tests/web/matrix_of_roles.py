"""What each role may do, worked out from the file of roles and not by the code of the service."""

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keystage.access

#: How much is shown, most first.
LEVELS = ("named", "masked", "pseudonymised", "aggregate", "suppressed", "none")
#: Kept by the actions, or by the door itself.
KEPT = {"another_person", "second_person", "logged"}
#: What has to be given in so many words.
IN_WORDS = {"given", "time_limited"}
FILE = Path(keystage.access.__file__).parent / "roles.toml"
ROLES: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["roles"]


@dataclass(frozen=True)
class Held:
    """A role over a scope, with or without what has to be given in so many words."""

    role: str
    scope: str
    given: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """The kind of organisation it is given in."""
        return "school" if self.scope == "classes" else self.scope


def all_held() -> Iterator[Held]:
    """Every role over every scope; twice, if something of it has to be given."""
    for key, role in ROLES.items():
        givable = frozenset(
            name for name, right in role["rights"].items() if conditions(right) & IN_WORDS
        )
        for scope in role["scopes"]:
            yield Held(key, scope)
            if givable:
                yield Held(key, scope, givable)


def conditions(right: Any) -> set[str]:
    return set() if isinstance(right, str) else set(right.get("conditions", ()))


def reaches(held: Held, kind: str) -> bool:
    """Whether a role of an organisation reaches a page of it, or of a school within it."""
    return held.scope == "national" or kind in {held.kind, "school"}


def allowed(held: Held, permission: str, level: str, sees_to: Collection[str]) -> bool:
    """Whether a role opens a page that asks for a permission and shows data of a level."""
    right = ROLES[held.role]["rights"].get(permission)
    if right is None:
        return False
    has = right if isinstance(right, str) else right["level"]
    if LEVELS.index(has) > LEVELS.index(level):
        return False
    met = KEPT | set(sees_to) | {"own_classes"}
    if permission in held.given:
        met |= IN_WORDS
    return conditions(right) <= met
