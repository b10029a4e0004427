"""Files that came in and went out: what was read, what was decided, what was written."""

import uuid

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person
from keystage.store.models.pupils import Pupil
from keystage.store.models.releases import ResultsRelease
from keystage.store.models.sheets import Sheet


class Import(models.Model):
    """A file brought into a school's season: uploaded, looked at, applied, perhaps undone."""

    class Kind(models.TextChoices):
        """What the file brings."""

        ROLL = "roll", "Pupils"
        JUDGEMENTS = "judgements", "Teacher assessments"
        REGISTRATION = "registration", "Registration list"
        RESULTS = "results", "Test results"

    class State(models.TextChoices):
        """How far it has come."""

        REVIEW = "review", "To be looked at"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Not used"

    class Told:
        """Of whom each field tells."""

        pupil = ("content", "reading")
        person = ("uploaded_by", "applied_by", "undone_by")
        neither = (
            "id",
            "school",
            "year",
            "kind",
            "state",
            "name",
            "bytes",
            "sha256",
            "mode",
            "strictness",
            "uploaded_at",
            "applied_at",
            "undone_at",
            "counts",
            "release",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="imports")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=15, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.REVIEW)
    name = models.CharField(max_length=255)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    mode = models.CharField(max_length=20, blank=True)
    strictness = models.CharField(max_length=20, blank=True)
    reading = models.JSONField(default=dict, help_text="Repairs, dropped columns, what is unread.")
    counts = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    release = models.ForeignKey(
        ResultsRelease,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The newest release there was, where released results were taken in.",
    )

    class Meta:
        """Newest first."""

        ordering = ("-uploaded_at",)
        indexes = (models.Index(fields=("school", "year", "kind")),)

    def __str__(self) -> str:
        """The identifier: a name of a file may hold a pupil's."""
        return str(self.pk)


class ImportRow(models.Model):
    """One pupil of an imported file: what it says, whom it was matched with, what was decided."""

    class Decision(models.TextChoices):
        """What a person, or a sure match, decided."""

        UNDECIDED = "undecided", "Not decided"
        ACCEPT = "accept", "Same pupil"
        ENROL = "enrol", "New pupil"
        SKIP = "skip", "Leave out"

    class Told:
        """Of whom each field tells."""

        pupil = ("values", "pupil", "match", "reasons", "before", "after")
        person = ("decided_by",)
        neither = ("import_file", "line", "decision", "needs_person", "applied")

    import_file = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    values = models.JSONField()
    pupil = models.ForeignKey(Pupil, models.SET_NULL, null=True, blank=True, related_name="+")
    match = models.CharField(max_length=20)
    reasons = models.JSONField(default=list)
    needs_person = models.BooleanField(default=False)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.UNDECIDED)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    applied = models.BooleanField(default=False)
    before = models.JSONField(default=dict, help_text="Values before it was applied, for undoing.")
    after = models.JSONField(default=dict)

    class Meta:
        """In the order of the file."""

        ordering = ("line", "pk")

    def __str__(self) -> str:
        """The line."""
        return str(self.line)


class ReturnFile(models.Model):
    """A file that was written: a return, results or a transfer to another school. Never changed.

    A newer serial supersedes an older one; both can be fetched.
    """

    class Told:
        """Of whom each field tells."""

        pupil = ("content", "exceptions")
        person = ("made_by", "accepted_by")
        neither = (
            "id",
            "sheet",
            "profile",
            "destination",
            "serial",
            "name",
            "sha256",
            "counts",
            "content_version",
            "made_at",
            "superseded_at",
            "accepted_because",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="files")
    profile = models.CharField(max_length=20)
    destination = models.CharField(max_length=7, blank=True, help_text="Of a transfer: to whom.")
    serial = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    counts = models.JSONField(help_text="In the file, processed, not exported.")
    exceptions = models.JSONField(default=list, help_text="The exception log.")
    content_version = models.PositiveIntegerField(help_text="Version of the sheet it was made of.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_because = models.CharField(max_length=300, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A serial is used once a school, year, profile and destination; newest first."""

        constraints = (
            models.UniqueConstraint(
                fields=("sheet", "profile", "destination", "serial"), name="one_file_a_serial"
            ),
        )
        ordering = ("-made_at",)

    def __str__(self) -> str:
        """The name, which holds no pupil's."""
        return self.name


class ExportedPupil(models.Model):
    """A pupil in a file that was written, so that one can be looked for across files."""

    class Told:
        """Of whom each field tells."""

        pupil = ("pupil", "upn")
        neither = ("return_file",)

    return_file = models.ForeignKey(ReturnFile, models.CASCADE, related_name="pupils")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="files")
    upn = models.CharField(max_length=13)

    class Meta:
        """Once a file."""

        constraints = (
            models.UniqueConstraint(fields=("return_file", "pupil"), name="once_in_a_file"),
        )

    def __str__(self) -> str:
        """The pupil's identifier."""
        return str(self.pupil_id)
