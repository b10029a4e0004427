"""Reviews of marking that a school asks for, and which scripts it has looked at."""

from django.db import models

from keystage.store.models.organisations import Organisation
from keystage.store.models.people import Person


class MarkingReview(models.Model):
    """A review of marking that a school asks for: proposed, approved, sent, answered."""

    class Kind(models.TextChoices):
        """What is asked for."""

        MARKING = "marking", "Marking review"
        CLERICAL = "clerical", "Clerical review"

    class State(models.TextChoices):
        """How far it has come."""

        PROPOSED = "proposed", "To be approved"
        APPROVED = "approved", "Approved"
        SENT = "sent", "Sent"
        CHANGED = "changed", "Result changed"
        UNCHANGED = "unchanged", "Result unchanged"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Told:
        """Of whom each field tells."""

        pupil = ("upn", "subject", "reason", "mark_before", "mark_after", "score_after")
        person = ("proposed_by", "approved_by")
        neither = (
            "school",
            "year",
            "kind",
            "state",
            "proposed_at",
            "approved_at",
            "sent_at",
            "answered_at",
            "charged",
        )

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="marking_reviews")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    upn = models.CharField(max_length=13)
    subject = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)
    mark_before = models.PositiveSmallIntegerField(null=True, blank=True)
    mark_after = models.PositiveSmallIntegerField(null=True, blank=True)
    score_after = models.PositiveSmallIntegerField(null=True, blank=True)
    charged = models.BooleanField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One review of a pupil's test is open at a time; oldest first."""

        constraints = (
            models.UniqueConstraint(
                fields=("school", "year", "upn", "subject", "kind"),
                condition=models.Q(state__in=("proposed", "approved", "sent")),
                name="one_open_review_a_test",
            ),
        )
        ordering = ("proposed_at", "pk")

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)


class SeenScript(models.Model):
    """That somebody of a school looked at a pupil's script of one paper, outside the service."""

    class Told:
        """Of whom each field tells."""

        pupil = ("upn",)
        person = ("seen_by",)
        neither = ("school", "year", "paper", "seen_at")

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="seen_scripts")
    year = models.PositiveSmallIntegerField()
    upn = models.CharField(max_length=13)
    paper = models.CharField(max_length=30, help_text="A key of the year's papers.")
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        """A script is seen once."""

        constraints = (
            models.UniqueConstraint(
                fields=("school", "year", "upn", "paper"), name="one_look_a_script"
            ),
        )
        ordering = ("paper", "pk")

    def __str__(self) -> str:
        """The identifier."""
        return str(self.pk)
