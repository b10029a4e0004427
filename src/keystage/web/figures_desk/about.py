"""What a release of figures is: for everybody who reads its figures."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures.computing import label_of
from keystage.actions.figures.releases import visible, withdrawn
from keystage.actions.figures.seeing import may_open
from keystage.store.models import FiguresRelease, Organisation
from keystage.web.doors import Here, page

_Stage = FiguresRelease.Stage


@dataclass(frozen=True, kw_only=True)
class StageWords:
    """A stage in words: what the data are, and what may still change."""

    what: str
    still: str


STAGES = {
    _Stage.UNAMENDED: StageWords(
        what="The results as they were marked and the judgements as they were sent, before schools "
        "check them.",
        still="Much: schools may ask that pupils be added, left out or corrected, reviews of "
        "marking are not all in, and late results come.",
    ),
    _Stage.PROVISIONAL: StageWords(
        what="The first figures of the year, with what schools said when they checked the data so "
        "far as it was decided.",
        still="Some: late results, reviews of marking and requests not yet decided. Figures "
        "of England and of authorities move with them.",
    ),
    _Stage.REVISED: StageWords(
        what="The figures after the checking exercise: agreed changes of pupils are in them.",
        still="Little: a few late changes come in the final figures.",
    ),
    _Stage.FINAL: StageWords(
        what="The last figures of the year.",
        still="Nothing is planned. A fault that is found leads to another release, which says so.",
    ),
}


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def about(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """What a release is, what may still change, how it was made, and the others of the year."""
    found, others = _found(here, release)
    files = found.inputs.get("files", {})
    context = {
        "release": found,
        "label": label_of(found),
        "stage": STAGES[_Stage(found.stage)],
        "withdrawn": found.state == FiguresRelease.State.WITHDRAWN,
        "others": [
            (here.href("figures_release:about", kind=here.organisation.kind, release=one.pk), one)
            for one in others
            if one.pk != found.pk
        ],
        "files": [(what, told["sha256"]) for what, told in files.items()],
        "hashes": [
            (words, found.outputs[name])
            for name, words in _HASHES.items()
            if name in found.outputs and (name != _OWN_RULES or found.rules)
        ],
        "back_href": _releases_of(here),
    }
    return render(request, "figures_desk/about.html", context)


def _releases_of(here: Here) -> str:
    """The list of releases that the organisation sees."""
    if here.organisation.kind == Organisation.Kind.SCHOOL:
        return here.href("figures:releases")
    return here.href("figures_units:releases", kind=here.organisation.kind)


_OWN_RULES = "rules_sha256"
_HASHES = {
    "contents_sha256": "The figures",
    "tables_sha256": "Tables of several schools",
    "pupils_sha256": "The pupils, by school",
    _OWN_RULES: "Tables of the year in place of those shipped",
}


def _found(here: Here, key: UUID) -> tuple[FiguresRelease, tuple[FiguresRelease, ...]]:
    """A release that is out or was, or that the person reviews; with those that are out.

    Raises:
        Http404: there is none such for the organisation of the address.
    """
    out = visible(here.season, here.organisation)
    known = (*out, *withdrawn(here.season, here.organisation))
    found = next((one for one in known if one.pk == key), None)
    if found is None:
        own = FiguresRelease.objects.filter(
            pk=key, organisation=here.organisation, year=here.season
        ).first()
        found = own if own is not None and may_open(own, here.by.who) else None
    if found is None:
        raise Http404
    return found, out
