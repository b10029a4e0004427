"""What units are called: by their code, and for people."""

from collections.abc import Mapping
from typing import Any

from keystage.flows.figures.contents import Kind
from keystage.statute.authorities import load_authorities

#: The column of the measure table's units that holds a unit's code.
CODES: Mapping[Kind, str] = {
    "school": "URN",
    "la": "LEA",
    "region": "REGION",
    "national": "kind",
}


def code_of(kind: Kind, unit: Mapping[str, Any]) -> str:
    """What a unit is called by: see `contents.Content`."""
    return str(unit[CODES[kind]])


def name_of(kind: Kind, unit: Mapping[str, Any]) -> str:
    """The name of a unit, for people."""
    if kind == "la":
        return authority_name(unit["LEA"])
    return str(unit["name"] or f"School {unit['URN']}") if kind == "school" else str(unit["name"])


def authority_name(number: int) -> str:
    """The name of an authority; its number where it has none."""
    return load_authorities().called(number)
