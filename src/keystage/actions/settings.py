"""What an organisation decides for itself: each setting with its words and its default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.formats.ctf.names import LAST_SERIAL
from keystage.store.models import Organisation, OrganisationSetting


@dataclass(frozen=True)
class Setting:
    """One setting: what it is called, what it says, and what holds until somebody sets it.

    ``choices`` are the values it may have, each in words, where only some are possible; ``lowest``
    and ``highest`` bound a number. ``kind`` is the kind of organisation that decides it.
    """

    label: str
    hint: str
    default: Any
    choices: Mapping[str, str] = field(default_factory=dict)
    lowest: int = 0
    highest: int | None = None
    kind: str = Organisation.Kind.SCHOOL

    def fits(self, value: object) -> bool:
        """Whether a value is of the setting's kind, and one it may have."""
        if type(value) is not type(self.default):
            return False
        if isinstance(value, int) and not isinstance(value, bool):
            return value >= self.lowest and (self.highest is None or value <= self.highest)
        return not self.choices or value in self.choices


SENSITIVE = "sensitive_warning"
FIRST_SERIAL = "first_serial"
WHO_AT_FIRST = "who_at_first"
IMPORT_MODE = "import_mode"
MATCHING = "matching"
THROUGH_AUTHORITY = "through_authority"
SENT_BY_AUTHORITY = "sent_by_authority"
#: Whom the choice of pupils for a file begins with.
WHO_WORDS: Mapping[str, str] = {
    "everybody": "Everybody of the cohort, those who left included",
    "on_roll": "Pupils who are on roll on the effective date; the others are shown as left out",
}
#: What is taken of a roll, in words.
MODE_WORDS: Mapping[str, str] = {
    "everything": "Everything: add new pupils and change those who are stored",
    "new": "New pupils only",
    "existing": "Pupils who are stored only: add nobody",
    "numbers": "UPNs only, of pupils who are stored",
}
#: How alike names must be where the birth date is the same, from strict to loose.
MATCHING_WORDS: Mapping[str, str] = {
    Strictness.EXACT.name.lower(): "Surname and forename the same",
    Strictness.SIMILAR.name.lower(): "One of them the same, the other similar",
    Strictness.SEPARATELY.name.lower(): "Each of them similar",
    Strictness.INITIALS.name.lower(): "The first letters the same",
}
SETTINGS: Mapping[str, Setting] = {
    SENSITIVE: Setting(
        "Warning on everything that leaves the service",
        "It stands on printed pages and beside every file.",
        "This file holds personal data about children. Keep it safe, send it only where it is "
        "meant to go, and delete it when it is no longer needed.",
    ),
    FIRST_SERIAL: Setting(
        "Serial number of the first file of a season",
        "Files are numbered from here. Raise it if another system made files for the national "
        "collection this season: a file with a lower number than one that was sent may be taken "
        "for the older.",
        1,
        lowest=1,
        highest=LAST_SERIAL,
    ),
    WHO_AT_FIRST: Setting(
        "Who is chosen for a file at first",
        "The national collection expects everybody of the cohort, so that is the safe choice.",
        "everybody",
        WHO_WORDS,
    ),
    IMPORT_MODE: Setting(
        "What is taken of a roll at first",
        "It can be chosen anew for each file, and nothing is changed before you have seen it.",
        "everything",
        MODE_WORDS,
    ),
    MATCHING: Setting(
        "How alike names must be at first",
        "Pupils are matched by UPN first. The looser this is, the more pupils are proposed to you; "
        "a loose match is never taken without a person.",
        Strictness.EXACT.name.lower(),
        MATCHING_WORDS,
    ),
    THROUGH_AUTHORITY: Setting(
        "Whether schools send their returns through the authority",
        "A school that uploads its return itself is told what you ask for; it is not stopped.",
        "no",
        {"yes": "Schools send their returns through us", "no": "Schools send them themselves"},
        kind=Organisation.Kind.AUTHORITY,
    ),
    SENT_BY_AUTHORITY: Setting(
        "Who sends the return",
        "The authority sees your answer beside your school. It sends only what you have agreed to "
        "on the page of what the local authority may do; if you upload a file yourself all the "
        "same, you are told of it and not stopped.",
        "no",
        {"yes": "Our local authority sends it for us", "no": "We send it ourselves"},
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


def settings_of(kind: str) -> dict[str, Setting]:
    """The settings that organisations of a kind decide, by name."""
    return {name: one for name, one in SETTINGS.items() if one.kind == kind}


def who_say(name: str, value: Any, organisations: Iterable[Organisation]) -> frozenset[int]:
    """The organisations, of some, that have set a setting to a value, by key."""
    keys = [one.pk for one in organisations]
    rows = OrganisationSetting.objects.filter(organisation__in=keys, name=name)
    found = rows.values_list("organisation_id", "value")
    return frozenset(key for key, stored in found if stored == value)


@transaction.atomic
def change(*, organisation: Organisation, name: str, value: Any, by: By) -> None:
    """Set a value. Setting what is set already changes nothing.

    Raises:
        RefusedError: there is no such setting of such organisations, or the value is not of its
            kind.
    """
    setting = SETTINGS.get(name)
    if setting is None or setting.kind != organisation.kind or not setting.fits(value):
        raise RefusedError(f"{name} cannot be set to that.", todo="Use the page of settings.")
    locking(Organisation.objects).get(pk=organisation.pk)
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
