"""What a person reaches of a release at a school: content, pupils, and what they are called.

How much is shown is decided in `actions.figures.seeing`; here it is fetched.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.http import Http404

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures.releases import visible
from keystage.actions.figures.rules import rules_of
from keystage.actions.figures.seeing import Reach, content_for, content_level, pupils_reach
from keystage.flows.figures.computed_again import Again, computed_again
from keystage.flows.figures.contents import Content
from keystage.flows.figures.school_pupils import SchoolPupils
from keystage.records.schema import LINE
from keystage.store.models import FiguresContent, FiguresRelease, Pupil
from keystage.web.doors import Here
from keystage.web.figures.opened import Seen

SCHOOL = FiguresContent.Kind.SCHOOL
_NAMED = "Pupils are named by the school's roll; who is not on it is told by number."
_MASKED = "Each pupil has a number made up for this page."
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

    @cached_property
    def level(self) -> FiguresContent.Level | None:
        """The level of data of its figures; None where figures are not shown to the person."""
        return content_level(
            self.release, SCHOOL, self.here.organisation.code, person=self.here.by.who
        )

    @cached_property
    def content(self) -> Content | None:
        """What the release says of the school; None where it says nothing, or not to the person."""
        return content_for(
            self.release, SCHOOL, self.here.organisation.code, person=self.here.by.who
        )

    @cached_property
    def pupils(self) -> Reach | None:
        """How far the person sees the school's pupils; None for not at all."""
        return pupils_reach(self.release, self.here.organisation.code, person=self.here.by.who)

    @cached_property
    def again(self) -> Again:
        """The school, computed again from what the release keeps.

        Raises:
            Http404: it keeps no pupil of the school.
        """
        row = self.release.pupils.filter(code=self.here.organisation.code).first()
        if row is None or not row.count:
            raise Http404
        kept = SchoolPupils(
            urn=int(row.code), count=row.count, sha256=row.sha256, content=bytes(row.content)
        )
        return computed_again(kept, rules_of(self.release))

    @property
    def may_try(self) -> bool:
        """Whether a change may be tried: the person sees every figure, and every pupil by name."""
        reach, complete = self.pupils, FiguresContent.Level.COMPLETE
        return reach == Reach(Level.NAMED) and self.level == complete

    def seen(self) -> Seen:
        """How much of the pupils a figure is opened down to."""
        numbers = self.level == FiguresContent.Level.COMPLETE
        reach = self.pupils
        if reach is None:
            return Seen(numbers=numbers and self._sums_are_explained)
        if reach.level is not Level.NAMED:
            return Seen(numbers=numbers, names=self._made_up(), of_whom=_MASKED)
        if reach.classes is None:
            return Seen(numbers=numbers, names=self.names(), of_whom=_NAMED)
        return Seen(numbers=False, names=self.names(reach.classes), of_whom=_OWN)

    def names(self, classes: frozenset[str] | None = None) -> Mapping[int, str]:
        """The pupils of the school by line, or those of some classes, by the school's roll."""
        roll = Pupil.objects.filter(school=self.here.organisation)
        known = {pupil.upn: pupil for pupil in roll if pupil.upn}
        found = {}
        for line, upn in self.again.records.pupils.select(LINE, "UPN").iter_rows():
            pupil = known.get(upn or "")
            if pupil and (classes is None or pupil.class_name in classes):
                found[line] = pupil.full_name
            elif classes is None and pupil is None:
                found[line] = upn or f"Row {line}, without a pupil number"
        return found

    @property
    def _sums_are_explained(self) -> bool:
        """Whether the right to explain goes as far as sums of the school's pupils."""
        return self.here.on(Permission.EXPLAIN_FIGURE).classes_at(Level.AGGREGATE) is None

    def _made_up(self) -> Mapping[int, str]:
        """A number for each pupil, in no order that the file has."""
        lines = self.again.records.pupils.get_column(LINE).to_list()
        mixed = sorted(lines, key=lambda line: _mixed(self.release.pk, line))
        return {line: f"Pupil {at}" for at, line in enumerate(mixed, 1)}


def _mixed(release: UUID, line: int) -> str:
    """Where a pupil stands among the made-up numbers: nobody without the secret can tell."""
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"{release} {line}".encode(), sha256).hexdigest()


def releases_at(here: Here) -> tuple[FiguresRelease, ...]:
    """The releases of the season that the school sees, the newest first."""
    return visible(here.season, here.organisation)


def reached(here: Here, release: UUID) -> Reached:
    """A release of the season at the school of the address.

    Raises:
        Http404: there is none such that is out.
    """
    found = next((one for one in releases_at(here) if one.pk == release), None)
    if found is None:
        raise Http404
    return Reached(here, found)
