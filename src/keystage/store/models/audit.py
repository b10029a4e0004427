"""What was done, by whom, when and from where. Rows are added and never changed.

Everything is text: history survives what it describes. Triggers in the database refuse an update or
a delete; each row carries the hash of the one before.
"""

from django.db import models


class AuditEvent(models.Model):
    """One act. ``before`` and ``after`` never hold a value that tells of a pupil."""

    class Told:
        """Of whom each field tells."""

        person = ("person_id", "person_name", "address")
        neither = (
            "at",
            "action",
            "organisation",
            "organisation_id",
            "year",
            "subject",
            "before",
            "after",
            "previous_hash",
            "hash",
        )

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=150)
    organisation_id = models.BigIntegerField(null=True)
    organisation = models.CharField(max_length=150, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    subject = models.CharField(max_length=100, blank=True, help_text="Kind and identifier.")
    address = models.CharField(max_length=45, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Oldest first."""

        ordering = ("pk",)
        indexes = (models.Index(fields=("organisation_id", "at")),)

    def __str__(self) -> str:
        """What was done."""
        return self.action


class AuditHead(models.Model):
    """The end of the chain: how many events there are and the hash of the last.

    It is locked while an event is written, so that no two events follow the same one.
    """

    class Told:
        """Of whom each field tells."""

        neither = ("count", "hash")

    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        """How long the chain is."""
        return str(self.count)
