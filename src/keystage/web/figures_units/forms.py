"""The form by which somebody chooses which schools of a unit to see, and which figures of them."""

from django import forms

from keystage.flows.figures.schools_listed import SchoolsTable, declared

_LONGEST = 150
COUNTED, NOT_COUNTED = "yes", "no"


class SchoolsForm(forms.Form):
    """Which schools, and which figures."""

    name = forms.CharField(label="Name or URN", required=False, max_length=_LONGEST)
    type = forms.ChoiceField(label="Type of school", required=False)
    counts = forms.ChoiceField(
        label="Counts in the figures",
        required=False,
        choices=[("", "All"), (COUNTED, "Counts"), (NOT_COUNTED, "Does not count")],
    )
    show = forms.ChoiceField(label="Figures", required=False)

    def __init__(self, *args: object, table: SchoolsTable, **kwargs: object) -> None:
        """Offer the types of the schools there are, and the sets of figures the year has."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's
        types = {one.type: one.type_label or one.type for one in table.schools if one.type}
        by_label = sorted(types.items(), key=lambda item: str(item[1]))
        _offer(self.fields["type"], [("", "All"), *((str(key), str(to)) for key, to in by_label)])
        _offer(self.fields["show"], list(sets_of(table).items()))

    def chosen(self, name: str) -> str:
        """What was chosen; nothing where that is not on offer."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


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
