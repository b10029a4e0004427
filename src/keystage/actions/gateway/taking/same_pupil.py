"""Pupils of a file who may have been received under another UPN: a person says who is who."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.taking.merging import Held, Incoming
from keystage.actions.gateway.taking.writing import held_by
from keystage.actions.locks import locking
from keystage.store.models import Submission


@dataclass(frozen=True, kw_only=True)
class Question:
    """Whether a pupil of a file is one who was received under another UPN.

    Attributes:
        upn: in the file.
        name: in the file.
        held_upn: under which the other was received.
        held_name: the other's name.
        why: why one is asked, as a sentence.
        answer: True for the same pupil, False for another, None while nobody has said.
    """

    upn: str
    name: str
    held_upn: str
    held_name: str
    why: str
    answer: bool | None = None


def questions(submission: Submission) -> tuple[Question, ...]:
    """What has to be said before a file can be submitted, with the answers there are."""
    if not submission.school_return.version:
        return ()
    held = held_by(submission.school_return)
    return tuple(_asked(submission.pupils, held, submission.same_as))


def open_questions(submission: Submission) -> tuple[Question, ...]:
    """Those that nobody has answered."""
    return tuple(one for one in questions(submission) if one.answer is None)


@transaction.atomic
def answer(submission: Submission, upn: str, *, same: bool, by: By) -> None:
    """Say whether a pupil of a file is the one who was received under another UPN.

    Raises:
        RefusedError: nothing is asked of that pupil, the file no longer waits, or another pupil of
            it was said to be the same one.
    """
    locked = locking(Submission.objects).get(pk=submission.pk)
    asked = {one.upn: one for one in questions(locked)}
    if locked.state != Submission.State.UPLOADED or upn not in asked:
        raise RefusedError(
            "Nothing is asked about this pupil.", todo="Look at the page of the file again."
        )
    others = {one.held_upn for one in asked.values() if one.answer and one.upn != upn}
    if same and asked[upn].held_upn in others:
        raise RefusedError(
            "Another pupil of this file was said to be the same one.",
            todo="Say of one of the two that it is somebody else.",
        )
    locked.same_as = {**locked.same_as, upn: asked[upn].held_upn if same else ""}
    locked.save(update_fields=["same_as"])
    submission.same_as = locked.same_as
    record(
        "pupil told apart",
        by=by,
        organisation=locked.school_return.school,
        year=locked.school_return.year,
        subject=f"submission {locked.pk}",
        after={"same": same},
    )


def _asked(
    incoming: Iterable[Incoming], held: Iterable[Held], answers: Mapping[str, str]
) -> Iterator[Question]:
    received = list(held)
    by_upn = {one.facts["upn"]: one for one in received}
    by_former = {one.facts["former_upn"]: one for one in received if one.facts["former_upn"]}
    by_person = {_person(one.facts): one for one in received if one.facts["birth_date"]}
    given = list(incoming)
    present = {one["upn"] for one in given}
    for one in given:
        if one["upn"] in by_upn:
            continue
        found, why = next(
            (
                (other, why)
                for other, why in (
                    (by_upn.get(one["former_upn"]), "The file says that the UPN has changed."),
                    (by_former.get(one["upn"]), "The pupil was received with this former UPN."),
                    (by_person.get(_person(one)), "Name and date of birth are the same."),
                )
                if other is not None and other.facts["upn"] not in present
            ),
            (None, ""),
        )
        if found is None:
            continue
        said = answers.get(one["upn"])
        stands = said in {"", found.facts["upn"]}
        yield Question(
            upn=one["upn"],
            name=_name(one),
            held_upn=found.facts["upn"],
            held_name=_name(found.facts),
            why=why,
            answer=bool(said) if stands else None,
        )


def _person(facts: Mapping[str, str]) -> tuple[str, str, str]:
    return facts["surname"].casefold(), facts["forename"].casefold(), facts["birth_date"]


def _name(facts: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (facts["surname"], facts["forename"])))
