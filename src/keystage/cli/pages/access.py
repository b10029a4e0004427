"""The page of roles and permissions: who may do what, at which level of data."""

from collections.abc import Iterator
from typing import get_args

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level, Right
from keystage.access.roles import Family, Role, Roles, load_roles
from keystage.cli.pages import markdown

_FAMILIES = {
    "school": "People who work in a school",
    "reader": "Governors, readers and receiving schools",
    "group": "Trusts and dioceses",
    "authority": "Local authorities",
    "national": "National bodies and the service",
    "oversight": "Auditors and inspectors",
}


def access_page() -> str:
    """The matrix of permissions, a table for each family of roles."""
    roles = load_roles()
    return markdown.page(
        "Roles and permissions",
        "A role gives permissions. A grant gives a role to a person, for one organisation, from "
        "one day to another. A person may hold several grants. What a role does not name it may "
        "not do. A page of an organisation that none of a person's grants reaches is not found. "
        "What is published needs no role.",
        "A cell says how much of pupils the permission shows, then the conditions. **yes**: "
        "allowed, and nothing about pupils is shown. An empty cell: not allowed.",
        markdown.table(("level", "what is shown"), _levels()),
        markdown.table(("condition", "what it means"), _conditions()),
        *(part for family in get_args(Family) for part in _family(roles, family)),
        "## Permissions",
        markdown.table(
            ("subject", "permission", "what it allows", "name"),
            ((one.subject, _words(one), one.sentence, markdown.code(one)) for one in Permission),
        ),
        "## How long grants last",
        markdown.table(("what", "days", "source"), _terms(roles)),
        "The last grant that lets somebody manage the people of an organisation cannot be removed. "
        "Nobody approves what they entered.",
        "## Sources",
        markdown.table(
            ("source", "title", "read"),
            (
                (markdown.code(key), one.title, str(one.read_on))
                for key, one in roles.sources.items()
            ),
        ),
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _levels() -> Iterator[tuple[str, str]]:
    for level in Level:
        yield "yes" if level is Level.NONE else level.value, level.sentence


def _conditions() -> Iterator[tuple[str, str]]:
    return ((_words(one), one.sentence) for one in Condition)


def _family(roles: Roles, family: str) -> Iterator[str]:
    held = [role for role in roles.roles.values() if role.family == family]
    yield f"## {_FAMILIES[family]}"
    yield markdown.listing(map(_about, held))
    yield markdown.table(
        ("permission", *(role.label for role in held)),
        (
            (_words(one), *(_cell(role.rights.get(one)) for role in held))
            for one in Permission
            if any(one in role.rights for role in held)
        ),
    )


def _about(role: Role) -> str:
    over = " or ".join(scope.sentence for scope in role.scopes)
    limit = f" For at most {role.longest_days} days." if role.longest_days else ""
    note = f" {role.note}" if role.note else ""
    source = f" Source: {markdown.code(role.source)}."
    return f"**{role.label}** ({over}). {role.sentence}{limit}{note}{source}"


def _cell(right: Right | None) -> str:
    if right is None:
        return ""
    level = "yes" if right.level is Level.NONE else right.level.value
    return "; ".join([level, *(_words(one) for one in Condition if one in right.conditions)])


def _terms(roles: Roles) -> Iterator[tuple[str, str, str]]:
    terms = roles.terms
    for what, term in (
        (
            "a grant ends, unless another day is given, this long after its season",
            terms.after_season,
        ),
        ("the longest grant that gives a time-limited permission", terms.time_limited),
        ("managers look at all grants once in", terms.review),
        ("an account nobody has used for this long is dormant", terms.dormant),
    ):
        yield what, str(term.days), markdown.code(term.source)
