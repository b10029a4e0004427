"""What makes a workbook a school's template: its hidden cells, and the digest over them."""

import hashlib
import json
import re
from collections.abc import Sequence

from msgspec import Struct

#: The names of the template's sheets; the last is hidden.
JUDGEMENTS, CODES, HIDDEN = "Judgements", "Codes", "Keystage template"
#: Rises when the template's shape changes, so that an older shape is told from an altered one.
LAYOUT = 1
HEADINGS = (
    "School number", "UPN", "Surname", "Forename", "Date of birth", "Sex",
    "Reading", "Writing", "Maths", "Science",
)  # fmt: skip
_NAME = re.compile(r"KS2_[0-9]{7}_[0-9]{3}", re.IGNORECASE)
_FACTS = ("layout", "year", "school", "version")
_HEADING, _PUPIL, _DIGEST = "heading", "pupil", "digest"


class Template(Struct, frozen=True, kw_only=True):
    """A template as it was made: for which year and school, the how-manieth, and of whom.

    Attributes:
        year: the year of the results.
        school: authority and establishment number, seven digits.
        version: which of the templates made for the school and year it is, from 1.
        upns: the UPNs of its pupils in their order; empty for a pupil who has none.
        headings: the headings of its columns in their order.
        layout: the shape of the workbook.
    """

    year: int
    school: str
    version: int
    upns: tuple[str, ...]
    headings: tuple[str, ...] = HEADINGS
    layout: int = LAYOUT

    @property
    def name(self) -> str:
        """The name of its file, as older guidance has it: KS2, the school and the version."""
        return f"KS2_{self.school}_{self.version:03d}.xlsx"

    @property
    def digest(self) -> str:
        """The digest of all it says."""
        return hashlib.sha256(json.dumps(self._cells()).encode()).hexdigest()

    def cells(self) -> list[tuple[str, str]]:
        """Its hidden cells by rows: what a cell is, and what it holds; the digest last."""
        return [*self._cells(), (_DIGEST, self.digest)]

    def _cells(self) -> list[tuple[str, str]]:
        return [
            *((fact, str(getattr(self, fact))) for fact in _FACTS),
            *((_HEADING, heading) for heading in self.headings),
            *((_PUPIL, upn) for upn in self.upns),
        ]


def named_as_template(name: str) -> bool:
    """Whether a file's name is one that templates have, whatever follows it.

    >>> named_as_template("KS2_9990301_001 (2).xlsx")
    True
    """
    return _NAME.match(name) is not None


def template_of(cells: Sequence[tuple[str, str]]) -> Template | None:
    """The template of hidden cells; None where they are not as they were made."""
    facts = dict(cells)
    numbers = [facts.get(name, "") for name in ("layout", "year", "version")]
    if not all(text.isascii() and text.isdecimal() for text in numbers):
        return None
    layout, year, version = map(int, numbers)
    made = Template(
        layout=layout,
        year=year,
        version=version,
        school=facts.get("school", ""),
        headings=tuple(text for what, text in cells if what == _HEADING),
        upns=tuple(text for what, text in cells if what == _PUPIL),
    )
    return made if list(cells) == made.cells() else None
