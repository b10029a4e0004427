"""Long work a person waits for."""

import uuid

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class Job(models.Model):
    """A piece of long work, as the page shows it; the queue has a row of its own.

    A job that runs and has not been heard of for a while is stale: its worker is gone, and it may
    be run again.
    """

    class State(models.TextChoices):
        """How far it has come."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        STALE = "stale", "Stopped"

    class Told:
        """Of whom each field tells."""

        pupil = ("content",)
        person = ("asked_by",)
        neither = (
            "id",
            "kind",
            "organisation",
            "year",
            "state",
            "arguments",
            "done",
            "total",
            "message",
            "outcome",
            "content_name",
            "asked_at",
            "started_at",
            "heard_at",
            "ended_at",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="jobs")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    arguments = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    message = models.CharField(max_length=300, blank=True)
    outcome = models.JSONField(default=dict)
    content = models.BinaryField(null=True, blank=True, help_text="A file that was made.")
    content_name = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="jobs")
    started_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-asked_at",)

    def __str__(self) -> str:
        """What it does."""
        return self.kind
