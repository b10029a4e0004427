"""The watch over locks, that every test of acts is under, sees what it is there for."""

import pytest
from cast_of_tests import YEAR
from django.db import transaction
from locks_of_tests import Watch

from keystage.actions.gateway.standing.states import return_of
from keystage.actions.locks import ORDER, locking
from keystage.store.models import AuditHead, Grant, Organisation, SchoolReturn, Sheet

pytestmark = pytest.mark.django_db


def test_a_table_locked_against_the_order_is_told(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, found = Watch(), return_of(sheet.school, YEAR)
    with monkeypatch.context() as patched:
        watch.start(patched)
        with transaction.atomic():
            locking(Sheet.objects).get(pk=sheet.pk)
            locking(SchoolReturn.objects).get(pk=found.pk)
            locking(Sheet.objects).get(pk=sheet.pk)
        with transaction.atomic():
            locking(Sheet.objects).get(pk=sheet.pk)
        assert watch.faults == []

        with transaction.atomic():
            locking(AuditHead.objects).first()
            locking(Organisation.objects).get(pk=sheet.school_id)
        assert watch.faults == ["AuditHead, then Organisation"]

        with transaction.atomic():
            locking(Sheet.objects).get(pk=sheet.pk)
            locking(Grant.objects).first()
        assert watch.faults[1:] == ["Sheet, then Grant: not in ORDER"]


def test_the_record_of_acts_is_locked_last() -> None:
    assert ORDER[-1].__name__ == "AuditHead"
    assert ORDER.index(Sheet) < ORDER.index(SchoolReturn)
