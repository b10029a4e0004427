"""Pages of the method lab: a school's pupils under the rules of another year."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures.rules import rules_of
from keystage.core.errors import KeystageError
from keystage.flows.figures.contents import Content
from keystage.flows.figures.method import Rules, UnderOtherRules, other_rules, under_other_rules
from keystage.statute.loader import load_year
from keystage.web.doors import Here, page
from keystage.web.figures.differing import change_of, exactly
from keystage.web.figures.files import LEVELS
from keystage.web.figures.forms import COLUMNS
from keystage.web.figures.lab import LabRow, labelled, labels, moving_rows, reasons_of, rows_of
from keystage.web.figures.reached import Reached, reached


@dataclass(frozen=True, eq=False)
class Lab:
    """A release of the school and the rules it is put under."""

    found: Reached
    content: Content
    rules: Rules

    @property
    def school(self) -> int:
        """The URN."""
        return int(self.found.here.organisation.code)

    @cached_property
    def computed(self) -> UnderOtherRules:
        """The school under both rules.

        Raises:
            Http404: the release keeps no pupil of the school.
            KeystageError: the school cannot be computed under the other rules.
        """
        rules = load_year(self.rules.year, self.rules.release)
        return under_other_rules(self.found.again, self.school, rules)


@page(Permission.SEE_MEASURES, level=Level.AGGREGATE)
def method(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """The rules that the school can be put under, and what each of them lacks."""
    found = reached(here, release)
    content = _content(found)
    context = _told(found, content) | {
        "choices": [
            (rules, here.href("figures:under", release=release, rules=rules.key))
            for rules in other_rules(rules_of(found.release))
        ],
        "may": found.sums_are_told,
        "back_href": here.href("figures:release", release=release, part="headline"),
    }
    return render(request, "figures/method.html", context)


@page(Permission.SEE_MEASURES, level=Level.AGGREGATE)
def under(request: HttpRequest, here: Here, release: UUID, rules: str) -> HttpResponse:
    """The figures of the school that are others under other rules."""
    lab = _lab(here, release, rules)
    rows: tuple[LabRow, ...] = ()
    unknown: tuple[tuple[str, int], ...] = ()
    why_not = ""
    if lab.found.sums_are_told:
        try:
            rows = tuple(rows_of(lab.computed, lab.school))
            unknown = lab.computed.unknown
        except KeystageError as error:
            why_not = str(error)
    context = _told(lab.found, lab.content) | {
        "rules": lab.rules,
        "may": lab.found.sums_are_told,
        "rows": rows,
        "unknown": [(COLUMNS.get(name, name), many) for name, many in unknown],
        "why_not": why_not,
        "opens": lambda name: here.href(
            "figures:under_figure", release=release, rules=rules, name=name
        ),
        "back_href": here.href("figures:method", release=release),
    }
    return render(request, "figures/under.html", context)


@page(Permission.SEE_MEASURES, level=Level.AGGREGATE)
def under_figure(
    request: HttpRequest, here: Here, release: UUID, rules: str, name: str
) -> HttpResponse:
    """One figure under other rules: each pupil who moves, where from and where to, and why."""
    lab = _lab(here, release, rules)
    context = _told(lab.found, lab.content) | {
        "rules": lab.rules,
        "may": lab.found.sums_are_told,
        "back_href": here.href("figures:under", release=release, rules=rules),
    }
    if lab.found.sums_are_told:
        context |= _opened(lab, name)
    return render(request, "figures/under_figure.html", context)


def _opened(lab: Lab, name: str) -> dict[str, object]:
    """The change of a figure, with the pupils whom the person sees.

    Raises:
        Http404: neither rules have such a figure.
    """
    item = labels(lab.computed).get(name)
    change = change_of(lab.computed.changes, lab.school, name)
    if item is None or change is None:
        raise Http404
    return {
        "label": labelled(item),
        "unit": item.unit,
        "row": next((row for row in rows_of(lab.computed, lab.school) if row.name == name), None),
        "exact": exactly(change.change),
        "reasons": reasons_of(change.effects),
        "pupils": moving_rows(lab.computed, lab.school, change, lab.found.called),
        "of_whom": lab.found.of_whom,
        "moved": len(change.effects),
    }


def _lab(here: Here, release: UUID, key: str) -> Lab:
    """A release and the rules of an address.

    Raises:
        Http404: there are no such rules or release, or nothing of the school for the person.
    """
    found = reached(here, release)
    rules = next((one for one in other_rules(rules_of(found.release)) if one.key == key), None)
    if rules is None:
        raise Http404
    return Lab(found, _content(found), rules)


def _content(found: Reached) -> Content:
    if found.content is None:
        raise Http404
    return found.content


def _told(found: Reached, content: Content) -> dict[str, object]:
    return {
        "content": content,
        "shown_at": found.release.shown_at,
        "level": LEVELS[content.level],
    }
