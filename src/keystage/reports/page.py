"""Pages to hand round: HTML, whole in one file, made of a template and what it is to say.

A page has no script, loads nothing and says so to the browser; whatever a file holds is escaped.
"""

from functools import cache

import jinja2


def page_html(template: str, page: object) -> str:
    """A page as HTML.

    Args:
        template: the name of its template.
        page: what it says; the template calls it ``page``.
    """
    return _environment().get_template(template).render(page=page)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("keystage.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
