"""Schools like one as a page shows them: chosen by filters, side by side, never ranked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django import forms

from keystage.actions.figures.similar_seen import SimilarSeen
from keystage.flows.figures.similar import Shown, SimilarSchools
from keystage.web.figures.cells import NOTHING, Cell, signed
from keystage.web.figures.drawing import number
from keystage.web.figures.sizes import SIZE_WORDS, SIZES

#: Distances of the filter, in hundredths.
_DISTANCES = (50, 100, 150)
#: Shares of the filter in whole per cent, by the key of the choice, each in words.
_SHARES: Mapping[str, tuple[str, range]] = {
    "up-to-10": ("Up to 10%", range(11)),
    "up-to-25": ("11% to 25%", range(11, 26)),
    "up-to-50": ("26% to 50%", range(26, 51)),
    "more": ("More than 50%", range(51, 101)),
}
_PUPILS, _DISADVANTAGED = "TELIG", "PTFSM6CLA1A"


@dataclass(frozen=True, kw_only=True)
class SchoolRow:
    """A school in a table: what it is called, where and what it is, how far, and its cells."""

    name: str
    where: str
    distance: str
    cells: tuple[Cell, ...]


def far(hundredths: int) -> str:
    """A distance as text.

    >>> far(41), far(250)
    ('0.41', '2.50')
    """
    return "{}.{:02}".format(*divmod(hundredths, 100))


class SimilarForm(forms.Form):
    """Which of the schools are listed; the address says it, so that it can be shared."""

    authority = forms.ChoiceField(label="Authority", required=False)
    type = forms.ChoiceField(label="Type of school", required=False)
    distance = forms.ChoiceField(
        label="Distance",
        required=False,
        choices=[("", "Any distance"), *((str(one), f"Up to {far(one)}") for one in _DISTANCES)],
    )
    size = forms.ChoiceField(
        label="Pupils at the end of key stage 2", required=False, choices=SIZE_WORDS
    )
    disadvantaged = forms.ChoiceField(
        label="Disadvantaged pupils",
        required=False,
        choices=[("", "Any share"), *((key, text) for key, (text, _) in _SHARES.items())],
    )

    def __init__(self, *args: Any, schools: Sequence[SimilarSchools], **kwargs: Any) -> None:
        """Offer the authorities and types there are."""
        super().__init__(*args, **kwargs)
        self._offer("authority", "Any authority", (one.authority_name for one in schools))
        self._offer("type", "Any type", (one.type_label for one in schools))

    def _offer(self, name: str, whole: str, texts: Iterable[str]) -> None:
        offered = self.fields[name]
        if isinstance(offered, forms.ChoiceField):
            there = sorted({text for text in texts if text})
            offered.choices = [("", whole), *((text, text) for text in there)]

    def chosen(self, seen: SimilarSeen) -> list[tuple[SimilarSchools, int]]:
        """The schools that are listed; all of them where the address is not understood."""
        given = self.cleaned_data if self.is_valid() else {}
        authority, of_type = given.get("authority"), given.get("type")
        most = int(given.get("distance") or 0)
        sizes = SIZES.get(given.get("size") or "")
        shares = _SHARES.get(given.get("disadvantaged") or "", ("", None))[1]
        return [
            (school, distance)
            for school, distance in seen.near
            if (not authority or school.authority_name == authority)
            and (not of_type or school.type_label == of_type)
            and (not most or distance <= most)
            and (sizes is None or _published(school, _PUPILS) in sizes)
            and (shares is None or _published(school, _DISADVANTAGED) in shares)
        ]

    def told(self) -> tuple[tuple[str, str], ...]:
        """What was chosen in words, each with the address that leaves it out."""
        if not self.is_valid():
            return ()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return tuple(
            (
                f"{self.fields[name].label}: {dict(self.fields[name].choices)[value]}",  # type: ignore[attr-defined]  # of choice fields
                "?" + urlencode({key: one for key, one in given.items() if key != name}),
            )
            for name, value in given.items()
        )


def rows_of(
    own: SimilarSchools,
    near: Iterable[tuple[SimilarSchools, int]],
    wanted: str,
    names: Sequence[str],
) -> tuple[SchoolRow, ...]:
    """The own school and those like it, a row each.

    Args:
        own: the school of the page.
        near: those that are listed, with their distances.
        wanted: ``known`` for characteristics, ``headline`` for figures.
        names: the columns.
    """
    return (
        _row(own, "This school", far(0), wanted, names),
        *(_row(school, _where(school), far(at), wanted, names) for school, at in near),
    )


def _row(
    school: SimilarSchools, where: str, distance: str, wanted: str, names: Sequence[str]
) -> SchoolRow:
    shown = {one.name: one for one in getattr(school, wanted)}
    return SchoolRow(
        name=school.name,
        where=where,
        distance=distance,
        cells=tuple(_cell(shown.get(name)) for name in names),
    )


def _published(school: SimilarSchools, name: str) -> int | None:
    """A published characteristic, upwards to a whole number; None where there is none."""
    found = (one.text for one in school.known if one.name == name and one.state == "shown")
    value = number(next(found, ""))
    return None if value is None else ceil(value)


def _cell(shown: Shown | None) -> Cell:
    if shown is None:
        return Cell(first=NOTHING, shown=False)
    if shown.state != "shown":
        return Cell(first=shown.said, shown=False)
    return Cell(first=signed(shown.text))


def _where(school: SimilarSchools) -> str:
    return ", ".join(one for one in (school.authority_name, school.type_label) if one)
