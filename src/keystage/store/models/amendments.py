"""Changes that schools ask for after their return is closed: what, why, on what evidence."""

import uuid

from django.db import models

from keystage.store.models.gateway import SchoolReturn
from keystage.store.models.people import Person
from keystage.store.models.received import ReceivedPupil


class Amendment(models.Model):
    """A change of one judgement that was received, asked for after the return was closed.

    ``before`` is what was received when it was asked for. ``drafted_by`` wrote it last, and another
    person sends it.
    """

    class State(models.TextChoices):
        """How far it has come."""

        DRAFTED = "drafted", "Drafted"
        SENT = "sent", "Sent"
        MORE_WANTED = "more_wanted", "More is wanted"
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Refused"
        DONE = "done", "Done"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Way(models.TextChoices):
        """How an agreed change comes into what was received."""

        TAKEN = "taken", "Taken into what was received"
        REOPENED = "reopened", "The return was reopened for it"

    class Told:
        """Of whom each field tells."""

        pupil = ("pupil", "subject", "before", "after", "reason")
        person = ("drafted_by",)
        neither = ("id", "school_return", "reference", "state", "way", "version", "drafted_at")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school_return = models.ForeignKey(SchoolReturn, models.PROTECT, related_name="amendments")
    reference = models.CharField(max_length=20, unique=True)
    pupil = models.ForeignKey(ReceivedPupil, models.PROTECT, related_name="amendments")
    subject = models.CharField(max_length=10)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    reason = models.TextField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFTED)
    way = models.CharField(max_length=10, choices=Way, blank=True)
    version = models.PositiveIntegerField(default=1)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """One is open of a pupil and subject; what is agreed says how; newest first."""

        constraints = (
            models.UniqueConstraint(
                fields=("pupil", "subject"),
                condition=models.Q(state__in=("drafted", "sent", "more_wanted")),
                name="one_open_amendment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("agreed", "done")) | ~models.Q(way=""),
                name="agreed_in_a_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(before=models.F("after")), name="amendment_changes_something"
            ),
        )
        indexes = (models.Index(fields=("state",)),)
        ordering = ("-drafted_at", "pk")

    def __str__(self) -> str:
        """The reference."""
        return self.reference


class AmendmentStep(models.Model):
    """A step of an amendment: to which state, with which words, by whom."""

    class Told:
        """Of whom each field tells."""

        pupil = ("words",)
        person = ("by",)
        neither = ("amendment", "state", "at")

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=Amendment.State)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """The state."""
        return self.state


class AmendmentEvidence(models.Model):
    """A document that bears an amendment out. It is seen by those who see the amendment alone."""

    class Told:
        """Of whom each field tells."""

        pupil = ("name", "content")
        person = ("added_by",)
        neither = (
            "id",
            "amendment",
            "form",
            "bytes",
            "sha256",
            "added_at",
            "scanned_at",
            "scanner",
            "malware",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=255, help_text="As the sender called it.")
    form = models.CharField(max_length=4, help_text="pdf, png or jpg, by its content.")
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    scanned_at = models.DateTimeField(
        null=True, blank=True, help_text="When no malware was found in it; null: not looked for."
    )
    scanner = models.CharField(max_length=100, blank=True, help_text="What looked for it.")
    malware = models.CharField(
        max_length=200, blank=True, help_text="What was found in it; the content is gone then."
    )

    class Meta:
        """A file is evidence of an amendment once; oldest first."""

        constraints = (
            models.UniqueConstraint(fields=("amendment", "sha256"), name="evidence_once"),
        )
        ordering = ("added_at", "pk")

    def __str__(self) -> str:
        """The identifier: a name of a file may hold a pupil's."""
        return str(self.pk)
