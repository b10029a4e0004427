"""Messages between schools, authorities and the agency."""

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class Message(models.Model):
    """A message between organisations, and its answers. It never names a pupil.

    ``about`` is what it is about, as a kind and an identifier, such as a submission and a line of
    its findings: a reader who may see them follows it.
    """

    class Kind(models.TextChoices):
        """Why it was written."""

        QUESTION = "question", "Question"
        NUDGE = "nudge", "Reminder"
        NOTICE = "notice", "Notice"
        ANSWER = "answer", "Answer"

    class Told:
        """Of whom each field tells."""

        person = ("written_by", "owner", "closed_by")
        neither = (
            "id",
            "kind",
            "year",
            "sender",
            "receiver",
            "answers",
            "subject",
            "body",
            "about",
            "due_on",
            "written_at",
            "closed_at",
        )

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    year = models.PositiveSmallIntegerField()
    sender = models.ForeignKey(Organisation, models.PROTECT, related_name="messages_sent")
    receiver = models.ForeignKey(Organisation, models.PROTECT, related_name="messages_received")
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answered_by"
    )
    subject = models.CharField(max_length=150)
    body = models.TextField()
    about = models.CharField(max_length=100, blank=True)
    due_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="messages_owned"
    )
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Newest first."""

        indexes = (models.Index(fields=("receiver", "year", "closed_at")),)
        ordering = ("-written_at", "pk")

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)


class MessageRead(models.Model):
    """That a person has read a message."""

    class Told:
        """Of whom each field tells."""

        person = ("person",)
        neither = ("message", "at")

    message = models.ForeignKey(Message, models.CASCADE, related_name="reads")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Once a person."""

        constraints = (
            models.UniqueConstraint(fields=("message", "person"), name="read_once_a_person"),
        )

    def __str__(self) -> str:
        """The message."""
        return str(self.message_id)
