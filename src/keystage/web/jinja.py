"""The environment of the page templates: strict names, the design system, words of dates."""

from functools import cache
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import json_script
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FunctionLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from keystage.web.fields import choices, extra_attributes, faults, kind, said
from keystage.web.hrefs import href
from keystage.web.wording import as_date, as_kept_date, as_moment, as_time, number, plural

DESIGN_SYSTEM = "govuk_frontend_jinja"
#: What the foot of every page links to.
FOOTER = (
    {"href": "/accessibility", "text": "Accessibility"},
    {"href": "/privacy", "text": "Privacy"},
    {"href": "/cookies", "text": "Cookies"},
    {"href": "/help", "text": "Help"},
    {"href": "/status/", "text": "Status"},
    {"href": "/terms", "text": "Terms"},
)


class Pages(Environment):
    """Templates in which a misspelt name is an error, except in the design system's own macros.

    Those macros ask freely for what they were not given; ours never may.
    """

    lenient: Environment

    def get_template(self, name: Any, *args: Any, **options: Any) -> Template:
        """The template of a name; one of the design system comes from the lenient environment."""
        if isinstance(name, str) and name.startswith(f"{DESIGN_SYSTEM}/"):
            return self.lenient.get_template(name)
        return super().get_template(name, *args, **options)


def environment(**options: Any) -> Environment:
    """The environment that Django's Jinja2 engine asks for.

    Args:
        options: those of ``jinja2.Environment``. ``autoescape`` and ``undefined`` are not for the
            caller to choose: escaping is always on, and an unknown name always an error.
    """
    design_system = PrefixLoader({DESIGN_SYSTEM: PackageLoader(DESIGN_SYSTEM)})
    own = options.pop("loader", FunctionLoader(lambda _: None))
    fixed = {**options, "autoescape": True}
    fixed.pop("undefined", None)
    pages = Pages(loader=ChoiceLoader([own, design_system]), undefined=StrictUndefined, **fixed)
    pages.lenient = Environment(  # noqa: S701  # it escapes: see fixed
        loader=design_system, undefined=ChainableUndefined, **fixed
    )
    pages.globals.update(
        static=cache(static),  # the same for as long as the service runs
        url=url,
        csrf=csrf,
        json_script=json_script,
        elsewhere=elsewhere,
        plural=plural,
        kind=kind,
        choices=choices,
        extra_attributes=extra_attributes,
        faults=faults,
        said=said,
        footer=FOOTER,
        home_href="/",
    )
    # With other names of its own, Jinja would make each imported macro anew on every page.
    pages.lenient.globals = pages.globals
    pages.filters.update(
        date=as_date,
        kept_date=as_kept_date,
        time=as_time,
        moment=as_moment,
        number=number,
        plural=plural,
    )
    return pages


def url(name: str, *args: object, **parts: object) -> str:
    """The address of a page, by the name of its route: ``url("marks:sheet", urn=900000)``."""
    return reverse(name, args=args) if args else href(name, parts)


def elsewhere(request: HttpRequest) -> list[Any]:
    """The services outside at which a person may sign in."""
    return list(get_adapter(request).list_providers(request))


@pass_context
def csrf(context: Context) -> Markup:
    """The hidden field without which no form of a page is taken.

    Raises:
        LookupError: the template was rendered without a request, or a macro asked that was
            imported without the page's context.
    """
    if "csrf_input" not in context:
        raise LookupError("csrf() stands in a page rendered for a request, not within a macro.")
    return Markup(context["csrf_input"])  # noqa: S704  # Django's own field
