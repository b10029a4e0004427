"""What the files that were taken say, by pupil and subject, each with the file it came from.

Files add and refresh; a pupil goes only by a removal with one of the allowed reasons.
"""

import uuid

from django.db import models

from keystage.store.models.gateway import SchoolReturn, Submission
from keystage.store.models.people import Person


class ReceivedPupil(models.Model):
    """A pupil of a return as the files that were taken say it."""

    class Told:
        """Of whom each field tells."""

        pupil = (
            "upn",
            "former_upn",
            "surname",
            "forename",
            "birth_date",
            "sex",
            "left_on",
            "removed_reason",
            "removed_detail",
        )
        person = ("removed_by",)
        neither = ("id", "school_return", "first", "last", "removed_at")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school_return = models.ForeignKey(SchoolReturn, models.CASCADE, related_name="pupils")
    upn = models.CharField(max_length=13)
    former_upn = models.CharField(max_length=13, blank=True)
    surname = models.CharField(max_length=128)
    forename = models.CharField(max_length=128)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    left_on = models.DateField(null=True, blank=True)
    first = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    last = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    removed_reason = models.CharField(max_length=60, blank=True)
    removed_detail = models.CharField(max_length=300, blank=True)

    class Meta:
        """A UPN stands in a return once; who was removed, was removed for a reason."""

        constraints = (
            models.UniqueConstraint(fields=("school_return", "upn"), name="once_in_a_return"),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | ~models.Q(removed_reason=""),
                name="removed_from_return_with_a_reason",
            ),
        )
        ordering = ("surname", "forename", "upn")

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)


class ReceivedJudgement(models.Model):
    """A judgement that was received, and the file it came from last."""

    class Told:
        """Of whom each field tells."""

        pupil = ("pupil", "subject", "code", "p_scale")
        neither = ("submission", "version")

    pupil = models.ForeignKey(ReceivedPupil, models.CASCADE, related_name="judgements")
    subject = models.CharField(max_length=10)
    code = models.CharField(max_length=10)
    p_scale = models.CharField(max_length=10, blank=True)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """One a pupil and subject."""

        constraints = (
            models.UniqueConstraint(fields=("pupil", "subject"), name="one_received_a_subject"),
        )

    def __str__(self) -> str:
        """The subject."""
        return self.subject


class ReceivedChange(models.Model):
    """What one file, one removal, or one agreed amendment changed of what had been received.

    ``field`` is a fact of the pupil, a subject, ``added`` for a pupil who came, or ``removed``.
    """

    class Told:
        """Of whom each field tells."""

        pupil = ("pupil", "field", "before", "after")
        person = ("by",)
        neither = ("submission", "amendment", "at")

    pupil = models.ForeignKey(ReceivedPupil, models.CASCADE, related_name="changes")
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    amendment = models.ForeignKey(
        "store.Amendment", models.PROTECT, null=True, blank=True, related_name="changes"
    )
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=150, blank=True)
    after = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """What was changed."""
        return self.field
