"""The form by which somebody chooses which schools of a unit to see, and which figures of them."""

from collections.abc import Iterable, Mapping
from functools import cache

from django import forms

from keystage.flows.figures.schools_listed import SchoolsTable, declared
from keystage.statute.loader import load_year, releases_of
from keystage.statute.publication import SchoolType
from keystage.web.figures.sizes import SIZE_WORDS
from keystage.web.figures_units.reached import DIOCESE
from keystage.web.figures_units.register import Register

_LONGEST = 150
COUNTED, NOT_COUNTED = "yes", "no"


class SchoolsForm(forms.Form):
    """Which schools, and which figures."""

    name = forms.CharField(label="Name, URN or school number", required=False, max_length=_LONGEST)
    type = forms.ChoiceField(label="Type of school", required=False)
    provision = forms.ChoiceField(label="Provision", required=False)
    authority = forms.ChoiceField(label="Local authority", required=False)
    size = forms.ChoiceField(
        label="Pupils at the end of key stage 2",
        required=False,
        choices=SIZE_WORDS,
    )
    counts = forms.ChoiceField(
        label="Counts in the figures",
        required=False,
        choices=[("", "All"), (COUNTED, "Counts"), (NOT_COUNTED, "Does not count")],
    )
    show = forms.ChoiceField(label="Figures", required=False)

    def __init__(
        self, *args: object, table: SchoolsTable, register: Register = frozenset(), **kwargs: object
    ) -> None:
        """Offer what the schools there are differ by, and the sets of figures the year has."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's
        types = {one.type: one.type_label or one.type for one in table.schools if one.type}
        by_label = sorted(types.items(), key=lambda item: str(item[1]))
        _offer(self.fields["type"], [("", "All"), *((str(key), str(to)) for key, to in by_label)])
        every = provision_of(table.year)
        self._offer_one_of("provision", (every[key] for key in types if key in every))
        self._offer_one_of("authority", (one.authority for one in register))
        if table.kind == DIOCESE:
            del self.fields["counts"]
        _offer(self.fields["show"], list(sets_of(table).items()))

    def _offer_one_of(self, name: str, texts: Iterable[str]) -> None:
        """Offer texts to choose from, unless all schools have the same."""
        there = sorted({text for text in texts if text})
        if len(there) > 1:
            _offer(self.fields[name], [("", "All"), *((text, text) for text in there)])
        else:
            del self.fields[name]

    def chosen(self, name: str) -> str:
        """What was chosen; nothing where that is not on offer."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def in_use(self) -> tuple[tuple[str, str], ...]:
        """The filters that leave schools out: the name of each, and what it says in words."""
        found = []
        for name, offered in self.fields.items():
            chosen = self.chosen(name)
            if chosen and name != "show":
                text = dict(getattr(offered, "choices", ())).get(chosen, chosen)
                found.append((name, f"{offered.label}: {text}"))
        return tuple(found)


@cache
def provision_of(year: int) -> Mapping[str, str]:
    """Whom a school of each type is for, by the code of the type in the year's tables."""
    types = load_year(year, releases_of(year)[-1]).school_types.types
    return {code: _provision(one) for code, one in types.items()}


def _provision(of_type: SchoolType) -> str:
    if of_type.mainstream:
        return "Mainstream"
    if of_type.alternative_provision:
        return "Alternative provision"
    return "Special" if of_type.state_funded else "Not state-funded"


def sets_of(table: SchoolsTable) -> dict[str, str]:
    """The sets of figures of which the table has one, by their keys, with their titles."""
    there = {column.name for column in table.columns}
    return {one.key: one.title for one in declared().sets if there.intersection(one.columns)}


def columns_of(table: SchoolsTable, key: str) -> tuple[str, ...]:
    """The names of the figures of a set that the table has, in their order."""
    there = {column.name for column in table.columns}
    names = next((one.columns for one in declared().sets if one.key == key), {})
    return tuple(name for name in names if name in there)


def _offer(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    field.choices = choices  # type: ignore[attr-defined]  # a field of choices has them
