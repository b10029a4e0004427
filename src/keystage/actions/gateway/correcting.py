"""What a school has still to correct in its own system: values that are others here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from keystage.actions.returns import cohort_of, values_of
from keystage.actions.roll.roll_history import ROLL
from keystage.core.subjects import ASSESSED
from keystage.store.models import (
    Amendment,
    CohortPupil,
    ImportRow,
    JudgementChange,
    ReceivedJudgement,
    ReceivedPupil,
    RollChange,
    SchoolReturn,
    Sheet,
)

#: The facts of a pupil that a return tells.
FACTS = ("upn", "surname", "forename", "birth_date", "sex")
#: What a pupil who was entered here by hand has in place of a field.
WHOLE = ROLL


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A value that the school's own system has, or may have, otherwise.

    Attributes:
        upn: of the pupil.
        pupil: surname and forename.
        field: a fact of the pupil, a subject, or `WHOLE`.
        imported: what the last import said; None where nothing is known of it.
        stored: what the pages here say; None for a pupil who is not in the cohort.
        received: what was submitted; None where nothing was.
        amendment: the reference of an agreed amendment that the school has not done yet; else ''.
        agreed: what was agreed there.
    """

    upn: str
    pupil: str
    field: str
    imported: str | None
    stored: str | None
    received: str | None
    amendment: str = ""
    agreed: str = ""

    @property
    def right(self) -> str:
        """What the school's own system should say.

        What was agreed by an amendment, what the pages here say, or what was sent.
        """
        if self.amendment:
            return self.agreed
        return self.stored if self.stored is not None else (self.received or "")


def corrections_of(school_return: SchoolReturn) -> list[Correction]:
    """The values that differ between the last import, the pages here, and what was received.

    Nothing is listed of a judgement that no import ever brought and that was received as it stands
    here: such a school keeps its judgements here alone. An agreed amendment stays on the list until
    the school says that it is done.
    """
    sheet = Sheet.objects.filter(school=school_return.school, year=school_return.year).first()
    members = cohort_of(sheet) if sheet is not None else []
    received = _received(school_return)
    judged, told = _imported_judgements(members), _imported_facts(members)
    found: list[Correction] = []
    for member in members:
        sent = received.pop(member.pupil.upn, None) if member.pupil.upn else None
        found += _of_member(member, sent, judged, told)
    for row, codes in received.values():
        found += _of_unknown(row, codes)
    return _with_amendments(found, school_return, members)


def _with_amendments(
    found: list[Correction], school_return: SchoolReturn, members: list[CohortPupil]
) -> list[Correction]:
    """The corrections with what was agreed by amendments, each in the place of its value."""
    agreed = list(
        Amendment.objects.filter(
            school_return_id=school_return.pk, state=Amendment.State.AGREED
        ).select_related("pupil")
    )
    if not agreed:
        return found
    rows, stored = _received(school_return), {one.pupil.upn: values_of(one) for one in members}
    there = {(one.upn, one.field): one for one in found}
    for one in agreed:
        upn, subject = one.pupil.upn, one.subject
        plain = there.get((upn, subject)) or Correction(
            upn=upn,
            pupil=", ".join(filter(None, (one.pupil.surname, one.pupil.forename))),
            field=subject,
            imported=None,
            stored=stored[upn].get(subject, "") if upn in stored else None,
            received=rows[upn][1].get(subject, "") if upn in rows else None,
        )
        there[upn, subject] = replace(plain, amendment=one.reference, agreed=one.after)
    return list(there.values())


_Sent = tuple[ReceivedPupil, dict[str, str]]
_Key = tuple[object, str]


def _of_member(
    member: CohortPupil,
    sent: _Sent | None,
    judged: dict[_Key, str],
    told: dict[_Key, str],
) -> Iterator[Correction]:
    pupil = member.pupil
    if (pupil.pk, WHOLE) in told:
        yield _correction(member, WHOLE, None, "Entered here by hand", None)
    for fact in FACTS:
        stored = _text(getattr(pupil, fact))
        received = _text(getattr(sent[0], fact)) if sent else None
        imported = told.get((pupil.pk, fact))
        if imported not in {None, stored} or (received or stored) != stored:
            yield _correction(member, fact, imported, stored, received)
    values = values_of(member)
    for subject in map(str, ASSESSED):
        stored = values.get(subject, "")
        received = sent[1].get(subject, "") if sent else None
        imported = judged.get((member.pk, subject))
        if imported not in {None, stored} or received not in {None, stored}:
            yield _correction(member, subject, imported, stored, received)


def _of_unknown(row: ReceivedPupil, codes: dict[str, str]) -> Iterator[Correction]:
    """What was received of a pupil who is not in the cohort here."""
    for subject, code in codes.items():
        yield Correction(
            upn=row.upn,
            pupil=", ".join(filter(None, (row.surname, row.forename))),
            field=subject,
            imported=None,
            stored=None,
            received=code,
        )


def _correction(
    member: CohortPupil, field: str, imported: str | None, stored: str, received: str | None
) -> Correction:
    return Correction(
        upn=member.pupil.upn,
        pupil=member.pupil.full_name,
        field=field,
        imported=imported,
        stored=stored,
        received=received,
    )


def _received(school_return: SchoolReturn) -> dict[str, _Sent]:
    rows = school_return.pupils.filter(removed_at__isnull=True)
    found: dict[str, _Sent] = {row.upn: (row, {}) for row in rows}
    judgements = ReceivedJudgement.objects.filter(
        pupil__school_return=school_return, pupil__removed_at__isnull=True
    ).order_by("pupil", "subject")
    for upn, subject, code in judgements.values_list("pupil__upn", "subject", "code"):
        found[upn][1][subject] = code
    return found


def _imported_judgements(members: Iterable[CohortPupil]) -> dict[_Key, str]:
    """What the last import said of judgements that were changed by hand since."""
    rows = JudgementChange.objects.filter(
        judgement__cohort_pupil__in=[member.pk for member in members]
    ).order_by("judgement", "version")
    found: dict[_Key, str] = {}
    for member, subject, how, after in rows.values_list(
        "judgement__cohort_pupil", "judgement__subject", "how", "after"
    ):
        if how == JudgementChange.How.IMPORTED:
            found[member, subject] = after
    return found


def _imported_facts(members: Iterable[CohortPupil]) -> dict[_Key, str]:
    """What the last import said of facts that were changed by hand since."""
    keys = [member.pupil_id for member in members]
    rows = RollChange.objects.filter(pupil__in=keys, field__in=(WHOLE, *FACTS))
    found: dict[_Key, str] = {}
    for row in rows.order_by("at", "pk"):
        if row.import_file_id is None:
            found.setdefault((row.pupil_id, row.field), row.before)
        else:
            found.pop((row.pupil_id, row.field), None)
    brought = ImportRow.objects.filter(pupil__in=keys, applied=True)
    for key in brought.values_list("pupil_id", flat=True):
        found.pop((key, WHOLE), None)
    return found


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
