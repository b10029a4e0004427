"""A school's figures of a release beside the same figures worked out again from its pupils."""

from collections.abc import Iterator
from dataclasses import dataclass

from keystage.core.errors import UsageError
from keystage.flows.figures.computed_again import Again
from keystage.flows.figures.contents import Content
from keystage.measures.explain import before_withholding
from keystage.measures.fields import field_named
from keystage.measures.parts import WHOLE
from keystage.web.figures.cells import signed

_NONE = "No figure"


@dataclass(frozen=True, kw_only=True)
class AgainRow:
    """A figure: what the release says, what the pupils give, and whether it is the same."""

    name: str
    label: str
    released: str
    again: str

    @property
    def same(self) -> bool:
        """Whether the figure follows from the pupils."""
        return self.released == self.again


def rows_of(content: Content, again: Again, school: int) -> tuple[AgainRow, ...]:
    """The figures of all pupils of a school, those that differ first.

    Figures of three years and of trusts rest on pupils outside the list and are left out, and so
    are figures that the release does not show.

    Args:
        content: what the release says of the school, complete.
        again: the school computed again.
        school: the URN.
    """
    rows = tuple(_rows(content, again, school))
    return tuple(sorted(rows, key=lambda row: row.same))


def _rows(content: Content, again: Again, school: int) -> Iterator[AgainRow]:
    table = again.computed.table
    for figure in content.figures:
        if figure.group != WHOLE or figure.state != "shown":
            continue
        try:
            field = field_named(figure.name, table.year)
        except UsageError:
            continue
        yield AgainRow(
            name=figure.name,
            label=figure.label,
            released=signed(figure.text),
            again=signed(before_withholding(field, table, school)) or _NONE,
        )
