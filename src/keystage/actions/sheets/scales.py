"""P scales beside judgements: only in the years whose collection had them, beside one code."""

from collections.abc import Collection as Some
from dataclasses import dataclass, replace

from keystage.actions.returns import cohort_of, collection_of
from keystage.actions.sheets.cells import Change, Refused
from keystage.statute.collection import Collection
from keystage.store.models import CohortPupil, Judgement, Sheet


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """A judgement beside which a P scale is due."""

    member: CohortPupil
    judgement: Judgement


def scaled_of(sheet: Sheet, classes: Some[str] | None = None) -> list[Scaled]:
    """The judgements beside which a P scale is due, of some classes only if any are named."""
    scales = collection_of(sheet).p_scales
    if scales is None:
        return []
    return [
        Scaled(member=member, judgement=one)
        for member in cohort_of(sheet, classes)
        for one in sorted(member.judgements.all(), key=lambda one: one.subject)
        if one.code == scales.beside
    ]


def settled(change: Change, stored: Judgement | None, collection: Collection) -> Change:
    """A change with the P scale it comes to: none beside any other code, or in other years."""
    scales = collection.p_scales
    if scales is None or change.code != scales.beside:
        return replace(change, p_scale="")
    if change.p_scale is None:
        kept = stored.p_scale if stored is not None and stored.code == change.code else ""
        return replace(change, p_scale=kept)
    typed = change.p_scale.strip()
    codes = {code.upper(): code for code in scales.codes}
    return replace(change, p_scale=codes.get(typed.upper(), typed))


def refusal(change: Change, collection: Collection) -> Refused | None:
    """Why a P scale may not stand beside a judgement; None where it may, or there is none."""
    scales = collection.p_scales
    if scales is None or not change.p_scale or change.p_scale in scales.codes:
        return None
    return Refused(
        pupil=change.pupil,
        subject=change.subject,
        wanted=change.p_scale,
        what=f"{change.p_scale} is no P scale of {collection.name}.",
        todo=f"Choose one of {', '.join(scales.codes)}.",
    )
