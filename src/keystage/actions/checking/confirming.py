"""A school's word that the data of a release are correct. Changes may still be asked for."""

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.checking.steps import ENTERING, must_be_open
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.store.models import CheckingStep, DataConfirmed, FiguresRelease, Organisation


@transaction.atomic
def confirm(*, release: FiguresRelease, school: Organisation, by: By) -> DataConfirmed:
    """Say for a school that its data in a release are correct. Said twice, it is said once.

    Args:
        release: the release that was looked at.
        school: the school.
        by: who says so; nobody who asked for a change of the release.

    Raises:
        RefusedError: the window is closed, the release has no pupil of the school, or the person
            had a hand in a request.
    """
    locking(Organisation.objects).get(pk=school.pk)
    must_be_open(release)
    if not release.pupils.filter(code=school.code).exists():
        raise RefusedError("These figures have no pupil of the school.", todo="")
    wrote = CheckingStep.objects.filter(
        request__release=release, request__school=school, by=by.who, act__in=ENTERING
    )
    if wrote.exists():
        raise RefusedError(
            "You asked for changes of these data, so another person must confirm them.",
            todo="Ask the headteacher.",
        )
    said = _live(release, school)
    if said is not None:
        return said
    made = DataConfirmed.objects.create(
        release=release, school=school, at=timezone.now(), by=by.who
    )
    _record("data confirmed", made, by)
    return made


@transaction.atomic
def take_back(*, release: FiguresRelease, school: Organisation, by: By) -> None:
    """Take back the word that the data of a release are correct. Nothing happens if there is none.

    Raises:
        RefusedError: the window is closed.
    """
    locking(Organisation.objects).get(pk=school.pk)
    must_be_open(release)
    said = _live(release, school)
    if said is None:
        return
    said.withdrawn_at = timezone.now()
    said.save(update_fields=("withdrawn_at",))
    _record("data confirmation taken back", said, by)


def _live(release: FiguresRelease, school: Organisation) -> DataConfirmed | None:
    return DataConfirmed.objects.filter(
        release=release, school=school, withdrawn_at__isnull=True
    ).first()


def _record(act: str, said: DataConfirmed, by: By) -> None:
    record(
        act,
        by=by,
        organisation=said.school,
        year=said.release.year,
        subject=f"figures {said.release_id}",
    )
