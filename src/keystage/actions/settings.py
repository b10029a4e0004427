"""What an organisation decides for itself: each setting with its words and its default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.store.models import Organisation, OrganisationSetting


@dataclass(frozen=True)
class Setting:
    """One setting: what it is called, what it says, and what holds until somebody sets it."""

    label: str
    hint: str
    default: Any


SENSITIVE = "sensitive_warning"
SETTINGS: Mapping[str, Setting] = {
    SENSITIVE: Setting(
        "Warning on everything that leaves the service",
        "It stands on printed pages and beside every file.",
        "This file holds personal data about children. Keep it safe, send it only where it is "
        "meant to go, and delete it when it is no longer needed.",
    ),
}


def value_of(organisation: Organisation, name: str) -> Any:
    """The value of a setting, or its default.

    Raises:
        KeyError: there is no such setting.
    """
    setting = SETTINGS[name]
    row = OrganisationSetting.objects.filter(organisation=organisation, name=name).first()
    return setting.default if row is None else row.value


@transaction.atomic
def change(*, organisation: Organisation, name: str, value: Any, by: By) -> None:
    """Set a value. Setting what is set already changes nothing.

    Raises:
        RefusedError: there is no such setting, or the value is not of its kind.
    """
    setting = SETTINGS.get(name)
    if setting is None or type(value) is not type(setting.default):
        raise RefusedError(f"{name} cannot be set to that.", todo="Use the page of settings.")
    before = value_of(organisation, name)
    if before == value:
        return
    OrganisationSetting.objects.update_or_create(
        organisation=organisation,
        name=name,
        defaults={"value": value, "changed_at": timezone.now(), "changed_by": by.person},
    )
    record(
        "setting changed",
        by=by,
        organisation=organisation,
        subject=name,
        before={"value": before},
        after={"value": value},
    )
