"""What changed of a school between two releases of a year: computed from what each of them keeps.

It is of the whole school. How much of it somebody is told is decided by `seeing`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keystage.actions.agreed_changes import Agreed, agreed_by_reference, merged_numbers
from keystage.actions.figures.pupils_seen import as_kept
from keystage.actions.figures.requests import references_in
from keystage.actions.figures.rules import rules_of
from keystage.core.subjects import Subject
from keystage.flows.figures.computed_again import Again, computed_again
from keystage.measures.changes.comparing import Changes, changes
from keystage.measures.changes.matching import Same
from keystage.store.models import CheckingRequest, FiguresRelease, MarkingReview


@dataclass(frozen=True, kw_only=True, eq=False)
class Between:
    """What changed of a school between two releases.

    Attributes:
        changes: every figure, and every pupil who moves one.
        references: the numbers of the checking requests that the later one alone took in, by UPN.
    """

    changes: Changes
    references: Mapping[str, str]


def changes_between(old: FiguresRelease, new: FiguresRelease, code: str) -> Between | None:
    """Every figure of a school in two releases, and every pupil who moves one.

    A review of marking whose answer came between the two is given as the reason of a result that
    changed.

    Args:
        old: the earlier release.
        new: the later one, of the same year.
        code: the school's URN.

    Returns:
        None where one of them keeps no pupil of the school.

    Raises:
        InputError: what is kept is damaged.
        AbsentValueError: a year lacks a value its attainment needs.
    """
    before, after = (_again(release, code) for release in (old, new))
    if before is None or after is None:
        return None
    agreed = _taken_in(old, new, code)
    found = changes(
        before.computed,
        after.computed,
        school=int(code),
        same=Same(merged=merged_numbers(agreed)),
        reviews=tuple(_reviews(old, new, code)),
    )
    references = {upn: one.reference for one in agreed for upn in (one.merged_upn, one.upn) if upn}
    return Between(changes=found, references=references)


def _again(release: FiguresRelease, code: str) -> Again | None:
    row = release.pupils.filter(code=code).first()
    if row is None or not row.count:
        return None
    return computed_again(as_kept(row), rules_of(release))


def _reviews(old: FiguresRelease, new: FiguresRelease, code: str) -> Iterator[tuple[str, Subject]]:
    """The reviews that changed a result between the two releases."""
    found = MarkingReview.objects.filter(
        school__code=code,
        year=new.year,
        state=MarkingReview.State.CHANGED,
        answered_at__gte=old.asked_at,
        answered_at__lte=new.computed_at,
    )
    for upn, subject in found.values_list("upn", "subject"):
        yield upn, Subject(subject)


def _taken_in(old: FiguresRelease, new: FiguresRelease, code: str) -> tuple[Agreed, ...]:
    """The school's requests that the later release took in and the earlier one had not."""
    taken = set(references_in(new)) - set(references_in(old))
    own = CheckingRequest.objects.filter(
        school__code=code, release__year=new.year, state=CheckingRequest.State.AGREED
    )
    return agreed_by_reference(taken & set(own.values_list("reference", flat=True)))
