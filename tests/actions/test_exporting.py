"""Making the return of a sheet: everybody in it, numbered, kept, and nothing sent by surprise."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.returns import cohort_of, content_of, seal_of, touch
from keystage.actions.sending import exporting
from keystage.checks.returns.severity import Severity
from keystage.flows.returns.preflight import preflight
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.statute.collection_loader import load_collection
from keystage.store.models import (
    AuditEvent,
    ExportedPupil,
    Judgement,
    Person,
    ReturnFile,
    Sheet,
    SignOff,
)

pytestmark = pytest.mark.django_db


def made(sheet: Sheet, who: Person, **options: Any) -> ReturnFile:
    return exporting.make(sheet=sheet, key=uuid4(), by=By(who, "test"), **options)


def test_everybody_of_the_cohort_is_in_the_file(signed_sheet: Sheet, office: Person) -> None:
    file = made(signed_sheet, office)

    assert file.name == "9990301_CTF_NAALLLL_001.xml"
    assert file.counts == {"processed": 6, "in_file": 6, "not_exported": 0, "left_out": 0}
    assert ExportedPupil.objects.filter(return_file=file).count() == 6


def test_the_file_passes_the_check_before_sending(signed_sheet: Sheet, office: Person) -> None:
    file = made(signed_sheet, office)
    profile = load_profile()
    returns = read_returns([NamedBytes(file.name, bytes(file.content))], profile)

    assert preflight(returns, load_collection(2026), profile).verdict is not Severity.RED


def test_a_second_file_has_the_next_number_and_supersedes_the_first(
    signed_sheet: Sheet, office: Person
) -> None:
    first, second = made(signed_sheet, office), made(signed_sheet, office)
    first.refresh_from_db()

    assert second.serial == 2
    assert second.superseded_at is None
    assert first.superseded_at is not None
    assert bytes(first.content)


def test_a_file_of_another_season_never_has_a_name_that_was_given(
    signed_sheet: Sheet, office: Person
) -> None:
    earlier = made(signed_sheet, office)
    before = Sheet.objects.create(
        school=signed_sheet.school,
        year=2025,
        pack_version="25",
        pack_checksum="0",
        loaded_at=timezone.now(),
        loaded_by=office,
    )
    ReturnFile.objects.update(sheet=before)

    assert made(signed_sheet, office).name == earlier.name.replace("001", "002")


def test_asking_twice_with_one_key_makes_one_file(signed_sheet: Sheet, office: Person) -> None:
    key, by = uuid4(), By(office, "test")
    first = exporting.make(sheet=signed_sheet, key=key, by=by)
    second = exporting.make(sheet=signed_sheet, key=key, by=by)

    assert first == second
    assert ReturnFile.objects.count() == 1


def test_what_the_headteacher_has_not_signed_is_not_exported(
    judged_sheet: Sheet, office: Person
) -> None:
    with pytest.raises(RefusedError, match="has not signed"):
        made(judged_sheet, office)
    assert not ReturnFile.objects.exists()


def test_what_was_changed_behind_the_back_of_a_signature_is_not_exported(
    signed_sheet: Sheet, office: Person
) -> None:
    Judgement.objects.filter(pk=Judgement.objects.earliest("pk").pk).update(code="GDS")

    assert SignOff.objects.get().broken_at is None
    with pytest.raises(RefusedError, match="has not signed"):
        made(signed_sheet, office)


def test_a_broken_seal_counts_for_nothing(signed_sheet: Sheet, office: Person) -> None:
    touch(signed_sheet, by=By(office, "test"))

    assert SignOff.objects.get().broken_at is not None
    with pytest.raises(RefusedError, match="has not signed"):
        made(signed_sheet, office)


def test_a_missing_judgement_stops_the_file(signed_sheet: Sheet, office: Person) -> None:
    signed_sheet.cohort.earliest("pk").judgements.filter(subject="science").delete()
    SignOff.objects.update(seal=seal_of(content_of(cohort_of(signed_sheet))))

    with pytest.raises(RefusedError, match="would be refused"):
        made(signed_sheet, office)


def test_nobody_is_left_out_without_a_reason(signed_sheet: Sheet, office: Person) -> None:
    out = [signed_sheet.cohort.earliest("pk").pk]

    with pytest.raises(RefusedError, match=r"1 pupils? of the cohort would not be"):
        made(signed_sheet, office, left_out=out)
    file = made(signed_sheet, office, left_out=out, because="Moved in May; the new school sends.")
    assert file.accepted_by == office
    assert file.counts["left_out"] == 1


def test_a_pupil_of_the_last_file_cannot_be_left_out_of_the_next(
    signed_sheet: Sheet, office: Person
) -> None:
    made(signed_sheet, office)
    out = [signed_sheet.cohort.earliest("pk").pk]

    with pytest.raises(RefusedError, match="always carries the whole cohort"):
        made(signed_sheet, office, left_out=out, because="Because.")


def test_the_audit_says_what_was_made_and_fetched_and_names_no_pupil(
    signed_sheet: Sheet, office: Person
) -> None:
    file = made(signed_sheet, office)
    exporting.fetched(file, by=By(office, "test"))
    told = AuditEvent.objects.filter(subject=file.name)

    assert [event.action for event in told] == ["return made", "return downloaded"]
    text = " ".join(str(event.after) for event in AuditEvent.objects.all())
    assert not any(one.pupil.surname in text or one.upn in text for one in file.pupils.all())


def test_a_pupil_who_left_after_the_tests_is_in_the_file(
    signed_sheet: Sheet, office: Person
) -> None:
    pupil = signed_sheet.cohort.earliest("pk").pupil
    pupil.left_on = timezone.localdate().replace(year=2026, month=6, day=30)
    pupil.save()

    assert made(signed_sheet, office).counts["in_file"] == 6
