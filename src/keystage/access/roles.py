"""The roles, read from ``roles.toml``: labels, scopes, rights, and the terms of grants."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from keystage.access.permissions import Permission
from keystage.access.places import Scope
from keystage.access.rights import Condition, Right
from keystage.core.errors import InputError

T = TypeVar("T")
Family = Literal["school", "reader", "group", "authority", "national", "oversight"]

_FILE = "roles.toml"
_FIRST = re.compile(r"^(.*?)(?: - at `\$\.?(.*)`)?$", re.DOTALL)
_PERMISSIONS = {one.value: one for one in Permission}


class _Strict(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A part of the file: frozen, and strict about names."""


class Source(_Strict, frozen=True, kw_only=True):
    """Where something comes from, and the day it was read."""

    title: str
    read_on: date


class Term(_Strict, frozen=True, kw_only=True):
    """A number of days, and its source."""

    days: int
    source: str


class Terms(_Strict, frozen=True, kw_only=True):
    """How long grants and accounts last.

    ``after_season``: a grant ends so long after its season. ``time_limited``: the longest grant
    that gives a time-limited right. ``review``: all grants are looked at once in so long.
    ``dormant``: an account nobody used for so long is dormant.
    """

    after_season: Term
    time_limited: Term
    review: Term
    dormant: Term


class _Written(_Strict, frozen=True, kw_only=True):
    """A role as it is written, but for its rights."""

    label: str
    sentence: str
    family: Family
    scopes: tuple[Scope, ...]
    source: str
    longest_days: int | None = None
    note: str = ""


class Role(_Strict, frozen=True, kw_only=True):
    """A bundle of rights, with a label and a sentence for people.

    ``scopes``: what it may be given over, the usual first. ``longest_days``: how long one grant may
    last, a longer one counting for nothing; None for no limit. ``rights``: what it may do; what is
    not there, it may not.
    """

    key: str
    label: str
    sentence: str
    family: Family
    scopes: tuple[Scope, ...]
    source: str
    rights: Mapping[Permission, Right]
    longest_days: int | None = None
    note: str = ""

    @property
    def scope(self) -> Scope:
        """What it is usually given over."""
        return self.scopes[0]

    def may_be(self, scope: Scope, days: int) -> bool:
        """Whether it may be given over a scope, for so many days."""
        return scope in self.scopes and (self.longest_days is None or days <= self.longest_days)

    @property
    def manages_people(self) -> bool:
        """Whether who holds it is an account manager, able to give every role there."""
        right = self.rights.get(Permission.MANAGE_PEOPLE)
        return right is not None and Condition.STRUCTURE_ONLY not in right.conditions


class Roles(_Strict, frozen=True, kw_only=True):
    """All roles by key, the terms of grants, and the sources."""

    sources: Mapping[str, Source]
    terms: Terms
    roles: Mapping[str, Role]

    def allowing(self, permission: Permission) -> tuple[Role, ...]:
        """The roles that have a permission, in the order of the file."""
        return tuple(role for role in self.roles.values() if permission in role.rights)

    def default_end(self, role: str, starts: date, season_end: date) -> date:
        """The last day of a grant for which nobody says another.

        Args:
            role: its key.
            starts: the grant's first day.
            season_end: the last day of the season the grant is for.
        """
        end = season_end + timedelta(days=self.terms.after_season.days)
        longest = self.roles[role].longest_days
        return end if longest is None else min(end, starts + timedelta(days=longest - 1))

    def dormant(self, last_seen: date, on: date) -> bool:
        """Whether an account last used on a day is dormant on another."""
        return (on - last_seen).days > self.terms.dormant.days


@cache
def load_roles() -> Roles:
    """The shipped roles."""
    return read_roles((Path(__file__).parent / _FILE).read_text(encoding="utf-8"))


def read_roles(text: str, name: str = _FILE) -> Roles:
    """Read the roles of a file's text.

    Raises:
        InputError: it is no TOML, or a key is missing, unknown or holds what it may not; the
            sentence names the role and the key.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"The file is not valid TOML ({error}).", where=name, todo="Correct the line."
        ) from None
    tables = {key: _table(raw, key, name) for key in ("sources", "terms", "roles")}
    for key in raw.keys() - tables.keys():
        raise InputError(f"There is no table {key}.", where=name, todo="Remove it.")
    sources = {
        key: _convert(value, Source, f"{name}, source {key}")
        for key, value in tables["sources"].items()
    }
    terms = _convert(tables["terms"], Terms, f"{name}, terms")
    roles = {
        key: _role(key, value, f"{name}, role {key}") for key, value in tables["roles"].items()
    }
    cited = {f"terms, {key}": getattr(terms, key).source for key in terms.__struct_fields__}
    cited |= {f"role {key}, key source": role.source for key, role in roles.items()}
    for place, source in cited.items():
        if source not in sources:
            raise InputError(
                f"There is no source {source}.",
                where=f"{name}, {place}",
                todo="Name one of [sources.…], or add it there.",
            )
    return Roles(sources=sources, terms=terms, roles=roles)


def _table(raw: Mapping[str, Any], key: str, place: str) -> dict[str, Any]:
    if not isinstance(raw.get(key), dict):
        raise InputError(f"There is no table {key}.", where=place, todo="Add it.")
    return dict(raw[key])


def _role(key: str, raw: Any, place: str) -> Role:
    raw = _table({"role": raw}, "role", place)
    rights = {
        _permission(name, place): _right(value, f"{place}, key {name}")
        for name, value in _table(raw, "rights", place).items()
    }
    written = _convert({k: v for k, v in raw.items() if k != "rights"}, _Written, place)
    if not written.scopes:
        raise InputError("The role has no scope.", where=f"{place}, key scopes", todo="Name one.")
    for permission, right in rights.items():
        if Condition.OWN_CLASSES in right.conditions and written.scopes != (Scope.CLASSES,):
            raise InputError(
                "Only a role whose one scope is classes has rights in own classes.",
                where=f"{place}, key {permission}",
                todo="Take the condition own_classes away, or correct the scopes.",
            )
    return Role(key=key, rights=rights, **msgspec.structs.asdict(written))


def _permission(name: str, place: str) -> Permission:
    if name not in _PERMISSIONS:
        raise InputError(
            f"There is no permission {name}.",
            where=f"{place}, key {name}",
            todo="Use a name of keystage.access.permissions.Permission.",
        )
    return _PERMISSIONS[name]


def _right(raw: Any, place: str) -> Right:
    if isinstance(raw, str):
        raw = {"level": raw}
    return _convert(raw, Right, place)


def _convert(raw: Any, kind: type[T], place: str) -> T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        match = _FIRST.match(str(error))
        what, key = (match[1], match[2]) if match else (str(error), "")
        raise InputError(
            f"What is written does not fit: {what}.",
            where=f"{place}, key {key}" if key else place,
            todo="Write it as the other entries of the file are written.",
        ) from None
