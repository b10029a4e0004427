"""What a school settles before its pupils are registered: test orders, and who monitors it.

A maintained school is monitored by its authority and sent its tests unasked. Others agree with an
authority, and some order their tests; which of these keeps a kind of school from registering is
data of the year.
"""

from collections.abc import Mapping

from keystage.statute.table import Confidence, Record, Table


class SchoolKind(Record, frozen=True, kw_only=True):
    """A kind of school, and what it settles before its pupils are registered.

    Attributes:
        label: the kind for people.
        types: the types of establishments it is of: codes of ``school_types``.
        order: whether it orders its tests.
        agreement: whether it agrees with an authority on monitoring and moderation.
        blocks: whether nobody is registered until both are settled.
        elsewhere: whether an authority of another area may send for it, once the two have agreed.
        confidence: where it is lower than the table's.
    """

    label: str
    types: tuple[str, ...]
    order: bool = False
    agreement: bool = False
    blocks: bool = False
    elsewhere: bool = False
    confidence: Confidence | None = None


class Material(Record, frozen=True, kw_only=True):
    """What a test is ordered as."""

    label: str
    confidence: Confidence | None = None


class Entry(Table, frozen=True, kw_only=True):
    """Orders and agreements of one year.

    ``outside`` is the rule about an authority that sends for a school outside its area; ``kinds``
    and ``materials`` are those there are, the ordinary material first.
    """

    outside: str
    kinds: Mapping[str, SchoolKind]
    materials: Mapping[str, Material]

    def kind_of(self, school_type: str) -> SchoolKind | None:
        """The kind a type of establishment is of; None where the type is of none, or not known."""
        return next((one for one in self.kinds.values() if school_type in one.types), None)
