"""What a person reaches of a release at a school: content, pupils, and what they are called.

How much is shown is decided in `actions.figures.seeing`; here it is fetched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import Http404

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures.computing import earlier_of
from keystage.actions.figures.pupils_seen import PupilsSeen, as_kept
from keystage.actions.figures.releases import visible, visible_one
from keystage.actions.figures.rules import rules_of
from keystage.actions.figures.seeing import (
    Known,
    Reach,
    content_for,
    content_level,
    pupils_for,
    pupils_reach,
)
from keystage.flows.figures.computed_again import Again, computed_again
from keystage.flows.figures.contents import Content
from keystage.store.models import FiguresContent, FiguresRelease
from keystage.web.doors import Here
from keystage.web.figures.opened import Seen

SCHOOL = FiguresContent.Kind.SCHOOL
_NAMED = "Pupils are named where the school's roll or results name them; others by number."
_MASKED = "Each pupil has a number made up for this release."
_OWN = "Only pupils of your classes are listed."


@dataclass(frozen=True, eq=False)
class Reached:
    """A release as somebody sees it at a school.

    Attributes:
        here: where they are.
        release: which release; it is out.
    """

    here: Here
    release: FiguresRelease

    @property
    def known(self) -> Known:
        """What the door of the page has found of the person and the school."""
        return Known(self.here.grants, self.here.place)

    @cached_property
    def level(self) -> FiguresContent.Level | None:
        """The level of data of its figures; None where figures are not shown to the person."""
        code, person = self.here.organisation.code, self.here.by.who
        return content_level(self.release, SCHOOL, code, person=person, known=self.known)

    @cached_property
    def content(self) -> Content | None:
        """What the release says of the school; None where it says nothing, or not to the person."""
        code, person = self.here.organisation.code, self.here.by.who
        return content_for(self.release, SCHOOL, code, person=person, known=self.known)

    @cached_property
    def reach(self) -> Reach | None:
        """How far the person sees the school's pupils; None for not at all."""
        code, person = self.here.organisation.code, self.here.by.who
        return pupils_reach(self.release, code, person=person, known=self.known)

    @cached_property
    def pupils(self) -> PupilsSeen | None:
        """The pupils that the person sees; None for none. The look is recorded where it has to be.

        Raises:
            InputError: what is kept is damaged.
        """
        return pupils_for(self.release, self.here.organisation.code, by=self.here.by)

    @cached_property
    def again(self) -> Again:
        """The school, computed again from what the release keeps.

        Raises:
            Http404: it keeps no pupil of the school.
        """
        row = self.release.pupils.filter(code=self.here.organisation.code).first()
        if row is None or not row.count:
            raise Http404
        return computed_again(as_kept(row), rules_of(self.release))

    @cached_property
    def earlier(self) -> tuple["Reached", ...]:
        """The releases of the two years before that its three-year figures were made with.

        Only those that keep the school's pupils, the earliest first.
        """
        kept = FiguresRelease.objects.select_related("organisation").filter(
            pk__in=earlier_of(self.release).values(),
            pupils__code=self.here.organisation.code,
            pupils__count__gt=0,
        )
        return tuple(Reached(self.here, one) for one in kept.order_by("year"))

    @property
    def may_try(self) -> bool:
        """Whether a change may be tried: the person sees every figure, and every pupil by name."""
        reach, complete = self.reach, FiguresContent.Level.COMPLETE
        return reach == Reach(Level.NAMED) and self.level == complete

    @property
    def sums_are_told(self) -> bool:
        """Whether sums and counts of all the school's pupils may be told."""
        reach, complete = self.reach, self.level == FiguresContent.Level.COMPLETE
        if reach is None:
            explain = self.here.on(Permission.EXPLAIN_FIGURE)
            return complete and explain.classes_at(Level.AGGREGATE) is None
        return complete and reach.classes is None

    @property
    def called(self) -> Mapping[int, str]:
        """What the pupils that the person sees are called, by line."""
        return self.pupils.called if self.pupils else {}

    @property
    def of_whom(self) -> str:
        """Who is listed and how they are called, as a sentence; empty where nobody is."""
        if self.pupils is None:
            return ""
        told = _NAMED if self.pupils.level is Level.NAMED else _MASKED
        return told if not self.pupils.others else f"{told} {_OWN}"

    def seen(self) -> Seen:
        """How much of the pupils a figure is opened down to."""
        names = self.called if self.pupils else None
        return Seen(numbers=self.sums_are_told, names=names, of_whom=self.of_whom)


def releases_at(here: Here) -> tuple[FiguresRelease, ...]:
    """The releases of the season that the school sees, the newest first."""
    return visible(here.season, here.organisation)


def reached(here: Here, release: UUID) -> Reached:
    """A release of the season at the school of the address.

    Raises:
        Http404: there is none such that is out.
    """
    found = visible_one(release, here.season, here.organisation)
    if found is None:
        raise Http404
    return Reached(here, found)
