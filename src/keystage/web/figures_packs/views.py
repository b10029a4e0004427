"""Pages of figures for others: the summary, the governors' pack, the links to it, the website."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.figures.releases import visible
from keystage.actions.figures_packs.making import (
    Website,
    pack_for,
    summary_for,
    website_for,
)
from keystage.actions.figures_packs.sharing import share_figures
from keystage.actions.releases import sharing
from keystage.core.errors import KeystageError
from keystage.flows.figures_pack.pack import Pack
from keystage.flows.figures_pack.sentences import highlights
from keystage.flows.figures_pack.wording import wording
from keystage.reports.page import page_html
from keystage.store.models import FiguresRelease, SharedPack
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.figures.files import LEVELS
from keystage.web.figures_packs.files import FORMS, file_of, name_of
from keystage.web.figures_packs.forms import PackForm

#: Where the link of a pack that was just made waits for the one page that shows it.
_LINK = "link of a pack of figures"


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def packs(request: HttpRequest, here: Here) -> HttpResponse:
    """The releases of the season, with what can be made of each, and the links that were given."""
    may_share = here.may(Permission.SHARE_PACK, Level.SUPPRESSED)
    given = _given(here) if may_share else SharedPack.objects.none()
    context = {
        "releases": visible(here.season, here.organisation),
        "may_share": may_share,
        "given": given,
        "gone": sharing.may_no_more(given, here.organisation),
        "moment": timezone.now(),
        "back_href": here.href("figures:releases"),
    }
    return render(request, "figures_packs/packs.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def pack(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """The pack for governors."""
    found = _release(here, release)
    context = {
        "release": found,
        "pack": _pack(here, found),
        "forms_of_files": FORMS,
        "may_share": here.may(Permission.SHARE_PACK, Level.SUPPRESSED),
        "back_href": here.href("figures_packs:packs"),
    }
    return render(request, "figures_packs/pack.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def fetch(request: HttpRequest, here: Here, release: UUID, form: str) -> HttpResponse:
    """The pack as a file; that it was taken away is written down."""
    del request
    found = _release(here, release)
    if form not in FORMS:
        raise Http404
    made = _pack(here, found)
    content = file_of(made, form)
    _taken(here, found, f"pack of figures, {made.release}", form)
    return attached(name_of(made, form, found.version), content)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def summary(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """The inspection-style summary; ``all`` shows also what does not stand out."""
    found = _release(here, release)
    told = summary_for(found, here.organisation, person=here.by.who)
    if told is None:
        raise Http404
    content, sentences = told
    every = request.GET.get("all") == "yes"
    context = {
        "release": found,
        "content": content,
        "level": LEVELS[content.level],
        "sentences": sentences if every else highlights(sentences),
        "every": every,
        "words": wording(),
        "may_open": here.may(Permission.EXPLAIN_FIGURE, Level.SUPPRESSED),
        "back_href": here.href("figures_packs:packs"),
    }
    return render(request, "figures_packs/summary.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def website(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """The block for the school's website: a preview, and the HTML to copy."""
    found = _release(here, release)
    made = _website(here, found)
    context = {
        "release": found,
        "made": made,
        "html": page_html("website_block.html", made.block) if made.block else "",
        "back_href": here.href("figures_packs:packs"),
    }
    return render(request, "figures_packs/website.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def fetch_website(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """The block as a file, which is written down; to the page that says why there is none."""
    del request
    found = _release(here, release)
    made = _website(here, found)
    if made.block is None:
        return HttpResponseRedirect(here.href("figures_packs:website", release=found.pk))
    content = page_html("website_block.html", made.block)
    _taken(here, found, f"website block, {made.content.release}", "html")
    told = made.content
    which = f"{told.year}-{told.stage}-v{found.version}"
    return attached(f"website-{told.code}-{which}.html", content)


@page(Permission.SHARE_PACK, level=Level.SUPPRESSED, methods=("GET", "POST"))
def share(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """A link to the pack of a release, and the form that makes another."""
    found = _release(here, release)
    form = PackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        days = form.cleaned_data["days"]
        try:
            made = share_figures(release=found, school=here.organisation, days=days, by=here.by)
        except KeystageError as error:
            form.add_error(None, str(error))
        else:
            path = reverse("released:pack", kwargs={"token": made.token})
            request.session[_LINK] = request.build_absolute_uri(path)
            return HttpResponseRedirect(
                here.href("figures_packs:share", release=found.pk), status=HTTPStatus.SEE_OTHER
            )
    context = {
        "release": found,
        "form": form,
        "link": request.session.pop(_LINK, ""),
        "given": _given(here),
        "gone": sharing.may_no_more(_given(here), here.organisation),
        "moment": timezone.now(),
        "back_href": here.href("figures_packs:packs"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "figures_packs/share.html", context, status=status)


@page(Permission.SHARE_PACK, level=Level.SUPPRESSED, methods=("POST",))
def end_link(request: HttpRequest, here: Here, pack: int) -> HttpResponse:
    """Close a link for good."""
    found = get_object_or_404(_given(here), pk=pack)
    sharing.withdraw(pack=found, by=here.by)
    messages.success(request, "The link does not work any longer.")
    return HttpResponseRedirect(here.href("figures_packs:packs"), status=HTTPStatus.SEE_OTHER)


def _given(here: Here) -> QuerySet[SharedPack]:
    return SharedPack.objects.filter(
        school=here.organisation, year=here.season, figures__isnull=False
    ).select_related("made_by", "figures")


def _release(here: Here, release: UUID) -> FiguresRelease:
    """A release of the season that the school sees.

    Raises:
        Http404: there is none such that is out.
    """
    found = next(
        (one for one in visible(here.season, here.organisation) if one.pk == release), None
    )
    if found is None:
        raise Http404
    return found


def _pack(here: Here, release: FiguresRelease) -> Pack:
    found = pack_for(release, here.organisation, person=here.by.who)
    if found is None:
        raise Http404
    return found


def _website(here: Here, release: FiguresRelease) -> Website:
    found = website_for(release, here.organisation, person=here.by.who)
    if found is None:
        raise Http404
    return found


def _taken(here: Here, release: FiguresRelease, what: str, form: str) -> None:
    taken_away(
        what,
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": form, "release": str(release.pk), "level": "suppressed"},
    )
