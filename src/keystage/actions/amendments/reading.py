"""The register of amendments: of a school, of an authority's schools, and of all."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from keystage.actions.returns import cohort_of, values_of
from keystage.store.models import Amendment, Organisation, ReceivedJudgement, SchoolReturn, Sheet
from keystage.store.rights import schools_within


@dataclass(frozen=True, kw_only=True)
class Drift:
    """Where an agreed judgement stands: in the mark sheet here, and in what was received.

    ``stored`` is None for a pupil who is not in the cohort here.
    """

    agreed: str
    stored: str | None
    received: str

    @property
    def sheet_differs(self) -> bool:
        """Whether the mark sheet here says something else than what was received."""
        return self.stored is not None and self.stored != self.received

    @property
    def not_received(self) -> bool:
        """Whether what was received does not say yet what was agreed."""
        return self.received != self.agreed


def amendments_of(organisation: Organisation, year: int) -> QuerySet[Amendment]:
    """The amendments that an organisation sees, newest first, without their evidence.

    A school sees its own. An authority sees those of its schools, and the agency those of all, from
    the time that they are sent.
    """
    rows = Amendment.objects.filter(school_return__year=year).select_related(
        "school_return__school__authority", "pupil", "drafted_by"
    )
    if organisation.kind == Organisation.Kind.SCHOOL:
        return rows.filter(school_return__school=organisation)
    sent = rows.filter(steps__state=Amendment.State.SENT).distinct()
    if organisation.kind == Organisation.Kind.NATIONAL:
        return sent
    return sent.filter(school_return__school__in=schools_within([organisation]))


def drifts_of(school_return: SchoolReturn, amendments: Iterable[Amendment]) -> dict[object, Drift]:
    """Where the judgements of decided amendments of a return stand, by amendment."""
    decided = [
        one for one in amendments if one.state in {Amendment.State.AGREED, Amendment.State.DONE}
    ]
    if not decided:
        return {}
    sheet = Sheet.objects.filter(school=school_return.school, year=school_return.year).first()
    members = cohort_of(sheet) if sheet is not None else []
    stored = {one.pupil.upn: values_of(one) for one in members if one.pupil.upn}
    received = {
        (pupil, subject): code
        for pupil, subject, code in ReceivedJudgement.objects.filter(
            pupil__in={one.pupil_id for one in decided}
        ).values_list("pupil", "subject", "code")
    }
    return {
        one.pk: Drift(
            agreed=one.after,
            stored=stored[one.pupil.upn].get(one.subject, "") if one.pupil.upn in stored else None,
            received=received.get((one.pupil_id, one.subject), ""),
        )
        for one in decided
    }
