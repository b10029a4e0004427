"""Pages of two releases side by side: which to compare, what changed, one change opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.figures.computing import label_of
from keystage.actions.figures.differing import Between, changes_between
from keystage.flows.figures.contents import Content
from keystage.measures.changes.comparing import Changes
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.figures.differing import (
    Moved,
    by_reason,
    change_of,
    effects_of,
    exactly,
    moved,
    reasons_in,
)
from keystage.web.figures.differing_file import differing_file, name_of_file
from keystage.web.figures.files import LEVELS
from keystage.web.figures.reached import Reached, reached, releases_at
from keystage.web.figures.sheets import FORMS


@dataclass(frozen=True, eq=False)
class Pair:
    """Two releases as somebody sees them, the earlier one first."""

    old: Reached
    new: Reached

    @cached_property
    def contents(self) -> tuple[Content, Content]:
        """What both say of the school, at one level of data.

        Raises:
            Http404: one says nothing of it, or nothing to the person, or at another level.
        """
        before, after = self.old.content, self.new.content
        if before is None or after is None or before.level != after.level:
            raise Http404
        return before, after

    @property
    def told(self) -> bool:
        """Whether sums over the school's pupils may be told of both."""
        return self.old.sums_are_told and self.new.sums_are_told

    @cached_property
    def between(self) -> Between | None:
        """What changed; None where it may not be told, or the pupils are not kept."""
        if not self.told:
            return None
        return changes_between(self.old.release, self.new.release, self.new.here.organisation.code)

    @property
    def changes(self) -> Changes | None:
        """The exact changes, where they may be told."""
        return self.between.changes if self.between else None

    @property
    def references(self) -> Mapping[str, str]:
        """The numbers of checking requests by UPN, for those who see pupils by name."""
        named = self.new.pupils is not None and self.new.pupils.level is Level.NAMED
        return self.between.references if self.between and named else {}

    @cached_property
    def rows(self) -> tuple[Moved, ...]:
        """The figures that differ."""
        return tuple(moved(*self.contents, self.changes))


class BecauseForm(forms.Form):
    """Which of the changes are listed."""

    because = forms.ChoiceField(label="Because of", required=False)

    def __init__(self, *args: object, reasons: Sequence[str]) -> None:
        """Offer the reasons there are."""
        super().__init__(*args)  # type: ignore[arg-type]  # the data of the address
        offered = self.fields["because"]
        if isinstance(offered, forms.ChoiceField):
            offered.choices = [("", "Any reason"), *((words, words) for words in reasons)]

    def chosen(self) -> str:
        """The reason that was chosen; empty for any."""
        return str(self.cleaned_data["because"]) if self.is_valid() else ""


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def changes(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """The other releases of the year that this one may be compared with."""
    found = reached(here, release)
    others = [
        (label_of(one), one, here.href("figures:against", release=release, other=one.pk))
        for one in releases_at(here)
        if one.pk != release
    ]
    context = {
        "release": found.release,
        "label": label_of(found.release),
        "others": others,
        "back_href": _to_release(here, release),
    }
    return render(request, "figures/changes.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def against(request: HttpRequest, here: Here, release: UUID, other: UUID) -> HttpResponse:
    """What changed of the school between two releases."""
    pair = _pair(here, release, other)
    before, after = pair.contents
    rows = pair.rows
    form = BecauseForm(request.GET or None, reasons=reasons_in(rows))
    because = form.chosen()
    addressed = {"release": release, "other": other}
    context = {
        "old": before,
        "content": after,
        "old_shown_at": pair.old.release.shown_at,
        "shown_at": pair.new.release.shown_at,
        "level": LEVELS[after.level],
        "all": len(rows),
        "rows": [row for row in rows if not because or because in row.reasons],
        "told": pair.told,
        "filter": form if reasons_in(rows) else None,
        "here_href": here.href("figures:against", **addressed),
        "opens": lambda name: here.href("figures:against_figure", name=name, **addressed),
        "file_href": lambda form: here.href("figures:against_file", form=form, **addressed),
        "forms_of_files": FORMS,
        "back_href": here.href("figures:changes", release=release),
    }
    return render(request, "figures/against.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def against_file(
    request: HttpRequest, here: Here, release: UUID, other: UUID, form: str
) -> HttpResponse:
    """The changes as a file; that it was taken away is written down."""
    del request
    pair = _pair(here, release, other)
    if form not in FORMS:
        raise Http404
    before, after = pair.contents
    made = differing_file(before, after, pair.rows, form)
    taken_away(
        f"figures, changes from {before.release} to {after.release}, {after.level}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": form, "release": str(pair.new.release.pk), "level": after.level},
    )
    versions = pair.old.release.version, pair.new.release.version
    return attached(name_of_file(before, after, form, versions), made)


@page(Permission.SEE_MEASURES, level=Level.AGGREGATE)
def against_figure(
    request: HttpRequest, here: Here, release: UUID, other: UUID, name: str
) -> HttpResponse:
    """One figure's change opened: each reason, and as far as one may see each pupil."""
    pair = _pair(here, release, other)
    before, after = pair.contents
    change = change_of(pair.changes, int(after.code), name)
    shown = after.figure(name) or before.figure(name)
    if shown is None:
        raise Http404
    effects = (
        effects_of(change, pair.old.called, pair.new.called, pair.references) if change else ()
    )
    context = {
        "old": before,
        "content": after,
        "old_shown_at": pair.old.release.shown_at,
        "shown_at": pair.new.release.shown_at,
        "level": LEVELS[after.level],
        "figure": shown,
        "row": next((row for row in pair.rows if row.name == name), None),
        "change": change,
        "exact": exactly(change.change) if change else "",
        "reasons": by_reason(change) if change else (),
        "effects": effects,
        "of_whom": pair.new.of_whom,
        "hidden": bool(change and change.effects and not effects),
        "back_href": here.href("figures:against", release=release, other=other),
    }
    return render(request, "figures/against_figure.html", context)


def _pair(here: Here, release: UUID, other: UUID) -> Pair:
    """Two releases that are out, in the order of their making.

    Raises:
        Http404: they are one, or there is none such.
    """
    if release == other:
        raise Http404
    order = [one.pk for one in releases_at(here)]
    found = sorted((reached(here, one) for one in (release, other)),
                   key=lambda one: order.index(one.release.pk))  # fmt: skip
    return Pair(old=found[1], new=found[0])


def _to_release(here: Here, release: UUID) -> str:
    return here.href("figures:release", release=release, part="headline")
