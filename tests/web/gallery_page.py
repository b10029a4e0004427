"""A page that shows every component, with Django forms and invented pupils."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator
from jinja2 import Environment, FileSystemLoader

import keystage.web
from keystage.web.fields import DayMonthYearField
from keystage.web.jinja import environment

TEMPLATES = Path(keystage.web.__file__).parent / "templates"
JUDGEMENTS = [("", "Select a judgement"), ("EXS", "EXS"), ("WTS", "WTS")]
NOW = datetime(2026, 5, 22, 14, 5, tzinfo=UTC)
NAMES = [
    "Aoife O'Neill-Fitzgerald",
    "Bartholomew Montgomery-Featherstonehaugh",
    "Chloé",
    *[f"Pupil {count}" for count in range(4, 16)],
]


class EveryField(forms.Form):
    """One field of each kind."""

    upn = forms.CharField(label="UPN", help_text="13 characters", max_length=13)
    email = forms.EmailField(label="Email address")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    reason = forms.CharField(label="Reason", widget=forms.Textarea, required=False)
    mark = forms.IntegerField(label="Mark", max_value=50)
    judgement = forms.ChoiceField(label="Judgement", choices=JUDGEMENTS)
    outcome = forms.ChoiceField(
        label="Outcome", choices=JUDGEMENTS[1:], widget=forms.RadioSelect, help_text="Of the test"
    )
    subjects = forms.MultipleChoiceField(
        label="Subjects",
        choices=[("writing", "Writing"), ("science", "Science")],
        widget=forms.CheckboxSelectMultiple,
    )
    agree = forms.BooleanField(label="I have checked the sheet")
    born = DayMonthYearField(label="Date of birth", help_text="For example, 27 3 2015")
    file = forms.FileField(label="Pupil file", help_text="CSV, Excel or XML")
    token = forms.CharField(widget=forms.HiddenInput, initial="t")


class Narrow(forms.Form):
    """The choices that narrow a list."""

    group = forms.ChoiceField(label="Class", choices=[("", "All classes"), ("6A", "6A")])
    name = forms.CharField(label="Name", required=False)


def task(title: str, status: str, tone: str, href: str = "", hint: str = "") -> dict[str, str]:
    """A task of the list."""
    return {"title": title, "status": status, "tone": tone, "href": href, "hint": hint}


@cache
def engine() -> Environment:
    """The environment of the service, with the gallery's template; routes stand for addresses."""
    here = Path(__file__).parent / "gallery"
    made = environment(loader=FileSystemLoader([TEMPLATES, here]))
    made.globals["url"] = "/{}".format
    return made


def context(**others: Any) -> dict[str, Any]:
    """What the gallery shows."""
    return {
        "csrf_input": '<input type="hidden" name="csrfmiddlewaretoken" value="t">',
        "here": {"organisation": {"name": "Invented Primary School"}, "year": 2026},
        "ways": [
            {"href": "/", "text": "Tasks", "current": True},
            {"href": "/pupils", "text": "Pupils", "current": False},
            {"href": "/sheet", "text": "Mark sheet", "current": False},
        ],
        "person": "Ada",
        "now": NOW,
        "phase": {"tag": "Invented", "text": "Every pupil in this service is invented."},
        "breadcrumbs": [{"href": "/", "text": "Tasks"}, {"text": "Gallery"}],
        "updated": NOW,
        "form": EveryField(),
        "narrow": Narrow(),
        "sums": [
            {"number": 1203, "text": "pupils"},
            {"number": 2, "text": "missing", "kind": "blocker", "href": "#missing"},
            {"number": 60, "text": "signed", "kind": "good"},
        ],
        "tasks": [
            task("Import the roll", "Done", "done", href="/import"),
            task("Fill the mark sheet", "In progress", "now", href="/sheet", hint="2 missing"),
            task("Sign off", "Cannot start yet", "later", hint="Fill the sheet first"),
            task("Send the file", "Blocked", "blocked", href="/send", hint="Due 26 June 2026"),
        ],
        "cells": [["Writing", 1203, "Done"], ["Science", 60, "Missing"]],
        "facts": [
            {"key": "School", "value": "Invented Primary School"},
            {"key": "Serial", "value": "001", "href": "/serial"},
        ],
        "page": Paginator(range(400), 20).page(10),
        "names": NAMES,
        "options": [{"value": value, "text": value or "–"} for value, _ in JUDGEMENTS],
        **others,
    }


def faulty() -> EveryField:
    """The form as an empty answer leaves it: every field with its message."""
    return EveryField({"born_day": "31", "born_month": "2", "born_year": "2015"})


def gallery(**others: Any) -> str:
    """The markup of the gallery."""
    return engine().get_template("gallery.html").render(context(**others))
