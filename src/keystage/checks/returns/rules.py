"""Values that rules about returns ask by: data, each with its reason."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from keystage.core.errors import StatuteError
from keystage.core.subjects import Subject
from keystage.statute.collection_codes import Group
from keystage.statute.table import Record

_FILE = Path(__file__).parent / "rules.toml"


class SexElement(Record, frozen=True, kw_only=True):
    """The last version that may name a pupil's sex Gender, and the first that may name it Sex."""

    gender_to_version: int
    sex_from_version: int
    basis: str


class Assessment(Record, frozen=True, kw_only=True):
    """The method by which result rows say that they are teacher assessments."""

    method: str
    basis: str


class Shift(Record, frozen=True, kw_only=True):
    """From which share and number of values of another subject on a column is said to slip.

    The share is also that of pupils without a judgement from which on a column is said to be blank.
    """

    percent: int
    pupils: int
    basis: str


class Values(Record, frozen=True, kw_only=True):
    """Some values of one subject: codes, and codes of some groups."""

    subject: Subject
    codes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


class Unusual(Record, frozen=True, kw_only=True):
    """Values of two subjects that are seldom true together, and the check that asks."""

    code: str
    one: Values
    other: Values
    basis: str


class Rules(Record, frozen=True, kw_only=True):
    """All of them."""

    sex_element: SexElement
    assessment: Assessment
    shift: Shift
    unusual: tuple[Unusual, ...]


def decode_rules(text: str, name: str) -> Rules:
    """The values in the text of a rules file.

    Raises:
        StatuteError: it is no TOML or not of the form.
    """
    try:
        return msgspec.convert(tomllib.loads(text), Rules)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise StatuteError(
            f"The values of the rules cannot be read: {error}.",
            where=name,
            todo="Write each table with its values and its basis.",
        ) from None


@cache
def rules() -> Rules:
    """The shipped values."""
    return decode_rules(_FILE.read_text(encoding="utf-8"), _FILE.name)
