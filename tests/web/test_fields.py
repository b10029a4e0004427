"""Django's fields in the design system's components."""

from datetime import date
from typing import Any

import pytest
from django import forms

from keystage.web.fields import DayMonthYear, DayMonthYearField, faults, kind, offer, said


class Born(forms.Form):
    born = DayMonthYearField(label="Date of birth")
    left = DayMonthYearField(label="Date of leaving", required=False)


def answer(day: str, month: str, year: str, **others: str) -> Born:
    return Born({"born_day": day, "born_month": month, "born_year": year, **others})


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [("27", "3", "2015"), (" 27 ", "03", "2015"), ("27", "March", "2015"), ("27", "mar", "2015")],
)
def test_a_date_is_read_from_its_three_boxes(day: str, month: str, year: str) -> None:
    form = answer(day, month, year)
    assert form.is_valid()
    assert form.cleaned_data == {"born": date(2015, 3, 27), "left": None}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("", "", ""), "Enter date of birth"),
        (("27", "", "2015"), "Date of birth must include a month"),
        (("", "3", ""), "Date of birth must include a day and year"),
        (("31", "2", "2015"), "Date of birth must be a real date, like 27 3 2015"),
        (("27", "3", "15"), "Date of birth must be a real date, like 27 3 2015"),
        (("27", "ma", "2015"), "Date of birth must be a real date, like 27 3 2015"),
        (("²", "3", "2015"), "Date of birth must be a real date, like 27 3 2015"),
        (("9" * 5000, "3", "2015"), "Date of birth must be a real date, like 27 3 2015"),
        (("27", "9" * 5000, "2015"), "Date of birth must be a real date, like 27 3 2015"),
        (("27", "3", "0000"), "Date of birth must be a real date, like 27 3 2015"),
        (("-1", "3", "2015"), "Date of birth must be a real date, like 27 3 2015"),
    ],
)
def test_a_date_that_is_none_is_told_in_a_sentence(
    parts: tuple[str, str, str], sentence: str
) -> None:
    assert said(answer(*parts)["born"]) == [sentence]


def test_a_stored_date_fills_its_three_boxes() -> None:
    assert DayMonthYear().decompress(date(2015, 3, 27)) == ["27", "3", "2015"]
    assert DayMonthYear().decompress(None) == ["", "", ""]


@pytest.mark.parametrize(("month", "changed"), [("3", False), ("4", True)])
def test_a_date_has_changed_only_if_it_says_another(month: str, *, changed: bool) -> None:
    data = {"born_day": "27", "born_month": month, "born_year": "2015"}
    assert Born(data, initial={"born": date(2015, 3, 27)}).has_changed() is changed


class Kinds(forms.Form):
    radios = forms.ChoiceField(label="Outcome", choices=[("a", "A")], widget=forms.RadioSelect)
    checkboxes = forms.MultipleChoiceField(
        label="Subjects", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
    )
    checkbox = forms.BooleanField(label="I agree")
    select = forms.ChoiceField(label="Judgement", choices=[("a", "A")])
    file = forms.FileField(label="Pupil file")
    textarea = forms.CharField(label="Reason", widget=forms.Textarea)
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    input = forms.EmailField(label="UPN or email")
    hidden = forms.CharField(label="Version", widget=forms.HiddenInput)


def test_every_widget_has_its_component() -> None:
    form = Kinds()
    assert [kind(bound) for bound in form] == [bound.name for bound in form]


def test_a_widget_without_a_component_is_refused() -> None:
    class Odd(forms.Form):
        odd = forms.CharField(widget=forms.Widget)

    with pytest.raises(LookupError, match="No component shows a Widget"):
        kind(Odd()["odd"])


def test_an_empty_answer_is_told_what_to_do_and_where() -> None:
    found = faults(Kinds({}))
    assert [fault["text"] for fault in found] == [
        "Select outcome",
        "Select subjects",
        "Select “I agree”",
        "Select judgement",
        "Select pupil file",
        "Enter reason",
        "Enter password",
        "Enter UPN or email",
        "Enter version",
    ]
    assert found[0]["href"] == "#id_radios"
    assert "href" not in found[-1]


def test_a_forms_own_sentence_is_kept() -> None:
    class Own(forms.Form):
        name = forms.CharField(error_messages={"required": "Enter the pupil's name"})

    assert said(Own({})["name"]) == ["Enter the pupil's name"]


def test_faults_of_a_formset_lead_to_the_boxes_of_each_form() -> None:
    formset: Any = forms.formset_factory(Born, extra=0)
    given = formset({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-born_day": "1"})
    assert faults([given], [{"text": "Whole", "href": "#all"}]) == [
        {"text": "Whole", "href": "#all"},
        {
            "text": "Date of birth must include a month and year",
            "href": "#id_form-0-born-day",
        },
    ]


def test_a_formset_that_cannot_be_read_says_so() -> None:
    formset: Any = forms.formset_factory(Born)
    assert "ManagementForm" in faults(formset({}))[0]["text"]


def test_choices_are_offered_only_where_one_chooses() -> None:
    field = forms.ChoiceField()
    offer(field, [("1", "One")])
    assert field.choices == [("1", "One")]
    with pytest.raises(TypeError, match="Nothing is chosen in a CharField"):
        offer(forms.CharField(), [("1", "One")])


def test_no_form_has_no_faults() -> None:
    assert faults(None) == []
    assert faults(Born()) == []
