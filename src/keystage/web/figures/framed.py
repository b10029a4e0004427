"""Pages of figures with their frame, as they were rendered: made again where they show another."""

from collections.abc import Hashable, Mapping

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from keystage.web.context import of_page
from keystage.web.figures.fragments import Fragments
from keystage.web.hrefs import folder
from keystage.web.wording import as_moment

#: How the frame says when a page was printed: another minute at every look.
_PRINTED = "Printed {} from Keystage."
#: Stands for that sentence in what is kept; no page has it.
_HOLE = "\0"

FRAMED = Fragments()


def framed(request: HttpRequest, template: str, context: Mapping[str, Hashable]) -> HttpResponse:
    """The answer with a page, rendered if no page with the same words was of late.

    Whether somebody may see the page, and what of it, is asked before: this saves writing the same
    words again, and nothing else.

    Args:
        request: what is answered, at an organisation.
        template: the page; it shows what it is given and what its frame shows, and has no form.
        context: what it is given, as values.

    Raises:
        LookupError: the page does not say once when it is printed.
    """
    layout = request.layout = of_page(request)  # type: ignore[attr-defined]  # one minute for frame and key
    if layout["announced"] or len(get_messages(request)):
        return render(request, template, dict(context))
    here, printed = layout["here"], _PRINTED.format(as_moment(layout["now"]))
    key = (template, *context.items(), here.organisation.name, here.year, *layout["ways"], folder())
    page = FRAMED.of(key, lambda: _page(request, template, context, printed))
    return HttpResponse(page.replace(_HOLE, printed))


def _page(
    request: HttpRequest, template: str, context: Mapping[str, Hashable], printed: str
) -> str:
    page = render_to_string(template, dict(context), request)
    if page.count(printed) != 1:
        raise LookupError(f"The page {template} does not say once when it is printed.")
    return page.replace(printed, _HOLE)
