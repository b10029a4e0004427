"""What joins Django's form fields to the design system: components, attributes, dates."""

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Input

Forms: TypeAlias = "forms.BaseForm | forms.BaseFormSet[Any]"
PARTS = ("day", "month", "year")
#: Attributes that a component sets itself, or that people are better off without.
LEFT_OUT = {
    "autocapitalize", "autocomplete", "class", "id", "inputmode", "maxlength", "minlength",
    "placeholder", "required", "rows", "spellcheck", "type",
}  # fmt: skip
#: Fields that one chooses for, rather than writes in.
_CHOSEN = {"checkboxes", "file", "radios", "select"}
_REQUIRED = forms.Field.default_error_messages["required"]
_DAY = re.compile(r"[0-9]{1,2}")
_YEAR = re.compile(r"[0-9]{4}")
_SHORTEST_MONTH = 3
_WHOLE = re.compile(r"[0-9]{1,18}")


class DayMonthYear(forms.MultiWidget):
    """Three boxes for the day, the month and the year of a date."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Boxes whose names end in the part they ask for."""
        super().__init__({part: forms.TextInput() for part in PARTS}, attrs)

    def decompress(self, value: date | None) -> list[str]:
        """The three texts of a date."""
        return _texts(value)


class DayMonthYearField(forms.Field):
    """A date that is written in three boxes. Its label stands in its messages, so give it one."""

    widget = DayMonthYear

    def clean(self, value: Any) -> date | None:
        """The date of three texts, or none of three empty ones.

        Raises:
            ValidationError: a part is missing, or the three are no date.
        """
        texts = [str(text or "").strip() for text in value or ("", "", "")]
        label = self.label or "Date"
        if not any(texts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        missing = [part for part, text in zip(PARTS, texts, strict=True) if not text]
        if missing:
            raise ValidationError(f"{label} must include a {' and '.join(missing)}", code="part")
        found = _date(*texts)
        if found is None:
            raise ValidationError(f"{label} must be a real date, like 27 3 2015", code="invalid")
        self.run_validators(found)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the three texts say another date than the one the form was made with."""
        before = _texts(initial if isinstance(initial, date) else None)
        return [str(text or "").strip() for text in data or ("", "", "")] != before


#: The component of each widget; the first that fits is taken.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DayMonthYear, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),  # is itself a kind of RadioSelect
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.PasswordInput, "password"),
    (forms.HiddenInput, "hidden"),
    (Input, "input"),
)


def kind(bound: forms.BoundField) -> str:
    """The component that shows a field, by its widget.

    Raises:
        LookupError: no component shows such a widget.
    """
    for widget, name in KINDS:
        if isinstance(bound.field.widget, widget):
            return name
    raise LookupError(f"No component shows a {type(bound.field.widget).__name__}.")


def target(bound: forms.BoundField) -> str:
    """The id of the first box of a field, to which the error summary leads."""
    return f"{bound.auto_id}-day" if kind(bound) == "date" else bound.auto_id


def faults(
    given: "Forms | Sequence[Forms] | None", errors: Sequence[Mapping[str, str]] = ()
) -> list[dict[str, str]]:
    """All that is wrong with forms, as the error summary lists it: text, and href of the box.

    Args:
        given: a form, a formset, or a list of them.
        errors: what is wrong besides, in the same shape; it comes first.
    """
    listed = [] if given is None else given if isinstance(given, Sequence) else [given]
    found = [dict(error) for error in errors]
    for one in listed:
        if isinstance(one, forms.BaseFormSet):
            found.extend({"text": str(error)} for error in one.non_form_errors())
            found.extend(fault for form in one.forms for fault in _faults(form))
        else:
            found.extend(_faults(one))
    return found


def _faults(form: forms.BaseForm) -> Iterator[dict[str, str]]:
    for error in form.non_field_errors():
        yield {"text": str(error)}
    for bound in form:
        for sentence in said(bound):
            place = {} if bound.is_hidden else {"href": f"#{target(bound)}"}
            yield {"text": sentence, **place}


def said(bound: forms.BoundField) -> list[str]:
    """What is wrong with a field, in sentences.

    The framework's own sentence for an empty field is replaced by one that says what to do:
    "Enter your name", "Select a class".
    """
    return [
        _missing(bound) if error.code == "required" and message == _REQUIRED else str(message)
        for error in bound.errors.as_data()
        for message in error.messages
    ]


def _missing(bound: forms.BoundField) -> str:
    label = str(bound.label)
    if kind(bound) == "checkbox":
        return f"Select “{label}”"
    if not label[1:2].isupper():
        label = label[:1].lower() + label[1:]
    return f"{'Select' if kind(bound) in _CHOSEN else 'Enter'} {label}"


def offer(field: forms.Field, choices: Iterable[tuple[str, str]]) -> None:
    """Give a field its choices, each a value and what people read.

    Raises:
        TypeError: nothing is chosen in such a field.
    """
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"Nothing is chosen in a {type(field).__name__}.")
    field.choices = list(choices)


def extra_attributes(bound: forms.BoundField) -> Mapping[str, Any]:
    """The attributes of a widget that its component does not set itself."""
    return {name: value for name, value in bound.field.widget.attrs.items() if name not in LEFT_OUT}


def choices(
    bound: forms.BoundField,
    hints: Mapping[str, str],
    conditional: Mapping[str, str],
) -> Sequence[dict[str, Any]]:
    """The choices of a field as the components take them.

    Args:
        bound: a field with choices.
        hints: what to say below a choice, by its value.
        conditional: markup that opens below a choice, by its value.
    """
    return [
        _choice(option.data, hints, conditional)
        for option in bound.subwidgets
        if "selected" in option.data
    ]


def _choice(
    option: Mapping[str, Any], hints: Mapping[str, str], conditional: Mapping[str, str]
) -> dict[str, Any]:
    value = str(option["value"])
    item = {
        "value": value,
        "text": str(option["label"]),
        "checked": bool(option["selected"]),
        "selected": bool(option["selected"]),
        "disabled": bool(option["attrs"].get("disabled")),
    }
    if value in hints:
        item["hint"] = {"text": hints[value]}
    if value in conditional:
        item["conditional"] = {"html": conditional[value]}
    return item


def whole(text: str) -> int | None:
    """The whole number of a text that no form has looked at; None if it is none a row can have."""
    return int(text) if _WHOLE.fullmatch(text) else None


def _texts(value: date | None) -> list[str]:
    return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


def _date(day: str, month: str, year: str) -> date | None:
    written = _month(month)
    if written is None or not _DAY.fullmatch(day) or not _YEAR.fullmatch(year):
        return None
    try:
        return date(int(year), written, int(day))
    except ValueError:
        return None


def _month(text: str) -> int | None:
    if _DAY.fullmatch(text):
        return int(text)
    names = [name.lower() for name in calendar.month_name]
    fits = [place for place, name in enumerate(names) if name.startswith(text.lower())]
    return fits[0] if len(text) >= _SHORTEST_MONTH and len(fits) == 1 else None
